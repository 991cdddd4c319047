import type { Position } from '../../geodata/city.ts'
import { buildTopology } from '../../geodata/topology.ts'

/** Who is whose neighbour, and how much it weighs: row i holds the entries start[i] … start[i + 1] − 1, by index. */
export interface SpatialWeights {
  count: number
  /** count + 1 long. */
  start: Uint32Array
  neighbour: Uint32Array
  weight: Float64Array
}

/** 'rook': areas that share a piece of border; 'queen': also those that only touch in a point. */
export type Contiguity = 'rook' | 'queen'

/** Binary weights from lists of neighbours. */
export function weightsOf(neighbours: readonly Iterable<number>[]): SpatialWeights {
  const rows = neighbours.map((row) => [...new Set(row)].sort((a, b) => a - b))
  const start = new Uint32Array(rows.length + 1)
  rows.forEach((row, i) => {
    start[i + 1] = start[i] + row.length
  })
  const neighbour = Uint32Array.from(rows.flat())
  return { count: rows.length, start, neighbour, weight: new Float64Array(neighbour.length).fill(1) }
}

/**
 * Neighbours by shared borders, found by exact equality of vertices in 1e-6 degrees: areas made of shared arcs meet
 * exactly, areas drawn apart do not meet at all.
 * @param areas Per area its polygons of closed rings, [lng, lat] in degrees.
 */
export function contiguity(areas: readonly Position[][][][], rule: Contiguity): SpatialWeights {
  const { vertices, arcStart, areas: rings } = buildTopology(areas)
  const meeting = new Map<number | string, Set<number>>()
  const meet = (key: number | string, area: number) => {
    const known = meeting.get(key)
    if (known) known.add(area)
    else meeting.set(key, new Set([area]))
  }
  rings.forEach((polygons, area) => {
    for (const signed of polygons.flat(2)) {
      const arc = signed < 0 ? ~signed : signed
      if (rule === 'rook') meet(arc, area)
      else {
        // Where areas meet, an arc ends or is shared whole: its ends tell, unless it is one ring without a junction.
        for (const vertex of [arcStart[arc], arcStart[arc + 1] - 1]) {
          meet(`${vertices[2 * vertex]} ${vertices[2 * vertex + 1]}`, area)
        }
      }
    }
  })
  const neighbours = areas.map(() => new Set<number>())
  for (const members of meeting.values()) {
    for (const a of members) for (const b of members) if (a !== b) neighbours[a].add(b)
  }
  return weightsOf(neighbours)
}

/**
 * Neighbours at most `threshold` away.
 * @param x, y Positions of a plane, metres (or any one unit, the threshold's).
 */
export function distanceBand(x: ArrayLike<number>, y: ArrayLike<number>, threshold: number): SpatialWeights {
  const order = Array.from({ length: x.length }, (_, index) => index).sort((a, b) => x[a] - x[b])
  const neighbours: number[][] = order.map(() => [])
  for (let i = 0; i < order.length; i++) {
    for (let j = i + 1; j < order.length && x[order[j]] - x[order[i]] <= threshold; j++) {
      const [a, b] = [order[i], order[j]]
      if (Math.hypot(x[a] - x[b], y[a] - y[b]) > threshold) continue
      neighbours[a].push(b)
      neighbours[b].push(a)
    }
  }
  return weightsOf(neighbours)
}

/** Every area is its own neighbour too, as heavy as its heaviest one (1 where it has none): what Gi* sums over. */
export function withSelf(weights: SpatialWeights): SpatialWeights {
  const { count, start, neighbour, weight } = weights
  const own = new Uint32Array(count + 1)
  const to: number[] = []
  const by: number[] = []
  for (let i = 0; i < count; i++) {
    let most = 0
    for (let at = start[i]; at < start[i + 1]; at++) {
      if (neighbour[at] === i) continue
      to.push(neighbour[at])
      by.push(weight[at])
      most = Math.max(most, weight[at])
    }
    to.push(i)
    by.push(most || 1)
    own[i + 1] = to.length
  }
  return { count, start: own, neighbour: Uint32Array.from(to), weight: Float64Array.from(by) }
}

/** Each row sums to one; rows without neighbours stay empty. */
export function rowStandardised(weights: SpatialWeights): SpatialWeights {
  const weight = Float64Array.from(weights.weight)
  for (let i = 0; i < weights.count; i++) {
    const row = weight.subarray(weights.start[i], weights.start[i + 1])
    const sum = row.reduce((total, each) => total + each, 0)
    for (let at = 0; at < row.length; at++) row[at] /= sum
  }
  return { ...weights, weight }
}

/** Σⱼ wᵢⱼ yⱼ of every row. */
export function spatialLag(
  { count, start, neighbour, weight }: SpatialWeights,
  values: ArrayLike<number>,
): Float64Array {
  const lag = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    for (let at = start[i]; at < start[i + 1]; at++) lag[i] += weight[at] * values[neighbour[at]]
  }
  return lag
}

/** Sum and sum of squares of each row's weights. */
export function rowSums({ count, start, weight }: SpatialWeights): {
  sum: Float64Array
  squares: Float64Array
} {
  const sum = new Float64Array(count)
  const squares = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    for (let at = start[i]; at < start[i + 1]; at++) {
      sum[i] += weight[at]
      squares[i] += weight[at] ** 2
    }
  }
  return { sum, squares }
}

/** S0, S1, S2 of Cliff & Ord 1981: what moments of global statistics are made of. */
export function weightMoments(weights: SpatialWeights): { s0: number; s1: number; s2: number } {
  const { count, start, neighbour, weight } = weights
  const { sum: rows } = rowSums(weights)
  const columns = new Float64Array(count)
  const entries = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    for (let at = start[i]; at < start[i + 1]; at++) {
      columns[neighbour[at]] += weight[at]
      entries.set(i * count + neighbour[at], weight[at])
    }
  }
  let s0 = 0
  let s1 = 0
  for (const [key, each] of entries) {
    const i = Math.floor(key / count)
    const back = entries.get((key % count) * count + i) ?? 0
    s0 += each
    // An entry whose mirror is missing stands for both halves of the sum.
    s1 += back === 0 ? each ** 2 : (each + back) ** 2 / 2
  }
  const s2 = rows.reduce((total, row, i) => total + (row + columns[i]) ** 2, 0)
  return { s0, s1, s2 }
}

/** The same among some areas only, renumbered in the order given: who is left out is nobody's neighbour. */
export function weightsAmong(weights: SpatialWeights, areas: readonly number[]): SpatialWeights {
  const place = new Map(areas.map((area, index) => [area, index]))
  const start = new Uint32Array(areas.length + 1)
  const neighbour: number[] = []
  const weight: number[] = []
  areas.forEach((area, index) => {
    for (let at = weights.start[area]; at < weights.start[area + 1]; at++) {
      const to = place.get(weights.neighbour[at])
      if (to === undefined) continue
      neighbour.push(to)
      weight.push(weights.weight[at])
    }
    start[index + 1] = neighbour.length
  })
  return {
    count: areas.length,
    start,
    neighbour: Uint32Array.from(neighbour),
    weight: Float64Array.from(weight),
  }
}
