/**
 * Divides a connected set of atoms into contiguous, compact parts of wanted weights whose borders prefer streets,
 * streams and ridges: growth from seeds by weighted travel cost (a capacity-seeking geodesic Voronoi diagram), then
 * border atoms change hands while that makes the whole better and keeps every part in one piece without holes.
 */

import type { Random } from '../../random.ts'
import type { Atoms } from './atoms.ts'
import { Heap } from './heap.ts'

export interface PartitionOptions {
  /** One atom for each part; absent: chosen far apart. */
  seeds?: readonly number[]
  /** Wanted weight of each part; null: whatever its borders give. */
  targets: readonly (number | null)[]
  /** What weight deviations cost, against shape. Default 1. */
  balance?: number
  /** Rounds of growth. Default 8. */
  rounds?: number
  /** Seeds stay where they are and the part always holds its seed. Default false. */
  fixedSeeds?: boolean
  /** Parts below this area, square metres, cost extra. Default 0. */
  leastArea?: number
}

/**
 * @param members atoms to divide; connected.
 * @param weight by atom.
 * @returns the part (0…targets.length-1) of each member.
 */
export function partition(
  atoms: Atoms,
  members: ArrayLike<number>,
  weight: ArrayLike<number>,
  options: PartitionOptions,
  random: Random,
): Int32Array {
  const parts = options.targets.length
  const size = members.length
  if (size < parts) throw new RangeError(`expected at least ${parts} atoms to divide, got ${size}`)
  if (parts === 1) return new Int32Array(size)
  const local = new Subgraph(atoms, members)
  const w = Float64Array.from({ length: size }, (_, i) => weight[members[i]])
  const total = w.reduce((a, b) => a + b, 0)
  const floor = total > 0 ? (total / parts) * 1e-3 : 1
  const targets = options.targets.map((target) => (target === null ? null : Math.max(floor, target)))

  const indexOf = new Map<number, number>()
  for (let i = 0; i < size; i++) indexOf.set(members[i], i)
  const given = options.seeds?.map((seed) => {
    const at = indexOf.get(seed)
    if (at === undefined) throw new RangeError(`expected seed atom ${seed} among the members`)
    return at
  })
  let seeds = given ?? spreadSeeds(local, w, parts, random)
  const labels = new Int32Array(size)
  const reach = new Float64Array(parts).fill(1)
  const rounds = options.rounds ?? 8
  const best = new Int32Array(size)
  let bestScore = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    grow(local, seeds, reach, labels)
    const load = new Float64Array(parts)
    for (let i = 0; i < size; i++) load[labels[i]] += w[i]
    let score = 0
    for (let p = 0; p < parts; p++) {
      const target = targets[p]
      if (target === null) continue
      score += ((load[p] - target) / target) ** 2
      // Too heavy: travel becomes dearer for this part.
      const ratio = Math.min(4, Math.max(0.25, (load[p] + floor) / (target + floor)))
      reach[p] = Math.min(8, Math.max(0.12, reach[p] * ratio ** 0.35))
    }
    if (score < bestScore) {
      bestScore = score
      best.set(labels)
    }
    if (!options.fixedSeeds && round < rounds - 2) seeds = centres(local, labels, w, parts, seeds)
  }
  labels.set(best)
  openRings(local, labels, parts)
  improve(
    local,
    labels,
    w,
    targets,
    options.balance ?? 1,
    options.leastArea ?? 0,
    options.fixedSeeds && given ? given : [],
    random,
  )
  return labels
}

/** The atoms of a partition, numbered 0…size-1. */
class Subgraph {
  readonly size: number
  readonly atoms: Atoms
  readonly members: ArrayLike<number>
  readonly offset: Int32Array
  readonly neighbour: Int32Array
  readonly cost: Float64Array
  readonly crossing: Float64Array
  /** Border with what is not a member. */
  readonly outer: Float64Array
  /** Both without the bonus of natural borders. */
  readonly rawCost: Float64Array
  readonly rawOuter: Float64Array
  readonly ringOffset: Int32Array
  /** Members around, -1 for what is not one. */
  readonly ring: Int32Array
  readonly area: Float64Array

