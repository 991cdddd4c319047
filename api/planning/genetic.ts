import type { Random } from '../../geodata/random.ts'
import type { Capacitated } from './capacitated.ts'
import { CapacitatedTours } from './capacitatedTours.ts'
import { type Fees, splitSequence } from './split.ts'

/** As in Vidal 2022: how many plans are kept, come before some go, count as best, and are near. */
const KEPT = 25
const MORE = 40
const BEST = 4
const NEAR = 5
/** Plans made from nothing, in multiples of those kept. */
const FIRST = 4
/** Of so many last plans this share shall be sound: fees follow, each so many plans. */
const LATELY = 50
const SOUND = 0.2
const ADJUST = 25
/** How far fees go, in multiples of what they begin with. */
const MOST_FEE = 1e4
const LEAST_FEE = 1e-3
/** Chance that one that is not is mended, with so many times the fees. */
const MEND = 0.5
const MENDED = 10
/** Plans in vain before all is begun anew. */
const PATIENCE = 20_000

interface Plan {
  routes: Int32Array[]
  sequence: Int32Array
  /** By node: what comes after and before it, 0 being the post. */
  after: Int32Array
  before: Int32Array
  length: number
  overLoad: number
  overTime: number
  /** With fees. */
  cost: number
  /** Others of its kind, nearest first. */
  near: { other: Plan; apart: number }[]
  rank: number
}

export interface GeneticSearch {
  /** Plans to begin with, each all stops as routes of nodes; absent: made from nothing. */
  first?: readonly (readonly Int32Array[])[]
  random: Random
  /** Whether to stop, asked before each plan. */
  over(): boolean
  /** Called with each better sound plan: routes of nodes, and their length. */
  onBetter(routes: readonly Int32Array[], length: number): void
}

