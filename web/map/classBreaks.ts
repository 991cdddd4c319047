/** Smallest and largest number of classes a map may have. */
const mostClasses = 7

/**
 * Limits of classes for counts and rates: quantiles of the values above zero, rounded to numbers people can say, zero
 * in the first class. n limits make n + 1 classes; fewer come back where the values do not tell that many apart.
 */
export function sequentialBreaks(values: ArrayLike<number>, classes = 6): number[] {
  const sorted = Float64Array.from(values)
    .filter((value) => Number.isFinite(value) && value > 0)
    .sort()
  if (sorted.length === 0) return []
  const wanted = Math.min(classes, mostClasses)
  const breaks: number[] = []
  for (let i = 0; i < wanted - 1; i++) {
    const share = i / (wanted - 1)
    // The upper classes hold ever fewer areas: what stands out is seen.
    const quantile = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - (1 - share) ** 1.6)))]
    const nice = roundedDown(quantile)
    if (nice > 0 && (breaks.length === 0 || nice > breaks[breaks.length - 1])) breaks.push(nice)
  }
  return breaks
}

/** Limits symmetric around zero, for changes: the middle class is "about as before". */
export function divergingBreaks(values: ArrayLike<number>): number[] {
  const sizes = Float64Array.from(values)
    .filter((value) => Number.isFinite(value) && value !== 0)
    .map(Math.abs)
    .sort()
  if (sizes.length === 0) return []
  const at = (share: number) =>
    roundedDown(sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))])
  const limits = [...new Set([at(0.25), at(0.6), at(0.9)])].filter((limit) => limit > 0)
  return [...limits.toReversed().map((limit) => -limit), ...limits]
}

/** The nearest smaller number of at most two leading digits out of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8. */
function roundedDown(value: number): number {
  if (value <= 0) return 0
  if (Number.isInteger(value) && value < 10) return value
  const magnitude = 10 ** Math.floor(Math.log10(value))
  const lead = value / magnitude
  const step = [8, 6, 5, 4, 3, 2.5, 2, 1.5, 1.2, 1].find((each) => each <= lead + 1e-9) ?? 1
  return Number((step * magnitude).toPrecision(3))
}
