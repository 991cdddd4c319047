import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roster } from '../../../api/planning/roster.ts'
import { rosterFaults } from '../../../api/planning/rosterCheck.ts'
import type { RosterInput, RosterTeam } from '../../../api/planning/rosterInput.ts'

const options = { seconds: 20, seed: 3 }

const DAY = { code: 'day', startHour: 7, hours: 8, night: false }
const NIGHT = { code: 'night', startHour: 23, hours: 8, night: true }
const RULES = { restHours: 11, mostNightsInARow: 2, mostDaysInARow: 5, mostHoursAWeek: 40, daysOffAWeek: 2 }

const team = (code: string, more: Partial<RosterTeam> = {}): RosterTeam => ({
  code,
  squad: 0,
  modes: [0, 1],
  duties: [0, 1],
  ...more,
})

function week(teams: RosterTeam[], more: Partial<RosterInput> = {}): RosterInput {
  return {
    days: 7,
    firstWeekday: 0,
    shifts: [DAY, NIGHT],
    teams,
    lines: [
      { shift: 0, mode: 0, duty: 0, squad: 0, teams: 1 },
      { shift: 1, mode: 1, duty: 1, squad: 0, teams: 1 },
    ],
    rules: RULES,
    ...more,
  }
}

/** Small ones of every kind: some cannot be staffed. */
const inputs = fc
  .record({
    days: fc.integer({ min: 2, max: 4 }),
    firstWeekday: fc.integer({ min: 0, max: 6 }),
    teams: fc.array(
      fc.record({
        modes: fc.subarray([0, 1], { minLength: 1 }),
        leave: fc.subarray([0, 1], { maxLength: 1 }),
        before: fc.array(fc.integer({ min: -1, max: 1 }), { maxLength: 2 }),
        nights: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    nightTeams: fc.integer({ min: 0, max: 2 }),
    restHours: fc.constantFrom(0, 11, 20),
    mostNightsInARow: fc.integer({ min: 1, max: 2 }),
    mostDaysInARow: fc.integer({ min: 1, max: 3 }),
  })
  .map(
    ({
      days,
      firstWeekday,
      teams,
      nightTeams,
      restHours,
      mostNightsInARow,
      mostDaysInARow,
    }): RosterInput => ({
      days,
      firstWeekday,
      shifts: [DAY, NIGHT],
      teams: teams.map(({ modes, leave, before, nights }, index) =>
        team(`t${index}`, { modes, leave, before, carried: { nights, weekends: 0, shifts: nights } }),
      ),
      lines: [
        { shift: 0, mode: 0, duty: 0, teams: 1 },
        { shift: 1, mode: 1, duty: 1, teams: nightTeams },
      ],
      rules: { restHours, mostNightsInARow, mostDaysInARow, mostHoursAWeek: 40, daysOffAWeek: 1 },
    }),
  )

/** Every roster there is: for each team and day off, or one of the lines; the least objective among those without a fault. */
function bruteForce(input: RosterInput): number {
  const { days, teams, lines } = input
  const slots = teams.length * days
  const choice = new Int16Array(slots).fill(-1)
  let best = Number.POSITIVE_INFINITY
  const look = (slot: number) => {
    if (slot === slots) {
      best = Math.min(best, objectiveOf(input, choice))
      return
    }
    for (let line = -1; line < lines.length; line++) {
      choice[slot] = line
      look(slot + 1)
    }
  }
  look(0)
  return best
}

/** The checker tells a broken rule by words and a wrong objective by the right one: with 0 said, what it finds is the cost. */
function objectiveOf(input: RosterInput, choice: Int16Array): number {
  const { days, teams, lines, shifts } = input
  const weekday = (day: number) => (input.firstWeekday + day) % 7
  const shiftOf = Int8Array.from(choice, (line) => (line < 0 ? -1 : lines[line].shift))
  const shortfalls = lines.flatMap((line, index) =>
    Array.from({ length: days }, (_, day) => {
      const there = teams.filter((_each, own) => choice[own * days + day] === index).length
      return { line: index, day, missing: line.teams - there }
    }).filter(({ missing }) => missing !== 0),
  )
  // More than are needed on a line is nothing the solver does.
  if (shortfalls.some(({ missing }) => missing < 0)) return Number.POSITIVE_INFINITY
  const tallies = teams.map((_, own) => {
    const worked = Array.from(shiftOf.subarray(own * days, (own + 1) * days))
    return {
      nights: worked.filter((shift) => shift >= 0 && shifts[shift].night).length,
      weekends: worked.filter((shift, day) => shift >= 0 && weekday(day) > 4).length,
      hours: worked.reduce((sum, shift) => sum + (shift < 0 ? 0 : shifts[shift].hours), 0),
    }
  })
  const faults = rosterFaults(input, {
    shifts: shiftOf,
    lines: choice,
    shortfalls,
    complete: shortfalls.length === 0,
    conflicts: [],
    changes: 0,
    tallies,
    objective: Number.MAX_SAFE_INTEGER,
    seconds: 0,
    proven: false,
  })
  const [told, ...others] = faults.toReversed()
  const found = /^the objective is ([\d.]+),/.exec(told ?? '')
  return found && others.length === 0 ? Number(found[1]) : Number.POSITIVE_INFINITY
}

describe('rosters', () => {
  test('whatever is asked, every rule is kept and what it says of itself is true', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const answer = await roster(input, options)
        expect(rosterFaults(input, answer)).toEqual([])
        expect(answer.proven).toBe(true)
        expect(answer.conflicts.length > 0).toBe(!answer.complete)
      }),
      { numRuns: 12 },
    )
  })

  test('of all there are it is the best, on cases small enough to try them all', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        fc.pre(input.teams.length * input.days <= 8)
        const answer = await roster(input, options)
        expect(answer.objective).toBeCloseTo(bruteForce(input), 4)
      }),
      { numRuns: 6 },
    )
  })

  test('another team, a rule that is relaxed and a line that needs fewer never make it worse', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, fc.integer({ min: 0, max: 4 }), async (input, which) => {
        const { rules, teams, lines } = input
        const easier: RosterInput[] = [
          { ...input, teams: [...teams, team('more')] },
          { ...input, rules: { ...rules, restHours: rules.restHours / 2 } },
          { ...input, rules: { ...rules, mostNightsInARow: rules.mostNightsInARow + 1 } },
          { ...input, rules: { ...rules, mostDaysInARow: rules.mostDaysInARow + 1 } },
          { ...input, lines: [lines[0]] },
        ]
        const [as, eased] = await Promise.all([roster(input, options), roster(easier[which], options)])
        expect(eased.objective).toBeLessThanOrEqual(as.objective + 1e-6)
      }),
      { numRuns: 10 },
    )
  })

  test('the same seed gives the same roster', async () => {
    const input = week(['a', 'b', 'c', 'd'].map((code) => team(code)))
    const [one, other] = [await roster(input, options), await roster(input, options)]
    expect(other.shifts).toEqual(one.shifts)
    expect(one.complete).toBe(true)
    expect(one.bound).toBeCloseTo(one.objective, 5)
  })

  test('nights, weekends and hours go round: nobody has more than one of each more than another', async () => {
    const input = week(
      ['a', 'b', 'c', 'd', 'e'].map((code) => team(code)),
      { days: 28, cyclic: true },
    )
    const answer = await roster(input, options)
    expect(rosterFaults(input, answer)).toEqual([])
    expect(answer.complete).toBe(true)
    for (const key of ['nights', 'weekends'] as const) {
      const all = answer.tallies.map((each) => each[key])
      expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1)
    }
  })

  test('who had more nights in earlier weeks has fewer now', async () => {
    const teams = ['a', 'b', 'c', 'd'].map((code) => team(code))
    teams[0].carried = { nights: 8, weekends: 0, shifts: 0 }
    const { tallies } = await roster(week(teams), options)
    expect(tallies[0].nights).toBeLessThan(Math.min(...tallies.slice(1).map(({ nights }) => nights)))
  })

  test('a closed cycle rests over its end too', async () => {
    const teams = ['a', 'b', 'c'].map((code) => team(code))
    const input = week(teams, { cyclic: true })
    const open = await roster(week(teams), options)
    const closed = await roster(input, options)
    expect(rosterFaults(input, closed)).toEqual([])
    expect(closed.objective).toBeGreaterThanOrEqual(open.objective - 1e-6)
  })

  test('from a given roster no more changes than are allowed, and without a limit it is no worse', async () => {
    const teams = ['a', 'b', 'c', 'd'].map((code) => team(code))
    const first = await roster(week(teams), options)
    // One team falls ill for two days.
    teams[1] = team('b', { leave: [2, 3] })
    const changed = week(teams, { start: first.shifts, mostChanges: 6 })
    const answer = await roster(changed, options)
    expect(rosterFaults(changed, answer)).toEqual([])
    expect(answer.changes).toBeLessThanOrEqual(6)
    const free = await roster(week(teams, { start: first.shifts }), options)
    expect(free.objective).toBeLessThanOrEqual(answer.objective + 1e-6)
  })

  test('a conflict is named by rule, team and day, and no part of it could be left out', async () => {
    const input = week([
      team('a', { leave: [3] }),
      team('b', { leave: [3] }),
      team('c', { modes: [0] }),
      team('d'),
    ])
    input.lines = [{ shift: 1, mode: 1, duty: 1, squad: 0, teams: 2, weekdays: [3] }]
    const answer = await roster(input, options)
    expect(answer.complete).toBe(false)
    expect(answer.shortfalls).toEqual([{ line: 0, day: 3, missing: 1 }])
    const [conflict] = answer.conflicts
    expect(conflict.irreducible).toBe(true)
    expect(conflict.rules.toSorted((x, y) => (x.team ?? -1) - (y.team ?? -1))).toEqual([
      { rule: 'staffing', line: 0, days: [3] },
      { rule: 'leave', team: 0, days: [3] },
      { rule: 'leave', team: 1, days: [3] },
      { rule: 'qualification', team: 2, line: 0, days: [3] },
    ])
    // Each of them given up in turn makes it possible.
    const eased: RosterInput[] = [
      { ...input, lines: [{ ...input.lines[0], teams: 1 }] },
      ...[0, 1].map((own) => ({
        ...input,
        teams: input.teams.map((each, index) => (index === own ? { ...each, leave: [] } : each)),
      })),
      { ...input, teams: input.teams.map((each) => ({ ...each, modes: [0, 1] })) },
    ]
    for (const each of eased) expect((await roster(each, options)).complete).toBe(true)
  })

  test('impossible input is refused with the reason', async () => {
    const bad: [Partial<RosterInput>, RegExp][] = [
      [{ days: 0 }, /days: expected a whole number from 1/],
      [{ cyclic: true, days: 8 }, /whole weeks/],
      [{ rules: { ...RULES, restHours: Number.NaN } }, /rules: expected numbers/],
      [{ teams: [team('a'), team('a')] }, /a twice/],
      [{ lines: [{ shift: 5, mode: 0, duty: 0, teams: 1 }] }, /shift of line 0/],
      [{ mostChanges: 1 }, /expected a roster as "start"/],
    ]
    for (const [more, reason] of bad) {
      await expect(roster(week([team('a')], more), options)).rejects.toThrow(reason)
    }
  })
})
