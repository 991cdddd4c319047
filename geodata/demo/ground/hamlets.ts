/** Where people live outside the streets: hamlets on gentle ground near water and low in the valleys. */
import type { Random } from '../../random.ts'
import { WeightedSampler } from '../../random.ts'
import { slopeAt, type Terrain } from './terrain.ts'

export interface Hamlet {
  x: number
  y: number
  /** Relative size; the median is 1. */
  size: number
}

/** Metres to the nearest stream or river, by cell (breadth first, four neighbours). */
function waterDistance(terrain: Terrain, leastArea: number): Float64Array {
  const { columns, rows, cell, drained, river } = terrain
  const distance = new Float64Array(columns * rows).fill(Number.POSITIVE_INFINITY)
  let front: number[] = []
  for (let i = 0; i < distance.length; i++) {
    if (river[i] || drained[i] >= leastArea) {
      distance[i] = 0
      front.push(i)
    }
  }
  for (let d = cell; front.length > 0; d += cell) {
    const next: number[] = []
    for (const i of front) {
      const c = i % columns
      for (const j of [c > 0 ? i - 1 : -1, c + 1 < columns ? i + 1 : -1, i - columns, i + columns]) {
        if (j < 0 || j >= distance.length || distance[j] <= d) continue
        distance[j] = d
        next.push(j)
      }
    }
    front = next
  }
  return distance
}

/**
 * @param inside where hamlets may be (metres).
 * @param count as many as fit, at most.
 * @param apart least distance between two, metres.
 */
export function placeHamlets(
  terrain: Terrain,
  inside: (x: number, y: number) => boolean,
  count: number,
  apart: number,
  random: Random,
): Hamlet[] {
  const { columns, cell, minX, minY, height } = terrain
  const water = waterDistance(terrain, 1.5e6)
  let lowest = Number.POSITIVE_INFINITY
  const suit = new Float64Array(height.length)
  for (let i = 0; i < suit.length; i++) {
    const x = minX + (i % columns) * cell
    const y = minY + Math.floor(i / columns) * cell
    if (!inside(x, y)) continue
    suit[i] = 1
    lowest = Math.min(lowest, height[i])
  }
  for (let i = 0; i < suit.length; i++) {
    if (suit[i] === 0) continue
    const slope = slopeAt(terrain, i)
    suit[i] =
      Math.exp(-((slope / 0.2) ** 2)) *
      (0.12 + Math.exp(-water[i] / 450)) *
      Math.exp(-(height[i] - lowest) / 650) *
      (water[i] < cell ? 0.5 : 1)
  }
  const sampler = new WeightedSampler(suit)
  const hamlets: Hamlet[] = []
  const taken = new Map<string, Hamlet[]>()
  const key = (c: number, r: number) => `${c},${r}`
  for (let attempt = 0; attempt < count * 40 && hamlets.length < count; attempt++) {
    const i = sampler.draw(random)
    const x = minX + (i % columns) * cell + random.between(-0.4, 0.4) * cell
    const y = minY + Math.floor(i / columns) * cell + random.between(-0.4, 0.4) * cell
    const c = Math.floor(x / apart)
    const r = Math.floor(y / apart)
    let free = true
    for (let dc = -1; dc <= 1 && free; dc++) {
      for (let dr = -1; dr <= 1 && free; dr++) {
        for (const other of taken.get(key(c + dc, r + dr)) ?? []) {
          if (Math.hypot(other.x - x, other.y - y) < apart) free = false
        }
      }
    }
    if (!free) continue
    const hamlet = { x, y, size: random.lognormal(0.65) * (0.6 + suit[i]) }
    hamlets.push(hamlet)
    taken.set(key(c, r), [...(taken.get(key(c, r)) ?? []), hamlet])
  }
  return hamlets
}
