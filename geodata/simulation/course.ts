/**
 * The course of a run: second by second, who is on duty, where every unit is, what is called in and what becomes of it,
 * as the requests that a 110 desk, a roster and a gateway of beacons would send. The same city, seed and options give the
 * same requests in the same order; nothing here looks at a clock.
 */
import { createRandom, type Random } from '../random.ts'
import type { PatrolRoute, Unit } from '../things.ts'
import { type Call, createCalls } from './calls.ts'
import type { SimulatedCity } from './city.ts'
import { paceOn } from './pace.ts'
import { PatrolUnit } from './patrolUnit.ts'
import type {
  SimulatedDispatch,
  SimulatedDuty,
  SimulatedFix,
  SimulatedIncident,
  SimulatedRequest,
} from './request.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** The gateway hands over what beacons sent in this many seconds. */
const gatherS = 2
/** Hours of the day, Shanghai time, at which crews change. */
const crewsChangeAt = [8, 20]
const shanghai = 8 * hour
/** Squads change one after the other, and each in two halves, so that nobody's streets are empty. */
const betweenSquads = 2 * minute
const betweenHalves = 11 * minute
/** Of the units of a squad, at most this share leaves its patrol for calls: the rest are sent from elsewhere. */
const calledAtMost = 0.5
/** A unit on foot goes this far, and nobody drives longer than this. */
const footReachM = 700
const longestDriveS = 45 * 60
/** A unit of another squad must be this much faster. */
const strangerFactor = 1.4
/** Calls that turn out to be settled within minutes of arrival, and those that need nobody to come. */
const settledQuickly = 0.25
const answeredByPhone = 0.14

export interface CourseOptions {
  seed: number
  /** How long the run is in simulated minutes. */
  minutes: number
  /** Calls a minute, mean of the run. */
  perMinute: number
  /** How many units carry a beacon. */
  units: number
  /** The instant in the life of the city at which the run begins, epoch milliseconds: its hour decides what happens. */
  clock: number
}

interface OpenCall {
  state: SimulatedIncident
  call: Call
  unit: PatrolUnit | null
  /** Instants that are known in advance: of a call that units without a beacon answer, and the closing. */
  next: { at: number; become: 'dispatched' | 'onScene' | 'closed' }[]
}

/** Units by turns from every squad, those with a route of their own first. */
export function chooseUnits(city: SimulatedCity, count: number): Unit[] {
  const owners = new Set(city.routes.map(({ unitId }) => unitId))
  const squads = new Map<number, Unit[]>()
  for (const unit of city.units) squads.set(unit.squadId, [...(squads.get(unit.squadId) ?? []), unit])
  const queues = [...squads.values()].map((units) =>
    [...units].sort(
      (a, b) =>
        Number(a.kind === 'command') - Number(b.kind === 'command') ||
        Number(owners.has(b.id)) - Number(owners.has(a.id)) ||
        a.id - b.id,
    ),
  )
  const chosen: Unit[] = []
  for (let i = 0; chosen.length < count && queues.some((queue) => i < queue.length); i++) {
    for (const queue of queues) if (i < queue.length && chosen.length < count) chosen.push(queue[i])
  }
  return chosen.sort((a, b) => a.id - b.id)
}

function routeFor(city: SimulatedCity, unit: Unit): PatrolRoute | null {
  if (unit.kind === 'command') return null
  return city.routes.find(({ unitId }) => unitId === unit.id) ?? null
}

/** When the crew of a unit changes, in order: milliseconds of the run. */
function changesOf(index: number, half: number, { clock, minutes }: CourseOptions): number[] {
  const changes: number[] = []
  const midnight = Math.floor((clock + shanghai) / day) * day - shanghai
  for (let start = midnight; start < clock + minutes * minute; start += day) {
    for (const at of crewsChangeAt) {
      const instant = start + at * hour + index * betweenSquads + half * betweenHalves - clock
      if (instant > 0) changes.push(instant)
    }
  }
  return changes
}

class Crew {
  readonly patrol: PatrolUnit
  readonly #changes: number[]
  /** When the next crew begins; null while one is on duty. */
  #relief: number | null = null
  readonly #random: Random

  constructor(patrol: PatrolUnit, changes: number[], random: Random) {
    this.patrol = patrol
    this.#changes = changes
    this.#random = random
  }

