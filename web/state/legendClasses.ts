/** The classes of the choropleth as the legend counts them. */
import { classOf } from '../map/colors.ts'

/** Limits for a change measured in standard deviations: within ±2 is normal variation. */
export const changeBreaks: readonly number[] = [-4, -2, 2, 4]

/** How many areas fall into each class. */
export function classCounts(values: ArrayLike<number>, breaks: readonly number[]): number[] {
  const counts = new Array<number>(breaks.length + 1).fill(0)
  for (let i = 0; i < values.length; i++) counts[classOf(values[i], breaks)]++
  return counts
}
