import { normalUpperTail } from './normalTail.ts'
import { rowSums, type SpatialWeights, spatialLag, weightMoments } from './spatialWeights.ts'

export interface Moran {
  i: number
  expected: number
  /** Variance when values are drawn from a normal distribution, and when the given ones are shuffled. */
  varianceNormal: number
  varianceRandom: number
  z: number
  /** One-sided under normality, as published by the reference implementation. */
  p: number
}

/** Values less their mean, and their mean square. */
function centred(values: ArrayLike<number>): { z: Float64Array; square: number; fourth: number } {
  const y = Float64Array.from(values)
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length
  const z = y.map((value) => value - mean)
  return {
    z,
    square: z.reduce((sum, value) => sum + value ** 2, 0) / z.length,
    fourth: z.reduce((sum, value) => sum + value ** 4, 0) / z.length,
  }
}

/**
 * Moran's I: are neighbours alike? @param weights Row-standardised in the published values.
 * Source: Cliff & Ord 1981; values checked against PySAL's esda tests.
 */
export function moran(values: ArrayLike<number>, weights: SpatialWeights): Moran {
  const { z, square, fourth } = centred(values)
  const n = z.length
  const lag = spatialLag(weights, z)
  const { s0, s1, s2 } = weightMoments(weights)
  const i = z.reduce((sum, value, index) => sum + value * lag[index], 0) / s0 / square
  const expected = -1 / (n - 1)
  const varianceNormal = (n ** 2 * s1 - n * s2 + 3 * s0 ** 2) / ((n - 1) * (n + 1) * s0 ** 2) - expected ** 2
  const kurtosis = fourth / square ** 2
  const varianceRandom =
    (n * ((n ** 2 - 3 * n + 3) * s1 - n * s2 + 3 * s0 ** 2) -
      kurtosis * ((n ** 2 - n) * s1 - 2 * n * s2 + 6 * s0 ** 2)) /
      ((n - 1) * (n - 2) * (n - 3) * s0 ** 2) -
    expected ** 2
  const score = (i - expected) / Math.sqrt(varianceNormal)
  return { i, expected, varianceNormal, varianceRandom, z: score, p: normalUpperTail(Math.abs(score)) }
}

/** An area beside its surroundings: 'highLow' is a high one among low ones. */
export type Quadrant = 'highHigh' | 'lowHigh' | 'lowLow' | 'highLow'

export interface LocalMoran {
  i: Float64Array
  quadrant: Quadrant[]
  /** Moments when the area keeps its value and all others are shuffled (Sokal, Oden & Thomson 1998, A7, A8). */
  expected: Float64Array
  variance: Float64Array
  /** From these moments; NaN without neighbours. */
  z: Float64Array
  /** Variance when every value is shuffled (the same, A3, A4). */
  varianceTotal: Float64Array
}

/**
 * Local Moran: where are neighbours alike, and who stands out among them? @param weights Row-standardised.
 * Source: Anselin 1995; Sokal, Oden & Thomson 1998; values checked against PySAL's esda tests.
 */
export function localMoran(values: ArrayLike<number>, weights: SpatialWeights): LocalMoran {
  const { z: raw, square: spread } = centred(values)
  const n = raw.length
  const deviation = Math.sqrt(spread)
  // All alike: nothing to find, nowhere.
  const z = deviation > 0 ? raw.map((value) => value / deviation) : raw
  const lag = spatialLag(weights, z)
  const square = z.reduce((sum, value) => sum + value ** 2, 0) / n
  const fourth = z.reduce((sum, value) => sum + value ** 4, 0) / n
  const kurtosis = fourth / square ** 2
  const { sum, squares } = rowSums(weights)
  const i = z.map((value, index) => ((n - 1) * value * lag[index]) / (n * square))
  const expected = z.map((value, index) => -(value ** 2 * sum[index]) / ((n - 1) * square))
  const variance = z.map(
    (value, index) =>
      (value / square) ** 2 *
      (n / (n - 2)) *
      (squares[index] - sum[index] ** 2 / (n - 1)) *
      (square - value ** 2 / (n - 1)),
  )
  const varianceTotal = z.map(
    (_, index) =>
      (squares[index] * (n - kurtosis)) / (n - 1) +
      ((sum[index] ** 2 - squares[index]) * (2 * kurtosis - n)) / ((n - 1) * (n - 2)) -
      (sum[index] / (n - 1)) ** 2,
  )
  return {
    i,
    quadrant: Array.from(z, (value, index) => quadrantOf(value, lag[index])),
    expected,
    variance,
    z: i.map((value, index) =>
      variance[index] > 0 ? (value - expected[index]) / Math.sqrt(variance[index]) : Number.NaN,
    ),
    varianceTotal,
  }
}

function quadrantOf(own: number, around: number): Quadrant {
  if (own > 0) return around > 0 ? 'highHigh' : 'highLow'
  return around > 0 ? 'lowHigh' : 'lowLow'
}
