import type { Cell, Position } from '../../geodata/city.ts'
import type { ImportStore, MergeCounts, StoredCity, Survey } from '../../geodata/import/store.ts'
import type { Transaction } from '../client.ts'
import { decodeMultiPolygon, decodePoint, encodeMultiPolygon, encodePoint } from '../geometry.ts'
import { cityChannel, deleteCity } from './cities.ts'

/** Bytes of hexadecimal sent in one statement. */
const GEOMETRY_BYTES = 4_000_000

/** Holes of a made outline below this are cracks between neighbours that were drawn one by one. */
const SMALLEST_HOLE_M2 = 10_000

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
CREATE TEMPORARY TABLE repeated_incidents (number integer, first_line integer, ordinal integer) ON COMMIT DROP;
-- ST_Transform fails on a point outside the projection's domain; here the point fails and not the statement.
CREATE OR REPLACE FUNCTION pg_temp.to_wgs84(easting double precision, northing double precision, epsg integer)
RETURNS geometry LANGUAGE plpgsql AS $$
BEGIN
  RETURN ST_Transform(ST_SetSRID(ST_MakePoint(easting, northing), epsg), 4326);
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$`

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

interface SurveyRow {
  fault: string | null
  usable: boolean
  areaKm2: number
  labelPoint: string
  repaired: string | null
}

const STAGED_COLUMNS = [
  'number',
  'line',
  'key',
  'kind',
  'reported_at',
  'lng',
  'lat',
  'cell_id',
  'several',
  'attributes',
]

/** The side of an import that is SQL, in one transaction. */
export async function importStore(tx: Transaction): Promise<ImportStore> {
  await tx.script(STAGE)
  return {
    async lock(city) {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('gridwall import'), hashtext($1))", [city])
    },

    deleteCity: (code) => deleteCity(tx, code),

    async city(code) {
      const [city] = await tx.query<StoredCity>(
        `SELECT c.synthetic, c.time_zone AS "timeZone", c.current_version AS version, c.origin,
           v.content_hash AS "contentHash",
           ARRAY(SELECT level FROM area_levels l WHERE l.city_code = c.code AND l.version = c.current_version
                 ORDER BY hierarchy, rank) AS levels
         FROM cities c JOIN boundary_versions v ON v.city_code = c.code AND v.version = c.current_version
         WHERE c.code = $1`,
        [code],
      )
      return city ?? null
    },

    async namesakes(code, names) {
      const rows = await tx.query<{ code: string }>(
        'SELECT code FROM cities WHERE code <> $1 AND (code = ANY ($2) OR division_code = ANY ($2)) ORDER BY code',
        [code, names],
      )
      return rows.map((row) => row.code)
    },

    async isProjected(epsg) {
      const [row] = await tx.query<{ projected: boolean }>(
        "SELECT srtext LIKE 'PROJCS%' AS projected FROM spatial_ref_sys WHERE auth_name = 'EPSG' AND auth_srid = $1",
        [epsg],
      )
      return row?.projected ?? false
    },

    async project(epsg, positions) {
      const rows = await tx.query<{ lng: number | null; lat: number | null }>(
        `SELECT ST_X(point) AS lng, ST_Y(point) AS lat
         FROM (SELECT number, pg_temp.to_wgs84(easting, northing, $3::integer) AS point
               FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY AS given(easting, northing, number)) AS turned
         ORDER BY number`,
        [positions.map(([easting]) => easting), positions.map(([, northing]) => northing), epsg],
      )
      return rows.map(({ lng, lat }) => (lng === null || lat === null ? null : [lng, lat]))
    },

    async survey(areas) {
      const surveys: Survey[] = []
      for (const batch of inBatches(areas.map(encodeMultiPolygon))) {
        const rows = await tx.query<SurveyRow>(
          `SELECT fault, ST_Area(sound::geography) / 1e6 AS "areaKm2", ST_PointOnSurface(sound) AS "labelPoint",
             CASE WHEN fault IS NOT NULL THEN sound END AS repaired,
             -- Where a ring crosses itself, or covers ground twice, the areas differ.
             fault IS NULL OR abs(ST_Area(sound) - ST_Area(geom)) <= 1e-9 * ST_Area(sound) AS usable
           FROM (SELECT number, geom, CASE WHEN valid THEN NULL ELSE ST_IsValidReason(geom) END AS fault,
                   CASE WHEN valid THEN geom
                     ELSE ST_Multi(ST_CollectionExtract(ST_MakeValid(geom, 'method=structure'), 3)) END AS sound
                 FROM (SELECT number, hex::geometry AS geom, ST_IsValid(hex::geometry) AS valid
                       FROM unnest($1::text[]) WITH ORDINALITY AS given(hex, number)) AS read) AS checked
           ORDER BY number`,
          [batch],
        )
        for (const { fault, usable, areaKm2, labelPoint, repaired } of rows) {
          if (usable && areaKm2 > 0) {
            surveys.push({
              areaKm2,
              labelPoint: decodePoint(labelPoint),
              repaired: fault && repaired ? { polygons: decodeMultiPolygon(repaired), fault } : null,
            })
          } else surveys.push({ reason: fault ?? 'the polygon has no area' })
        }
      }
      return surveys
    },

    async union(areas) {
      const [{ outline }] = await tx.query<{ outline: string }>(
        `SELECT ST_Multi(ST_ForcePolygonCCW(ST_Collect(
           ST_MakePolygon(ST_ExteriorRing(part), ARRAY(
             SELECT ST_ExteriorRing(ring.geom) FROM ST_DumpRings(part) AS ring
             WHERE ring.path[1] > 0 AND ST_Area(ring.geom::geography) >= $2))))) AS outline
         FROM (SELECT (ST_Dump(ST_Union(hex::geometry))).geom AS part FROM unnest($1::text[]) AS given(hex)) AS parts`,
        [areas.map(encodeMultiPolygon), SMALLEST_HOLE_M2],
      )
      return decodeMultiPolygon(outline)
    },

    async writeCity(city, levels, areas, contentHash, origin) {
      await tx.query(
        `INSERT INTO cities (code, division_code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
         VALUES ($1, $2, $3, $4, $5, false, now(), $6, $7)`,
        [city.code, city.divisionCode, city.name.zh, city.name.en, city.timeZone, city.version, origin],
      )
      await tx.query(
        `INSERT INTO boundary_versions (city_code, version, valid_from, synthetic, source, content_hash)
         VALUES ($1, $2, coalesce($3::date, now()::date), false, $4, $5)`,
        [
          city.code,
          city.version,
          city.validFrom,
          origin.sources.map(({ name }) => name).join(', '),
          contentHash,
        ],
      )
      await tx.copy(
        'area_levels',
        ['city_code', 'version', 'level', 'hierarchy', 'rank', 'name_zh', 'name_en'],
        levels.map(({ level, hierarchy, rank, name }) => [
          city.code,
          city.version,
          level,
          hierarchy,
          rank,
          name.zh,
          name.en,
        ]),
      )
      // Outer rings counter-clockwise, holes clockwise: the drawing side counts on it.
      await tx.script('CREATE TEMPORARY TABLE new_areas (LIKE areas) ON COMMIT DROP')
      await tx.copy(
        'new_areas',
        [
          'city_code',
          'id',
          'version',
          'level',
          'code',
          'name_zh',
          'name_en',
          'parent_id',
          'squad_id',
          'population',
          'households',
          'area_km2',
          'label_point',
          'geom',
          'synthetic',
        ],
        areas.map((area) => [
          city.code,
          area.id,
          city.version,
          area.level,
          area.code,
          area.name.zh,
          area.name.en,
          area.parentId,
          area.squadId,
          area.population,
          area.households,
          area.areaKm2,
          encodePoint(area.labelPoint),
          encodeMultiPolygon(area.polygons),
          false,
        ]),
      )
      await tx.script(`
        UPDATE new_areas SET geom = ST_ForcePolygonCCW(geom) WHERE NOT ST_IsPolygonCCW(geom);
        INSERT INTO areas SELECT * FROM new_areas ORDER BY id;
        DROP TABLE new_areas;
        ANALYZE areas`)
    },

    overlaps(city, version, limit) {
      return tx.query(
        `SELECT level, codes, area AS "areaM2"
         FROM (SELECT a.level, ARRAY[a.code, b.code] AS codes,
                 ST_Area(ST_Intersection(a.geom, b.geom)::geography) AS area
               FROM areas a JOIN areas b ON b.city_code = a.city_code AND b.version = a.version
                 AND b.level = a.level AND b.id > a.id AND ST_Intersects(a.geom, b.geom) AND NOT ST_Touches(a.geom, b.geom)
               WHERE a.city_code = $1 AND a.version = $2) AS shared
         WHERE area > 1 ORDER BY area DESC LIMIT $3`,
        [city, version, limit],
      )
    },

    async locatedAreas(city, version) {
      const areas: { id: number; level: string; code: string; polygons: Position[][][] }[] = []
      for (;;) {
        const rows = await tx.query<{ id: number; level: string; code: string; geom: string }>(
          `SELECT id, level, code, geom FROM areas WHERE city_code = $1 AND version = $2 AND id > $3
           ORDER BY id LIMIT 1000`,
          [city, version, areas.at(-1)?.id ?? 0],
        )
        for (const { geom, ...area } of rows) areas.push({ ...area, polygons: decodeMultiPolygon(geom) })
        if (rows.length < 1000) return areas
      }
    },

    cells(city) {
      return tx.query<Cell>(
        'SELECT cell_id AS id, array_agg(area_id) AS "areaIds" FROM cell_areas WHERE city_code = $1 GROUP BY cell_id',
        [city],
      )
    },

    async writeCells(city, version, cells) {
      const pairs = cells.flatMap(({ id, areaIds }) => areaIds.map((areaId) => [id, areaId]))
      await tx.query(
        `INSERT INTO cell_areas (city_code, version, level, cell_id, area_id)
         SELECT $1, $2, a.level, given.cell_id, a.id
         FROM unnest($3::integer[], $4::integer[]) AS given(cell_id, area_id)
         JOIN areas a ON a.city_code = $1 AND a.id = given.area_id`,
        [city, version, pairs.map(([id]) => id), pairs.map(([, areaId]) => areaId)],
      )
    },

    async writeKinds(city, kinds) {
      for (const kind of kinds) {
        await tx.query(
          `INSERT INTO kinds (city_code, code, parent_code, kind_group, name_zh, name_en, dispute, sensitive, sort)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
             (SELECT coalesce(max(sort), 0) + 1 FROM kinds WHERE city_code = $1))
           ON CONFLICT DO NOTHING`,
          [
            city,
            kind.code,
            kind.parentCode,
            kind.group,
            kind.name.zh,
            kind.name.en,
            kind.dispute,
            kind.sensitive,
          ],
        )
      }
    },

    async stage(incidents) {
      await tx.copy(
        'staged_incidents',
        STAGED_COLUMNS,
        incidents.map((incident) => [
          incident.number,
          incident.line,
          incident.key,
          incident.kind,
          new Date(incident.reportedAt),
          incident.point[0],
          incident.point[1],
          incident.cellId,
          incident.several,
          incident.attributes,
        ]),
      )
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

    async finish(city, sources, report) {
      await tx.query(
        `UPDATE cities SET name_zh = $2, name_en = $3, origin = origin || jsonb_build_object('sources', $4::jsonb), as_of = coalesce(
           (SELECT (date_trunc('day', max(reported_at) AT TIME ZONE time_zone) + interval '1 day') AT TIME ZONE time_zone
              - interval '1 millisecond'
            FROM incidents WHERE city_code = code), as_of)
         WHERE code = $1`,
        [city.code, city.name.zh, city.name.en, JSON.stringify(sources)],
      )
      await tx.query(
        `UPDATE boundary_versions v SET valid_from = coalesce($2::date,
           (SELECT (min(reported_at) AT TIME ZONE c.time_zone)::date FROM incidents WHERE city_code = $1), valid_from)
         FROM cities c WHERE c.code = $1 AND v.city_code = $1 AND v.version = c.current_version`,
        [city.code, city.validFrom],
      )
      await tx.query('INSERT INTO imports (city_code, report) VALUES ($1, $2)', [city.code, report])
      await tx.script('DROP FUNCTION pg_temp.to_wgs84; DROP TABLE staged_incidents, repeated_incidents')
      await tx.query('SELECT pg_notify($1, $2)', [cityChannel, city.code])
    },
  }
}

function* inBatches(texts: string[]): Generator<string[]> {
  let batch: string[] = []
  let bytes = 0
  for (const text of texts) {
    batch.push(text)
    bytes += text.length
    if (bytes < GEOMETRY_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
