import type { Queryable } from '../../db/client.ts'
import { cityNamed } from '../catalog.ts'
import { noCity } from '../refusal.ts'

/** The code of a city by its code or division code. @throws NOT_FOUND where there is none. */
export async function codeOf(db: Queryable, name: string): Promise<string> {
  const city = await cityNamed(db, name)
  if (!city) throw noCity(name)
  return city.code
}
