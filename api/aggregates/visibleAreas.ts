import type { Queryable } from '../../db/client.ts'
import type { AreaRow } from '../../db/queries/areas.ts'
import type { CellsRow, CityRow } from '../../db/queries/catalog.ts'
import { cellsOf } from '../catalog.ts'
import { noArea } from '../refusal.ts'
import { Remembered } from '../remembered.ts'
import { groundKey, type Sight, seesAll, seesSome } from './sight.ts'

/** The areas of a level that hold a cell in which something is counted. */
export interface VisibleAreas {
  /** Ascending. */
  areaId: number[]
  /** Places of these areas among all of the level, by id. */
  position: number[]
  /** Areas of which not everything is counted: neither their whole ground nor, on it, all families in question. */
  partial: boolean[]
}

const MOST_REMEMBERED = 100
/** By the cells they are worked out from: as long as the catalog keeps those. */
const remembered = new WeakMap<CellsRow, Remembered<VisibleAreas>>()

/** @param within Only what lies in this area, of the same version. */
export function visibleAreas(
  cells: readonly CellsRow[],
  { version, level }: { version: string; level: string },
  sight: Sight,
  within: AreaRow | null,
): VisibleAreas {
  const row = cells.find((each) => each.version === version && each.level === level)
  if (!row) return { areaId: [], position: [], partial: [] }
  const known = remembered.get(row) ?? new Remembered<VisibleAreas>(MOST_REMEMBERED)
  remembered.set(row, known)
  return known.get(`${within?.id ?? ''} ${groundKey(sight)}`, () =>
    find(row, sight, within && cellsOfArea(cells, within)),
  )
}

/** How much of the ground asked about is counted. @param area null: the whole city. */
export function seenOf(
  cells: readonly CellsRow[],
  area: AreaRow | null,
  sight: Sight,
): 'whole' | 'part' | 'none' {
  if (!sight.limited) return 'whole'
  // What lies in no cell belongs to the city and is not counted.
  if (area === null) return 'part'
  const { areaId, partial } = visibleAreas(cells, area, sight, null)
  const at = areaId.indexOf(area.id)
  if (at < 0) return 'none'
  return partial[at] ? 'part' : 'whole'
}

/**
 * How much of an area is counted.
 * @throws TRPCError NOT_FOUND when nothing of it is: an area that is not seen sounds like one that is not there.
 */
export function requireSeen(
  cells: readonly CellsRow[],
  city: CityRow,
  area: AreaRow,
  sight: Sight,
): 'whole' | 'part' {
  const seen = seenOf(cells, area, sight)
  if (seen === 'none') throw noArea(city.code, area.id)
  return seen
}

/**
 * Whether more lies in an area than is counted; undefined for who may count everywhere. @param area null: the city.
 * @throws TRPCError NOT_FOUND as above.
 */
export async function isPartial(
  db: Queryable,
  city: CityRow,
  area: AreaRow | null,
  sight: Sight,
): Promise<boolean | undefined> {
  if (!sight.limited) return undefined
  return area === null || requireSeen(await cellsOf(db, city), city, area, sight) === 'part'
}

export function cellsOfArea(
  cells: readonly CellsRow[],
  { version, level, id }: Pick<AreaRow, 'version' | 'level' | 'id'>,
): Set<number> {
  const row = cells.find((each) => each.version === version && each.level === level)
  return new Set(row?.cell_ids.filter((_, index) => row.area_ids[index] === id))
}

function find(row: CellsRow, sight: Sight, within: ReadonlySet<number> | null): VisibleAreas {
  const seen = new Set<number>()
  const lacking = new Set<number>()
  row.cell_ids.forEach((cell, index) => {
    if (within && !within.has(cell)) return
    if (seesSome(sight, cell)) seen.add(row.area_ids[index])
    if (!seesAll(sight, cell)) lacking.add(row.area_ids[index])
  })
  const all = [...new Set(row.area_ids)].sort((a, b) => a - b)
  const position = [...all.keys()].filter((each) => seen.has(all[each]))
  const areaId = position.map((each) => all[each])
  return { areaId, position, partial: areaId.map((id) => lacking.has(id)) }
}