  constructor(atoms: Atoms, members: ArrayLike<number>) {
    this.atoms = atoms
    this.members = members
    this.size = members.length
    const localOf = localNumbers(atoms.count)
    for (let i = 0; i < this.size; i++) localOf[members[i]] = i
    this.offset = new Int32Array(this.size + 1)
    this.ringOffset = new Int32Array(this.size + 1)
    this.outer = new Float64Array(this.size)
    this.rawOuter = new Float64Array(this.size)
    const rawCost: number[] = []
    this.area = new Float64Array(this.size)
    const neighbour: number[] = []
    const cost: number[] = []
    const crossing: number[] = []
    const ring: number[] = []
    for (let i = 0; i < this.size; i++) {
      const a = members[i]
      this.area[i] = atoms.area[a]
      this.outer[i] = atoms.outer[a]
      this.rawOuter[i] = atoms.outer[a]
      for (let k = atoms.offset[a]; k < atoms.offset[a + 1]; k++) {
        const b = localOf[atoms.neighbour[k]]
        if (b < 0) {
          this.outer[i] += atoms.cost[k]
          this.rawOuter[i] += atoms.border[k]
          continue
        }
        rawCost.push(atoms.border[k])
        neighbour.push(b)
        cost.push(atoms.cost[k])
        crossing.push(atoms.crossing[k])
      }
      this.offset[i + 1] = neighbour.length
      for (let k = atoms.ringOffset[a]; k < atoms.ringOffset[a + 1]; k++) {
        const other = atoms.ring[k]
        ring.push(other < 0 ? -1 : localOf[other])
      }
      this.ringOffset[i + 1] = ring.length
    }
    for (let i = 0; i < this.size; i++) localOf[members[i]] = -1
    this.neighbour = Int32Array.from(neighbour)
    this.cost = Float64Array.from(cost)
    this.rawCost = Float64Array.from(rawCost)
    this.crossing = Float64Array.from(crossing)
    this.ring = Int32Array.from(ring)
  }
}

let scratch = new Int32Array(0)
/** A table of -1, shared between calls, that each caller leaves as it found it. */
function localNumbers(count: number): Int32Array {
  if (scratch.length < count) scratch = new Int32Array(count).fill(-1)
  return scratch
}

const heap = new Heap()

/** Every atom goes to the seed from which it is cheapest to reach; `reach` scales the cost by part. */
function grow(local: Subgraph, seeds: readonly number[], reach: Float64Array, labels: Int32Array): void {
  const cost = new Float64Array(local.size).fill(Number.POSITIVE_INFINITY)
  const settled = new Uint8Array(local.size)
  labels.fill(-1)
  heap.clear()
  seeds.forEach((seed, part) => {
    cost[seed] = 0
    labels[seed] = part
    heap.push(-1, seed)
  })
  while (heap.size > 0) {
    const i = heap.pop()
    if (settled[i]) continue
    settled[i] = 1
    for (let k = local.offset[i]; k < local.offset[i + 1]; k++) {
      const j = local.neighbour[k]
      if (settled[j]) continue
      const through = cost[i] + local.crossing[k] * reach[labels[i]]
      if (through < cost[j]) {
        cost[j] = through
        labels[j] = labels[i]
        heap.push(through, j)
      }
    }
  }
}

/** Seeds far apart, denser where the weight is (k-means++ with geodesic distance approximated in the plane). */
function spreadSeeds(local: Subgraph, w: Float64Array, parts: number, random: Random): number[] {
  const { atoms, members, size } = local
  const px = Float64Array.from({ length: size }, (_, i) => atoms.x[members[i]])
  const py = Float64Array.from({ length: size }, (_, i) => atoms.y[members[i]])
  const seeds: number[] = []
  const distance = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  const chosen = new Uint8Array(size)
  const mean = w.reduce((a, b) => a + b, 0) / size || 1
  for (let p = 0; p < parts; p++) {
    let pick = -1
    // The best of a few draws keeps seeds apart.
    let bestScore = -1
    let sum = 0
    for (let i = 0; i < size; i++) {
      sum += chosen[i] ? 0 : (p === 0 ? 1 : distance[i]) * (w[i] + mean * 0.05)
    }
    for (let attempt = 0; attempt < 4; attempt++) {
      let left = random.next() * sum
      let i = 0
      for (; i < size - 1; i++) {
        left -= chosen[i] ? 0 : (p === 0 ? 1 : distance[i]) * (w[i] + mean * 0.05)
        if (left <= 0 && !chosen[i]) break
      }
      if (chosen[i]) continue
      const score = p === 0 ? random.next() : distance[i] * (w[i] + mean * 0.05)
      if (score > bestScore) {
        bestScore = score
        pick = i
      }
    }
    if (pick < 0) pick = chosen.indexOf(0)
    chosen[pick] = 1
    seeds.push(pick)
    for (let i = 0; i < size; i++) {
      const d = (px[i] - px[pick]) ** 2 + (py[i] - py[pick]) ** 2
      if (d < distance[i]) distance[i] = d
    }
  }
  return seeds
}

