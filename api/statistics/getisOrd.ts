import { normalUpperTail } from './normalTail.ts'
import { rowSums, type SpatialWeights, spatialLag, weightMoments } from './spatialWeights.ts'

export interface GeneralG {
  /** Share of all products of two values that falls on neighbours. */
  g: number
  expected: number
  variance: number
  z: number
  /** One-sided, as published by the reference implementation. */
  p: number
}

const total = (values: Iterable<number>): number => {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/**
 * Getis–Ord general G: do high values stand beside high values?
 * @param values Positive. @param weights Binary, without self-neighbours.
 * Source: Getis & Ord 1992; values checked against PySAL's esda tests.
 */
export function generalG(values: ArrayLike<number>, weights: SpatialWeights): GeneralG {
  const y = Float64Array.from(values)
  const n = y.length
  const [m1, m2, m3, m4] = [1, 2, 3, 4].map((power) => total(y.map((value) => value ** power)))
  const { s0, s1, s2 } = weightMoments(weights)
  const lag = spatialLag(weights, y)
  const g = total(y.map((value, i) => value * lag[i])) / (m1 ** 2 - m2)
  const b0 = (n ** 2 - 3 * n + 3) * s1 - n * s2 + 3 * s0 ** 2
  const b1 = -((n ** 2 - n) * s1 - 2 * n * s2 + 6 * s0 ** 2)
  const b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0 ** 2)
  const b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0 ** 2
  const b4 = s1 - s2 + s0 ** 2
  const expected = s0 / (n * (n - 1))
  const second =
    (b0 * m2 ** 2 + b1 * m4 + b2 * m1 ** 2 * m2 + b3 * m1 * m3 + b4 * m1 ** 4) /
    ((m1 ** 2 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3))
  const variance = second - expected ** 2
  const z = (g - expected) / Math.sqrt(variance)
  return { g, expected, variance, z, p: normalUpperTail(Math.abs(z)) }
}

export interface LocalG {
  /** Share of the total that lies in an area's neighbourhood. */
  g: Float64Array
  /** Distance from what chance would put there, in standard deviations; NaN where nothing can vary. */
  z: Float64Array
}

/**
 * Getis–Ord local statistics. With self-neighbours (`withSelf`) this is Gi*: does an area and what surrounds it hold more
 * of the total than chance would put there? Without them it is Gi, which leaves the area itself out.
 *
 * The moments hold for binary weights. Row-standardised ones are treated as the reference implementation treats them
 * (their row sum stands for the number of neighbours), so that its published values come out; use binary weights.
 * Source: Getis & Ord 1992, Ord & Getis 1995; values checked against PySAL's esda tests.
 */
export function localG(
  values: ArrayLike<number>,
  weights: SpatialWeights,
  { star }: { star: boolean },
): LocalG {
  const y = Float64Array.from(values)
  const sum = total(y)
  const squares = total(y.map((value) => value ** 2))
  const lag = spatialLag(weights, y)
  const { sum: cardinality } = rowSums(weights)
  const others = y.length - (star ? 0 : 1)
  const g = new Float64Array(y.length)
  const z = new Float64Array(y.length)
  for (let i = 0; i < y.length; i++) {
    const left = star ? 0 : y[i]
    const mean = (sum - left) / others
    const spread = (squares - left ** 2) / others - mean ** 2
    g[i] = lag[i] / (sum - left)
    const variance =
      ((cardinality[i] * (others - cardinality[i])) / (others - 1) / others ** 2) * (spread / mean ** 2)
    z[i] = variance > 0 ? (g[i] - cardinality[i] / others) / Math.sqrt(variance) : Number.NaN
  }
  return { g, z }
}
