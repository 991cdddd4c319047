import { FAMILIES, type Family, type Grant, RIGHTS_OF, type Right } from '../../../api/access.ts'
import type { Viewer } from '../../../api/context.ts'
import type { Database } from '../../../db/client.ts'
import { setGrants } from '../../../db/queries/grants.ts'

let made = 0

/** An account with these grants, in the database and as the server knows it. */
export async function makeViewer(database: Database, grants: readonly Grant[]): Promise<Viewer> {
  const userId = `viewer-${++made}`
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO users (id, name, email, username) VALUES ($1, $1, $2, $1)', [
      userId,
      `${userId}@test.invalid`,
    ])
    await setGrants(
      tx,
      userId,
      grants.map(({ role, city, areaId }) => ({ role, city_code: city, area_id: areaId })),
      null,
    )
  })
  return {
    userId,
    userName: userId,
    name: userId,
    sessionId: userId,
    kind: 'person',
    mustChangePassword: false,
    twoFactor: { enabled: false, required: false },
    idleMinutes: null,
    expiresAt: '2099-01-01T00:00:00Z',
    grants,
    purpose: null,
    address: '127.0.0.1',
  }
}

/** Cell → ids of the areas it lies in. */
export type AreasOfCell = ReadonlyMap<number, ReadonlySet<number>>

/**
 * Where somebody sees what a right shows, worked out from the grants alone: cells, or 'everywhere', what lies in no cell
 * included.
 */
export function groundOf(
  grants: readonly Grant[],
  right: Right,
  areasOfCell: AreasOfCell,
): ReadonlySet<number> | 'everywhere' {
  const giving = grants.filter(({ role }) => RIGHTS_OF[role].includes(right))
  if (giving.some(({ areaId }) => areaId === null)) return 'everywhere'
  return new Set(
    [...areasOfCell].flatMap(([cell, areas]) =>
      giving.some(({ areaId }) => areaId !== null && areas.has(areaId)) ? [cell] : [],
    ),
  )
}

/** Families somebody may count, and where. */
export function countedGround(grants: readonly Grant[], areasOfCell: AreasOfCell) {
  const held = new Set(grants.flatMap(({ role }) => RIGHTS_OF[role]))
  return new Map<Family, ReadonlySet<number> | 'everywhere'>(
    FAMILIES.filter((family) => held.has(`counts.${family}`)).map((family) => [
      family,
      groundOf(grants, `counts.${family}`, areasOfCell),
    ]),
  )
}
