import { createRandom } from '../../geodata/random.ts'
import { solveMip } from './mip.ts'
import { MipRows } from './mipModel.ts'
import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'
import { type Proof, SearchClock, type SearchOptions } from './search.ts'
import { type CoverLimits, complete, relax, SetCoverModel } from './setCoverSearch.ts'
import { improve } from './setCoverWeights.ts'

/** The cheapest choice of columns that covers every row: shifts that fill every duty, posts that see every street. */
export interface SetCoverInput {
  rows: number
  /** By column: its cost, and the rows it covers. */
  costs: ArrayLike<number>
  covers: readonly ArrayLike<number>[]
  /** Today's columns, to start from. */
  start?: readonly number[]
  /** How many columns besides those of `start` may be chosen, which then must cover every row; absent: any. */
  mostChanges?: number
}

export interface SetCoverAnswer extends Proof {
  /** Chosen columns, ascending. */
  columns: number[]
}

function check({ rows, costs, covers, start, mostChanges }: SetCoverInput): void {
  if (!Number.isInteger(rows) || rows < 0) throw new PlanRefusal(`rows: expected a whole number, got ${rows}`)
  requireLength('costs', costs, covers.length)
  requireNumbers('costs', costs)
  const covered = new Uint8Array(rows)
  covers.forEach((own, column) => {
    for (let at = 0; at < own.length; at++) {
      const row = own[at]
      if (!Number.isInteger(row) || row < 0 || row >= rows) {
        throw new PlanRefusal(`covers: expected rows from 0 to ${rows - 1} in column ${column}, got ${row}`)
      }
      covered[row] = 1
    }
  })
  const open = covered.indexOf(0)
  if (open >= 0)
    throw new PlanRefusal(`covers: expected every row in some column, but none covers row ${open}`)
  const wrong = start?.find((column) => covers[column] === undefined)
  if (wrong !== undefined) {
    throw new PlanRefusal(`start: expected columns from 0 to ${covers.length - 1}, got ${wrong}`)
  }
  if (mostChanges === undefined) return
  if (!Number.isInteger(mostChanges) || mostChanges < 0) {
    throw new PlanRefusal(`mostChanges: expected a whole number from 0, got ${mostChanges}`)
  }
  covered.fill(0)
  for (const column of start ?? []) for (const row of Array.from(covers[column])) covered[row] = 1
  const left = covered.indexOf(0)
  if (left >= 0)
    throw new PlanRefusal(`start: expected every row covered where changes are limited, got row ${left} open`)
}

/** Of the time: for prices and covers made from them, before what is left goes into the proof. */
const SEARCH_SHARE = 0.4
/** Distances between cover and bound above which no proof comes in time: then all of it goes into better covers. */
const HOPELESS = 0.05
const MANY = 1000
/** Exchanges in vain before the proof is tried. */
const IDLE = 20_000

/**
 * Covers made from the prices of a Lagrangian relaxation, improved by exchanges with weights of rows; then a proof by branch and
 * bound over the columns that the prices leave open.
 * @throws PlanRefusal where no column covers a row, a number is none, or today's columns do not cover all.
 */
export async function setCover(input: SetCoverInput, options: SearchOptions): Promise<SetCoverAnswer> {
  check(input)
  const clock = new SearchClock(options)
  const random = createRandom(options.seed ?? 1, 'set covering')
  const { rows, covers, start = [], mostChanges = Number.POSITIVE_INFINITY } = input
  const model = new SetCoverModel(rows, input.costs, covers)
  const { costs } = model
  const limits: CoverLimits = { isOld: new Uint8Array(covers.length), mostChanges }
  for (const column of start) limits.isOld[column] = 1
  const first = complete(model, start, costs, limits)
  if (!first) throw new Error('Expected a cover where each row has a column, found none.')
  let columns = first
  let worth = model.cost(columns)
  let bound: number | undefined
  /** Whole costs make whole covers: a bound counts up to the next whole number. */
  const whole = costs.every(Number.isInteger)
  const raised = (value: number) => Math.max(0, whole ? Math.ceil(value - 1e-6) : value)
  const take = (found: number[] | null) => {
    if (!found) return
    const cost = model.cost(found)
    if (cost >= worth - 1e-9) return
    columns = found
    worth = cost
    clock.tell(worth, bound)
  }
  const isMet = () => bound !== undefined && bound >= worth - 1e-9
  const over = () => clock.over || isMet() || clock.seconds > SEARCH_SHARE * options.seconds
  clock.tell(worth)
  if (clock.over) return answer()
  const { reduced, bound: relaxed } = relax(model, {
    best: () => worth,
    over,
    onCover: (prices) => take(complete(model, [], prices, limits)),
    onBound(found) {
      if (bound !== undefined && raised(found) <= bound) return
      bound = raised(found)
      clock.tell(worth, bound)
    },
  })
  const isHopeless = worth - (bound ?? 0) > HOPELESS * worth && covers.length > MANY
  improve(
    model,
    columns,
    Uint8Array.from(covers, (_, column) => (mayHelp(column) ? 1 : 0)),
    limits,
    random,
    {
      over: () => (isHopeless ? clock.over || isMet() : over()),
      idle: isHopeless ? Number.POSITIVE_INFINITY : IDLE,
      onCover: take,
    },
  )
  if (clock.over || isMet()) return answer()
  await prove()
  return answer()

  function answer(): SetCoverAnswer {
    return { ...clock.proof(worth, bound), columns: columns.toSorted((a, b) => a - b) }
  }

  /** Whether a cover with it may cost less than what is known. */
  function mayHelp(column: number): boolean {
    return raised(relaxed + Math.max(0, reduced[column])) < worth - 1e-9
  }

  /** Over the columns without which, or with which, the bound is not yet over what is known. */
  async function prove(): Promise<void> {
    const open = covers
      .map((_, column) => column)
      .filter((column) => mayHelp(column) || columns.includes(column))
    const place = new Int32Array(covers.length).fill(-1)
    open.forEach((column, index) => {
      place[column] = index
    })
    const lp = new MipRows()
    for (let row = 0; row < rows; row++) {
      const entries: [number, number][] = []
      for (let at = model.rowStart[row]; at < model.rowStart[row + 1]; at++) {
        const index = place[model.columnOf[at]]
        if (index >= 0) entries.push([index, 1])
      }
      lp.add(entries, 1, Number.POSITIVE_INFINITY)
    }
    if (Number.isFinite(mostChanges)) {
      const fresh = open.flatMap((column, index): [number, number][] =>
        limits.isOld[column] ? [] : [[index, 1]],
      )
      lp.add(fresh, 0, mostChanges)
    }
    const begin = new Float64Array(open.length)
    for (const column of columns) begin[place[column]] = 1
    const found = await solveMip(
      {
        sense: 'minimize',
        cost: Float64Array.from(open, (column) => costs[column]),
        lower: new Float64Array(open.length),
        upper: new Float64Array(open.length).fill(1),
        whole: new Int32Array(open.length).fill(1),
        ...lp.model,
        start: begin,
      },
      { ...options, seconds: Math.max(0.05, options.seconds - clock.seconds) },
    )
    const { values } = found
    if (values) take(open.filter((_, index) => values[index] > 0.5))
    // What was left out of the model could not have been better.
    if (found.bound !== undefined) bound = Math.max(bound ?? 0, Math.min(raised(found.bound), worth))
  }
}
