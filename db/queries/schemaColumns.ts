import type { Queryable } from '../client.ts'

export interface SchemaColumn {
  table: string
  column: string
  /** As PostgreSQL writes it: "text", "geometry(Point,4326)". */
  type: string
}

/** Every column of every table of ours, in order of tables and then as they stand in them; PostGIS's own left out. */
export function listColumns(db: Queryable): Promise<SchemaColumn[]> {
  return db.query<SchemaColumn>(
    `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname, a.attnum`,
  )
}

/** Rows of each table, counted. */
export async function countRowsOf(db: Queryable, tables: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const table of tables) {
    const [{ n }] = await db.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)
    counts.set(table, n)
  }
  return counts
}
