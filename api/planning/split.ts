import type { Capacitated } from './capacitated.ts'

/** How far over its capacity a route may be while a sequence is cut. */
const OVER = 1.5

export interface Fees {
  /** For each unit of demand over the capacity, and of time over the longest. */
  load: number
  time: number
}

/**
 * Cuts a sequence of all stops into the routes that cost least with fees for what is too much (Beasley 1983; Prins 2004).
 * @param most How many routes there may be; at least as many as the load needs.
 */
export function splitSequence(
  problem: Capacitated,
  sequence: Int32Array,
  fees: Fees,
  most: number,
): Int32Array[] {
  const free = cut(problem, sequence, fees, 0, OVER) ?? []
  if (free.length <= most) return free
  return (
    cut(problem, sequence, fees, most, OVER) ??
    cut(problem, sequence, fees, most, Number.POSITIVE_INFINITY) ??
    free
  )
}

/** Without layers as many routes as are cheapest; with them one a layer at most. Null where some stop is left over. */
function cut(
  problem: Capacitated,
  sequence: Int32Array,
  fees: Fees,
  layers: number,
  over: number,
): Int32Array[] | null {
  const { nodes, lengths, demand, spent, capacity, longest } = problem
  const stops = sequence.length
  const width = stops + 1
  const worth = new Float64Array((layers + 1) * width).fill(Number.POSITIVE_INFINITY)
  const from = new Int32Array((layers + 1) * width)
  worth[0] = 0
  const single = layers === 0
  for (let layer = 0; layer < Math.max(1, layers); layer++) {
    const row = layer * width
    const next = single ? 0 : row + width
    for (let first = 0; first < stops; first++) {
      const base = worth[row + first]
      if (base === Number.POSITIVE_INFINITY) continue
      let [load, way, time] = [0, 0, 0]
      let before = 0
      for (let at = first; at < stops; at++) {
        const node = sequence[at]
        load += demand[node]
        if (at > first && load > over * capacity) break
        way += lengths[before * nodes + node]
        time += spent[node]
        before = node
        const whole = way + lengths[node]
        const cost =
          base +
          whole +
          fees.load * Math.max(0, load - capacity) +
          fees.time * Math.max(0, whole + time - longest)
        if (cost >= worth[next + at + 1]) continue
        worth[next + at + 1] = cost
        from[next + at + 1] = first
      }
    }
  }
  let layer = single ? 0 : layers
  if (!single)
    for (let each = 1; each < layers; each++)
      if (worth[each * width + stops] < worth[layer * width + stops]) layer = each
  if (worth[layer * width + stops] === Number.POSITIVE_INFINITY) return null
  const routes: Int32Array[] = []
  for (let end = stops; end > 0; ) {
    const first = from[layer * width + end]
    routes.push(sequence.slice(first, end))
    end = first
    if (!single) layer--
  }
  return routes.reverse()
}