  /** @returns what the roster says at this instant. */
  step(now: number): SimulatedDuty[] {
    const { patrol } = this
    const unit = patrol.unit.id
    if (this.#relief !== null) {
      if (now < this.#relief) return []
      this.#relief = null
      patrol.begin(now, false)
      return [{ unit, state: 'on', at: now }]
    }
    if (patrol.activity === 'patrol' && this.#changes.length > 0 && now >= this.#changes[0]) {
      this.#changes.shift()
      patrol.goHome()
    }
    if (patrol.activity !== 'homeward' || !patrol.isHome) return []
    patrol.end()
    this.#relief = now + Math.round(this.#random.between(4, 9) * 60) * second
    return [{ unit, state: 'off', at: now }]
  }
}

/** Requests in the order in which they are to be sent; the last ones end every duty. */
export function* course(city: SimulatedCity, options: CourseOptions): Generator<SimulatedRequest, void> {
  const random = createRandom(options.seed, 'simulation')
  const end = Math.round(options.minutes * minute)
  const calls = createCalls({ ...options, city, random: random.fork('calls') })
  const squads = [...new Set(city.units.map(({ squadId }) => squadId))]
  const crews = chooseUnits(city, options.units).map((unit, i) => {
    const own = random.fork(`unit:${unit.id}`)
    const changes = changesOf(squads.indexOf(unit.squadId), i % 2, options)
    return new Crew(new PatrolUnit(city, unit, routeFor(city, unit), own), changes, own.fork('crew'))
  })
  const dispatcher = new Dispatcher(
    city,
    crews.map(({ patrol }) => patrol),
    options.clock,
    random.fork('desk'),
  )

  const first: SimulatedDuty[] = crews.map(({ patrol }) => {
    patrol.begin(0, true)
    return { unit: patrol.unit.id, state: 'on', at: 0 }
  })
  if (first.length > 0) yield { sentAt: 0, source: 'duties', items: first }

  let waiting: SimulatedFix[] = []
  for (let now = second; now < end; now += second) {
    const duties = crews.flatMap((crew) => crew.step(now))
    const arrived: PatrolUnit[] = []
    for (const { patrol } of crews) {
      const { fixes, arrived: isThere } = patrol.step(now, second)
      if (isThere) arrived.push(patrol)
      waiting.push(...fixes)
    }
    const incidents = dispatcher.step(now, calls, arrived)
    if (duties.length > 0) yield { sentAt: now, source: 'duties', items: duties }
    if (incidents.length > 0) yield { sentAt: now, source: 'incidents', items: incidents }
    const sent = dispatcher.told(now)
    if (sent.length > 0) yield { sentAt: now, source: 'dispatches', items: sent }
    if (waiting.length > 0 && (now % (gatherS * second) === 0 || now + second >= end)) {
      for (let i = 0; i < waiting.length; i += 1000)
        yield { sentAt: now, source: 'positions', items: waiting.slice(i, i + 1000) }
      waiting = []
    }
  }
  // Nobody goes home from an incident without saying so.
  const left = dispatcher.leave(end)
  if (left.length > 0) yield { sentAt: end, source: 'dispatches', items: left }
  const last = crews
    .filter(({ patrol }) => patrol.activity !== 'off')
    .map(({ patrol }): SimulatedDuty => ({ unit: patrol.unit.id, state: 'off', at: end }))
  if (last.length > 0) yield { sentAt: end, source: 'duties', items: last }
}

/** The desk: takes calls, sends the unit that is there first, and knows when somebody is there and when it is over. */
class Dispatcher {
  readonly #city: SimulatedCity
  readonly #units: readonly PatrolUnit[]
  readonly #clock: number
  readonly #random: Random
  readonly #open = new Set<OpenCall>()
  #taken = 0
  /** What units with a beacon do, not told yet; a crew hears some seconds after it is sent. */
  #toTell: SimulatedDispatch[] = []
  readonly #hearing: Random

  constructor(city: SimulatedCity, units: readonly PatrolUnit[], clock: number, random: Random) {
    this.#city = city
    this.#units = units
    this.#clock = clock
    this.#random = random
    this.#hearing = random.fork('hearing')
  }

  /** @returns what units do at incidents that has come to be told, in order. */
  told(now: number): SimulatedDispatch[] {
    const due = this.#toTell.filter(({ at }) => at <= now)
    this.#toTell = this.#toTell.filter(({ at }) => at > now)
    return due.sort((a, b) => a.at - b.at)
  }

  /** @returns that every unit that is still sent somewhere is called back. */
  leave(now: number): SimulatedDispatch[] {
    return [...this.#open].flatMap(({ unit, state }) =>
      unit ? [{ unit: unit.unit.id, incident: state.number, state: 'withdrawn' as const, at: now }] : [],
    )
  }

