import type { Database } from '../../db/client.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import { areasOf, cellsOf } from '../catalog.ts'

/** Which squad's ground each cell is, by the boundaries of today. */
export async function squadOfCells(
  database: Database,
  city: CityRow,
): Promise<(cellId: number | null) => number | null> {
  const row = (await cellsOf(database, city)).find(
    ({ version, level }) => version === city.current_version && level === 'squad',
  )
  const squads = new Map(row?.cell_ids.map((cellId, index) => [cellId, row.area_ids[index]]))
  return (cellId) => (cellId === null ? null : (squads.get(cellId) ?? null))
}

/** Ids of the squads of today. */
export async function squadIdsOf(database: Database, city: CityRow): Promise<Set<number>> {
  const areas = await areasOf(database, city, city.current_version)
  return new Set(areas.filter(({ level }) => level === 'squad').map(({ id }) => id))
}

/** The cells of some areas of any level and version, all together. */
export async function cellsOfAreas(
  database: Database,
  city: CityRow,
  areaIds: readonly number[],
): Promise<Set<number>> {
  const wanted = new Set(areaIds)
  const cells = new Set<number>()
  for (const { cell_ids, area_ids } of await cellsOf(database, city)) {
    for (const [index, areaId] of area_ids.entries()) if (wanted.has(areaId)) cells.add(cell_ids[index])
  }
  return cells
}
