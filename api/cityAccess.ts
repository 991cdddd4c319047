import type { Database } from '../db/client.ts'
import type { CellsRow, CityRow, KindRow } from '../db/queries/catalog.ts'
import { type Access, accessOf, type CellsOfArea, type Grant, needsCells, seesCity } from './access.ts'
import { cellsOf, cityNamed, kindsOf } from './catalog.ts'
import type { Viewer } from './context.ts'

/** A city as one viewer may see it. */
export interface SeenCityAccess {
  city: CityRow
  access: Access
}

/** Remembered as long as the grants, the kinds and the cells are the very same. */
interface Remembered {
  kinds: readonly KindRow[]
  cells: readonly CellsRow[] | null
  access: Access
}
const remembered = new WeakMap<readonly Grant[], Map<string, Remembered>>()

/**
 * What a viewer may see of the city of a name, by code or division code; undefined where there is no such city or none
 * for them: both must sound alike. Asks the catalog only, so that it costs nothing where that is kept.
 */
export async function accessFor(
  database: Database,
  viewer: Pick<Viewer, 'grants' | 'purpose'>,
  cityName: string,
): Promise<SeenCityAccess | undefined> {
  const city = await cityNamed(database, cityName)
  if (!city) return undefined
  const own = remembered.get(viewer.grants) ?? new Map<string, Remembered>()
  remembered.set(viewer.grants, own)
  const key = `${city.code} ${viewer.purpose === null}`
  const last = own.get(key)
  // What follows from the grants alone was found out with what is remembered.
  if (!last && !seesCity(viewer.grants, city.code)) return undefined
  const kinds = await kindsOf(database, city)
  const limited = last ? last.cells !== null : needsCells(viewer.grants, city.code)
  const cells = limited ? await cellsOf(database, city) : null
  if (last?.kinds === kinds && last.cells === cells) return { city, access: last.access }
  const access = accessOf(viewer, { code: city.code, kinds }, cells && cellsByArea(cells))
  own.set(key, { kinds, cells, access })
  return { city, access }
}

const known = new WeakMap<readonly CellsRow[], CellsOfArea>()

/** Cells by area over all versions and levels; made once for as long as the catalog keeps the rows. */
function cellsByArea(rows: readonly CellsRow[]): CellsOfArea {
  const cells = known.get(rows) ?? indexOf(rows)
  known.set(rows, cells)
  return cells
}

function indexOf(rows: readonly CellsRow[]): CellsOfArea {
  const index = new Map<number, number[]>()
  for (const { cell_ids, area_ids } of rows) {
    for (const [i, areaId] of area_ids.entries()) {
      const cells = index.get(areaId)
      if (cells) cells.push(cell_ids[i])
      else index.set(areaId, [cell_ids[i]])
    }
  }
  return (areaId) => index.get(areaId) ?? []
}
