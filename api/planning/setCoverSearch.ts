/** Set covering in packed arrays, both ways round. */
export class SetCoverModel {
  readonly rows: number
  readonly columns: number
  readonly costs: Float64Array
  /** Rows of column c at [columnStart[c], columnStart[c + 1]) of `rowOf`; columns of a row likewise. */
  readonly columnStart: Int32Array
  readonly rowOf: Int32Array
  readonly rowStart: Int32Array
  readonly columnOf: Int32Array

  constructor(rows: number, costs: ArrayLike<number>, covers: readonly ArrayLike<number>[]) {
    this.rows = rows
    this.columns = covers.length
    this.costs = Float64Array.from(costs)
    // A row named twice in a column is covered once.
    const own = covers.map((each) => Int32Array.from(new Set(Array.from(each))))
    this.columnStart = new Int32Array(this.columns + 1)
    own.forEach((each, column) => {
      this.columnStart[column + 1] = this.columnStart[column] + each.length
    })
    const entries = this.columnStart[this.columns]
    this.rowOf = new Int32Array(entries)
    const count = new Int32Array(rows + 1)
    own.forEach((each, column) => {
      this.rowOf.set(each, this.columnStart[column])
      for (const row of each) count[row + 1]++
    })
    for (let row = 0; row < rows; row++) count[row + 1] += count[row]
    this.rowStart = Int32Array.from(count)
    this.columnOf = new Int32Array(entries)
    own.forEach((each, column) => {
      for (const row of each) this.columnOf[count[row]++] = column
    })
  }

  cost(columns: readonly number[]): number {
    return columns.reduce((sum, column) => sum + this.costs[column], 0)
  }
}

/** What a cover may be made of. */
export interface CoverLimits {
  /** Today's columns: those besides them are changes. */
  isOld: Uint8Array
  mostChanges: number
}

/**
 * Adds to some columns what covers most for its price, again and again (Chvátal 1979), then takes back what is not
 * needed, the dearest first. Null where the limit on changes leaves rows open.
 * @param prices What counts as a column's cost while choosing; the real ones, or reduced ones.
 */
export function complete(
  model: SetCoverModel,
  from: readonly number[],
  prices: Float64Array,
  { isOld, mostChanges }: CoverLimits,
): number[] | null {
  const { rows, columns, costs, columnStart, rowOf, rowStart, columnOf } = model
  const times = new Uint16Array(rows)
  const fresh = new Int32Array(columns)
  for (let column = 0; column < columns; column++)
    fresh[column] = columnStart[column + 1] - columnStart[column]
  const isChosen = new Uint8Array(columns)
  const chosen: number[] = []
  let open = rows
  let changes = 0
  const add = (column: number) => {
    isChosen[column] = 1
    chosen.push(column)
    if (!isOld[column]) changes++
    for (let at = columnStart[column]; at < columnStart[column + 1]; at++) {
      const row = rowOf[at]
      if (times[row]++ > 0) continue
      open--
      for (let other = rowStart[row]; other < rowStart[row + 1]; other++) fresh[columnOf[other]]--
    }
  }
  for (const column of from) if (!isChosen[column]) add(column)
  // Row by row, the hardest first: its best column is soon found among few.
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => rowStart[a + 1] - rowStart[a] - (rowStart[b + 1] - rowStart[b]),
  )
  for (const row of order) {
    if (times[row] > 0) continue
    let best = -1
    let bestRate = Number.POSITIVE_INFINITY
    for (let at = rowStart[row]; at < rowStart[row + 1]; at++) {
      const column = columnOf[at]
      if (!isOld[column] && changes >= mostChanges) continue
      const price = prices[column]
      const rate = price > 0 ? price / fresh[column] : price * fresh[column]
      if (rate < bestRate) {
        best = column
        bestRate = rate
      }
    }
    if (best < 0) return null
    add(best)
  }
  if (open > 0) return null
  return chosen
    .toSorted((a, b) => costs[b] - costs[a])
    .filter((column) => {
      for (let at = columnStart[column]; at < columnStart[column + 1]; at++)
        if (times[rowOf[at]] < 2) return true
      for (let at = columnStart[column]; at < columnStart[column + 1]; at++) times[rowOf[at]]--
      return false
    })
}

const STEPS = 800
const PATIENCE = 20
/** Steps between two covers made from the prices. */
const LOOK = 6

export interface Relaxed {
  bound: number
  /** By column: its cost less the prices of its rows, at the best bound. */
  reduced: Float64Array
}

/**
 * A cost no cover can be below, by a price for each row and subgradient steps (Beasley 1990); covers found on the way are
 * told.
 */
export function relax(
  model: SetCoverModel,
  search: {
    best(): number
    over(): boolean
    onCover(prices: Float64Array): void
    onBound(bound: number): void
  },
): Relaxed {
  const { rows, columns, costs, columnStart, rowOf, rowStart, columnOf } = model
  const price = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    let least = Number.POSITIVE_INFINITY
    for (let at = rowStart[row]; at < rowStart[row + 1]; at++) {
      const column = columnOf[at]
      least = Math.min(least, costs[column] / (columnStart[column + 1] - columnStart[column]))
    }
    price[row] = least
  }
  const reduced = new Float64Array(columns)
  const best: Relaxed = { bound: Number.NEGATIVE_INFINITY, reduced: Float64Array.from(costs) }
  const bestPrice = Float64Array.from(price)
  const missing = new Float64Array(rows)
  let stride = 1
  let idle = 0
  for (let step = 0; step < STEPS && stride > 0.002 && !search.over(); step++) {
    let bound = 0
    for (let row = 0; row < rows; row++) bound += price[row]
    missing.fill(1)
    for (let column = 0; column < columns; column++) {
      let own = costs[column]
      for (let at = columnStart[column]; at < columnStart[column + 1]; at++) own -= price[rowOf[at]]
      reduced[column] = own
      if (own >= 0) continue
      bound += own
      for (let at = columnStart[column]; at < columnStart[column + 1]; at++) missing[rowOf[at]]--
    }
    if (bound > best.bound) {
      idle = bound > best.bound + 1e-4 * Math.abs(best.bound) ? 0 : idle + 1
      best.bound = bound
      best.reduced.set(reduced)
      bestPrice.set(price)
      search.onBound(bound)
    } else if (++idle >= PATIENCE) {
      stride /= 1.8
      idle = 0
      price.set(bestPrice)
      continue
    }
    if (step % LOOK === 0) search.onCover(reduced)
    let square = 0
    for (let row = 0; row < rows; row++) {
      // A price that is nothing cannot sink.
      if (missing[row] < 0 && price[row] <= 0) missing[row] = 0
      square += missing[row] ** 2
    }
    if (square === 0) break
    const length = (stride * Math.max(1.02 * search.best() - bound, 1e-6 * Math.abs(bound))) / square
    for (let row = 0; row < rows; row++) price[row] = Math.max(0, price[row] + length * missing[row])
  }
  return best
}
