import { solveMip } from './mip.ts'
import { MipRows } from './mipModel.ts'
import type { RosterModel, TaggedRow } from './rosterModel.ts'
import type { RosterConflict, RuleInstance } from './rosterRule.ts'
import { SearchClock, type SearchOptions } from './search.ts'

type Structure = ReturnType<RosterModel['rules']>

/**
 * Finds a conflict near a day: in the fewest days around it in which there is one. Rules are given slack, and those that
 * need some are made hard, until nothing fits any more (the elastic filter of Chinneck and Dravnieks 1991); then each is
 * left out in turn, and stays out where the others still conflict (the deletion filter).
 * @returns undefined where there is none, or no time to find it.
 */
export async function rosterConflict(
  model: RosterModel,
  day: number,
  options: SearchOptions,
): Promise<RosterConflict | undefined> {
  const clock = new SearchClock(options)
  const whole = model.rules()
  const { days } = model.input
  const left = () => ({
    seed: options.seed,
    signal: options.signal,
    seconds: Math.max(0.05, options.seconds - clock.seconds),
  })
  for (const around of [0, 1, 3, 6, 13, days]) {
    const near = new Set(
      Array.from({ length: days }, (_, each) => each).filter((each) => Math.abs(each - day) <= around),
    )
    if (around < days && near.size === days) continue
    const rows = whole.rows.filter(({ tag }) => tag.days.every((each) => near.has(each)))
    const hard = new Set<TaggedRow>()
    let found = await slacks(whole, rows, hard, left())
    while (Array.isArray(found) && found.length > 0 && !clock.over) {
      for (const row of found) hard.add(row)
      found = await slacks(whole, rows, hard, left())
    }
    // Where the clock stops it, what is hard by now is no conflict yet.
    if (found === 'infeasible') return reduced(whole, hard, clock, left)
    if (found === 'stopped' || found.length > 0) return undefined
  }
  return undefined
}

/** Leaves out what is not needed for the conflict. */
async function reduced(
  whole: Structure,
  rows: ReadonlySet<TaggedRow>,
  clock: SearchClock,
  left: () => SearchOptions,
): Promise<RosterConflict> {
  let kept = [...rows]
  let irreducible = true
  for (const row of rows) {
    if (clock.over) {
      irreducible = false
      break
    }
    const without = kept.filter((each) => each !== row)
    const answer = await slacks(whole, without, new Set(without), left())
    if (answer === 'infeasible') kept = without
    else if (answer === 'stopped') irreducible = false
  }
  return { rules: merged(kept.map(({ tag }) => tag)), irreducible }
}

/** The same rule of the same team or line on several days is told once. */
function merged(tags: readonly RuleInstance[]): RuleInstance[] {
  const found = new Map<string, RuleInstance>()
  for (const tag of tags) {
    const key = `${tag.rule} ${tag.team} ${tag.line}`
    const known = found.get(key)
    if (known) known.days = [...new Set([...known.days, ...tag.days])].sort((a, b) => a - b)
    else found.set(key, { ...tag, days: [...tag.days] })
  }
  return [...found.values()]
}

/** Of rows that are not hard, those that must give way where as little as possible does. */
async function slacks(
  { columns, structure }: Structure,
  rows: readonly TaggedRow[],
  hard: ReadonlySet<TaggedRow>,
  options: SearchOptions,
): Promise<TaggedRow[] | 'infeasible' | 'stopped'> {
  const soft = rows.filter((row) => !hard.has(row))
  const slackOf = new Map(soft.map((row, index) => [row, columns + index]))
  const used = new Set(rows.flatMap(({ entries }) => entries.map(([column]) => column)))
  // What ties a used column to others brings these in; twice reaches from a line over its shift to the team's day.
  for (let pass = 0; pass < 2; pass++) {
    for (const { entries } of structure) {
      if (entries.some(([column]) => used.has(column))) for (const [column] of entries) used.add(column)
    }
  }
  const model = new MipRows()
  for (const { entries, lower, upper } of structure) {
    if (entries.some(([column]) => used.has(column))) model.add(entries, lower, upper)
  }
  for (const row of rows) {
    const slack = slackOf.get(row)
    // Upper limits give way upwards, lower ones downwards; no row has both.
    const sign = Number.isFinite(row.upper) ? -1 : 1
    model.add(slack === undefined ? row.entries : [...row.entries, [slack, sign]], row.lower, row.upper)
  }
  const all = columns + soft.length
  const cost = new Float64Array(all).fill(0, 0, columns).fill(1, columns)
  const answer = await solveMip(
    {
      sense: 'minimize',
      cost,
      lower: new Float64Array(all),
      upper: new Float64Array(all).fill(1, 0, columns).fill(Number.POSITIVE_INFINITY, columns),
      whole: new Int32Array(all).fill(1, 0, columns),
      ...model.model,
    },
    options,
  )
  if (answer.status === 'infeasible') return 'infeasible'
  if (answer.status !== 'optimal' || !answer.values) return 'stopped'
  const { values } = answer
  return soft.filter((row) => values[slackOf.get(row) ?? 0] > 1e-6)
}
