import type { Queryable } from '../../db/client.ts'
import { areaShapes } from '../../db/queries/areas.ts'
import type { CellsRow, CityRow } from '../../db/queries/catalog.ts'
import { cellOfAreas } from '../../db/queries/ingestIncidents.ts'
import type { Position } from '../../geodata/city.ts'
import { PlaceFinder } from '../../geodata/import/placeFinder.ts'
import { cellsOf, levelsOf } from '../catalog.ts'

/** Where in a city a point lies. */
export interface CityPlaces {
  /** The point's cell; null: in no area. An array: areas of which no point had lain yet, whose cell is still to be made. */
  cellAt(position: Position): number | null | readonly number[]
  /** True inside the box around the city. */
  near(position: Position): boolean
}

/** Kept as long as the catalog keeps the cells: a city that is written anew is read anew. */
const kept = new WeakMap<readonly CellsRow[], Promise<CityPlaces>>()

/** The finder of a city, as an import places points: once made (a few tenths of a second), a point costs microseconds. */
export async function placesOf(db: Queryable, city: CityRow): Promise<CityPlaces> {
  const cells = await cellsOf(db, city)
  const known = kept.get(cells)
  if (known) return known
  const made = makePlaces(db, city, cells)
  kept.set(cells, made)
  made.catch(() => kept.delete(cells))
  return made
}

/** The cell of one point, made where it is the first in its areas; null: in no area. As owner. */
export async function cellAt(db: Queryable, city: CityRow, position: Position): Promise<number | null> {
  const cell = (await placesOf(db, city)).cellAt(position)
  return cell === null || typeof cell === 'number' ? cell : cellOfAreas(db, city.code, cell)
}

/** A level of which each area is one cell, so that its areas alone tell cells apart. */
function decidingLevel(rows: readonly CellsRow[]): CellsRow | undefined {
  const all = new Set(rows.flatMap(({ cell_ids }) => cell_ids)).size
  return rows.find(({ cell_ids, area_ids }) => cell_ids.length === all && new Set(area_ids).size === all)
}

async function makePlaces(db: Queryable, city: CityRow, cells: readonly CellsRow[]): Promise<CityPlaces> {
  const version = city.current_version
  const rows = cells.filter((row) => row.version === version)
  // Areas of an import may overlap or leave gaps between levels: there each distinct set of them is a cell.
  const deciding = city.origin.kind === 'import' ? undefined : decidingLevel(rows)
  const levels = (await levelsOf(db, city)).filter((level) => level.version === version)
  const shapes = await areaShapes(db, city.code, version, deciding?.level ?? null)
  const ranked = levels.toSorted((a, b) => a.rank - b.rank).map(({ level }) => level)
  const outline =
    city.origin.outlineMade === true ? shapes.find(({ level }) => level === ranked[0]) : undefined
  const others = shapes.filter((shape) => shape !== outline)
  if (others.length === 0) return { cellAt: () => null, near: () => false }
  const finder = new PlaceFinder(others, ranked, outline?.id)
  const cellOfKey = new Map<string, number>()
  if (deciding) {
    for (const [i, area] of deciding.area_ids.entries()) cellOfKey.set(String(area), deciding.cell_ids[i])
  } else {
    const areasOf = new Map<number, number[]>()
    for (const { cell_ids, area_ids } of rows) {
      for (const [i, cell] of cell_ids.entries()) {
        const areas = areasOf.get(cell)
        if (areas) areas.push(area_ids[i])
        else areasOf.set(cell, [area_ids[i]])
      }
    }
    for (const [cell, areas] of areasOf) cellOfKey.set(keyOf(areas), cell)
  }
  return {
    near: (position) => finder.near(position),
    cellAt(position) {
      const { areaIds } = finder.locate(position)
      if (areaIds.length === 0) return null
      return cellOfKey.get(keyOf(areaIds)) ?? areaIds
    },
  }
}

function keyOf(areaIds: readonly number[]): string {
  return areaIds.toSorted((a, b) => a - b).join()
}

/** Why a point cannot be meant: far from the city, it would lie in it with its two numbers exchanged. */
export function swapFault([lng, lat]: Position, places: CityPlaces): string | null {
  if (places.near([lng, lat]) || !places.near([lat, lng])) return null
  return `${lng}, ${lat} lies outside the city, ${lat}, ${lng} inside: longitude and latitude seem swapped`
}
