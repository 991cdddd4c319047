import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { type ImportOutcome, importFiles, importManifest, rowCounts, sanFrancisco } from './importing.ts'

const pack = (name: string) => readFileSync(join(sanFrancisco, '..', name))
const districts = pack('sfpd_districts.geojson')
const plainCsv = gunzipSync(pack('sf_incidents_2012H2.csv.gz'))

// As it stands in DESIGN.
const designManifest = {
  city: { code: 'sf', name: { zh: '旧金山', en: 'San Francisco' }, timeZone: 'America/Los_Angeles' },
  sources: [
    {
      kind: 'areas',
      file: 'sfpd_districts.geojson',
      crs: 'EPSG:4326',
      level: 'district',
      code: 'DISTRICT',
      name: 'DISTRICT',
    },
    {
      kind: 'incidents',
      file: 'sf_incidents_2012H2.csv',
      crs: 'EPSG:4326',
      lng: 'X',
      lat: 'Y',
      time: ['Date'],
      timeFormat: 'yyyy-MM-dd',
      category: 'Category',
      id: null,
    },
  ],
}

describe.each(databaseKinds())('the San Francisco pack on %s', (kind) => {
  const dir = temporaryDir('sf')
  let db: TestDatabase
  let first: ImportOutcome

  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    first = await importManifest(db, sanFrancisco)
  })
  afterAll(async () => {
    await db.close()
    dir.remove()
  })

  it('brings ten police districts and all 13,472 incidents, and reports those in no district or in two', () => {
    expect(first.report).toMatchObject({
      areas: { accepted: 10, rejected: 0 },
      incidents: { accepted: 13_472, rejected: 0, unchanged: 0, inNoArea: 3, inSeveralAreas: 4 },
      rejects: [],
    })
    const lines = (word: string) =>
      first.notices.filter(({ reason }) => reason.includes(word)).map(({ line }) => line)
    expect(lines('lies in no area')).toEqual([8306, 12110, 12989])
    expect(lines('PARK and RICHMOND: counted in PARK')).toEqual([9855, 11836, 12311, 13237])
  })

  it('counts each category as published', async () => {
    const counts = await db.query(
      "SELECT kind, count(*) AS incidents FROM incidents WHERE city_code = 'sf' GROUP BY kind ORDER BY kind",
    )
    expect(counts).toEqual([
      { kind: 'DRUG/NARCOTIC', incidents: 3897 },
      { kind: 'ROBBERY', incidents: 2761 },
      { kind: 'VANDALISM', incidents: 3430 },
      { kind: 'VEHICLE THEFT', incidents: 3384 },
    ])
  })

  it('places every incident as PostGIS does, one by one', async () => {
    const [result] = await db.query(
      `SELECT count(*) AS incidents, count(*) FILTER (WHERE district IS DISTINCT FROM expected) AS different
       FROM (SELECT
           (SELECT a.code FROM cell_areas c JOIN areas a ON a.city_code = c.city_code AND a.id = c.area_id
            WHERE c.city_code = i.city_code AND c.cell_id = i.cell_id AND c.level = 'district') AS district,
           (SELECT min(a.code COLLATE "C") FROM areas a
            WHERE a.city_code = i.city_code AND a.level = 'district' AND ST_Covers(a.geom, i.geom)) AS expected
         FROM incidents i WHERE city_code = 'sf') AS placed`,
    )
    expect(result).toEqual({ incidents: 13_472, different: 0 })
  })

  it('adds nothing the second time, whether packed or plain, by its own manifest or by the one of DESIGN', async () => {
    const before = await rowCounts(db)
    const again = await importManifest(db, sanFrancisco)
    const files = { 'sfpd_districts.geojson': districts, 'sf_incidents_2012H2.csv': plainCsv }
    const plain = await importFiles(db, dir.path, designManifest, files)
    for (const { report } of [again, plain]) {
      expect(report.incidents).toMatchObject({ accepted: 0, unchanged: 13_472, rejected: 0 })
    }
    expect(await rowCounts(db)).toEqual({ ...before, imports: before.imports + 2 })
  })

  it('agrees with the district written on each row for 97.6 %', async () => {
    const [areas, incidents] = designManifest.sources
    const manifest = {
      city: { ...designManifest.city, code: 'sf-named' },
      sources: [areas, { ...incidents, attributes: ['PdDistrict'] }],
    }
    const files = { 'sfpd_districts.geojson': districts, 'sf_incidents_2012H2.csv': plainCsv }
    await importFiles(db, dir.path, manifest, files)
    const [{ share }] = await db.query<{ share: number }>(
      `SELECT avg((a.code = i.attributes->>'PdDistrict')::int)::float8 AS share
       FROM incidents i JOIN cell_areas c USING (city_code, cell_id)
       JOIN areas a ON a.city_code = c.city_code AND a.id = c.area_id
       WHERE i.city_code = 'sf-named' AND c.level = 'district'`,
    )
    expect(share).toBeCloseTo(0.976, 3)
  })
})
