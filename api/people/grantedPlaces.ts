import type { Database } from '../../db/client.ts'
import type { GrantRow } from '../../db/queries/grants.ts'
import type { Grant } from '../access.ts'
import { areaOf, cityNamed } from '../catalog.ts'
import { badRequest } from '../refusal.ts'

/**
 * Grants as they are stored: their city by its code, their area one that the city has.
 * @throws BAD_REQUEST for a place that is not there.
 */
export async function placesOfGrants(database: Database, grants: readonly Grant[]): Promise<GrantRow[]> {
  const rows: GrantRow[] = []
  for (const { role, city, areaId } of grants) {
    if (city === null) {
      if (areaId !== null) throw badRequest('An area is of a city: expected the city of the area too.')
      rows.push({ role, city_code: null, area_id: null })
      continue
    }
    const known = await cityNamed(database, city)
    if (!known) throw badRequest(`No city "${city}" here: nobody can be given a role in it.`)
    if (areaId !== null && !(await areaOf(database, known, areaId))) {
      throw badRequest(`No area ${areaId} in the city "${city}": nobody can be given a role in it.`)
    }
    rows.push({ role, city_code: known.code, area_id: areaId })
  }
  return rows
}
