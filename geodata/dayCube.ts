/**
 * Counts by local day, cell and kind in one binary, for a browser that plays through time without asking again. Beside
 * the counts stands which area of each level of each boundary version a cell belongs to, so that every level of every
 * version is a sum over the same cells.
 */
import { ByteReader, ByteWriter, differences, summed } from './bytes.ts'

/** How finely kinds are told apart; coarser where an installation holds too many rows for a browser. */
export const dayGrains = ['kind', 'group', 'all'] as const
export type DayGrain = (typeof dayGrains)[number]

/** The areas one level of one boundary version divides the cells into. */
export interface CellLevel {
  version: string
  level: string
  /** Area id of each cell, in the order of `cells`; 0 where the level does not cover the cell. */
  areaId: Uint32Array
}

export interface DayCube {
  /** Local calendar day 0, YYYY-MM-DD. */
  firstDay: string
  /** Number of days; the last one may still be going on, see `asOf`. */
  days: number
  /** Instant the counts speak about, ISO. */
  asOf: string
  grain: DayGrain
  /** True where older days were left out because the whole would be too large. */
  cut: boolean
  /** What `kind` points into: kind codes, group names, or a single empty text. */
  kinds: readonly string[]
  /** Cell ids, ascending. */
  cells: Uint32Array
  levels: readonly CellLevel[]
  /** Entries of day d are `dayStart[d]` … `dayStart[d + 1]`, by cell, then kind. */
  dayStart: Uint32Array
  /** Position in `cells`; `cells.length` stands for "in no cell". */
  cell: Uint32Array
  kind: Uint8Array
  /** Incidents of the entry, ≥ 1. */
  count: Uint32Array
}

/** Changes whenever old readers could not read the bytes. */
const format = 'GridWall days 1'

type Head = Pick<DayCube, 'firstDay' | 'days' | 'asOf' | 'grain' | 'cut' | 'kinds'> & {
  levels: { version: string; level: string }[]
}

/** @throws RangeError when the entries of a day are not in order of cell, or a count is below 1. */
export function encodeDayCube(cube: DayCube): Uint8Array {
  const { firstDay, days, asOf, grain, cut, kinds } = cube
  const levels = cube.levels.map(({ version, level }) => ({ version, level }))
  const writer = new ByteWriter()
  writer.text(format)
  writer.text(JSON.stringify({ firstDay, days, asOf, grain, cut, kinds, levels } satisfies Head))
  writer.unsigned(cube.cells.length)
  writer.signedColumn(differences(cube.cells))
  for (const { areaId } of cube.levels) writer.signedColumn(differences(areaId))
  writer.unsigned(cube.cell.length)
  writer.unsignedColumn(differences(cube.dayStart))
  // Inside a day the cells ascend: a step is one byte where there are many incidents, and hardly two where there are few.
  const steps = new Uint32Array(cube.cell.length)
  for (let day = 0; day < days; day++) {
    let before = 0
    for (let i = cube.dayStart[day]; i < cube.dayStart[day + 1]; i++) {
      if (cube.cell[i] < before) throw new RangeError(`Expected the cells of day ${day} in order.`)
      steps[i] = cube.cell[i] - before
      before = cube.cell[i]
    }
  }
  writer.unsignedColumn(steps)
  writer.raw(cube.kind)
  writer.unsignedColumn(Array.from(cube.count, (count) => count - 1))
  return writer.finish()
}

/** @throws RangeError when the bytes are not a day cube of this format, are cut short, or point outside themselves. */
export function decodeDayCube(bytes: Uint8Array): DayCube {
  const reader = new ByteReader(bytes)
  if (reader.text() !== format) throw new RangeError(`Expected counts by day (${format}).`)
  const head: Head = JSON.parse(reader.text())
  const cellCount = reader.unsigned()
  const cells = new Uint32Array(summed(reader.signedColumn(cellCount)))
  const levels = head.levels.map((level) => ({
    ...level,
    areaId: new Uint32Array(summed(reader.signedColumn(cellCount))),
  }))
  const entries = reader.unsigned()
  const dayStart = reader.unsignedColumn(head.days + 1)
  for (let day = 1; day <= head.days; day++) dayStart[day] += dayStart[day - 1]
  if (dayStart[head.days] !== entries) throw new RangeError('The days do not hold all entries.')
  const cell = reader.unsignedColumn(entries)
  for (let day = 0; day < head.days; day++)
    for (let i = dayStart[day] + 1; i < dayStart[day + 1]; i++) cell[i] += cell[i - 1]
  const kind = reader.raw(entries).slice()
  const count = reader.unsignedColumn(entries)
  for (let i = 0; i < entries; i++) {
    count[i]++
    if (cell[i] > cellCount || kind[i] >= head.kinds.length)
      throw new RangeError('An entry lies outside the cells or kinds.')
  }
  return { ...head, cells, levels, dayStart, cell, kind, count }
}

/** Counts of one level, cumulative over days: any window is a subtraction. */
export interface DayPlanes {
  version: string
  level: string
  days: number
  /** Areas of the level, ascending; their position is the column. */
  areaId: Uint32Array
  /**
   * Row d holds, for each area and last for what lies in none of them, the incidents before day d; `days` + 1 rows of
   * `areaId.length` + 1 columns.
   */
  before: Uint16Array | Uint32Array
}

/**
 * Sums the cube over the cells of each area of a level and over days.
 * @param kinds positions in `cube.kinds`; null: all of them.
 * @throws RangeError when the cube does not know the level of that version.
 */
export function dayPlanes(
  cube: DayCube,
  version: string,
  level: string,
  kinds: readonly number[] | null,
): DayPlanes {
  const found = cube.levels.find((each) => each.version === version && each.level === level)
  if (!found) throw new RangeError(`There are no days of level ${level} in version ${version}.`)
  const areaId = Uint32Array.from(new Set(found.areaId.filter((id) => id > 0))).sort()
  const place = new Map(Array.from(areaId, (id, i) => [id, i]))
  const columns = areaId.length + 1
  const columnOf = new Uint32Array(cube.cells.length + 1)
  columnOf[cube.cells.length] = areaId.length
  found.areaId.forEach((id, cell) => {
    columnOf[cell] = place.get(id) ?? areaId.length
  })
  const wanted = new Uint8Array(256).fill(kinds === null ? 1 : 0)
  for (const kind of kinds ?? []) wanted[kind] = 1

  const totals = new Float64Array(columns)
  for (let i = 0; i < cube.cell.length; i++)
    if (wanted[cube.kind[i]]) totals[columnOf[cube.cell[i]]] += cube.count[i]
  const Columns = totals.some((total) => total > 65_535) ? Uint32Array : Uint16Array
  const before = new Columns((cube.days + 1) * columns)
  for (let day = 0; day < cube.days; day++) {
    const row = (day + 1) * columns
    before.copyWithin(row, row - columns, row)
    for (let i = cube.dayStart[day]; i < cube.dayStart[day + 1]; i++)
      if (wanted[cube.kind[i]]) before[row + columnOf[cube.cell[i]]] += cube.count[i]
  }
  return { version, level, days: cube.days, areaId, before }
}

/**
 * Counts of days `from` … `to` − 1 into `counts`, one an area and last what lies in none.
 * @param counts as long as a row of the planes.
 */
export function windowCounts(
  planes: DayPlanes,
  from: number,
  to: number,
  counts: Uint32Array | Float64Array,
): void {
  const columns = planes.areaId.length + 1
  const { before } = planes
  const low = from * columns
  const high = to * columns
  for (let i = 0; i < columns; i++) counts[i] = before[high + i] - before[low + i]
}
