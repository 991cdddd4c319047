/**
 * Hours of the week, 0 = Monday 00:00–01:00 in the city's own time … 167 = Sunday 23:00–24:00, and how a set of them
 * stands in the URL: days and hours as ranges, `0-4.8-17` = Monday to Friday, 08:00 to 18:00; sets are parted by `~`.
 */

export const hoursPerDay = 24
export const hoursPerWeek = 168

type Range = readonly [from: number, to: number]

/** Ascending, each once; what is no hour of a week is left out. */
export function sortedHours(hours: Iterable<number>): number[] {
  return [...new Set(hours)]
    .filter((hour) => Number.isInteger(hour) && hour >= 0 && hour < hoursPerWeek)
    .sort((a, b) => a - b)
}

/** The hours of a box over weekdays (0 = Monday) and hours of the day, both ends included. */
export function hoursOfBox(days: Range, hours: Range): number[] {
  const found: number[] = []
  for (let day = Math.min(...days); day <= Math.max(...days); day++)
    for (let hour = Math.min(...hours); hour <= Math.max(...hours); hour++)
      found.push(day * hoursPerDay + hour)
  return found
}

/** Neighbouring numbers as ranges. */
function rangesOf(ascending: readonly number[]): Range[] {
  const ranges: [number, number][] = []
  for (const value of ascending) {
    const last = ranges.at(-1)
    if (last && value === last[1] + 1) last[1] = value
    else ranges.push([value, value])
  }
  return ranges
}

/** A set of hours as the fewest boxes of whole ranges: days with the same hours stand together. */
export function boxesOf(hours: Iterable<number>): { days: Range; hours: Range }[] {
  const byDay = new Map<number, number[]>()
  for (const hour of sortedHours(hours)) {
    const day = Math.floor(hour / hoursPerDay)
    byDay.set(day, [...(byDay.get(day) ?? []), hour % hoursPerDay])
  }
  const daysByHours = new Map<string, number[]>()
  for (const [day, own] of byDay) daysByHours.set(own.join(), [...(daysByHours.get(own.join()) ?? []), day])
  return [...daysByHours].flatMap(([own, days]) =>
    rangesOf(days).flatMap((dayRange) =>
      rangesOf(own.split(',').map(Number)).map((hourRange) => ({ days: dayRange, hours: hourRange })),
    ),
  )
}

const text = ([from, to]: Range) => (from === to ? `${from}` : `${from}-${to}`)

export function encodeHours(hours: readonly number[] | undefined): string | undefined {
  if (!hours || hours.length === 0) return undefined
  return boxesOf(hours)
    .map((box) => `${text(box.days)}.${text(box.hours)}`)
    .join('~')
}

/** The inverse; no filter where nothing is understood, or where every hour is meant. */
export function decodeHours(encoded: string | null): readonly number[] | undefined {
  const hours = sortedHours(
    (encoded ?? '').split('~').flatMap((part) => {
      const match = /^([0-6])(?:-([0-6]))?\.(\d{1,2})(?:-(\d{1,2}))?$/.exec(part)
      if (!match) return []
      const [day, lastDay, hour, lastHour] = [match[1], match[2] ?? match[1], match[3], match[4] ?? match[3]]
      if (Number(hour) >= hoursPerDay || Number(lastHour) >= hoursPerDay) return []
      return hoursOfBox([Number(day), Number(lastDay)], [Number(hour), Number(lastHour)])
    }),
  )
  return hours.length === 0 || hours.length === hoursPerWeek ? undefined : hours
}
