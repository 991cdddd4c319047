import type { Queryable } from '../client.ts'

/** The time zone the installation works in: its cities', where they share one, else UTC. */
export async function installationTimeZone(db: Queryable): Promise<string> {
  const rows = await db.query<{ time_zone: string }>('SELECT DISTINCT time_zone FROM cities LIMIT 2')
  return rows.length === 1 ? rows[0].time_zone : 'UTC'
}
