import type { Position } from '../../geodata/city.ts'
import { districtingFaults, pMedianFaults, routingFaults } from './answerChecks.ts'
import type { PlanningCity } from './cityInputs.ts'
import { CityTravel } from './cityTravel.ts'
import { coverageFaults } from './coverChecks.ts'
import type { DistrictingAnswer } from './districting.ts'
import type { Visibility } from './dosage.ts'
import {
  differences,
  type EvaluationGround,
  type Placement,
  PlanPresence,
  type Presence,
  placement,
} from './evaluation.ts'
import { type HotspotStop, hotspotStops, hoursOfShift } from './hotspotStops.ts'
import { type PlanPreset, shiftOfRoutes, unitsOfShift } from './presets.ts'
import { PlanRefusal } from './refusal.ts'
import { type ResponseAnswer, responseAnswer, responseInput } from './response.ts'
import type { UnitKind } from './roadNetwork.ts'
import { rosterFaults } from './rosterCheck.ts'
import type { RosterAnswer, RosterInput } from './rosterInput.ts'
import { type RouteTrack, RouteTracks, type TrackUnit } from './routeStays.ts'
import { type RouteSurprise, routeSurprise } from './routeSurprise.ts'
import type { Route, RoutingAnswer } from './routing.ts'
import type { Progress, Proof } from './search.ts'
import { cellOfStop, type UnitRoute, unitRoute } from './shiftRoutes.ts'
import { squadAreas } from './squadAreas.ts'
import { type Covered, type CoverRule, coveredBy, fixedWeight, squadCover } from './squadCover.ts'
import { type PostPlace, type SquadPosts, squadPosts } from './squadPosts.ts'
import type { Solve } from './tasks.ts'
import { todayTrack } from './todayRoutes.ts'
import { byGrid, cellWorkload, weightedIncidents } from './workload.ts'

export const PLAN_STEPS = ['areas', 'posts', 'routes', 'roster', 'response', 'evaluation'] as const
export type PlanStep = (typeof PLAN_STEPS)[number]

export interface PlanOptions {
  seed: number
  /** Wall-clock seconds for all searches together; absent: as long as their steps take. */
  seconds?: number
  signal?: AbortSignal
  /** Solves here, or in threads. */
  solve: Solve
  onProgress?: (step: PlanStep, share: number, progress?: Progress) => void
}

/** How a step ended: its objective with what is known of it, and what its checker found. */
export interface StepProof extends Proof {
  /** What the independent checker found wrong: nothing, if all is well. */
  faults: string[]
  /** Whether everything that was asked is in it. */
  complete: boolean
}

export interface UnitPlan {
  squad: number
  kind: UnitKind
  /** Place in the squad's posts. */
  post: number
  unit: UnitRoute
  answer: RoutingAnswer
  track: RouteTrack
  surprise: RouteSurprise | null
}

/** What the limit on inequality of patrol per resident did. */
export interface EquityOfPlan {
  /** Null: no limit was set. */
  limit: 'today' | null
  /** Gini of today's routes. */
  today: number
  /** Whether the plan's Gini is within the limit; true where there is none. */
  kept: boolean
  /** Which of the tries is the plan. */
  taken: number
  /** Plans with more and more streets given by residents, until one was within the limit. */
  tries: { share: number; gini: number; incidentsSeen: number; streetsKm: number }[]
}

/** Shares of the streets by residents that are tried one after the other: more only where there is a limit to keep. */
function equityShares({ equity, mostGini }: PlanPreset): number[] {
  return mostGini === undefined ? [equity] : [...new Set([equity, (1 + equity) / 2, 1])]
}

