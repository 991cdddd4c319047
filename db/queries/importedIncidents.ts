import type { IncidentStore, MergeCounts } from '../../geodata/import/store.ts'
import type { Transaction } from '../client.ts'
import { tableRows } from '../writing/tableRows.ts'

const STAGE = `
CREATE TEMPORARY TABLE staged_incidents (
  number integer NOT NULL,
  line integer NOT NULL,
  key text NOT NULL,
  kind text NOT NULL,
  reported_at timestamptz NOT NULL,
  lng double precision NOT NULL,
  lat double precision NOT NULL,
  cell_id integer,
  several boolean NOT NULL,
  attributes jsonb NOT NULL
) ON COMMIT DROP;
-- every row but the first of those with one key
CREATE TEMPORARY TABLE repeated_incidents (number integer, first_line integer, ordinal integer) ON COMMIT DROP;`

const ROWS_AT_ONCE = 200_000
const COUNTS = ['accepted', 'unchanged', 'inNoArea', 'inSeveralAreas'] as const

// $1 city, $2 source, $3 and $4 the records after and up to, $5 whether repeated keys are incidents of their own.
// What is stored exactly so is left out before the insert: even an update that changes nothing would write the row anew.
const MERGE = `
WITH given AS (
  SELECT CASE WHEN ordinal IS NULL THEN key ELSE key || '#' || ordinal END AS source_id, kind, reported_at, cell_id,
    ST_SetSRID(ST_MakePoint(lng, lat), 4326) AS geom, attributes, several
  FROM staged_incidents LEFT JOIN repeated_incidents USING (number)
  WHERE number > $3 AND number <= $4 AND ($5 OR ordinal IS NULL)
), changed AS (
  SELECT given.* FROM given LEFT JOIN incidents AS known
    ON known.city_code = $1 AND known.source = $2 AND known.source_id = given.source_id
  WHERE known.id IS NULL OR NOT ST_OrderingEquals(known.geom, given.geom)
    OR (known.kind, known.reported_at, known.cell_id, known.attributes)
      IS DISTINCT FROM (given.kind, given.reported_at, given.cell_id, given.attributes)
), merged AS (
  INSERT INTO incidents
    (city_code, source, source_id, kind, reported_at, status, cell_id, geom, attributes, synthetic)
  SELECT $1, $2, source_id, kind, reported_at, 'recorded', cell_id, geom, attributes, false FROM changed
  ON CONFLICT (city_code, source, source_id) DO UPDATE
    SET kind = excluded.kind, reported_at = excluded.reported_at, cell_id = excluded.cell_id,
      geom = excluded.geom, attributes = excluded.attributes
  RETURNING 1
), counted AS (
  SELECT (SELECT count(*) FROM merged) AS accepted, count(*) AS total,
    count(*) FILTER (WHERE cell_id IS NULL) AS "inNoArea", count(*) FILTER (WHERE several) AS "inSeveralAreas"
  FROM given
)
SELECT accepted, total - accepted AS unchanged, "inNoArea", "inSeveralAreas" FROM counted`

/** Incidents on their way from a file into a city, through temporary tables of one transaction. */
export async function incidentStore(tx: Transaction): Promise<IncidentStore> {
  await tx.script(STAGE)
  return {
    async stage(incidents) {
      const { columns, rows } = tableRows('staged_incidents', incidents, {
        number: (incident) => incident.number,
        line: (incident) => incident.line,
        key: (incident) => incident.key,
        kind: (incident) => incident.kind,
        reported_at: (incident) => new Date(incident.reportedAt),
        lng: (incident) => incident.point[0],
        lat: (incident) => incident.point[1],
        cell_id: (incident) => incident.cellId,
        several: (incident) => incident.several,
        attributes: (incident) => incident.attributes,
      })
      await tx.copy('staged_incidents', columns, rows)
    },

    async closeStage() {
      // Rows stay in the order of the file: they are written in it, and lie on disk as they were reported.
      await tx.script(`
        CREATE INDEX staged_numbers ON staged_incidents USING brin (number);
        ANALYZE staged_incidents;
        INSERT INTO repeated_incidents
          SELECT number, first_line, ordinal
          FROM (SELECT number, first_value(line) OVER same AS first_line, row_number() OVER same AS ordinal
                FROM staged_incidents
                WHERE key IN (SELECT key FROM staged_incidents GROUP BY key HAVING count(*) > 1)
                WINDOW same AS (PARTITION BY key ORDER BY number)) AS numbered
          WHERE ordinal > 1;
        ANALYZE repeated_incidents`)
    },

    repeats(after, limit) {
      return tx.query(
        `SELECT number, line, key, first_line AS "firstLine"
         FROM repeated_incidents JOIN staged_incidents USING (number)
         WHERE number > $1 ORDER BY number LIMIT $2`,
        [after, limit],
      )
    },

    async merge(city, source, repeats, onProgress) {
      const counts: MergeCounts = { accepted: 0, unchanged: 0, inNoArea: 0, inSeveralAreas: 0 }
      const [{ last }] = await tx.query<{ last: number | null }>(
        'SELECT max(number) AS last FROM staged_incidents',
      )
      // In parts: PostgreSQL keeps a note of every row of a statement in memory until its foreign keys are checked.
      for (let after = 0; after < (last ?? 0); after += ROWS_AT_ONCE) {
        const [part] = await tx.query<MergeCounts>(MERGE, [
          city,
          source,
          after,
          after + ROWS_AT_ONCE,
          repeats === 'count',
        ])
        for (const name of COUNTS) counts[name] += part[name]
        onProgress(Math.min(1, (after + ROWS_AT_ONCE) / (last ?? 1)))
      }
      await tx.script('DROP INDEX staged_numbers; TRUNCATE staged_incidents, repeated_incidents')
      return counts
    },
  }
}