/** The member of each part nearest to its centre of weight. */
function centres(
  local: Subgraph,
  labels: Int32Array,
  w: Float64Array,
  parts: number,
  seeds: readonly number[],
): number[] {
  const { atoms, members, size } = local
  const sx = new Float64Array(parts)
  const sy = new Float64Array(parts)
  const sw = new Float64Array(parts)
  let areaSum = 0
  let weightSum = 0
  for (let i = 0; i < size; i++) {
    areaSum += local.area[i]
    weightSum += w[i]
  }
  const perArea = weightSum > 0 ? (0.5 * weightSum) / areaSum : 1
  for (let i = 0; i < size; i++) {
    const m = w[i] + local.area[i] * perArea
    sx[labels[i]] += atoms.x[members[i]] * m
    sy[labels[i]] += atoms.y[members[i]] * m
    sw[labels[i]] += m
  }
  const result = [...seeds]
  const best = new Float64Array(parts).fill(Number.POSITIVE_INFINITY)
  for (let i = 0; i < size; i++) {
    const p = labels[i]
    const d = (atoms.x[members[i]] - sx[p] / sw[p]) ** 2 + (atoms.y[members[i]] - sy[p] / sw[p]) ** 2
    if (d < best[p]) {
      best[p] = d
      result[p] = i
    }
  }
  return result
}

/** Number of separate runs of `part` around atom i; the outside (-1) belongs to no part. */
function runsAround(local: Subgraph, labels: Int32Array, i: number, part: number): number {
  const first = local.ringOffset[i]
  const last = local.ringOffset[i + 1]
  if (last === first) return 0
  const tail = local.ring[last - 1]
  let before = tail >= 0 && labels[tail] === part
  let runs = 0
  let all = true
  for (let k = first; k < last; k++) {
    const other = local.ring[k]
    const is = other >= 0 && labels[other] === part
    if (is && !before) runs++
    if (!is) all = false
    before = is
  }
  return all ? 1 : runs
}

/**
 * Opens rings: a part that encloses others gives them a way out, so that no area has a hole.
 */
function openRings(local: Subgraph, labels: Int32Array, parts: number): void {
  const { size } = local
  const touchesOutside = new Uint8Array(size)
  for (let i = 0; i < size; i++) {
    for (let k = local.ringOffset[i]; k < local.ringOffset[i + 1]; k++)
      if (local.ring[k] < 0) touchesOutside[i] = 1
  }
  for (let part = 0; part < parts; part++) {
    for (let attempt = 0; attempt < 4; attempt++) {
      // What can be reached from outside without crossing the part, also through a touching corner.
      const free = new Uint8Array(size)
      const open: number[] = []
      for (let i = 0; i < size; i++) {
        if (labels[i] !== part && touchesOutside[i]) {
          free[i] = 1
          open.push(i)
        }
      }
      for (let i = open.pop(); i !== undefined; i = open.pop()) {
        for (let k = local.offset[i]; k < local.offset[i + 1]; k++) {
          const j = local.neighbour[k]
          if (free[j] || labels[j] === part) continue
          free[j] = 1
          open.push(j)
        }
      }
      const from = new Int32Array(size).fill(-2)
      const queue: number[] = []
      for (let i = 0; i < size; i++) {
        if (labels[i] === part || free[i]) continue
        from[i] = -1
        queue.push(i)
      }
      if (queue.length === 0) break
      // The shortest way out through the part; its atoms join the enclosed part they start from.
      let exit = -1
      for (let head = 0; head < queue.length && exit < 0; head++) {
        const i = queue[head]
        for (let k = local.offset[i]; k < local.offset[i + 1]; k++) {
          const j = local.neighbour[k]
          if (labels[i] === part && free[j]) {
            exit = i
            break
          }
          if (from[j] !== -2 || labels[j] !== part) continue
          from[j] = i
          queue.push(j)
        }
        if (exit < 0 && labels[i] === part && touchesOutside[i]) exit = i
      }
      if (exit < 0) break
      const way: number[] = []
      let start = exit
      while (from[start] >= 0) {
        way.push(start)
        start = from[start]
      }
      const before = way.map((i) => labels[i])
      for (const i of way) labels[i] = labels[start]
      if (!connected(local, labels, part)) {
        way.forEach((i, n) => {
          labels[i] = before[n]
        })
        break
      }
    }
  }
}

function connected(local: Subgraph, labels: Int32Array, part: number): boolean {
  const seen = new Uint8Array(local.size)
  const first = labels.indexOf(part)
  if (first < 0) return false
  seen[first] = 1
  let count = 0
  const open = [first]
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    count++
    for (let k = local.offset[i]; k < local.offset[i + 1]; k++) {
      const j = local.neighbour[k]
      if (seen[j] || labels[j] !== part) continue
      seen[j] = 1
      open.push(j)
    }
  }
  let total = 0
  for (let i = 0; i < local.size; i++) if (labels[i] === part) total++
  return count === total
}

