import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'
import type { RosterConflict } from './rosterRule.ts'
import type { Proof } from './search.ts'

/**
 * Who works when: teams of squads on shifts, each shift in one service mode at one duty. Teams are call signs with a
 * strength, never people. Days count from 0, weekdays from 0 (Monday); a shift belongs to the day it begins on.
 */
export interface RosterInput {
  days: number
  /** Weekday of day 0. */
  firstWeekday: number
  shifts: readonly RosterShift[]
  teams: readonly RosterTeam[]
  /** What must be staffed. */
  lines: readonly StaffingLine[]
  rules: RosterRules
  /** What a squared night, weekend shift and shift's length of hours of a team costs; see `fairness`. */
  fairness?: Fairness
  /** The last day is followed by the first: a cycle that can be worked again and again. */
  cyclic?: boolean
  /** A roster to start from: shift or −1 (off) at [team * days + day]. */
  start?: ArrayLike<number>
  /** Days of teams that may differ from `start`; absent: all. */
  mostChanges?: number
}

export interface RosterShift {
  code: string
  /** Hours after midnight of its day. */
  startHour: number
  hours: number
  night: boolean
}

export interface RosterTeam {
  /** Such as "一中队甲组". */
  code: string
  squad: number
  /** Service modes and duties it is qualified for, as numbers from 0. */
  modes: readonly number[]
  duties: readonly number[]
  /** Days it is away. */
  leave?: readonly number[]
  /** Its shifts of the days before day 0, the last one last: shift or −1 (off). */
  before?: readonly number[]
  /** Nights, weekend shifts and shifts it has had already in earlier weeks, to be evened out. */
  carried?: { nights: number; weekends: number; shifts: number }
}

/** Teams a shift needs in a service mode at a duty. */
export interface StaffingLine {
  shift: number
  mode: number
  duty: number
  /** Teams of this squad; absent: of any. */
  squad?: number
  /** Absent: every day. */
  weekdays?: readonly number[]
  teams: number
}

export interface RosterRules {
  /** Hours free between two shifts. */
  restHours: number
  mostNightsInARow: number
  mostDaysInARow: number
  /** From Monday to Sunday. */
  mostHoursAWeek: number
  daysOffAWeek: number
}

/**
 * Weights of the squares of each team's nights, weekend shifts and hours (in shifts of the shortest length), divided by the
 * share of days it is there: least where all carry alike. More hands never cost more.
 */
export interface Fairness {
  nights: number
  weekends: number
  hours: number
}

export const SAMPLE_FAIRNESS: Fairness = { nights: 2, weekends: 1, hours: 1 }
export const SAMPLE_RULES: RosterRules = {
  restHours: 11,
  mostNightsInARow: 3,
  mostDaysInARow: 6,
  mostHoursAWeek: 44,
  daysOffAWeek: 2,
}
/** What a team missing on a shift costs: far more than fairness can save. */
export const SHORTFALL_COST = 10_000

export interface Shortfall {
  line: number
  day: number
  missing: number
}

export interface RosterAnswer extends Proof {
  /** Shift or −1 (off), at [team * days + day]. */
  shifts: Int8Array
  /** The line it works on, or −1, alike. */
  lines: Int16Array
  /** Lines that are short of teams, by day. */
  shortfalls: Shortfall[]
  /** Whether there are none. */
  complete: boolean
  /** Where it is not complete and that is certain: rules that cannot all be kept, none of which could be left out of the list. */
  conflicts: RosterConflict[]
  /** Days of teams that differ from `start`. */
  changes: number
  tallies: Tally[]
}

/** Of a team, without what it carried. */
export interface Tally {
  nights: number
  weekends: number
  hours: number
}

const MOST_TEAMS = 500
const MOST_DAYS = 92

/** @throws PlanRefusal for numbers that are none, and for shifts, teams and days that do not exist. */
export function checkRoster(input: RosterInput): void {
  const {
    days,
    firstWeekday,
    shifts,
    teams,
    lines,
    rules,
    fairness = SAMPLE_FAIRNESS,
    start,
    mostChanges,
  } = input
  const whole = (what: string, value: number, least: number, most: number) => {
    if (Number.isInteger(value) && value >= least && value <= most) return
    throw new PlanRefusal(`${what}: expected a whole number from ${least} to ${most}, got ${value}`)
  }
  whole('days', days, 1, MOST_DAYS)
  whole('firstWeekday', firstWeekday, 0, 6)
  whole('number of shifts', shifts.length, 1, 24)
  whole('number of teams', teams.length, 1, MOST_TEAMS)
  requireNumbers('fairness', Object.values(fairness))
  requireNumbers('rules', Object.values(rules))
  if (input.cyclic && days % 7 !== 0)
    throw new PlanRefusal(`days: expected whole weeks of a cycle, got ${days} days`)
  for (const { code, startHour, hours } of shifts) {
    requireNumbers(`shift ${code}`, [startHour, hours])
    if (hours <= 0 || startHour >= 48 || startHour + hours > 72) {
      throw new PlanRefusal(
        `shift ${code}: expected it to begin within 48 hours of its day, got hour ${startHour} for ${hours}`,
      )
    }
  }
  const codes = new Set<string>()
  for (const { code, leave = [], before = [], carried } of teams) {
    if (codes.has(code)) throw new PlanRefusal(`teams: expected different codes, got ${code} twice`)
    codes.add(code)
    for (const day of leave) whole(`leave of ${code}`, day, 0, days - 1)
    for (const shift of before) whole(`earlier shifts of ${code}`, shift, -1, shifts.length - 1)
    if (carried) requireNumbers(`earlier load of ${code}`, Object.values(carried))
  }
  lines.forEach(({ shift, teams: needed, weekdays = [] }, line) => {
    whole(`shift of line ${line}`, shift, 0, shifts.length - 1)
    whole(`teams of line ${line}`, needed, 0, MOST_TEAMS)
    for (const weekday of weekdays) whole(`weekdays of line ${line}`, weekday, 0, 6)
  })
  if (start) {
    requireLength('start', start, teams.length * days)
    for (let index = 0; index < start.length; index++) whole('start', start[index], -1, shifts.length - 1)
  }
  if (mostChanges === undefined) return
  if (!start) throw new PlanRefusal('mostChanges: expected a roster as "start" to change, got none')
  whole('mostChanges', mostChanges, 0, teams.length * days)
}

/** Teams needed by a line on a day. */
export function neededOn({ teams, weekdays }: StaffingLine, weekday: number): number {
  return weekdays === undefined || weekdays.includes(weekday) ? teams : 0
}

export function mayWork(team: RosterTeam, line: StaffingLine): boolean {
  return (
    (line.squad === undefined || line.squad === team.squad) &&
    team.modes.includes(line.mode) &&
    team.duties.includes(line.duty)
  )
}
