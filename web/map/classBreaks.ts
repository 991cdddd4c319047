import { ckmeans } from 'simple-statistics'
import { type ClassChoice, classRange } from './classChoice.ts'

/**
 * Limits of classes for counts and rates: quantiles of the values above zero, rounded to numbers people can say, zero
 * in the first class. n limits make n + 1 classes; fewer come back where the values do not tell that many apart.
 */
export function sequentialBreaks(values: ArrayLike<number>, classes = 6): number[] {
  const sorted = Float64Array.from(values)
    .filter((value) => Number.isFinite(value) && value > 0)
    .sort()
  if (sorted.length === 0) return []
  const wanted = Math.min(classes, classRange.most)
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

/**
 * Limits of the classes of one measure (n limits make n + 1 classes; a value belongs to class i when it has reached i of
 * them). Zero is a class of its own where any area has none. Limits are the roundest numbers that leave every area in
 * the class the method gave it, whole where all values are. Fewer classes come back where the values do not tell that
 * many apart.
 * Natural breaks minimise the squared distance within classes (Fisher 1958; Jenks 1977), by ckmeans (Wang & Song 2011).
 * @param values zero and above; anything that is no number is left out.
 */
export function classBreaks(values: ArrayLike<number>, choice: ClassChoice): number[] {
  const numbers = Array.from(values).filter((value) => Number.isFinite(value) && value >= 0)
  const above = numbers.filter((value) => value > 0).sort((a, b) => a - b)
  if (above.length === 0) return []
  const whole = above.every(Number.isInteger)
  const zeros = above.length < numbers.length
  const wanted = Math.min(classRange.most, Math.max(classRange.fewest, choice.classes)) - (zeros ? 1 : 0)
  const limits = limitsOf(above, wanted, choice, whole)
  if (zeros && !(limits[0] <= above[0])) limits.unshift(separator(0, above[0], whole))
  return limits.slice(0, classRange.most - 1)
}

/** @param above ascending values above zero. */
function limitsOf(above: readonly number[], wanted: number, choice: ClassChoice, whole: boolean): number[] {
  switch (choice.method) {
    case 'natural':
      return naturalLimits(above, wanted, whole)
    case 'quantile':
      return quantileLimits(above, wanted, whole)
    case 'equal':
      return equalLimits(above, wanted, whole)
    case 'fixed':
      return [...new Set(choice.limits)].filter((limit) => limit > 0).sort((a, b) => a - b)
  }
}

function naturalLimits(above: readonly number[], wanted: number, whole: boolean): number[] {
  const distinct = new Set(above).size
  const clusters = ckmeans([...above], Math.min(wanted, distinct))
  return clusters.slice(1).flatMap((cluster, index) => {
    const below = clusters[index].at(-1) ?? 0
    return cluster[0] > below ? [separator(below, cluster[0], whole)] : []
  })
}

function quantileLimits(above: readonly number[], wanted: number, whole: boolean): number[] {
  const limits: number[] = []
  for (let i = 1; i < wanted; i++) {
    const value = above[Math.round((i * above.length) / wanted)]
    if (value === undefined) continue
    // Equal values stay together, in the upper class.
    const first = above.indexOf(value)
    if (first === 0) continue
    const limit = separator(above[first - 1], value, whole)
    if (!limits.includes(limit)) limits.push(limit)
  }
  return limits
}

/** Steps people count in, as multiples of a power of ten. */
const steps = [1, 2, 2.5, 5] as const

function equalLimits(above: readonly number[], wanted: number, whole: boolean): number[] {
  const low = above[0]
  const high = above[above.length - 1]
  if (high === low) return []
  const least = (high - low) / wanted
  for (let magnitude = 10 ** Math.floor(Math.log10(least)); ; magnitude *= 10) {
    for (const multiple of steps) {
      const step = clean(multiple * magnitude)
      if (step < least || (whole && !Number.isInteger(step))) continue
      const start = Math.floor(low / step)
      const count = Math.floor(clean(high / step)) - start
      if (count >= wanted) continue
      return Array.from({ length: count }, (_, i) => clean((start + 1 + i) * step))
    }
  }
}

/** The roundest number above `low` and not above `high`. */
function separator(low: number, high: number, whole: boolean): number {
  for (let magnitude = 10 ** Math.floor(Math.log10(high)); magnitude > high * 1e-9; magnitude /= 10) {
    for (const multiple of [10, 5, 2, 1]) {
      const step = multiple * magnitude
      if (whole && step < 1) return high
      const candidate = clean(Math.floor(clean(high / step)) * step)
      if (candidate > low && candidate <= high) return candidate
    }
  }
  return high
}

/** Without the dust of binary fractions. */
function clean(value: number): number {
  return Number(value.toPrecision(12))
}
