/** The classes of the choropleth as the legend counts and writes them. */
import { FEWEST_TO_JUDGE, unusualFrom } from '../../api/statistics/comparison.ts'
import { classOf } from '../map/colors.ts'

/**
 * Limits for a change measured by 2(√now − √then): the outer classes are unusual among so many areas, the inner ones lean
 * that way within normal variation. @param among areas of the level.
 */
export function changeBreaks(among: number): number[] {
  const limit = unusualFrom(Math.max(1, among))
  return [-limit, -limit / 2, limit / 2, limit]
}

/** Two counts that together are fewer than this carry no verdict, so that no change of theirs is coloured. */
export const fewestToJudge = FEWEST_TO_JUDGE

/** How many areas fall into each class; what is no number is in none. */
export function classCounts(values: ArrayLike<number>, breaks: readonly number[]): number[] {
  const counts = new Array<number>(breaks.length + 1).fill(0)
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) counts[classOf(values[i], breaks)]++
  return counts
}

/** Areas of one class. */
export function areasOfClass(
  areaId: ArrayLike<number>,
  values: ArrayLike<number>,
  breaks: readonly number[],
  index: number,
): number[] {
  return Array.from(areaId).filter(
    (_, at) => Number.isFinite(values[at]) && classOf(values[at], breaks) === index,
  )
}

/**
 * Where a value stands on the legend, 0…1, every class equally wide: within its class by its share of the way from the
 * class's lower to its upper end; the outermost classes end at the least and the greatest value. Whole numbers stand in
 * the middle of their share.
 */
export function placeOf(
  value: number,
  breaks: readonly number[],
  least: number,
  greatest: number,
  whole = false,
): number {
  const classes = breaks.length + 1
  const index = classOf(value, breaks)
  const low = index === 0 ? Math.min(least, breaks[0] ?? least) : breaks[index - 1]
  const high = index === breaks.length ? Math.max(greatest, low) : breaks[index]
  // Of whole numbers the upper limit is the next class's first, but the greatest of all belongs to the last.
  const size = high - low + (whole && index === breaks.length ? 1 : 0)
  const within = size > 0 ? Math.min(1, Math.max(0, (value - low + (whole ? 0.5 : 0)) / size)) : 0.5
  return (index + within) / classes
}

/**
 * The range of a class in words: whole numbers as 4–9, others as 0.5–1.2, the last as "10 and more" (10+).
 * @param least the least value there is: where the first class begins.
 */
export function classRangeText(
  breaks: readonly number[],
  index: number,
  whole: boolean,
  format: (value: number) => string,
  least = 0,
): string {
  if (index === breaks.length) return breaks.length === 0 ? '' : `${format(breaks[index - 1])}+`
  const low = index === 0 ? Math.min(least, breaks[0]) : breaks[index - 1]
  const high = whole ? breaks[index] - 1 : breaks[index]
  if (whole && high <= low) return format(low)
  return `${format(low)}–${format(high)}`
}
