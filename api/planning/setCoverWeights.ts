import type { Random } from '../../geodata/random.ts'
import type { CoverLimits, SetCoverModel } from './setCoverSearch.ts'

/** Steps between two looks at the clock. */
const LOOK = 32

/**
 * Takes columns out of a cover and others in, where rows that stay open weigh more and more (row weighting local search,
 * Gao et al. 2015), until `over` or so many steps in vain. Covers that cost less are told.
 * @param open By column: whether it may be taken in at all.
 */
export function improve(
  model: SetCoverModel,
  from: readonly number[],
  open: Uint8Array,
  limits: CoverLimits,
  random: Random,
  search: { over(): boolean; idle: number; onCover(cover: number[]): void },
): void {
  const { rows, columns, costs, columnStart, rowOf, rowStart, columnOf } = model
  const { isOld, mostChanges } = limits
  const weight = new Float64Array(rows).fill(1)
  const times = new Uint16Array(rows)
  /** By column: weight of the open rows it would cover; of a chosen one, of the rows only it covers. */
  const worth = new Float64Array(columns)
  const isChosen = new Uint8Array(columns)
  /** When a column came or went, and when a row was covered or opened: one that went stays out until a row of it changed. */
  const moved = new Int32Array(columns)
  const changed = new Int32Array(rows)
  const chosen: number[] = []
  const openRows: number[] = []
  const placeOf = new Int32Array(rows)
  let cost = 0
  let changes = 0
  let step = 1
  for (let row = 0; row < rows; row++) {
    placeOf[row] = openRows.push(row) - 1
    for (let at = rowStart[row]; at < rowStart[row + 1]; at++) worth[columnOf[at]]++
  }
  const add = (column: number) => {
    isChosen[column] = 1
    moved[column] = step
    chosen.push(column)
    cost += costs[column]
    if (!isOld[column]) changes++
    let own = 0
    for (let at = columnStart[column]; at < columnStart[column + 1]; at++) {
      const row = rowOf[at]
      const count = ++times[row]
      if (count > 2) continue
      if (count === 1) {
        own += weight[row]
        changed[row] = step
        const last = openRows[openRows.length - 1]
        openRows[placeOf[row]] = last
        placeOf[last] = placeOf[row]
        openRows.length--
        for (let other = rowStart[row]; other < rowStart[row + 1]; other++)
          worth[columnOf[other]] -= weight[row]
      } else {
        for (let other = rowStart[row]; other < rowStart[row + 1]; other++) {
          if (!isChosen[columnOf[other]] || columnOf[other] === column) continue
          worth[columnOf[other]] -= weight[row]
          break
        }
      }
    }
    worth[column] = own
  }
  const remove = (place: number) => {
    const column = chosen[place]
    chosen[place] = chosen[chosen.length - 1]
    chosen.length--
    isChosen[column] = 0
    moved[column] = step
    cost -= costs[column]
    if (!isOld[column]) changes--
    let own = 0
    for (let at = columnStart[column]; at < columnStart[column + 1]; at++) {
      const row = rowOf[at]
      const count = --times[row]
      if (count > 1) continue
      if (count === 0) {
        own += weight[row]
        changed[row] = step
        placeOf[row] = openRows.push(row) - 1
        for (let other = rowStart[row]; other < rowStart[row + 1]; other++)
          worth[columnOf[other]] += weight[row]
      } else {
        for (let other = rowStart[row]; other < rowStart[row + 1]; other++) {
          if (!isChosen[columnOf[other]]) continue
          worth[columnOf[other]] += weight[row]
          break
        }
      }
    }
    worth[column] = own
  }
  /** The chosen column that is worth least for its cost, the longest there of equal ones; not one that has just come. */
  const least = (kept: number) => {
    let best = -1
    for (let place = 0; place < chosen.length; place++) {
      const column = chosen[place]
      if (column === kept && chosen.length > 1) continue
      const other = chosen[best]
      const difference = best < 0 ? -1 : worth[column] * costs[other] - worth[other] * costs[column]
      if (difference < 0 || (difference === 0 && moved[column] < moved[other])) best = place
    }
    return best
  }
  const mayCome = (column: number) => {
    for (let at = columnStart[column]; at < columnStart[column + 1]; at++)
      if (changed[rowOf[at]] > moved[column]) return true
    return moved[column] === 0
  }
  for (const column of from) add(column)
  let best = cost + 1e-9
  let last = -1
  for (let idle = 0; idle < search.idle; idle++, step++) {
    if (step % LOOK === 0 && search.over()) return
    while (openRows.length === 0) {
      if (cost < best - 1e-9) {
        best = cost
        idle = 0
        search.onCover([...chosen])
      }
      if (chosen.length === 0) return
      remove(least(-1))
    }
    if (chosen.length > 0) remove(least(last))
    while (openRows.length > 0) {
      const row = openRows[Math.floor(random.next() * openRows.length)]
      let into = -1
      for (let at = rowStart[row]; at < rowStart[row + 1]; at++) {
        const column = columnOf[at]
        if (!open[column] || (!isOld[column] && changes >= mostChanges)) continue
        const difference = into < 0 ? 1 : worth[column] * costs[into] - worth[into] * costs[column]
        if (difference < 0 || (difference === 0 && moved[column] >= moved[into])) continue
        if (mayCome(column)) into = column
      }
      if (into < 0 || cost + costs[into] >= best - 1e-9) break
      step++
      add(into)
      last = into
      for (const each of openRows) {
        weight[each]++
        for (let at = rowStart[each]; at < rowStart[each + 1]; at++) worth[columnOf[at]]++
      }
    }
  }
}
