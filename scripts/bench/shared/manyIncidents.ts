import type { Database } from '../../../db/client.ts'

interface Definition {
  name: string
  definition: string
}

/**
 * Fills a seeded city up to `total` incidents that are no disputes: copies of its rows, each at its own place and of
 * its own kind, at random instants between the city's first row and its as-of time. Indexes and triggers rest
 * meanwhile; the planes of the cube are the caller's to rebuild. @returns how many rows were added.
 */
export async function multiplyIncidents(
  database: Database,
  city: string,
  total: number,
  onProgress: (rows: number) => void,
): Promise<number> {
  const [{ have }] = await database.query<{ have: number }>(
    `SELECT count(*)::int AS have FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
     WHERE i.city_code = $1 AND NOT k.dispute`,
    [city],
  )
  const missing = total - have
  if (missing <= 0) return 0
  const indexes = await database.query<Definition>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'incidents'::regclass AND NOT i.indisunique`,
  )
  for (const { name } of indexes) await database.query(`DROP INDEX ${name}`)
  await database.script(
    'ALTER TABLE incidents DISABLE TRIGGER USER; ALTER TABLE incidents ENABLE TRIGGER number_incident',
  )
  await database.query(
    `CREATE TABLE bench_templates AS SELECT row_number() OVER () - 1 AS n, i.* FROM incidents i
     JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind WHERE i.city_code = $1 AND NOT k.dispute`,
    [city],
  )
  await database.query('ALTER TABLE bench_templates ADD PRIMARY KEY (n)')
  await database.query('SELECT setseed(0.7)')
  const batch = 200_000
  for (let start = 0; start < missing; start += batch) {
    await database.query(
      `INSERT INTO incidents (city_code, source, source_id, kind, level, channel, reported_at, status, cell_id, geom, synthetic)
       SELECT t.city_code, 'bench', g::text, t.kind, t.level, t.channel,
         span.first + random() * (span.last - span.first), 'recorded', t.cell_id, t.geom, true
       FROM generate_series($1::int, $2::int) g JOIN bench_templates t ON t.n = g % ${have},
         (SELECT min(reported_at) AS first, max(reported_at) AS last FROM bench_templates) span`,
      [start, Math.min(missing, start + batch) - 1],
    )
    onProgress(have + Math.min(missing, start + batch))
  }
  await database.query('DROP TABLE bench_templates')
  await database.query('ALTER TABLE incidents ENABLE TRIGGER USER')
  for (const { definition } of indexes) await database.query(definition)
  await database.script('ANALYZE incidents')
  return missing
}
