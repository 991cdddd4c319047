import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'
import { type Proof, SearchClock, type SearchOptions } from './search.ts'

/**
 * The hypercube queueing model (Larson, Computers & Operations Research 1, 1974): what units that help one another out
 * really do. Calls come at random (Poisson) from atoms; each goes to the first free unit in its atom's order; services
 * last an exponential time of the unit's own rate, wherever the call was. States are the sets of busy units.
 */
export interface HypercubeInput {
  /** Calls in a unit of time, by atom. */
  arrivals: ArrayLike<number>
  /** Calls a unit would finish in a unit of time if always busy, by unit; at most 16 units. */
  serviceRates: ArrayLike<number>
  /** By atom: all units, the first to send first. */
  preferences: readonly ArrayLike<number>[]
  /** By atom: the unit in whose area it lies; absent: the first of its preferences. */
  home?: ArrayLike<number>
  /** Travel time from where unit u waits to atom a at [u * atoms + a]; in any unit of time. */
  travelTimes?: ArrayLike<number>
  /** What becomes of a call that finds all units busy: it waits, first come first served, or it is lost (to others). */
  whenAllBusy: 'wait' | 'lose'
}

/**
 * `objective`: the mean travel time of a dispatch, or without travel times the probability that all units are busy.
 * `proven`: the balance was solved to the last digits, not stopped before.
 */
export interface HypercubeAnswer extends Proof {
  /** Share of time each unit is busy. */
  workloads: Float64Array
  /** Probability that all units are busy, which is the share of calls that wait or are lost. */
  allBusy: number
  /** Mean calls waiting; 0 where they are lost. */
  waiting: number
  /** Share of all dispatches that send unit u to atom a, at [u * atoms + a]; sums to 1. */
  dispatches: Float64Array
  /** Share of dispatches into another unit's area. */
  interArea: number
  /** By unit: share of its own dispatches that leave its area. */
  interAreaOfUnit: Float64Array
  /** Mean travel time of a dispatch, overall, by unit and by atom; NaN where there is none. Only with `travelTimes`. */
  travel?: { mean: number; ofUnit: Float64Array; ofAtom: Float64Array }
  /** Largest change of a state's probability in the last sweep. */
  residual: number
}

const MOST_UNITS = 16
const TOLERANCE = 1e-13
const MOST_SWEEPS = 20_000

/** Atoms with the same order of units are one source of calls. */
interface Source {
  order: number[]
  rate: number
  atoms: number[]
}

function checked(input: HypercubeInput): { units: number; atoms: number } {
  const units = input.serviceRates.length
  const atoms = input.arrivals.length
  if (units < 1 || units > MOST_UNITS) {
    throw new PlanRefusal(`serviceRates: expected 1 to ${MOST_UNITS} units, got ${units}`)
  }
  requireNumbers('arrivals', input.arrivals)
  requireNumbers('serviceRates', input.serviceRates, Number.MIN_VALUE)
  requireLength('preferences', input.preferences, atoms)
  if (input.home) requireLength('home', input.home, atoms)
  if (input.travelTimes) {
    requireLength('travelTimes', input.travelTimes, units * atoms)
    requireNumbers('travelTimes', input.travelTimes)
  }
  input.preferences.forEach((order, atom) => {
    const named = new Set(Array.from(order))
    const isWhole = Array.from(named).every((unit) => Number.isInteger(unit) && unit >= 0 && unit < units)
    if (order.length === units && named.size === units && isWhole) return
    throw new PlanRefusal(
      `preferences: expected each of ${units} units once for atom ${atom}, got ${Array.from(order).join(', ')}`,
    )
  })
  const calls = sum(input.arrivals)
  const able = sum(input.serviceRates)
  if (calls === 0) throw new PlanRefusal('arrivals: expected calls from at least one atom, got none')
  if (input.whenAllBusy === 'wait' && calls >= able) {
    throw new PlanRefusal(
      `arrivals: expected fewer calls than all units can finish (${able}) where calls wait, got ${calls}`,
    )
  }
  return { units, atoms }
}