  #tell(unit: PatrolUnit, incident: number, state: SimulatedDispatch['state'], at: number): void {
    // Whoever is there has heard, whatever was still on its way.
    if (state === 'onScene')
      this.#toTell = this.#toTell.filter(
        (each) => each.unit !== unit.unit.id || each.state !== 'acknowledged',
      )
    this.#toTell.push({ unit: unit.unit.id, incident, state, at })
  }

  /** @returns the new state of every incident that changed at this instant. */
  step(now: number, calls: readonly Call[], arrived: readonly PatrolUnit[]): SimulatedIncident[] {
    const changed = new Set<OpenCall>()
    while (this.#taken < calls.length && calls[this.#taken].at <= now) {
      const call = calls[this.#taken++]
      const open = this.#take(call)
      this.#open.add(open)
      changed.add(open)
    }
    for (const open of this.#open) {
      while (open.next.length > 0 && open.next[0].at <= now) {
        const { at, become } = open.next[0]
        open.next.shift()
        this.#become(open, become, at, now)
        changed.add(open)
      }
    }
    for (const unit of arrived) {
      for (const open of this.#open) {
        if (open.unit !== unit || open.state.status !== 'dispatched') continue
        this.#become(open, 'onScene', now, now)
        changed.add(open)
      }
    }
    const states = [...changed].map(({ state }) => ({ ...state }))
    for (const open of changed) if (open.state.status === 'closed') this.#open.delete(open)
    return states
  }

  #take(call: Call): OpenCall {
    const { recipe, spot, level } = call
    const clock = this.#clock
    const later = this.#city.desk.handle(
      { handledBy: recipe.handledBy, takes: recipe.takes, level },
      clock + call.at,
      spot.cell,
      this.#random,
    )
    const [lng, lat] = spot.point
    const state: SimulatedIncident = {
      number: this.#taken,
      kind: recipe.code,
      level,
      channel: call.channel,
      lng,
      lat,
      status: 'new',
      reportedAt: call.at,
      dispatchedAt: null,
      arrivedAt: null,
      closedAt: null,
      dueAt: later.dueAt - clock,
      outcome: null,
    }
    if (recipe.handledBy === 'police' && level === 4 && this.#random.chance(answeredByPhone)) {
      const closedAt = call.at + this.#random.int(60, 240) * second
      return {
        state,
        call: { ...call, outcome: 'answered' },
        unit: null,
        next: [{ at: closedAt, become: 'closed' }],
      }
    }
    const dispatchedAt = later.dispatchedAt - clock
    return { state, call, unit: null, next: [{ at: dispatchedAt, become: 'dispatched' }] }
  }

  /** What happens to a call now, and what is to come of it. */
  #become(open: OpenCall, stage: 'dispatched' | 'onScene' | 'closed', at: number, now: number): void {
    const { state, call } = open
    state.status = stage
    if (stage === 'dispatched') {
      state.dispatchedAt = at
      open.unit = call.recipe.handledBy === 'police' ? this.#nearest(call) : null
      if (open.unit) {
        open.unit.call(call.spot.point)
        this.#tell(open.unit, state.number, 'assigned', now)
        this.#tell(open.unit, state.number, 'acknowledged', now + this.#hearing.int(4, 20) * second)
      } else open.next.push({ at: this.#arrival(call, at), become: 'onScene' })
      return
    }
    if (stage === 'onScene') {
      state.arrivedAt = at
      if (open.unit) this.#tell(open.unit, state.number, 'onScene', at)
      open.next.push({ at: this.#closing(call, at), become: 'closed' })
      return
    }
    state.closedAt = at
    state.outcome = call.outcome
    if (open.unit) this.#tell(open.unit, state.number, 'done', at)
    open.unit?.release(now)
    open.unit = null
  }

  /** When somebody without a beacon is there. */
  #arrival({ recipe, spot, level }: Call, dispatchedAt: number): number {
    const { desk } = this.#city
    const how = { handledBy: recipe.handledBy, takes: recipe.takes, level }
    const drawn = desk.handle(how, this.#clock + dispatchedAt, spot.cell, this.#random)
    return dispatchedAt + (drawn.arrivedAt - drawn.dispatchedAt)
  }

  #closing({ recipe, level }: Call, arrivedAt: number): number {
    const random = this.#random
    if (recipe.handledBy !== 'police') {
      return arrivedAt + Math.round(recipe.takes * 86_400 * random.lognormal(0.75)) * second
    }
    const quick = level >= 3 && random.chance(settledQuickly)
    const minutes = quick ? random.between(2, 9) : recipe.takes * random.lognormal(0.55)
    return arrivedAt + Math.round(minutes * 60) * second
  }

  #nearest({ spot }: Call): PatrolUnit | null {
    const { graph, frame } = this.#city
    const near = graph.nearest(spot.point)
    if (!near) return null
    const [x, y] = frame.plane.toMetres(spot.point)
    const drive = paceOn(this.#city, 'car', 'urgent')
    const secondsTo = graph.costsFrom(near.road.fromNode, (road) => road.lengthM / drive(road))
    let best: PatrolUnit | null = null
    let bestScore = longestDriveS
    for (const unit of this.#units) {
      if (!unit.isFree || this.#busyShare(unit.unit.squadId) >= calledAtMost) continue
      const away = Math.hypot(unit.place.x - x, unit.place.y - y)
      if (unit.unit.kind === 'foot' && away > footReachM) continue
      const seconds = unit.unit.kind === 'foot' ? away / 1.6 : unit.reaches(secondsTo)
      const score = seconds * (unit.unit.squadId === spot.cell.squadId ? 1 : strangerFactor)
      if (score < bestScore) {
        best = unit
        bestScore = score
      }
    }
    return best
  }

  #busyShare(squadId: number): number {
    const squad = this.#units.filter(({ unit, activity }) => unit.squadId === squadId && activity !== 'off')
    return (
      squad.filter(({ activity }) => activity === 'called' || activity === 'onScene').length / squad.length
    )
  }
}
