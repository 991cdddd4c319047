import { describe, expect, test } from 'vitest'
import { planningCityOf } from '../../../api/planning/cityFromGround.ts'
import { PRESETS } from '../../../api/planning/presets.ts'
import { roster } from '../../../api/planning/roster.ts'
import { rosterFaults } from '../../../api/planning/rosterCheck.ts'
import type { RosterInput, RosterTeam } from '../../../api/planning/rosterInput.ts'
import { readTargets } from '../../../geodata/demo/calibration.ts'
import { createToyCity, TOY_AS_OF } from '../../factories/toyCity.ts'

// The preset as it is for the real city: six squads of eight teams on three shifts, with the printed numbers of service
// modes and duties. Every roster here is proven, so no answer depends on how fast the machine is.

const options = { seconds: 250, seed: 3 }
const DAYS = 7
const WHOLE_WEEK = Array.from({ length: DAYS }, (_, day) => day)
const { duties, serviceModes } = readTargets().patrol

const { ground, things } = createToyCity()
const city = planningCityOf(ground, things, TOY_AS_OF.getTime())
const sample = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const code = `${prefix}${index + 1}`
    return { code, name: { zh: code, en: code }, sample: true }
  })
const preset = PRESETS['six-squads']({
  ...city,
  duties: sample('duty', duties),
  serviceModes: sample('mode', serviceModes),
}).roster
const TEAMS = preset.teams.length / city.squads.length

/** One week, open at both ends; what the teams bring from the weeks before is theirs. */
function week(teams: RosterTeam[]): RosterInput {
  const { shifts, lines, rules } = preset
  return { days: DAYS, firstWeekday: 0, shifts, lines, rules, teams }
}

/** One team of each squad is away for a week: of three squads the second, of the others the third. */
const weekAway = (squad: number) => (squad < 3 ? 1 : 2)

/** Each week begins from what those before it left. */
async function threeWeeks() {
  const loads = preset.teams.map(() => ({ nights: 0, weekends: 0, shifts: 0 }))
  const answers = []
  let before: number[][] = preset.teams.map(() => [])
  for (let number = 0; number < 3; number++) {
    const input = week(
      preset.teams.map((team, index) => ({
        ...team,
        before: before[index],
        leave: number === weekAway(team.squad) && index % TEAMS === team.squad ? WHOLE_WEEK : [],
        carried: { ...loads[index] },
      })),
    )
    const answer = await roster(input, options)
    answers.push({ input, answer })
    before = preset.teams.map((_, team) => Array.from(answer.shifts.subarray(team * DAYS, (team + 1) * DAYS)))
    answer.tallies.forEach(({ nights, weekends, hours }, team) => {
      loads[team].nights += nights
      loads[team].weekends += weekends
      loads[team].shifts += hours / preset.shifts[0].hours
    })
  }
  return { answers, loads }
}

describe('the roster of six squads', () => {
  test('three weeks on all shifts, in all modes, at all duties: rules and leave are kept, loads even out over the weeks', async () => {
    const { answers, loads } = await threeWeeks()
    const staffed = { shifts: new Set<string>(), modes: new Set<number>(), duties: new Set<number>() }
    for (const [number, { input, answer }] of answers.entries()) {
      expect(rosterFaults(input, answer)).toEqual([])
      expect(answer).toMatchObject({ proven: true, complete: true, conflicts: [] })
      // Leave binds: a squad needs 35 shifts a week, just what the seven teams that are there may work at most.
      input.teams.forEach(({ squad, leave = [] }, team) => {
        if (number === weekAway(squad)) expect(answer.tallies[team].hours).toBe(leave.length > 0 ? 0 : 40)
      })
      for (const index of answer.lines.filter((line) => line >= 0)) {
        const { squad, shift, mode, duty } = input.lines[index]
        staffed.shifts.add(`${squad} ${shift}`)
        staffed.modes.add(mode)
        staffed.duties.add(duty)
      }
    }
    expect([staffed.shifts.size, staffed.modes.size, staffed.duties.size]).toEqual([6 * 3, 3, 7])

    // 21 nights and 30 weekend shifts of a squad over eight teams: 2.6 and 3.75 each where all carry alike. Weeks that
    // begin without `carried` bring them further apart than this.
    for (const key of ['nights', 'weekends'] as const) {
      for (let first = 0; first < loads.length; first += TEAMS) {
        const own = loads.slice(first, first + TEAMS).map((each) => each[key])
        expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(2)
      }
    }
  })

  test('without those who are qualified it is short by just their shifts, and it is said whose leave and training that is', async () => {
    // Of the third squad three of the four that ride are away on Thursday and Friday: one is left for two shifts that ride.
    const squad = 2
    const first = squad * TEAMS
    const teams = preset.teams.map((team, index): RosterTeam => {
      const isAway = index >= first && index < first + 3
      return isAway ? { ...team, leave: [3, 4] } : team
    })
    const input = week(teams)
    const answer = await roster(input, options)
    expect(rosterFaults(input, answer)).toEqual([])
    expect(answer).toMatchObject({ proven: true, complete: false })
    expect(answer.shortfalls.map(({ day, missing }) => [day, missing])).toEqual([
      [3, 1],
      [4, 1],
    ])
    const ride = teams[first].modes[1]
    for (const { line } of answer.shortfalls) expect(input.lines[line]).toMatchObject({ squad, mode: ride })
    const [conflict] = answer.conflicts
    const named = (rule: string) =>
      [...new Set(conflict.rules.flatMap((each) => (each.rule === rule ? [each.team] : [])))].sort()
    expect(named('leave')).toEqual([first, first + 1, first + 2])
    expect(named('qualification')).toEqual([first + 4, first + 5, first + 6, first + 7])

    // One of those that walk learns to ride: nothing is missing.
    const trained = week(
      teams.map((team, index) => (index === first + 4 ? { ...team, modes: [...team.modes, ride] } : team)),
    )
    const eased = await roster(trained, options)
    expect(rosterFaults(trained, eased)).toEqual([])
    expect(eased).toMatchObject({ proven: true, complete: true })
  })
})
