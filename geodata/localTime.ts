/**
 * Local time of an IANA time zone, exact over all changes of clocks between 1970 and 2200, by the platform's own tables
 * (Intl). Instants are epoch milliseconds; *local* milliseconds are what a clock on the wall shows, read as if it were
 * UTC. Where a local time comes twice or not at all, it means what it means in PostgreSQL's AT TIME ZONE: the later one
 * of the two, and as if the clocks had not yet been changed.
 */
export class LocalTime {
  readonly timeZone: string
  /** Instants from which an offset holds, ascending; the first is −∞. */
  private readonly since: number[]
  private readonly offset: number[]

  /** @throws RangeError when the platform knows no such time zone. */
  constructor(timeZone: string) {
    this.timeZone = timeZone
    const offsetAt = offsetReader(timeZone)
    this.since = [Number.NEGATIVE_INFINITY]
    this.offset = [offsetAt(FIRST)]
    for (let at = FIRST; at < LAST; at += PROBE_MS) {
      const after = offsetAt(at + PROBE_MS)
      if (after === this.offset[this.offset.length - 1]) continue
      let low = at
      let high = at + PROBE_MS
      while (high - low > 1000) {
        const middle = Math.floor((low + high) / 2000) * 1000
        if (offsetAt(middle) === after) high = middle
        else low = middle
      }
      this.since.push(high)
      this.offset.push(after)
    }
  }

  /** What the clocks show at an instant. */
  toLocal(instant: number): number {
    return instant + this.offset[lastAtMost(this.since, instant)]
  }

  toInstant(local: number): number {
    const { since, offset } = this
    let low = 1
    let high = since.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (since[middle] + offset[middle] <= local) low = middle + 1
      else high = middle
    }
    return local - offset[low - 1]
  }

  /** The next instant at which the clocks are changed; ∞ when they never are again. */
  nextChange(instant: number): number {
    return this.since[lastAtMost(this.since, instant) + 1] ?? Number.POSITIVE_INFINITY
  }
}

/** A year earlier than 1970, and some. */
const FIRST = Date.UTC(1968, 11, 1)
const LAST = Date.UTC(2201, 1, 1)
/** No zone changes its clocks twice within this time without changing them back and forth noticeably to the probe. */
const PROBE_MS = 7 * 86_400_000

function offsetReader(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' })
  return (instant) => {
    const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(format.format(instant))
    if (!match) throw new RangeError(`Expected an offset such as GMT+08:00 of ${timeZone}.`)
    const [, sign, hours = 0, minutes = 0, seconds = 0] = match
    const offset = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -offset : offset
  }
}

function lastAtMost(ascending: readonly number[], value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] <= value) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

const DAY_MS = 86_400_000

/** The same date and time a year earlier; 29 February becomes the 28th. Local milliseconds in and out. */
export function yearEarlier(local: number): number {
  const date = new Date(local)
  const month = date.getUTCMonth()
  date.setUTCFullYear(date.getUTCFullYear() - 1)
  if (date.getUTCMonth() !== month) date.setUTCDate(0)
  return date.getTime()
}

/** Local midnight on which the day, the week (from Monday) or the month of a local time begins. */
export function localStart(local: number, unit: 'day' | 'week' | 'month'): number {
  const day = Math.floor(local / DAY_MS)
  if (unit === 'day') return day * DAY_MS
  // Day 0 was a Thursday.
  if (unit === 'week') return (day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS
  const date = new Date(local)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** The next local midnight on which one begins. @param start One such midnight. */
export function nextStart(start: number, unit: 'day' | 'week' | 'month'): number {
  if (unit === 'day') return start + DAY_MS
  if (unit === 'week') return start + 7 * DAY_MS
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

/** Hour of the week of a local time: 0 is Monday 00–01, 167 is Sunday 23–24. */
export function hourOfWeek(local: number): number {
  return (((Math.floor(local / 3_600_000) + 72) % 168) + 168) % 168
}
