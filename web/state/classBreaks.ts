/** Class limits for the choropleth. */

/** Of the areas with at least one incident, the shares that lie below each limit: the tail keeps classes of its own. */
const shares = [0.35, 0.65, 0.85, 0.96]

/**
 * Limits for counts: zero stands alone, then up to five classes with whole, distinct limits.
 * Ascending; value < limits[0] is class 0 (see `AreaValues.breaks`).
 */
export function countBreaks(counts: ArrayLike<number>): number[] {
  const present = Array.from(counts)
    .filter((count) => count > 0)
    .sort((a, b) => a - b)
  const limits = new Set([1])
  for (const share of shares) {
    const value = present[Math.floor(share * (present.length - 1))]
    if (value !== undefined) limits.add(nice(value + 1))
  }
  return [...limits].sort((a, b) => a - b)
}

/** Rounds up to a limit that reads well: every whole number to 10, then two leading digits ending in 0 or 5. */
function nice(value: number): number {
  if (value <= 10) return value
  const step = 10 ** Math.floor(Math.log10(value)) / 2
  const fine = step / 5 >= 1 && value < step * 4 ? step / 5 : step
  return Math.ceil(value / fine) * fine
}

/** Limits for the change measured in standard deviations: within ±2 is normal variation. */
export const changeBreaks: readonly number[] = [-4, -2, 2, 4]

/** Class of a value. */
export function classOf(value: number, breaks: readonly number[]): number {
  let index = 0
  while (index < breaks.length && value >= breaks[index]) index++
  return index
}

/** How many areas fall into each class. */
export function classCounts(values: ArrayLike<number>, breaks: readonly number[]): number[] {
  const counts = new Array<number>(breaks.length + 1).fill(0)
  for (let i = 0; i < values.length; i++) counts[classOf(values[i], breaks)]++
  return counts
}