export interface WholePlan {
  seed: number
  steps: Record<Exclude<PlanStep, 'evaluation' | 'response'> | 'cover', StepProof> & {
    response: { seconds: number }
  }
  /** Workload within reach of posts today, as planned, and the most that as many posts can; `workload` is all of it. */
  cover: { rule: CoverRule; workload: number; before: Covered; after: Covered; most: Covered }
  equity: EquityOfPlan
  /** Whether it was stopped before it was done. */
  stopped: boolean
  squadOfGrid: Uint16Array
  areas: DistrictingAnswer
  posts: { squad: number; place: PostPlace }[]
  stops: HotspotStop[]
  units: UnitPlan[]
  rosterInput: RosterInput
  roster: RosterAnswer
  /** How each kind of unit gets about, and what evaluations look at: for changes of the plan (whatIf.ts). */
  travels: Readonly<Record<UnitKind, CityTravel>>
  ground: EvaluationGround
  response: { before: ResponseAnswer; after: ResponseAnswer }
  before: { placement: Placement; presence: Presence; visibility: Visibility }
  after: { placement: Placement; presence: Presence; visibility: Visibility }
  differences: ReturnType<typeof differences>
  seconds: number
}

/** Of the seconds given, what each step may use at most. */
const SHARES = { areas: 0.2, posts: 0.1, cover: 0.05, routes: 0.3, roster: 0.3 }
/** Where no seconds are given: only what hangs is stopped by it. */
const PATIENCE_S = 600

const HOUR_S = 3600
/** To find room for a handful of stops. */
const STOP_STEPS = 400
const BY_CAR_LAST: readonly UnitKind[] = ['foot', 'motorcycle', 'car']
/** What is seen of a unit: a sample. */
export const SEEN: Readonly<Record<UnitKind, TrackUnit>> = {
  car: { strength: 3, vehicle: true, lights: true },
  motorcycle: { strength: 3, vehicle: true, lights: true },
  foot: { strength: 2, vehicle: false, lights: false },
}

/**
 * The whole loop: squads' areas → posts → routes of a shift → roster → response → evaluation against today. Every answer
 * goes through its checker. Stopped by `signal`, it goes on with the best of what it has.
 */
