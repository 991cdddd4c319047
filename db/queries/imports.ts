import type { ImportStore, StoredCity } from '../../geodata/import/store.ts'
import type { Transaction } from '../client.ts'
import { tableRows } from '../writing/tableRows.ts'
import { cityChannel, deleteCity } from './cities.ts'
import { areaStore } from './importedAreas.ts'
import { incidentStore } from './importedIncidents.ts'

const TO_WGS84 = `
-- ST_Transform fails on a point outside the projection's domain; here the point fails and not the statement.
CREATE OR REPLACE FUNCTION pg_temp.to_wgs84(easting double precision, northing double precision, epsg integer)
RETURNS geometry LANGUAGE plpgsql AS $$
BEGIN
  RETURN ST_Transform(ST_SetSRID(ST_MakePoint(easting, northing), epsg), 4326);
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$`

/** The side of an import that is SQL, in one transaction. */
export async function importStore(tx: Transaction): Promise<ImportStore> {
  await tx.script(TO_WGS84)
  return {
    ...areaStore(tx),
    ...(await incidentStore(tx)),

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

    async writeCity(city, levels, contentHash, origin) {
      // A new city is counted when it is whole, not row by row.
      await tx.query('SELECT cube_bulk($1)', [city.code])
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
      const { columns, rows } = tableRows('area_levels', levels, {
        city_code: () => city.code,
        version: (level) => level.version,
        level: (level) => level.level,
        hierarchy: (level) => level.hierarchy,
        rank: (level) => level.rank,
        name_zh: (level) => level.name.zh,
        name_en: (level) => level.name.en,
      })
      await tx.copy('area_levels', columns, rows)
    },

    async writeKinds(city, kinds) {
      for (const kind of kinds) {
        await tx.query(
          `INSERT INTO kinds (city_code, code, parent_code, kind_group, name_zh, name_en, dispute, sensitive, public_order, sort)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
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
            kind.publicOrder,
          ],
        )
      }
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
      await tx.script('DROP FUNCTION pg_temp.to_wgs84')
      await tx.query('SELECT pg_notify($1, $2)', [cityChannel, city.code])
    },
  }
}
