import type { PlanningCity } from './cityInputs.ts'
import { type HotspotRule, SAMPLE_HOTSPOTS, type ShiftTime } from './hotspotStops.ts'
import type { UnitKind } from './roadNetwork.ts'
import {
  type RosterRules,
  type RosterShift,
  type RosterTeam,
  SAMPLE_RULES,
  type StaffingLine,
} from './rosterInput.ts'
import { type MustVisit, SAMPLE_STREETS, type StreetRule } from './shiftRoutes.ts'
import type { SquadAreasRule } from './squadAreas.ts'
import type { CoverRule } from './squadCover.ts'
import { SAMPLE_WORKLOAD, type WorkloadRule } from './workload.ts'

/** Everything a whole plan is made by, besides the city. */
export interface PlanPreset {
  workload: WorkloadRule
  areas: SquadAreasRule
  /** What chooses the posts: the workload's mean way to them (p-median), or how much of it they cover. */
  postsBy: 'median' | 'cover'
  cover: CoverRule
  /** Which of the roster's shifts the routes are for: its place, and the weekday from 0 (Monday). */
  routesOf: { shift: number; weekday: number }
  hotspots: HotspotRule
  streets: Readonly<Record<UnitKind, StreetRule>>
  /** Places a unit must go to in their order: of the squad the first unit of its kind. */
  visits: readonly { squad: number; kind: UnitKind; places: readonly MustVisit[] }[]
  /** Share of a unit's streets given so that residents have patrol alike, from 0 (all where most happens) to 1. */
  equity: number
  /** 'today': patrol per resident no less even (Gini) than today's; the share above then rises as far as that takes. */
  mostGini?: 'today'
  roster: {
    weeks: number
    shifts: RosterShift[]
    teams: RosterTeam[]
    lines: StaffingLine[]
    rules: RosterRules
    cyclic: boolean
  }
  /** Share of calls that may have to wait, for the fewest units by Erlang's formula. */
  mostWaiting: number
  /** Seconds of driving more that routes may cost on average for being less predictable. */
  surpriseS: number
  /** Days that an observer of the routes remembers. */
  daysWatched: number
  /** How many ways each unit's shift is planned in, to choose among by chance. */
  alternatives: number
  /** Steps each search takes: where the time suffices, the answer depends on the seed alone. */
  steps: { areas: number; routes: number }
}

/** How a service mode gets about; modes are configuration, so by their order. */
export const UNIT_OF_MODE: readonly UnitKind[] = ['car', 'motorcycle', 'foot']

const SHIFTS: RosterShift[] = [
  { code: 'day', startHour: 7, hours: 8, night: false },
  { code: 'late', startHour: 15, hours: 8, night: false },
  { code: 'night', startHour: 23, hours: 8, night: true },
]
const STEMS = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛']

/**
 * Six squads (or as many as the city has), each with eight teams on three shifts. All of it is a sample: duties and service
 * modes are published as numbers only.
 */
function sixSquads(city: PlanningCity): PlanPreset {
  const duties = Math.max(1, city.duties.length)
  const modes = Math.max(1, city.serviceModes.length)
  const duty = (number: number) => number % duties
  const mode = (number: number) => number % modes
  const [street, response, traffic, hazards, disputes, help, outreach] = [0, 1, 2, 3, 4, 5, 6].map(duty)
  const [car, motorcycle, foot] = [0, 1, 2].map(mode)
  return {
    workload: SAMPLE_WORKLOAD,
    areas: { tolerance: 0.01, mostChanged: 1 },
    postsBy: 'median',
    cover: { minutes: 3, backup: 0.5 },
    // Friday late.
    routesOf: { shift: 1, weekday: 4 },
    hotspots: SAMPLE_HOTSPOTS,
    streets: SAMPLE_STREETS,
    visits: [],
    equity: 0.4,
    roster: {
      weeks: 4,
      shifts: SHIFTS,
      teams: city.squads.flatMap((squad, index) =>
        STEMS.map((stem, team) => ({
          code: `${squad.name.zh}${stem}组`,
          squad: index,
          // Half of them ride, half walk; all drive.
          modes: team < STEMS.length / 2 ? [car, motorcycle] : [car, foot],
          // Directing traffic is learned by five of eight.
          duties: Array.from({ length: duties }, (_, each) => each).filter(
            (each) => each !== traffic || team < 5 || duties < 7,
          ),
        })),
      ),
      lines: city.squads.flatMap((_, squad) => [
        { squad, shift: 0, mode: car, duty: response, teams: 1 },
        { squad, shift: 0, mode: foot, duty: hazards, weekdays: [0], teams: 1 },
        { squad, shift: 0, mode: foot, duty: outreach, weekdays: [1], teams: 1 },
        { squad, shift: 0, mode: foot, duty: disputes, weekdays: [2], teams: 1 },
        { squad, shift: 0, mode: motorcycle, duty: traffic, weekdays: [3, 4], teams: 1 },
        { squad, shift: 0, mode: foot, duty: help, weekdays: [5, 6], teams: 1 },
        { squad, shift: 1, mode: car, duty: response, teams: 1 },
        { squad, shift: 1, mode: motorcycle, duty: street, teams: 1 },
        { squad, shift: 2, mode: car, duty: response, teams: 1 },
      ]),
      rules: SAMPLE_RULES,
      cyclic: true,
    },
    mostWaiting: 0.05,
    surpriseS: 600,
    daysWatched: 7,
    alternatives: 3,
    steps: { areas: 120, routes: 3000 },
  }
}

/** Places the last of each squad's units goes to in their order, and how long it stays. */
const SAMPLE_VISITS = 3
const SAMPLE_VISIT_S = 300

/** Six squads, the last unit of each of which also goes to today's posts of the squad in the order of their list: a sample. */
function orderedPoints(city: PlanningCity): PlanPreset {
  const preset = sixSquads(city)
  const visits = city.squads.flatMap((_, squad) => {
    const places = city.posts
      .filter((post) => post.squad === squad)
      .slice(0, SAMPLE_VISITS)
      .map(({ name, point }) => ({ name, point, seconds: SAMPLE_VISIT_S }))
    return unitsOfShift(preset, squad)
      .slice(-1)
      .map((kind) => ({ squad, kind, places }))
  })
  return { ...preset, visits }
}

export const PRESETS: Readonly<Record<string, (city: PlanningCity) => PlanPreset>> = {
  'six-squads': sixSquads,
  'ordered-points': orderedPoints,
}

/** The shift routes are planned for, on the clock of the week. */
export function shiftOfRoutes({ roster, routesOf }: PlanPreset): ShiftTime {
  const { startHour, hours } = roster.shifts[routesOf.shift]
  return { hourOfWeek: (routesOf.weekday * 24 + startHour) % 168, hours }
}

/** Units a squad has out in that shift, as its lines say. */
export function unitsOfShift({ roster, routesOf }: PlanPreset, squad: number): UnitKind[] {
  return roster.lines.flatMap((line) => {
    const isOut =
      line.shift === routesOf.shift &&
      line.squad === squad &&
      (line.weekdays === undefined || line.weekdays.includes(routesOf.weekday))
    return isOut ? Array<UnitKind>(line.teams).fill(UNIT_OF_MODE[line.mode % UNIT_OF_MODE.length]) : []
  })
}
