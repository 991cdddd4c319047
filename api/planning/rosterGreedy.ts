import { mayWork, neededOn } from './rosterInput.ts'
import type { Choice, RosterModel } from './rosterModel.ts'

/**
 * A roster at once, for the proof to begin with: day by day, each place goes to whoever may take it and has had least. It
 * keeps every rule; a roster to start from is kept where few changes are allowed, if it keeps them too.
 */
export function greedyRoster(model: RosterModel): Choice {
  const { input, teams, lines } = model
  const { days, shifts, start, mostChanges } = input
  const choice: Choice = {
    shifts: new Int8Array(teams.length * days).fill(-1),
    lines: new Int16Array(teams.length * days).fill(-1),
  }
  const rows = model.rules().rows.filter(({ tag }) => tag.rule !== 'staffing' && tag.rule !== 'changes')
  // Rows by the work columns in them, so that each try looks at its own only.
  const of = new Map<number, number[]>()
  const sums = new Float64Array(rows.length)
  rows.forEach(({ entries }, row) => {
    for (const [column] of entries) of.set(column, [...(of.get(column) ?? []), row])
  })
  const column = (team: number, day: number, shift: number) => (team * days + day) * shifts.length + shift
  const valueIn = (row: number, wanted: number) =>
    rows[row].entries.find(([each]) => each === wanted)?.[1] ?? 0
  const isFree = (wanted: number) =>
    (of.get(wanted) ?? []).every((row) => sums[row] + valueIn(row, wanted) <= rows[row].upper + 1e-9)
  const load = teams.map((team) => {
    const { nights = 0, shifts: had = 0 } = input.teams[team].carried ?? {}
    return { nights, had }
  })
  const take = (team: number, day: number, line: number) => {
    const { shift } = input.lines[lines[line]]
    choice.shifts[team * days + day] = shift
    choice.lines[team * days + day] = line
    for (const row of of.get(column(team, day, shift)) ?? [])
      sums[row] += valueIn(row, column(team, day, shift))
    load[team].had++
    if (shifts[shift].night) load[team].nights++
  }
  for (let day = 0; day < days; day++) {
    const weekday = (input.firstWeekday + day) % 7
    // Nights first: fewest can take them.
    const order = lines
      .map((_, line) => line)
      .sort(
        (a, b) =>
          Number(shifts[input.lines[lines[b]].shift].night) -
            Number(shifts[input.lines[lines[a]].shift].night) || a - b,
      )
    for (const line of order) {
      const asked = input.lines[lines[line]]
      for (let needed = neededOn(asked, weekday); needed > 0; needed--) {
        const able = teams
          .map((team, own) => ({ own, team: input.teams[team], was: start?.[team * days + day] }))
          .filter(
            ({ own, team, was }) =>
              choice.shifts[own * days + day] < 0 &&
              mayWork(team, asked) &&
              isFree(column(own, day, asked.shift)) &&
              (mostChanges === undefined || was === asked.shift),
          )
          .sort((a, b) => {
            const nights = shifts[asked.shift].night ? load[a.own].nights - load[b.own].nights : 0
            return nights || load[a.own].had - load[b.own].had || a.own - b.own
          })
        if (able.length === 0) break
        take(able[0].own, day, line)
      }
    }
  }
  return choice
}
