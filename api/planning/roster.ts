import { solveMip } from './mip.ts'
import { rosterConflict } from './rosterConflict.ts'
import { greedyRoster } from './rosterGreedy.ts'
import {
  checkRoster,
  type RosterAnswer,
  type RosterInput,
  type Shortfall,
  type Tally,
} from './rosterInput.ts'
import { buildRosterModel, type RosterModel } from './rosterModel.ts'
import type { RosterConflict } from './rosterRule.ts'
import { SearchClock, type SearchOptions } from './search.ts'

/**
 * A roster by HiGHS that keeps every rule, staffs what can be staffed and spreads nights, weekends and hours. Squads that
 * lend nobody to each other are solved one by one. Where something stays short for certain, the conflict is named.
 * @throws PlanRefusal as `checkRoster` says.
 */
export async function roster(input: RosterInput, options: SearchOptions): Promise<RosterAnswer> {
  checkRoster(input)
  const clock = new SearchClock(options)
  const parts = partsOf(input)
  const { days, teams } = input
  const shifts = new Int8Array(teams.length * days).fill(-1)
  const lines = new Int16Array(teams.length * days).fill(-1)
  const answers = parts.map((part) => part.model.read(greedyRoster(part.model)))
  const total = () => answers.reduce((sum, { objective }) => sum + objective, 0)
  clock.tell(total())
  let bound: number | undefined = 0
  const conflicts: RosterConflict[] = []
  let isPossible = true
  for (const [index, { model }] of parts.entries()) {
    const left = Math.max(0.05, (options.seconds - clock.seconds) / (parts.length - index))
    const found = clock.over
      ? { values: undefined, bound: undefined, status: 'stopped' }
      : await solveMip(
          { ...model.mip, start: model.columnsOf(answers[index]) },
          { seconds: left, seed: options.seed, signal: options.signal },
        )
    if (found.values) {
      const better = model.read(model.choiceOf(found.values))
      if (better.objective < answers[index].objective - 1e-9) {
        answers[index] = better
        clock.tell(total())
      }
    }
    bound = bound === undefined || found.bound === undefined ? undefined : bound + found.bound
    if (found.status === 'infeasible') isPossible = false
    const missing = answers[index].shortfalls
    const isCertain = found.status === 'infeasible' || (found.status === 'optimal' && missing.length > 0)
    if (isCertain && !clock.over) {
      const named = await rosterConflict(model, missing[0]?.day ?? 0, {
        ...options,
        seconds: Math.min(CONFLICT_S, options.seconds - clock.seconds),
      })
      if (named) conflicts.push(named)
    }
  }
  const tallies: Tally[] = teams.map(() => ({ nights: 0, weekends: 0, hours: 0 }))
  const shortfalls: Shortfall[] = []
  let changes = 0
  parts.forEach(({ model }, index) => {
    const answer = answers[index]
    model.teams.forEach((team, own) => {
      shifts.set(answer.shifts.subarray(own * days, (own + 1) * days), team * days)
      for (let day = 0; day < days; day++) {
        const line = answer.lines[own * days + day]
        lines[team * days + day] = line < 0 ? -1 : model.lines[line]
      }
      tallies[team] = answer.tallies[own]
    })
    shortfalls.push(...answer.shortfalls.map((each) => ({ ...each, line: model.lines[each.line] })))
    changes += answer.changes
  })
  return {
    ...clock.proof(total(), bound, 1e-7),
    shifts,
    lines,
    shortfalls,
    complete: isPossible && shortfalls.length === 0,
    conflicts,
    changes,
    tallies,
  }
}

/** To name one conflict, at most: a large one is known to be there by its shortfalls all the same. */
const CONFLICT_S = 20

/** Teams and lines that have to do with one another: a part can be solved without the others. */
function partsOf(input: RosterInput): { model: RosterModel }[] {
  const { teams, lines, mostChanges } = input
  const group = teams.map((_, team) => team)
  const join = (a: number, b: number) => {
    const [from, to] = [group[a], group[b]]
    for (let team = 0; team < group.length; team++) if (group[team] === from) group[team] = to
  }
  // A limit on all changes together ties all teams together.
  if (mostChanges !== undefined) for (let team = 1; team < teams.length; team++) join(team, 0)
  for (const line of lines) {
    const able = teams.flatMap((team, index) =>
      line.squad === undefined || line.squad === team.squad ? [index] : [],
    )
    for (const team of able) join(team, able[0])
  }
  const groups = [...new Set(group)]
  const lineGroup = lines.map((line) => {
    const able = teams.findIndex((team) => line.squad === undefined || line.squad === team.squad)
    return able < 0 ? groups[0] : group[able]
  })
  return groups.map((each) => ({
    model: buildRosterModel(
      input,
      teams.flatMap((_, team) => (group[team] === each ? [team] : [])),
      lines.flatMap((_, line) => (lineGroup[line] === each ? [line] : [])),
    ),
  }))
}