function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < values.length; index++) total += values[index]
  return total
}

function sourcesOf({ arrivals, preferences }: HypercubeInput): Source[] {
  const sources = new Map<string, Source>()
  preferences.forEach((order, atom) => {
    const key = Array.from(order).join()
    const source = sources.get(key) ?? { order: Array.from(order), rate: 0, atoms: [] }
    source.rate += arrivals[atom]
    source.atoms.push(atom)
    sources.set(key, source)
  })
  return [...sources.values()]
}

/** Calls in a unit of time that each state sends to each unit: [state * units + unit], 0 for busy units. */
function dispatchRates(sources: readonly Source[], units: number): Float64Array {
  const rates = new Float64Array((1 << units) * units)
  for (let busy = 0; busy < 1 << units; busy++) {
    for (const { order, rate } of sources) {
      const unit = order.find((candidate) => (busy & (1 << candidate)) === 0)
      if (unit !== undefined) rates[busy * units + unit] += rate
    }
  }
  return rates
}

function countBits(value: number): number {
  let count = 0
  for (let rest = value; rest !== 0; rest &= rest - 1) count++
  return count
}

/**
 * Probabilities of all states up to a common factor, by Gauss–Seidel sweeps over the balance of each state. A queue adds
 * nothing here: what joins it from the state of all busy comes back to it.
 */
function balance(
  rates: Float64Array,
  serviceRates: ArrayLike<number>,
  calls: number,
  clock: SearchClock,
): { states: Float64Array; residual: number } {
  const units = serviceRates.length
  const size = 1 << units
  const full = size - 1
  const leaving = new Float64Array(size)
  // By number of busy units, which is how probability flows.
  const order = Uint32Array.from({ length: size }, (_, busy) => busy).sort(
    (a, b) => countBits(a) - countBits(b) || a - b,
  )
  for (let busy = 0; busy < size; busy++) {
    leaving[busy] = busy === full ? 0 : calls
    for (let unit = 0; unit < units; unit++) if (busy & (1 << unit)) leaving[busy] += serviceRates[unit]
  }
  const states = new Float64Array(size).fill(1 / size)
  let residual = Number.POSITIVE_INFINITY
  for (let sweep = 0; sweep < MOST_SWEEPS && residual > TOLERANCE && !(sweep > 0 && clock.over); sweep++) {
    residual = 0
    let total = 0
    // There and back, so that news travels both ways in one sweep.
    for (let step = 0; step < 2 * size; step++) {
      const busy = step < size ? order[step] : order[2 * size - 1 - step]
      let entering = 0
      for (let unit = 0; unit < units; unit++) {
        const bit = 1 << unit
        entering +=
          busy & bit
            ? states[busy ^ bit] * rates[(busy ^ bit) * units + unit]
            : states[busy ^ bit] * serviceRates[unit]
      }
      const next = entering / leaving[busy]
      residual = Math.max(residual, Math.abs(next - states[busy]))
      states[busy] = next
    }
    for (const state of states) total += state
    for (let busy = 0; busy < size; busy++) states[busy] /= total
    clock.tell(residual)
  }
  return { states, residual }
}

/**
 * Workloads, dispatches and travel times of up to 16 units.
 * @param options Stopped, it answers what the sweeps have come to; progress tells the largest change of the last sweep.
 * @throws PlanRefusal for numbers that are none, orders that leave a unit out, or more calls than can ever be served.
 */
