import type { Queryable } from '../client.ts'

/** Who holds which role, and where. Bounded by the number of accounts and what was granted to them. */

export interface GrantRow {
  role: string
  /** Null: every city. */
  city_code: string | null
  /** Of any level, hierarchy and version; null: the whole city. */
  area_id: number | null
}

/** The grants of a person that hold now: nothing for an account that may not be used, nor for areas that are gone. */
export function grantsOf(db: Queryable, personId: string): Promise<GrantRow[]> {
  return db.query<GrantRow>(
    'SELECT role, city_code, area_id FROM grants_in_force WHERE person_id = $1 ORDER BY id',
    [personId],
  )
}

export interface ListedGrantRow extends GrantRow {
  id: number
  person_id: string
  created_at: Date
  created_by: string | null
  /** False: the account may not be used, or the area is no longer there. */
  in_force: boolean
}

/** All grants, or those of one person, in the order they were given. */
export function listGrants(db: Queryable, personId: string | null): Promise<ListedGrantRow[]> {
  return db.query<ListedGrantRow>(
    `SELECT g.id, g.person_id, g.role, g.city_code, g.area_id, g.created_at, g.created_by, f.id IS NOT NULL AS in_force
     FROM grants g LEFT JOIN grants_in_force f ON f.id = g.id
     WHERE $1::text IS NULL OR g.person_id = $1 ORDER BY g.person_id, g.id LIMIT 100000`,
    [personId],
  )
}

/**
 * Gives a person exactly these grants: what is missing is added, what is not among them is taken, what stays keeps its
 * day. In one transaction of the caller's, by `changeAs` (policies then decide) or by the owner.
 * @param by users.id of who does it; null: the installation itself.
 */
export async function setGrants(
  tx: Queryable,
  personId: string,
  wanted: readonly GrantRow[],
  by: string | null,
): Promise<{ given: number; taken: number }> {
  const columns = [
    wanted.map(({ role }) => role),
    wanted.map(({ city_code }) => city_code),
    wanted.map(({ area_id }) => area_id),
  ]
  const WANTED = `SELECT DISTINCT role, city_code, area_id FROM unnest($2::text[], $3::text[], $4::int[]) AS w(role, city_code, area_id)`
  const taken = await tx.query(
    `DELETE FROM grants g WHERE g.person_id = $1 AND NOT EXISTS (
       SELECT FROM (${WANTED}) w WHERE w.role = g.role
         AND w.city_code IS NOT DISTINCT FROM g.city_code AND w.area_id IS NOT DISTINCT FROM g.area_id)
     RETURNING 1`,
    [personId, ...columns],
  )
  const given = await tx.query(
    `INSERT INTO grants (person_id, role, city_code, area_id, created_by)
     SELECT $1, w.role, w.city_code, w.area_id, $5 FROM (${WANTED}) w
     ON CONFLICT DO NOTHING RETURNING 1`,
    [personId, ...columns, by],
  )
  return { given: given.length, taken: taken.length }
}

export interface RoleRightRow {
  role: string
  right_name: string
  purpose_demanded: boolean
}

/** What each role may, as the policies know it. */
export function listRoleRights(db: Queryable): Promise<RoleRightRow[]> {
  return db.query<RoleRightRow>(
    'SELECT role, right_name, purpose_demanded FROM role_rights ORDER BY role, right_name',
  )
}