/** Moves border atoms between parts while the sum of shape and balance improves. */
function improve(
  local: Subgraph,
  labels: Int32Array,
  w: Float64Array,
  targets: readonly (number | null)[],
  balance: number,
  leastArea: number,
  fixed: readonly number[],
  random: Random,
): void {
  const { size } = local
  const parts = targets.length
  const load = new Float64Array(parts)
  const area = new Float64Array(parts)
  const perimeter = new Float64Array(parts)
  const rawPerimeter = new Float64Array(parts)
  const count = new Int32Array(parts)
  const locked = new Uint8Array(size)
  for (const i of fixed) locked[i] = 1
  for (let i = 0; i < size; i++) {
    const p = labels[i]
    load[p] += w[i]
    area[p] += local.area[i]
    perimeter[p] += local.outer[i]
    rawPerimeter[p] += local.rawOuter[i]
    count[p]++
    for (let k = local.offset[i]; k < local.offset[i + 1]; k++) {
      if (labels[local.neighbour[k]] === p) continue
      perimeter[p] += local.cost[k]
      rawPerimeter[p] += local.rawCost[k]
    }
  }
  // Slivers cost more than in proportion, and so do crumbs and strips: 2a/r is about the width of a strip.
  const leastWidth = leastArea > 0 ? Math.sqrt(leastArea) / 2 : 0
  const shape = (p: number, r: number, a: number) => {
    const s = (p * p) / (4 * Math.PI * a)
    const width = (2 * a) / r
    return (
      s +
      0.15 * s * s +
      (a < leastArea ? 3 * (leastArea / a - 1) : 0) +
      (width < leastWidth ? 8 * (leastWidth / width - 1) : 0)
    )
  }
  const imbalance = (value: number, part: number) => {
    const target = targets[part]
    return target === null ? 0 : balance * ((value - target) / target) ** 2
  }
  const score = (p: number) => shape(perimeter[p], rawPerimeter[p], area[p]) + imbalance(load[p], p)
  const current = Float64Array.from({ length: parts }, (_, p) => score(p))
  const order = random.shuffled(Array.from({ length: size }, (_, i) => i))
  const shared = new Map<number, number>()
  const rawShared = new Map<number, number>()
  for (let pass = 0; pass < 30; pass++) {
    let moved = 0
    for (const i of order) {
      const from = labels[i]
      if (locked[i] || count[from] === 1) continue
      shared.clear()
      rawShared.clear()
      let own = 0
      let all = local.outer[i]
      let rawOwn = 0
      let rawAll = local.rawOuter[i]
      for (let k = local.offset[i]; k < local.offset[i + 1]; k++) {
        const p = labels[local.neighbour[k]]
        all += local.cost[k]
        rawAll += local.rawCost[k]
        if (p === from) {
          own += local.cost[k]
          rawOwn += local.rawCost[k]
        } else {
          shared.set(p, (shared.get(p) ?? 0) + local.cost[k])
          rawShared.set(p, (rawShared.get(p) ?? 0) + local.rawCost[k])
        }
      }
      if (shared.size === 0 || runsAround(local, labels, i, from) !== 1) continue
      let bestGain = 1e-9
      let bestPart = -1
      let bestFrom = 0
      let bestTo = 0
      const leaveP = perimeter[from] + own - (all - own)
      const leaveR = rawPerimeter[from] + 2 * rawOwn - rawAll
      const leaveA = area[from] - local.area[i]
      const newFrom = shape(leaveP, leaveR, leaveA) + imbalance(load[from] - w[i], from)
      for (const [to, common] of shared) {
        const newTo =
          shape(
            perimeter[to] + all - 2 * common,
            rawPerimeter[to] + rawAll - 2 * (rawShared.get(to) ?? 0),
            area[to] + local.area[i],
          ) + imbalance(load[to] + w[i], to)
        const gain = current[from] + current[to] - newFrom - newTo
        if (gain > bestGain && runsAround(local, labels, i, to) === 1) {
          bestGain = gain
          bestPart = to
          bestFrom = newFrom
          bestTo = newTo
        }
      }
      if (bestPart < 0) continue
      const common = shared.get(bestPart) ?? 0
      perimeter[from] = leaveP
      rawPerimeter[from] = leaveR
      rawPerimeter[bestPart] += rawAll - 2 * (rawShared.get(bestPart) ?? 0)
      area[from] = leaveA
      load[from] -= w[i]
      count[from]--
      perimeter[bestPart] += all - 2 * common
      area[bestPart] += local.area[i]
      load[bestPart] += w[i]
      count[bestPart]++
      current[from] = bestFrom
      current[bestPart] = bestTo
      labels[i] = bestPart
      moved++
    }
    if (moved === 0) break
  }
}