export function hypercube(
  input: HypercubeInput,
  options: SearchOptions = { seconds: Number.POSITIVE_INFINITY },
): HypercubeAnswer {
  const clock = new SearchClock(options)
  const { units, atoms } = checked(input)
  const { arrivals, serviceRates } = input
  const calls = sum(arrivals)
  const able = sum(serviceRates)
  const full = (1 << units) - 1
  const sources = sourcesOf(input)
  const { states, residual } = balance(dispatchRates(sources, units), serviceRates, calls, clock)
  // Behind the state of all busy stands the queue: a geometric tail.
  const ratio = calls / able
  const tail = input.whenAllBusy === 'wait' ? (states[full] * ratio) / (1 - ratio) : 0
  const whole = 1 + tail
  for (let busy = 0; busy <= full; busy++) states[busy] /= whole
  const inQueue = tail / whole
  const allBusy = states[full] + inQueue

  const workloads = new Float64Array(units).fill(inQueue)
  for (let busy = 0; busy <= full; busy++) {
    for (let unit = 0; unit < units; unit++) if (busy & (1 << unit)) workloads[unit] += states[busy]
  }

  const dispatches = new Float64Array(units * atoms)
  const served = input.whenAllBusy === 'wait' ? 1 : 1 - allBusy
  for (const { order, atoms: own } of sources) {
    // Of a call from here, the chance that each unit goes.
    const chances = new Float64Array(units)
    for (let busy = 0; busy < full; busy++) {
      for (let place = 0; place < units; place++) {
        const unit = order[place]
        if (busy & (1 << unit)) continue
        chances[unit] += states[busy]
        break
      }
    }
    for (let unit = 0; unit < units; unit++) {
      // A call that waits is taken by the unit that is free first.
      const chance =
        chances[unit] + (input.whenAllBusy === 'wait' ? allBusy * (serviceRates[unit] / able) : 0)
      for (const atom of own) dispatches[unit * atoms + atom] = (arrivals[atom] / calls / served) * chance
    }
  }
  const travel = input.travelTimes && travelOf(input.travelTimes, dispatches, units, atoms)
  return {
    objective: travel?.mean ?? allBusy,
    seconds: clock.seconds,
    proven: residual <= TOLERANCE,
    workloads,
    allBusy,
    waiting: input.whenAllBusy === 'wait' ? (allBusy * ratio) / (1 - ratio) : 0,
    dispatches,
    ...interArea(input, dispatches, units, atoms),
    travel,
    residual,
  }
}

function interArea(
  { preferences, home }: HypercubeInput,
  dispatches: Float64Array,
  units: number,
  atoms: number,
): Pick<HypercubeAnswer, 'interArea' | 'interAreaOfUnit'> {
  const abroad = new Float64Array(units)
  const all = new Float64Array(units)
  for (let unit = 0; unit < units; unit++) {
    for (let atom = 0; atom < atoms; atom++) {
      const share = dispatches[unit * atoms + atom]
      all[unit] += share
      if ((home ? home[atom] : preferences[atom][0]) !== unit) abroad[unit] += share
    }
  }
  return { interArea: sum(abroad), interAreaOfUnit: abroad.map((share, unit) => share / all[unit]) }
}

function travelOf(
  times: ArrayLike<number>,
  dispatches: Float64Array,
  units: number,
  atoms: number,
): NonNullable<HypercubeAnswer['travel']> {
  const ofUnit = new Float64Array(units)
  const ofAtom = new Float64Array(atoms)
  const unitShare = new Float64Array(units)
  const atomShare = new Float64Array(atoms)
  let mean = 0
  for (let unit = 0; unit < units; unit++) {
    for (let atom = 0; atom < atoms; atom++) {
      const share = dispatches[unit * atoms + atom]
      const time = share * times[unit * atoms + atom]
      mean += time
      ofUnit[unit] += time
      ofAtom[atom] += time
      unitShare[unit] += share
      atomShare[atom] += share
    }
  }
  return {
    mean,
    ofUnit: ofUnit.map((time, unit) => time / unitShare[unit]),
    ofAtom: ofAtom.map((time, atom) => time / atomShare[atom]),
  }
}
