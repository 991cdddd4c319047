import { createRandom } from '../../geodata/random.ts'
import type { RouteTrack } from './routeStays.ts'
import { entropyRate, observerHits, randomiseWithin, returnTimeEntropy } from './surprise.ts'

/** How well somebody who watched for days knows when a unit comes. */
export interface RouteSurprise {
  /** How often each alternative is to be driven. */
  chances: Float64Array
  meanCost: number
  /** Share of the observer's expectations that come true (0 where nothing is expected), and of all visits those expected. */
  precision: number
  recall: number
  /** Those visits: on the same days, however long the memory. */
  came: number
  /** That share of visits by days remembered, ascending. */
  recallByDays: [days: number, recall: number][]
  /** Of the patrol as a chain from hot spot to hot spot, back to its post at the end; nats a step. */
  entropyRate: number
  returnTimeEntropy: number
}

/** One way to drive a unit's shift. */
export interface Alternative {
  track: RouteTrack
  /** Micro-grids it stops in, in order. */
  stops: readonly number[]
  cost: number
}

/** Days on which the observer's guesses are looked at. */
const DAYS_JUDGED = 28
/** Memories told beside the one asked for. */
const MEMORIES = [1, 3, 7, 14]
const SLOT_S = 1800
const LONGEST_RETURN = 60

/**
 * Several routes of one unit, each driven as often as keeps the most surprise for at most `allowance` more cost on average,
 * and what an observer of the last days makes of it: micro-grid by micro-grid, half hour by half hour.
 */
export function routeSurprise(
  alternatives: readonly Alternative[],
  {
    allowance,
    startS,
    seed,
    daysWatched,
  }: { allowance: number; startS: number; seed: number; daysWatched: number },
): RouteSurprise {
  const { chances, meanCost } = randomiseWithin(
    alternatives.map(({ cost }) => cost),
    allowance,
  )
  const places = new Map<string, number>()
  const visited = alternatives.map(({ track }) => {
    const slots = new Set<number>()
    for (const { cell, from, to } of track.stays) {
      for (let slot = Math.floor((from - startS) / SLOT_S); slot * SLOT_S < to - startS; slot++) {
        const key = `${cell} ${slot}`
        const known = places.get(key) ?? places.size
        places.set(key, known)
        slots.add(known)
      }
    }
    return slots
  })
  const random = createRandom(seed, 'surprise')
  const draw = () => {
    let left = random.next()
    const found = chances.findIndex((chance) => {
      left -= chance
      return left < 0
    })
    return found < 0 ? chances.length - 1 : found
  }
  const memories = [...new Set([...MEMORIES, daysWatched])].sort((a, b) => a - b)
  const longest = memories[memories.length - 1]
  const days = Array.from({ length: longest + DAYS_JUDGED }, () => {
    const own = visited[draw()]
    return Uint8Array.from({ length: places.size }, (_, slot) => (own.has(slot) ? 1 : 0))
  })
  // The same days are judged, however long the memory.
  const watched = (memory: number) => {
    const { expected, came, hits } = observerHits(days.slice(longest - memory), memory)
    return { precision: expected === 0 ? 0 : hits / expected, recall: came === 0 ? 0 : hits / came, came }
  }
  const transitions = chainOf(alternatives, chances)
  return {
    chances,
    meanCost,
    ...watched(daysWatched),
    recallByDays: memories.map((memory) => [memory, watched(memory).recall]),
    entropyRate: entropyRate(transitions),
    returnTimeEntropy: returnTimeEntropy(transitions, LONGEST_RETURN),
  }
}

/** From hot spot to hot spot, as often as the routes go so; place 0 is the post, which ends one route and begins the next. */
function chainOf(alternatives: readonly Alternative[], chances: ArrayLike<number>): Float64Array {
  const driven = alternatives
    .map(({ stops }, route) => ({ stops, chance: chances[route] }))
    .filter(({ chance }) => chance > 0)
  const placeOf = new Map<number, number>()
  for (const { stops } of driven)
    for (const cell of stops) if (!placeOf.has(cell)) placeOf.set(cell, placeOf.size + 1)
  const places = placeOf.size + 1
  const chain = new Float64Array(places * places)
  for (const { stops, chance } of driven) {
    let at = 0
    for (const cell of stops) {
      const next = placeOf.get(cell) ?? 0
      chain[at * places + next] += chance
      at = next
    }
    chain[at * places] += chance
  }
  for (let from = 0; from < places; from++) {
    const row = chain.subarray(from * places, (from + 1) * places)
    const sum = row.reduce((total, count) => total + count, 0)
    for (let to = 0; to < places; to++) row[to] /= sum
  }
  return chain
}
