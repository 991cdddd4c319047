import { MipRows, solveMip } from './mip.ts'
import { PlanRefusal, requireNumbers } from './refusal.ts'
import { type Proof, SearchClock, type SearchOptions } from './search.ts'

/** The cheapest choice of columns that covers every row: shifts that fill every duty, posts that see every street. */
export interface SetCoverInput {
  rows: number
  /** By column: its cost, and the rows it covers. */
  costs: ArrayLike<number>
  covers: readonly ArrayLike<number>[]
}

export interface SetCoverAnswer extends Proof {
  /** Chosen columns, ascending. */
  columns: number[]
}

function check({ rows, costs, covers }: SetCoverInput): void {
  requireNumbers('costs', costs)
  if (costs.length !== covers.length) {
    throw new PlanRefusal(`costs: expected one for each of ${covers.length} columns, got ${costs.length}`)
  }
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
}

/** The column that covers most for its cost, again and again (Chvátal 1979), then those taken back that are not needed. */
function greedy({ rows, costs, covers }: SetCoverInput): number[] {
  const times = new Uint32Array(rows)
  const chosen: number[] = []
  for (let open = rows; open > 0; ) {
    let best = -1
    let bestRate = Number.POSITIVE_INFINITY
    for (let column = 0; column < covers.length; column++) {
      let fresh = 0
      for (let at = 0; at < covers[column].length; at++) fresh += times[covers[column][at]] === 0 ? 1 : 0
      if (fresh > 0 && costs[column] / fresh < bestRate) [best, bestRate] = [column, costs[column] / fresh]
    }
    chosen.push(best)
    for (let at = 0; at < covers[best].length; at++) if (times[covers[best][at]]++ === 0) open--
  }
  return chosen
    .toSorted((a, b) => costs[b] - costs[a])
    .filter((column) => {
      const own = Array.from(covers[column])
      if (own.some((row) => times[row] < 2)) return true
      for (const row of own) times[row]--
      return false
    })
}

/** @throws PlanRefusal where no column covers a row. */
export async function setCover(input: SetCoverInput, options: SearchOptions): Promise<SetCoverAnswer> {
  check(input)
  const clock = new SearchClock(options)
  const { rows, covers } = input
  const costs = Float64Array.from(input.costs)
  const worth = (columns: readonly number[]) => columns.reduce((sum, column) => sum + costs[column], 0)
  let columns = greedy(input)
  let bound: number | undefined
  clock.tell(worth(columns))
  if (!clock.over) {
    const by: [number, number][][] = Array.from({ length: rows }, () => [])
    covers.forEach((own, column) => {
      for (const row of new Set(Array.from(own))) by[row].push([column, 1])
    })
    const model = new MipRows()
    for (const entries of by) model.add(entries, 1, Number.POSITIVE_INFINITY)
    const start = new Float64Array(covers.length)
    for (const column of columns) start[column] = 1
    const answer = await solveMip(
      {
        sense: 'minimize',
        cost: costs,
        lower: new Float64Array(covers.length),
        upper: new Float64Array(covers.length).fill(1),
        whole: new Int32Array(covers.length).fill(1),
        ...model.model,
        start,
      },
      { ...options, seconds: Math.max(0.05, options.seconds - clock.seconds) },
    )
    bound = answer.bound
    const { values } = answer
    if (values && (answer.objective ?? Number.POSITIVE_INFINITY) < worth(columns) - 1e-9) {
      columns = covers.map((_, column) => column).filter((column) => values[column] > 0.5)
    }
  }
  return { ...clock.proof(worth(columns), bound), columns: columns.toSorted((a, b) => a - b) }
}