/** Searches by crossing plans and improving what comes out (hybrid genetic search, Vidal et al. 2012). */
export function searchCapacitated(problem: Capacitated, search: GeneticSearch): void {
  const { random, first = [] } = search
  const tours = new CapacitatedTours(problem)
  const { nodes, lengths, demand, capacity } = problem
  const largest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const heaviest = demand.reduce((most, each) => Math.max(most, each), 0)
  const usual: Fees = { load: heaviest > 0 ? largest / heaviest : 1, time: 1 }
  const fees = { ...usual }
  const fewest = Math.ceil(demand.reduce((sum, each) => sum + each, 0) / capacity - 1e-9)
  let sound: Plan[] = []
  let unsound: Plan[] = []
  const lately = { load: [] as boolean[], time: [] as boolean[] }
  let best = Number.POSITIVE_INFINITY
  let idle = 0
  let made = 0

  const costOf = (plan: Plan) => plan.length + fees.load * plan.overLoad + fees.time * plan.overTime
  const isSound = (plan: Plan) => plan.overLoad <= 1e-9 && plan.overTime <= 1e-9

  function planOf(routes: Int32Array[]): Plan {
    const plan: Plan = {
      routes,
      sequence: new Int32Array(nodes - 1),
      after: new Int32Array(nodes),
      before: new Int32Array(nodes),
      length: 0,
      overLoad: 0,
      overTime: 0,
      cost: 0,
      near: [],
      rank: 0,
    }
    let count = 0
    for (const route of routes) {
      let [last, load, time, length] = [0, 0, 0, 0]
      for (const node of route) {
        plan.sequence[count++] = node
        plan.before[node] = last
        if (last > 0) plan.after[last] = node
        length += lengths[last * nodes + node]
        load += demand[node]
        time += problem.spent[node]
        last = node
      }
      length += lengths[last * nodes]
      plan.length += length
      plan.overLoad += Math.max(0, load - capacity)
      plan.overTime += Math.max(0, length + time - problem.longest)
    }
    plan.cost = costOf(plan)
    return plan
  }

  /** Share of nodes whose neighbours in one plan are none in the other. */
  function apart(one: Plan, other: Plan): number {
    let broken = 0
    for (let node = 1; node < nodes; node++) {
      const [after, before] = [one.after[node], one.before[node]]
      if (after !== other.after[node] && after !== other.before[node]) broken++
      if (before === 0 && other.before[node] !== 0 && other.after[node] !== 0) broken++
    }
    return broken / nodes
  }

  function distance({ near }: Plan, count: number): number {
    const own = Math.min(count, near.length)
    let sum = 0
    for (let index = 0; index < own; index++) sum += near[index].apart
    return own === 0 ? 1 : sum / own
  }

  /** The better by cost and by how far it is from others, the lower the rank. */
  function rankAll(plans: Plan[]): void {
    if (plans.length < 2) {
      for (const plan of plans) plan.rank = 0
      return
    }
    const last = plans.length - 1
    const far = plans
      .map((plan, place) => ({ plan, place, far: distance(plan, NEAR) }))
      .sort((a, b) => b.far - a.far || a.place - b.place)
    const weight = plans.length <= BEST ? 0 : 1 - BEST / plans.length
    far.forEach(({ plan, place }, index) => {
      plan.rank = place / last + (weight * index) / last
    })
  }

  function add(plan: Plan): void {
    lately.load.unshift(plan.overLoad <= 1e-9)
    lately.time.unshift(plan.overTime <= 1e-9)
    keep(plan)
    if (++made % ADJUST === 0) adjustFees()
  }

  function keep(plan: Plan): void {
    const plans = isSound(plan) ? sound : unsound
    for (const other of plans) {
      const far = apart(plan, other)
      insertNear(plan, other, far)
      insertNear(other, plan, far)
    }
    let place = plans.length
    while (place > 0 && plans[place - 1].cost > plan.cost - 1e-7) place--
    plans.splice(place, 0, plan)
    if (plans.length > KEPT + MORE) while (plans.length > KEPT) removeWorst(plans)
    if (isSound(plan) && plan.length < best - 1e-7) {
      best = plan.length
      idle = 0
      search.onBetter(plan.routes, best)
    }
  }

  function removeWorst(plans: Plan[]): void {
    rankAll(plans)
    // The best is never given up; what is there twice goes first.
    let worst = -1
    let isTwice = false
    for (let index = 1; index < plans.length; index++) {
      const isCopy = distance(plans[index], 1) < 1e-9
      const isWorse = worst < 0 || plans[index].rank > plans[worst].rank
      if (isCopy === isTwice ? !isWorse : isTwice) continue
      worst = index
      isTwice = isCopy
    }
    const [gone] = plans.splice(worst, 1)
    for (const plan of plans) {
      const at = plan.near.findIndex(({ other }) => other === gone)
      plan.near.splice(at, 1)
    }
  }

  function adjustFees(): void {
    for (const kind of ['load', 'time'] as const) {
      lately[kind].length = Math.min(LATELY, lately[kind].length)
      const share = lately[kind].filter(Boolean).length / lately[kind].length
      if (share < SOUND - 0.05) fees[kind] = Math.min(MOST_FEE * usual[kind], fees[kind] * 1.2)
      else if (share > SOUND + 0.05) fees[kind] = Math.max(LEAST_FEE * usual[kind], fees[kind] * 0.85)
    }
    for (const plan of unsound) plan.cost = costOf(plan)
    unsound.sort((a, b) => a.cost - b.cost)
  }

  /** The better of two drawn. */
  function draw(): Plan {
    const pick = () => {
      const index = random.int(0, sound.length + unsound.length - 1)
      return index < sound.length ? sound[index] : unsound[index - sound.length]
    }
    const [one, other] = [pick(), pick()]
    return one.rank < other.rank ? one : other
  }

  const taken = new Uint8Array(nodes)
  /** A piece of one sequence, the rest in the order of the other (OX). */
  function cross(one: Int32Array, other: Int32Array): Int32Array {
    const stops = nodes - 1
    const first = random.int(0, stops - 1)
    let last = random.int(0, stops - 1)
    while (last === first && stops > 1) last = random.int(0, stops - 1)
    taken.fill(0)
    const child = new Int32Array(stops)
    let at = first
    for (let count = (last - first + stops) % stops; count >= 0; count--) {
      child[at] = one[at]
      taken[one[at]] = 1
      at = at + 1 === stops ? 0 : at + 1
    }
    for (let index = 1; index <= stops; index++) {
      const node = other[(last + index) % stops]
      if (taken[node]) continue
      child[at] = node
      at = at + 1 === stops ? 0 : at + 1
    }
    return child
  }

  function grow(sequence: Int32Array, most: number): void {
    const routes = splitSequence(problem, sequence, fees, Math.min(problem.vehicles, Math.max(most, fewest)))
    const plan = planOf(tours.improve(routes, fees, random))
    add(plan)
    if (isSound(plan) || random.next() >= MEND) return
    const strict = { load: MENDED * fees.load, time: MENDED * fees.time }
    const mended = planOf(tours.improve(plan.routes, strict, random))
    if (isSound(mended)) keep(mended)
  }

  const stops = Array.from({ length: nodes - 1 }, (_, index) => index + 1)
  for (const routes of first)
    if (routes.length <= problem.vehicles && !search.over()) keep(planOf(tours.improve(routes, fees, random)))
  while (!search.over()) {
    if (sound.length + unsound.length < 2 || idle >= PATIENCE) {
      sound = []
      unsound = []
      idle = 0
      for (let count = 0; count < FIRST * KEPT && !search.over(); count++)
        grow(Int32Array.from(random.shuffled(stops)), problem.vehicles)
    }
    for (; idle < PATIENCE && !search.over(); idle++) {
      rankAll(sound)
      rankAll(unsound)
      const [one, other] = [draw(), draw()]
      grow(cross(one.sequence, other.sequence), one.routes.length)
    }
  }
}

function insertNear(plan: Plan, other: Plan, apart: number): void {
  let at = plan.near.length
  while (at > 0 && plan.near[at - 1].apart > apart) at--
  plan.near.splice(at, 0, { other, apart })
}
