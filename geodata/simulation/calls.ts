/** What happens while the simulation runs: when by the rhythm of the hour, where and of which kind as in the city's history. */
import { groupShares, type KindMix, mix } from '../demo/things/mix.ts'
import type { Rhythms } from '../demo/things/rhythm.ts'
import type { Affinity, Spot } from '../demo/things/spots.ts'
import { type Random, WeightedSampler } from '../random.ts'
import type { Channel, IncidentLevel } from '../things.ts'
import type { SimulatedCity } from './city.ts'

const minute = 60_000
const hour = 60 * minute

export interface Call {
  /** Simulated milliseconds since the start. */
  at: number
  recipe: KindMix
  spot: Spot
  level: IncidentLevel
  channel: Channel
  outcome: string
}

/** Crime and public order have published counts, not shares: against 60,000 incidents they are few. */
const shareOf: Partial<Record<KindMix['group'], number>> = {
  ...groupShares,
  criminal: 0.006,
  publicOrder: 0.014,
}

const drawKey = <Key extends string>(weights: Partial<Record<Key, number>>, random: Random): Key => {
  const keys = Object.keys(weights) as Key[]
  return keys[new WeightedSampler(keys.map((key) => weights[key] ?? 0)).draw(random)]
}

function drawLevel({ levels }: KindMix, random: Random): IncidentLevel {
  const draw = random.next()
  if (draw < levels[0]) return 1
  if (draw < levels[0] + levels[1]) return 2
  return draw < levels[0] + levels[1] + levels[2] ? 3 : 4
}

/** The kinds with what each weighs in one hour, against an average hour. */
function kindsAt(rhythms: Rhythms, from: number): number[] {
  const sums = new Map<string, number>()
  for (const { group, share } of mix) sums.set(group, (sums.get(group) ?? 0) + share)
  return mix.map(({ group, share, when }) => {
    const usual = ((shareOf[group] ?? 0) * share) / (sums.get(group) ?? 1)
    return usual * rhythms.share(when, from, from + hour)
  })
}

export interface CallsInput {
  city: SimulatedCity
  random: Random
  /** The instant in the life of the city at which the run begins, epoch milliseconds. */
  clock: number
  minutes: number
  /** Mean of the run, calls a minute: round(perMinute × minutes) in all. */
  perMinute: number
}

/** All calls of a run in the order in which they come. */
export function createCalls({ city, random, clock, minutes, perMinute }: CallsInput): Call[] {
  const rhythms = city.rhythmsAround(clock)
  const samplers = new Map<number, WeightedSampler>()
  const samplerAt = (instant: number) => {
    const from = Math.floor(instant / hour) * hour
    const known = samplers.get(from)
    if (known) return known
    const made = new WeightedSampler(kindsAt(rhythms, from))
    samplers.set(from, made)
    return made
  }
  const whole = Math.ceil(minutes)
  const busy = new WeightedSampler(
    Array.from({ length: whole }, (_, i) => samplerAt(clock + i * minute).total * Math.min(1, minutes - i)),
  )
  const instants = Array.from({ length: Math.round(perMinute * minutes) }, () => {
    const i = busy.draw(random)
    return Math.floor((i + random.next() * Math.min(1, minutes - i)) * 60) * 1000
  }).sort((a, b) => a - b)
  return instants.map((at) => {
    const recipe = mix[samplerAt(clock + at).draw(random)]
    const affinity: Affinity = drawKey(recipe.where, random)
    return {
      at,
      recipe,
      spot: city.spots.draw(affinity, random),
      level: drawLevel(recipe, random),
      channel: drawKey(recipe.channels, random),
      outcome: drawKey(recipe.outcomes, random),
    }
  })
}
