import type { Database } from '../../../db/client.ts'
import { decodeMultiPolygon } from '../../../db/geometry.ts'
import { boundsOf } from '../../../geodata/areaLocator.ts'
import { AreaRaster } from '../../../geodata/areaRaster.ts'
import { roundTo } from './measure.ts'

const BATCH = 100_000

/** The micro-grid of random points of the city's box: ours beside ST_Contains, every single point compared. */
export async function benchLocate(
  database: Database,
  city: { code: string; version: string },
  points: number,
  print: (line: object) => void,
): Promise<void> {
  const areas = await database.query<{ id: number; geom: string }>(
    `SELECT id, geom FROM areas WHERE city_code = $1 AND version = $2 AND level = 'microGrid' ORDER BY id`,
    [city.code, city.version],
  )
  const polygons = areas.map(({ geom }) => decodeMultiPolygon(geom))
  const bounds = boundsOf(polygons.flat())
  const builtAt = performance.now()
  const raster = new AreaRaster(polygons, bounds)
  const buildMs = performance.now() - builtAt
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  let ours = 0
  let theirs = 0
  let disagreements = 0
  let inside = 0
  for (let start = 0; start < points; start += BATCH) {
    const count = Math.min(BATCH, points - start)
    const lng = Float64Array.from({ length: count }, () => bounds[0] + random() * (bounds[2] - bounds[0]))
    const lat = Float64Array.from({ length: count }, () => bounds[1] + random() * (bounds[3] - bounds[1]))
    const found = new Int32Array(count)
    let startedAt = performance.now()
    for (let i = 0; i < count; i++) found[i] = raster.locate(lng[i], lat[i])
    ours += performance.now() - startedAt
    startedAt = performance.now()
    const rows = await database.query<{ n: number; id: number }>(
      `SELECT p.n::int AS n, a.id FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY p (lng, lat, n)
       JOIN areas a ON a.city_code = $3 AND a.version = $4 AND a.level = 'microGrid'
         AND ST_Contains(a.geom, ST_SetSRID(ST_MakePoint(p.lng, p.lat), 4326))`,
      [[...lng], [...lat], city.code, city.version],
    )
    theirs += performance.now() - startedAt
    const expected = new Int32Array(count)
    for (const { n, id } of rows) expected[n - 1] = id
    for (let i = 0; i < count; i++) {
      const id = areas[found[i]]?.id ?? 0
      if (id !== 0) inside++
      if (id !== expected[i]) disagreements++
    }
  }
  print({
    case: 'locate',
    database: database.kind,
    points,
    inside,
    disagreements,
    microsecondsAPoint: roundTo((ours / points) * 1000, 3),
    stContainsMicroseconds: roundTo((theirs / points) * 1000, 1),
    buildMs: Math.round(buildMs),
  })
}
