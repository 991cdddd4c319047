/** Divides town blocks into parcels: again and again across the longer side, so that parcels front on streets. */
import type { Position } from '../../city.ts'
import type { Random } from '../../random.ts'
import { ringArea } from './plane.ts'

/** No parcel is cut shallower, metres. */
const leastDepth = 29

/**
 * @param ring block, not closed, counter-clockwise, metres.
 * @param pieces wanted number of parcels.
 * @returns the dividing lines.
 */
export function divideBlock(
  ring: readonly Position[],
  pieces: number,
  random: Random,
): [Position, Position][] {
  const cuts: [Position, Position][] = []
  const open: { ring: readonly Position[]; pieces: number }[] = [{ ring, pieces }]
  for (let item = open.pop(); item; item = open.pop()) {
    if (item.pieces < 2) continue
    const halves = cutAcross(item.ring, item.pieces, random)
    if (!halves) continue
    cuts.push(halves.cut)
    const first = Math.abs(ringArea(halves.first))
    const second = Math.abs(ringArea(halves.second))
    const share = Math.min(item.pieces - 1, Math.max(1, Math.round((item.pieces * first) / (first + second))))
    open.push({ ring: halves.first, pieces: share }, { ring: halves.second, pieces: item.pieces - share })
  }
  return cuts
}

function cutAcross(ring: readonly Position[], pieces: number, random: Random) {
  // The long axis of the least box around the ring, tried along each of its longer edges.
  let best = Number.POSITIVE_INFINITY
  let axis: Position = [1, 0]
  let low = 0
  let high = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const dx = ring[i][0] - ring[j][0]
    const dy = ring[i][1] - ring[j][1]
    const length = Math.hypot(dx, dy)
    if (length < 6) continue
    const ux = dx / length
    const uy = dy / length
    let a0 = Number.POSITIVE_INFINITY
    let a1 = Number.NEGATIVE_INFINITY
    let b0 = Number.POSITIVE_INFINITY
    let b1 = Number.NEGATIVE_INFINITY
    for (const [x, y] of ring) {
      const a = x * ux + y * uy
      const b = -x * uy + y * ux
      if (a < a0) a0 = a
      if (a > a1) a1 = a
      if (b < b0) b0 = b
      if (b > b1) b1 = b
    }
    const area = (a1 - a0) * (b1 - b0)
    if (area >= best) continue
    best = area
    if (a1 - a0 >= b1 - b0) {
      axis = [ux, uy]
      low = a0
      high = a1
    } else {
      axis = [-uy, ux]
      low = b0
      high = b1
    }
  }
  if (best === Number.POSITIVE_INFINITY) return null
  const share = pieces === 3 ? (random.chance(0.5) ? 1 / 3 : 2 / 3) : 0.5
  if ((high - low) * Math.min(share, 1 - share) < leastDepth) return null
  const at = low + (high - low) * (share + random.between(-0.04, 0.04))
  return split(ring, axis, at)
}

/** Cuts a ring where `axis`·p = at, along the crossing chord nearest its middle. */
function split(ring: readonly Position[], axis: Position, at: number) {
  const crossings: { edge: number; point: Position; across: number }[] = []
  for (let i = 0; i < ring.length; i++) {
    const p = ring[i]
    const q = ring[(i + 1) % ring.length]
    const a = p[0] * axis[0] + p[1] * axis[1] - at
    const b = q[0] * axis[0] + q[1] * axis[1] - at
    if (a > 0 === b > 0) continue
    const t = a / (a - b)
    const point: Position = [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t]
    crossings.push({ edge: i, point, across: -point[0] * axis[1] + point[1] * axis[0] })
  }
  if (crossings.length < 2) return null
  crossings.sort((p, q) => p.across - q.across)
  // Chords inside the ring lie between the 1st and 2nd, 3rd and 4th … crossing; the longest is taken.
  let pick = 0
  let longest = 0
  for (let k = 0; k + 1 < crossings.length; k += 2) {
    const length = crossings[k + 1].across - crossings[k].across
    if (length > longest) {
      longest = length
      pick = k
    }
  }
  const [p, q] = [crossings[pick], crossings[pick + 1]].sort((m, n) => m.edge - n.edge)
  if (p.edge === q.edge || longest < 5) return null
  const first: Position[] = [p.point]
  for (let i = p.edge + 1; i <= q.edge; i++) first.push(ring[i])
  first.push(q.point)
  const second: Position[] = [q.point]
  for (let i = q.edge + 1; i <= p.edge + ring.length; i++) second.push(ring[i % ring.length])
  second.push(p.point)
  const cut: [Position, Position] = [p.point, q.point]
  return { first, second, cut }
}
