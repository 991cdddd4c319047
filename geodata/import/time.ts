/** Reads a local time of a city, or says why it cannot. */
export type TimeReader = (text: string) => { instant: number } | { reason: string }

type Field =
  | 'year'
  | 'month'
  | 'monthName'
  | 'day'
  | 'hour'
  | 'hour12'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half'
  | 'offset'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

// The letters of Unicode TR35, part 4, as far as incident files use them.
const TOKENS: Record<string, { field: Field; pattern: string }> = {
  yyyy: { field: 'year', pattern: '\\d{4}' },
  MM: { field: 'month', pattern: '\\d{2}' },
  M: { field: 'month', pattern: '\\d{1,2}' },
  MMM: { field: 'monthName', pattern: MONTHS.join('|') },
  dd: { field: 'day', pattern: '\\d{2}' },
  d: { field: 'day', pattern: '\\d{1,2}' },
  HH: { field: 'hour', pattern: '\\d{2}' },
  H: { field: 'hour', pattern: '\\d{1,2}' },
  hh: { field: 'hour12', pattern: '\\d{2}' },
  h: { field: 'hour12', pattern: '\\d{1,2}' },
  mm: { field: 'minute', pattern: '\\d{2}' },
  m: { field: 'minute', pattern: '\\d{1,2}' },
  ss: { field: 'second', pattern: '\\d{2}' },
  s: { field: 'second', pattern: '\\d{1,2}' },
  SSS: { field: 'fraction', pattern: '\\d{1,9}' },
  a: { field: 'half', pattern: 'am|pm|上午|下午' },
  XXX: { field: 'offset', pattern: 'z|[+-]\\d{2}:?\\d{2}' },
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * Compiles a format such as `yyyy-MM-dd HH:mm:ss` into a reader of times in `timeZone` (IANA name).
 * Letters follow Unicode TR35 (see TOKENS); text between '…' and everything that is no letter stands for itself.
 * A local time that a clock change repeats means its first passing, one that it skips means as much later
 * (the rule 'compatible' of ECMAScript's Temporal); a time with an offset (XXX) needs no zone.
 * @throws Error with a sentence for a person when the format cannot be read.
 */
export function compileTimeFormat(format: string, timeZone: string): TimeReader {
  const { expression, fields } = compilePattern(format)
  const toInstant = localTimeConverter(timeZone)
  return (text) => {
    const match = expression.exec(text)
    if (!match) return { reason: `time "${text}" does not have the form ${format}` }
    const parts: Partial<Record<Field, string>> = {}
    fields.forEach((field, index) => {
      parts[field] = match[index + 1].toLowerCase()
    })
    const local = localTime(parts)
    if (local === null) return { reason: `time "${text}" does not exist` }
    return { instant: parts.offset ? local - offsetOf(parts.offset) : toInstant(local) }
  }
}

function compilePattern(format: string): { expression: RegExp; fields: Field[] } {
  const fields: Field[] = []
  const pattern = format.replace(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g, (piece, literal?: string) => {
    if (literal !== undefined) return escapeLiteral(literal || "'")
    if (!/^[A-Za-z]/.test(piece)) return escapeLiteral(piece)
    const token = TOKENS[piece]
    if (!token) {
      throw new Error(
        `"${piece}" is none of ${Object.keys(TOKENS).join(', ')} (text that stands for itself goes between '…')`,
      )
    }
    if (fields.includes(token.field)) throw new Error(`the ${token.field} stands twice`)
    fields.push(token.field)
    return `(${token.pattern})`
  })
  const hasMonth = fields.includes('month') || fields.includes('monthName')
  if (!fields.includes('year') || !hasMonth || !fields.includes('day')) {
    throw new Error('it needs a year (yyyy), a month (MM) and a day (dd)')
  }
  if (fields.includes('hour12') !== fields.includes('half')) throw new Error('hh and a belong together')
  return { expression: new RegExp(`^${pattern}$`, 'i'), fields }
}

function escapeLiteral(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

/** The wall clock's reading as if it were UTC, or null where no calendar or clock shows it. */
function localTime(parts: Partial<Record<Field, string>>): number | null {
  const month = parts.monthName ? MONTHS.indexOf(parts.monthName) + 1 : Number(parts.month)
  const year = Number(parts.year)
  const day = Number(parts.day)
  let hour = Number(parts.hour ?? 0)
  if (parts.hour12 !== undefined) {
    const onDial = Number(parts.hour12)
    if (onDial < 1 || onDial > 12) return null
    hour = (onDial % 12) + (parts.half === 'pm' || parts.half === '下午' ? 12 : 0)
  }
  const minute = Number(parts.minute ?? 0)
  const second = Number(parts.second ?? 0)
  const millisecond = Math.floor(Number(`0.${parts.fraction ?? 0}`) * 1000)
  if (year < 1000 || hour > 23 || minute > 59 || second > 59) return null
  const midnight = Date.UTC(year, month - 1, day)
  const date = new Date(midnight)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return midnight + hour * HOUR + minute * 60_000 + second * 1000 + millisecond
}

function offsetOf(text: string): number {
  if (text === 'z') return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return (text.startsWith('-') ? -minutes : minutes) * 60_000
}

/**
 * From the wall clock's reading (as if it were UTC) to the instant, both in epoch milliseconds.
 * The zone's data is asked once a day of readings; only days near a clock change are worked out one by one.
 */
function localTimeConverter(timeZone: string): (local: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const offsetAt = (instant: number): number => {
    const [month, day, year, hour, minute, second] = (clock.format(instant).match(/\d+/g) ?? []).map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
  }
  const settled = new Map<number, number | null>()
  return (local) => {
    const day = Math.floor(local / DAY)
    let offset = settled.get(day)
    if (offset === undefined) {
      const before = offsetAt((day - 1) * DAY)
      offset = before === offsetAt((day + 2) * DAY) ? before : null
      settled.set(day, offset)
    }
    if (offset !== null) return local - offset
    const before = offsetAt(local - DAY)
    const first = local - before
    if (offsetAt(first) === before) return first
    const second = local - offsetAt(local + DAY)
    // Neither side of the change shows a skipped time: the old offset carries it past the gap.
    return offsetAt(second) === local - second ? second : first
  }
}