export async function wholePlan(
  city: PlanningCity,
  preset: PlanPreset,
  options: PlanOptions,
): Promise<WholePlan> {
  const start = performance.now()
  for (const { squad, kind } of preset.visits) {
    if (!unitsOfShift(preset, squad).includes(kind))
      throw new PlanRefusal(`visits: expected a ${kind} unit of squad ${squad} in the shift, got none`)
  }
  const { seed, signal, solve } = options
  const tell = (step: PlanStep, share: number, progress?: Progress) =>
    options.onProgress?.(step, share, progress)
  const secondsFor = (step: keyof typeof SHARES, parts = 1) =>
    options.seconds === undefined ? PATIENCE_S : Math.max(0.2, (options.seconds * SHARES[step]) / parts)
  const search = (step: keyof typeof SHARES, parts = 1) => ({
    seed,
    signal,
    seconds: secondsFor(step, parts),
    onProgress: (progress: Progress) => tell(step === 'cover' ? 'posts' : step, 0, progress),
  })

  tell('areas', 0)
  const travels: Record<UnitKind, CityTravel> = {
    car: new CityTravel(city, 'car'),
    motorcycle: new CityTravel(city, 'motorcycle'),
    foot: new CityTravel(city, 'foot'),
  }
  const workload = cellWorkload(city, preset.workload)
  const wanted = squadAreas(city, travels.car, byGrid(city, workload), preset.areas)
  const areas = await solve('district', wanted.input, { ...search('areas'), rounds: preset.steps.areas })
  const squadOfGrid = Uint16Array.from(areas.areas, (area) => wanted.squads[area])
  tell('areas', 1)

  // Two cores: squads are solved side by side, and share the time.
  const parallel = Math.max(1, city.squads.length / 2)
  tell('posts', 0)
  let done = 0
  const squadPlans = await Promise.all(
    city.squads.map(async (_, squad) => {
      const posed = squadPosts(city, travels.car, { squad, squadOfGrid, workload })
      const answer = await solve('pMedian', posed.input, search('posts', parallel))
      const covering = squadCover(posed, workload, preset.cover)
      const covers = await solve('cover', covering, search('cover', parallel))
      tell('posts', ++done / city.squads.length)
      const chosen = preset.postsBy === 'cover' ? covers.posts : answer.posts
      return { squad, posed, answer, covering, covers, chosen, places: chosen.map((at) => posed.places[at]) }
    }),
  )
  const coverOf = (plans: readonly { posed: SquadPosts; chosen: readonly number[] }[]): Covered =>
    plans
      .map(({ posed, chosen }) => coveredBy(posed, workload, { chosen, minutes: preset.cover.minutes }))
      .reduce((sum, each) => ({ once: sum.once + each.once, twice: sum.twice + each.twice }))
  const todayPosts = city.squads.map((_, squad) => {
    const posed = squadPosts(city, travels.car, { squad, squadOfGrid: city.grids.squad, workload })
    return { posed, chosen: posed.input.start ?? [] }
  })
  const cover = {
    rule: preset.cover,
    workload: workload.reduce((sum, each) => sum + each, 0),
    before: coverOf(todayPosts),
    after: coverOf(squadPlans),
    most: coverOf(squadPlans.map(({ posed, covers }) => ({ posed, chosen: covers.posts }))),
  }
  const posts = squadPlans.flatMap(({ squad, places }) => places.map((place) => ({ squad, place })))

  tell('routes', 0)
  const shift = shiftOfRoutes(preset)
  const hours = new Set(hoursOfShift(shift))
  const shiftS = shift.hours * HOUR_S
  const startS = shift.hourOfWeek * HOUR_S
  const weights = weightedIncidents(city, preset.workload, hours)
  const tracks: Record<UnitKind, RouteTracks> = {
    car: new RouteTracks(city, travels.car),
    motorcycle: new RouteTracks(city, travels.motorcycle),
    foot: new RouteTracks(city, travels.foot),
  }
  const shares = equityShares(preset)
  /** Everything of the routes where a share of the streets is given so that residents have patrol alike. */
  const routesAt = async (share: number) => {
    // A street between two squads is taken once, by who is asked first.
    const taken = new Set<number>()
    const given = new Float64Array(city.grids.areas.length)
    const posed = squadPlans.flatMap(({ squad, posed: { cells }, places }) => {
      const kinds = unitsOfShift(preset, squad)
      const visits = preset.visits.filter((each) => each.squad === squad)
      const stops = hotspotStops(city, cells, shift, preset.workload, preset.hotspots)
      const hot = [...new Set(stops.map(({ cell }) => cell))]
      // Who goes by car takes the streets that the slower leave.
      const order = kinds
        .map((_, index) => index)
        .sort((a, b) => BY_CAR_LAST.indexOf(kinds[a]) - BY_CAR_LAST.indexOf(kinds[b]) || a - b)
      return order.map((index) => {
        const kind = kinds[index]
        const post = index % places.length
        const [at] = travels[kind].accessOf([places[post].point])
        // Hot spots go round the units, the hottest to the first.
        const own = stops.filter(({ cell }) => hot.indexOf(cell) % kinds.length === index)
        const unit = unitRoute(city, travels[kind], {
          squad,
          cells,
          post: at,
          stops: own,
          visits: visits.flatMap((each) =>
            each.kind === kind && kinds.indexOf(kind) === index ? each.places : [],
          ),
          taken,
          weights,
          equity: share,
          given,
          shiftS,
          rule: preset.streets[kind],
        })
        return { squad, kind, post, unit, stops: own }
      })
    })
    done = 0
    const ways = posed.length * preset.alternatives
    const units = await Promise.all(
      posed.map(async ({ squad, kind, post, unit }): Promise<UnitPlan> => {
        const answers: RoutingAnswer[] = []
        const bound = unit.jobs.filter((job) => !('street' in job)).length
        for (let way = 0; way < preset.alternatives; way++) {
          if (way > 0 && signal?.aborted) break
          const limits = { ...search('routes', (shares.length * ways) / 2), seed: seed + 1000 * way }
          // Stops and visits first, alone: once streets fill the shift there is little room to find it for them.
          const { routes } = await solve(
            'planRoutes',
            { ...unit.problem, jobs: unit.problem.jobs.slice(0, bound) },
            { ...limits, steps: STOP_STEPS },
          )
          answers.push(
            await solve(
              'planRoutes',
              { ...unit.problem, start: routes },
              { ...limits, steps: preset.steps.routes },
            ),
          )
          tell('routes', ++done / ways)
        }
        const best = answers.reduce((least, each) => (each.objective < least.objective ? each : least))
        const follow = (route: Route | undefined): RouteTrack =>
          route
            ? tracks[kind].follow(unit, route, startS, SEEN[kind])
            : { stays: [], roads: [], endS: startS, emptyS: 0, begins: [] }
        const alternatives = answers.map((answer) => ({
          track: follow(answer.routes[0]),
          stops: (answer.routes[0]?.stops ?? []).flatMap(({ job }) => cellOfStop(unit.jobs[job]) ?? []),
          cost: answer.objective,
        }))
        return {
          squad,
          kind,
          post,
          unit,
          answer: best,
          track: alternatives[answers.indexOf(best)].track,
          surprise:
            alternatives.length > 1
              ? routeSurprise(alternatives, {
                  allowance: preset.surpriseS,
                  startS,
                  seed,
                  daysWatched: preset.daysWatched,
                })
              : null,
        }
      }),
    )
    return { posed, units }
  }
  const first = await routesAt(shares[0])
  const stops = first.posed.flatMap((each) => each.stops)
  const ground: EvaluationGround = {
    city,
    travel: travels.car,
    workload,
    weights,
    stops,
    rule: preset.hotspots.stop,
    shift: { from: startS, to: startS + shiftS },
  }
  const today = first.posed.map(({ squad, kind }) =>
    todayTrack(city, travels[kind], {
      squad,
      kind,
      startS,
      shiftS,
      seen: SEEN[kind],
    }),
  )
  /** Where the routes are, and what that comes to. */
  const presenceOf = (tracks: readonly RouteTrack[]) => {
    const presence = new PlanPresence(ground, tracks)
    return { presence: presence.summary(), visibility: presence.visibility }
  }
  const asToday = presenceOf(today)
  const giniToday = asToday.presence.equity.gini
  const tryOf = (share: number, { units }: { units: UnitPlan[] }) => ({
    share,
    units,
    ...presenceOf(units.map(({ track }) => track)),
  })
  const tries = [tryOf(shares[0], first)]
  const isFair = ({ presence }: { presence: Presence }) => presence.equity.gini <= giniToday + 1e-9
  for (const share of shares.slice(1)) {
    if (tries.some(isFair) || signal?.aborted) break
    tries.push(tryOf(share, await routesAt(share)))
  }
  const fairest = tries.reduce((best, each) =>
    each.presence.equity.gini < best.presence.equity.gini ? each : best,
  )
  const taken = tries.find(isFair) ?? fairest
  const { units } = taken
  const equity: EquityOfPlan = {
    limit: preset.mostGini ?? null,
    today: giniToday,
    kept: preset.mostGini === undefined || isFair(taken),
    taken: tries.indexOf(taken),
    tries: tries.map(({ share, presence }) => ({
      share,
      gini: presence.equity.gini,
      incidentsSeen: presence.incidentsSeen,
      streetsKm: presence.streetsKm,
    })),
  }
  tell('routes', 1)

  tell('roster', 0)
  const rosterInput: RosterInput = {
    days: 7 * preset.roster.weeks,
    firstWeekday: 0,
    shifts: preset.roster.shifts,
    teams: preset.roster.teams,
    lines: preset.roster.lines,
    rules: preset.roster.rules,
    cyclic: preset.roster.cyclic,
  }
  const roster = await solve('roster', rosterInput, search('roster'))
  tell('roster', 1)

  tell('response', 0)
  const squadOfCell = (grids: ArrayLike<number>) => Uint16Array.from(city.cells.grid, (grid) => grids[grid])
  const respond = (at: readonly { point: Position; squad: number }[], grids: ArrayLike<number>) => {
    // As many units as are out in the shift, each at one of its squad's posts.
    const out = city.squads.flatMap((_, squad) => {
      const own = at.filter((each) => each.squad === squad)
      return own.length === 0 ? [] : unitsOfShift(preset, squad).map((__, index) => own[index % own.length])
    })
    const accesses = travels.car.accessOf(out.map(({ point }) => point))
    const input = responseInput(city, travels.car, {
      units: out.map(({ squad }, index) => ({ at: accesses[index], squad })),
      squadOfGrid: grids,
      hours,
    })
    return responseAnswer(input, {
      squadOfUnit: out.map(({ squad }) => squad),
      squadOfCell: squadOfCell(grids),
      mostWaiting: preset.mostWaiting,
    })
  }
  const planned = posts.map(({ squad, place }) => ({ squad, point: place.point }))
  const response = {
    before: respond(city.posts, city.grids.squad),
    after: respond(planned, squadOfGrid),
  }
  tell('response', 1)

  tell('evaluation', 0)
  const evaluate = (grids: ArrayLike<number>, at: readonly { point: Position }[], gone: typeof asToday) => ({
    placement: placement(ground, grids, travels.car.accessOf(at.map(({ point }) => point))),
    presence: gone.presence,
    visibility: gone.visibility,
  })
  const before = evaluate(city.grids.squad, city.posts, asToday)
  const after = evaluate(squadOfGrid, planned, taken)
  tell('evaluation', 1)

  return {
    seed,
    steps: {
      areas: {
        ...proofOf(areas),
        faults: districtingFaults(wanted.input, areas),
        complete: areas.balanced,
      },
      posts: {
        ...together(squadPlans.map(({ answer }) => answer)),
        faults: squadPlans.flatMap(({ posed, answer }) => pMedianFaults(posed.input, answer)),
        complete: true,
      },
      cover: {
        ...together(squadPlans.map(({ posed, covers }) => withoutFixed(posed, covers, workload))),
        faults: squadPlans.flatMap(({ covering, covers }) => coverageFaults(covering, covers)),
        complete: squadPlans.every(({ posed, covers }) =>
          (posed.input.fixed ?? []).every((place) => covers.posts.includes(place)),
        ),
      },
      routes: {
        ...together(units.map(({ answer }) => answer)),
        faults: units.flatMap(({ unit, answer }) => routingFaults(unit.problem, answer)),
        complete:
          units.every(({ unit, answer }) => answer.unserved.every((job) => 'street' in unit.jobs[job])) &&
          equity.kept,
      },
      roster: { ...proofOf(roster), faults: rosterFaults(rosterInput, roster), complete: roster.complete },
      response: { seconds: response.after.seconds },
    },
    stopped: signal?.aborted === true,
    squadOfGrid,
    areas,
    cover,
    equity,
    posts,
    stops,
    units,
    rosterInput,
    roster,
    travels,
    ground,
    response,
    before,
    after,
    differences: differences(before, after),
    seconds: (performance.now() - start) / 1000,
  }
}

function proofOf({ objective, bound, gap, seconds, proven }: Proof): Proof {
  return { objective, bound, gap, seconds, proven }
}

/** Without the demands that keep fixed posts where they are. */
function withoutFixed(posed: SquadPosts, proof: Proof, workload: ArrayLike<number>): Proof {
  const kept = (posed.input.fixed?.length ?? 0) * fixedWeight(posed, workload)
  const objective = proof.objective - kept
  const bound = proof.bound === undefined ? undefined : proof.bound - kept
  return { ...proof, objective, bound }
}

/** Several answers as one: costs, bounds and seconds add up; a bound only where all have one. */
function together(answers: readonly Proof[]): Proof {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const bounds = answers.flatMap(({ bound }) => (bound === undefined ? [] : [bound]))
  const objective = sum(answers.map((each) => each.objective))
  const bound = bounds.length === answers.length ? sum(bounds) : undefined
  const proven = answers.every((each) => each.proven)
  return {
    objective,
    bound,
    gap: bound === undefined ? undefined : proven ? 0 : Math.abs(objective - bound) / Math.abs(objective),
    seconds: sum(answers.map((each) => each.seconds)),
    proven,
  }
}
