import { createRandom } from '../../geodata/random.ts'
import type { SpatialWeights } from './spatialWeights.ts'

/**
 * Two-sided p of each neighbourhood's sum when all values are shuffled over all areas: the null of Gi*. It depends on an
 * area only through the size of its neighbourhood, so that one set of shuffles serves every area, and it needs no normal
 * distribution, which counts of rare things do not have.
 * @param weights Binary, with self-neighbours. @returns NaN for an empty neighbourhood.
 */
export function neighbourhoodSumP(
  values: ArrayLike<number>,
  { count, start, neighbour }: SpatialWeights,
  { permutations, seed }: { permutations: number; seed: number },
): Float64Array {
  let largest = 0
  for (let i = 0; i < count; i++) largest = Math.max(largest, start[i + 1] - start[i])
  const draw = drawer(count, seed)
  const sums = Array.from({ length: largest + 1 }, () => new Float64Array(permutations))
  for (let round = 0; round < permutations; round++) {
    let sum = 0
    const drawn = draw(largest)
    for (let size = 1; size <= largest; size++) {
      sum += values[drawn[size - 1]]
      sums[size][round] = sum
    }
  }
  for (const each of sums) each.sort()
  const p = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const size = start[i + 1] - start[i]
    let sum = 0
    for (let at = start[i]; at < start[i + 1]; at++) sum += values[neighbour[at]]
    const slack = 1e-9 * Math.abs(sum)
    const above = permutations - firstAtLeast(sums[size], sum - slack)
    const below = firstAtLeast(sums[size], sum + slack + Number.MIN_VALUE)
    p[i] = size === 0 ? Number.NaN : Math.min(1, (2 * (Math.min(above, below) + 1)) / (permutations + 1))
  }
  return p
}

/** An area is settled once this many shuffles reached its value on its rarer side. */
const enough = 50

/**
 * Two-sided p of each area's spatial lag when it keeps its own value and all others are shuffled: the conditional null
 * of local Moran. Areas that are nowhere near significant stop early (sequential Monte Carlo, Besag & Clifford 1991),
 * which leaves the work to the few that matter and keeps p valid.
 * @param permutations At most so many an area. @returns NaN without neighbours.
 */
export function conditionalLagP(
  values: ArrayLike<number>,
  { count, start, neighbour, weight }: SpatialWeights,
  { permutations, seed }: { permutations: number; seed: number },
): Float64Array {
  const p = new Float64Array(count).fill(Number.NaN)
  const draw = drawer(count - 1, seed)
  for (let i = 0; i < count; i++) {
    const size = start[i + 1] - start[i]
    if (size === 0) continue
    let lag = 0
    for (let at = start[i]; at < start[i + 1]; at++) lag += weight[at] * values[neighbour[at]]
    const slack = 1e-9 * Math.abs(lag)
    let above = 0
    let below = 0
    let round = 0
    while (round < permutations && Math.min(above, below) < enough) {
      let shuffled = 0
      const drawn = draw(size)
      for (let k = 0; k < size; k++) {
        // The others are numbered without the area itself.
        const other = drawn[k] < i ? drawn[k] : drawn[k] + 1
        shuffled += weight[start[i] + k] * values[other]
      }
      if (shuffled >= lag - slack) above++
      if (shuffled <= lag + slack) below++
      round++
    }
    const rarer = Math.min(above, below)
    p[i] = Math.min(1, 2 * (rarer >= enough ? rarer / round : (rarer + 1) / (round + 1)))
  }
  return p
}

/** Draws without replacement from 0 … count − 1; each call is a fresh draw, its result valid until the next. */
function drawer(count: number, seed: number): (size: number) => Uint32Array {
  const random = createRandom(seed, 'permutation')
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  return (size) => {
    for (let k = 0; k < Math.min(size, count); k++) {
      const other = k + Math.floor(random.next() * (count - k))
      const swapped = order[k]
      order[k] = order[other]
      order[other] = swapped
    }
    return order
  }
}

/** Index of the first element of an ascending array that is not less than `least`. */
function firstAtLeast(sorted: Float64Array, least: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < least) low = middle + 1
    else high = middle
  }
  return low
}
