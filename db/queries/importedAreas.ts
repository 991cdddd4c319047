import type { Cell } from '../../geodata/city.ts'
import type { LocatedArea } from '../../geodata/import/placeFinder.ts'
import type { AreaStore, Survey } from '../../geodata/import/store.ts'
import type { Transaction } from '../client.ts'
import { decodeMultiPolygon, decodePoint, encodeMultiPolygon, encodePoint } from '../geometry.ts'
import { tableRows } from '../writing/tableRows.ts'

/** Characters of hexadecimal sent in one statement. */
const GEOMETRY_LENGTH = 4_000_000

/** Holes of a made outline below this are cracks between neighbours that were drawn one by one. */
const SMALLEST_HOLE_M2 = 10_000

const AREAS_AT_ONCE = 1000

interface SurveyRow {
  fault: string | null
  usable: boolean
  areaKm2: number
  labelPoint: string
  repaired: string | null
}

/** The areas of an imported city and their cells, in one transaction. */
export function areaStore(tx: Transaction): AreaStore {
  return {
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

    async writeAreas(city, areas) {
      await tx.script('CREATE TEMPORARY TABLE new_areas (LIKE areas) ON COMMIT DROP')
      const { columns, rows } = tableRows('new_areas', areas, {
        city_code: () => city.code,
        id: (area) => area.id,
        version: () => city.version,
        level: (area) => area.level,
        code: (area) => area.code,
        name_zh: (area) => area.name.zh,
        name_en: (area) => area.name.en,
        parent_id: (area) => area.parentId,
        squad_id: (area) => area.squadId,
        population: (area) => area.population,
        households: (area) => area.households,
        area_km2: (area) => area.areaKm2,
        label_point: (area) => encodePoint(area.labelPoint),
        geom: (area) => encodeMultiPolygon(area.polygons),
        synthetic: () => false,
      })
      await tx.copy('new_areas', columns, rows)
      // Outer rings counter-clockwise, holes clockwise: the drawing side counts on it.
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
      const areas: LocatedArea[] = []
      for (;;) {
        const rows = await tx.query<{ id: number; level: string; code: string; geom: string }>(
          `SELECT id, level, code, geom FROM areas WHERE city_code = $1 AND version = $2 AND id > $3
           ORDER BY id LIMIT ${AREAS_AT_ONCE}`,
          [city, version, areas.at(-1)?.id ?? 0],
        )
        for (const { geom, ...area } of rows) areas.push({ ...area, polygons: decodeMultiPolygon(geom) })
        if (rows.length < AREAS_AT_ONCE) return areas
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
  }
}

function* inBatches(texts: string[]): Generator<string[]> {
  let batch: string[] = []
  let length = 0
  for (const text of texts) {
    batch.push(text)
    length += text.length
    if (length < GEOMETRY_LENGTH) continue
    yield batch
    batch = []
    length = 0
  }
  if (batch.length > 0) yield batch
}
