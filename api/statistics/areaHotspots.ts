import { falseDiscoveryRate } from './falseDiscovery.ts'
import { localG } from './getisOrd.ts'
import { localMoran, type Quadrant } from './moran.ts'
import { conditionalLagP, neighbourhoodSumP } from './permutation.ts'
import { rowStandardised, type SpatialWeights, withSelf } from './spatialWeights.ts'

/** Called where q is at most this: among all areas called, at most so large a share is expected to be chance. */
export const falseShare = 0.05

export type HotspotMethod = 'gi' | 'moran'
export type HotspotClass = 'hot' | 'cold' | Quadrant | 'none'

/** One entry an area. NaN where there is nothing to test: no neighbours, or nothing that varies. */
export interface AreaHotspots {
  /** Gi*, or local Moran's I. */
  statistic: Float64Array
  /** The statistic in standard deviations from what chance would make it. */
  z: Float64Array
  /** Two-sided, by permutation. */
  p: Float64Array
  /** False discovery rate (Benjamini & Hochberg) over all areas tested. */
  q: Float64Array
  class: HotspotClass[]
}

/**
 * Which areas differ from chance together with their surroundings.
 *
 * 'gi' (Getis–Ord Gi*): binary weights with the area itself; p by shuffling all counts over all areas.
 * 'moran' (local Moran): row-standardised weights; p by shuffling all others around the area.
 * Both p need no normal distribution: counts of rare things have none, and z alone would call too many areas.
 * @param counts One an area. @param weights Binary, without self-neighbours.
 */
export function areaHotspots(
  method: HotspotMethod,
  counts: ArrayLike<number>,
  weights: SpatialWeights,
  options: { permutations: number; seed: number },
): AreaHotspots {
  if (method === 'gi') {
    const star = withSelf(weights)
    const { g, z } = localG(counts, star, { star: true })
    const p = untestedWhere(z, neighbourhoodSumP(counts, star, options))
    const q = falseDiscoveryRate(p)
    return {
      statistic: g,
      z,
      p,
      q,
      class: Array.from(q, (each, i) => (called(each) ? (z[i] > 0 ? 'hot' : 'cold') : 'none')),
    }
  }
  const standardised = rowStandardised(weights)
  const { i, z, quadrant } = localMoran(counts, standardised)
  const p = untestedWhere(z, conditionalLagP(counts, standardised, options))
  const q = falseDiscoveryRate(p)
  return { statistic: i, z, p, q, class: Array.from(q, (each, at) => (called(each) ? quadrant[at] : 'none')) }
}

const called = (q: number) => q <= falseShare

function untestedWhere(z: Float64Array, p: Float64Array): Float64Array {
  return p.map((each, index) => (Number.isNaN(z[index]) ? Number.NaN : each))
}

/**
 * How strongly a map says "here": what areas are ordered by when the map is taken for a prediction, cold ones last.
 * Local Moran is large among low values too, so that areas below the mean count against it.
 */
export function hotspotScore(
  { z }: AreaHotspots,
  method: HotspotMethod,
  counts: readonly number[],
): Float64Array {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return z.map((each, index) => {
    if (Number.isNaN(each)) return 0
    if (method === 'gi') return each
    return counts[index] > mean ? Math.abs(each) : -Math.abs(each)
  })
}
