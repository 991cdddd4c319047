import type { Queryable } from '../db/client.ts'
import type { CityRow } from '../db/queries/catalog.ts'
import type { Access } from './access.ts'
import { cellsOf } from './catalog.ts'

/**
 * Cells of the squads of the boundaries in force whose ground overlaps what the viewer sees with the right `patrols`:
 * their posts are seen whole, also beyond the viewer's own areas. null: all.
 */
export async function squadCells(db: Queryable, city: CityRow, access: Access): Promise<number[] | null> {
  if (access.scope('patrols').cells === null) return null
  if (!access.has('patrols')) return []
  const rows = await cellsOf(db, city)
  const squads = rows.find(({ version, level }) => version === city.current_version && level === 'squad')
  if (!squads) return []
  const seen = new Set(squads.area_ids.filter((_, i) => access.seesCell('patrols', squads.cell_ids[i])))
  return squads.cell_ids.filter((_, i) => seen.has(squads.area_ids[i]))
}
