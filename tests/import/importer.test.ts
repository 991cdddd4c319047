import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromWgs84 } from '../../geodata/crs.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { importFiles, manifestOf, refusalOf, rowCounts } from './importing.ts'
import { box, geoJson, point, polygon } from './shapes.ts'

// Two districts side by side at 120°E 30°N, the western one of two beats.
const districts = geoJson([
  polygon({ code: 'W', name: '西' }, box(120, 30, 120.1, 30.1)),
  polygon({ code: 'E', name: '东' }, box(120.1, 30, 120.2, 30.1)),
])
const beats = geoJson([
  polygon({ code: 'W1' }, box(120, 30, 120.05, 30.1)),
  polygon({ code: 'W2' }, box(120.05, 30, 120.1, 30.1)),
])

const header = 'id,time,category,lng,lat'
const csv = (...rows: string[]) => [header, ...rows, ''].join('\n')

describe.each(databaseKinds())('importing on %s', (kind) => {
  const dir = temporaryDir('import')
  let db: TestDatabase
  let nextCity = 0
  const newCity = () => `city-${++nextCity}`

  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(async () => {
    await db.close()
    dir.remove()
  })

  /** Imports an areas file and a CSV file into a new city. */
  async function load(
    csvText: string,
    source: Record<string, unknown> = {},
    areasText = districts,
    code = newCity(),
  ) {
    const files = { 'areas.geojson': areasText, 'incidents.csv': csvText }
    return { code, ...(await importFiles(db, dir.path, manifestOf(code, [{}], [source]), files)) }
  }

  const incidents = (code: string) =>
    db.query<{
      source_id: string
      kind: string
      reported_at: Date
      areas: string[]
      lng: number
      lat: number
    }>(
      `SELECT source_id, kind, reported_at, ST_X(geom) AS lng, ST_Y(geom) AS lat,
         ARRAY(SELECT a.code FROM cell_areas c JOIN areas a ON a.city_code = c.city_code AND a.id = c.area_id
               WHERE c.city_code = i.city_code AND c.cell_id = i.cell_id ORDER BY a.id) AS areas
       FROM incidents i WHERE city_code = $1 ORDER BY id`,
      [code],
    )

  it('gives every area its parent, every level its rank, every point its areas', async () => {
    const code = newCity()
    const manifest = manifestOf(code, [{}, { file: 'beats.geojson', level: 'beat' }], [{}])
    const { report } = await importFiles(db, dir.path, manifest, {
      'areas.geojson': districts,
      'beats.geojson': beats,
      'incidents.csv': csv(
        'a,2026-01-02 03:04,theft,120.01,30.05',
        'b,2026-01-02 03:05,theft,120.15,30.05',
        'c,2026-01-02 03:06,noise,121,31',
      ),
    })
    expect(report).toEqual({
      city: 'test',
      areas: { accepted: 4, rejected: 0 },
      incidents: { accepted: 3, rejected: 0, unchanged: 0, inNoArea: 1, inSeveralAreas: 0 },
      rejects: [],
    })
    const areas = await db.query(
      `SELECT a.level, a.code, p.code AS parent, l.rank, a.synthetic, round(a.area_km2::numeric)::int AS km2
       FROM areas a JOIN area_levels l USING (city_code, version, level)
       LEFT JOIN areas p ON p.city_code = a.city_code AND p.id = a.parent_id
       WHERE a.city_code = $1 ORDER BY a.id`,
      [code],
    )
    expect(areas).toEqual([
      { level: 'city', code, parent: null, rank: 0, synthetic: false, km2: 214 },
      { level: 'district', code: 'E', parent: code, rank: 1, synthetic: false, km2: 107 },
      { level: 'district', code: 'W', parent: code, rank: 1, synthetic: false, km2: 107 },
      { level: 'beat', code: 'W1', parent: 'W', rank: 2, synthetic: false, km2: 53 },
      { level: 'beat', code: 'W2', parent: 'W', rank: 2, synthetic: false, km2: 53 },
    ])
    expect(await incidents(code)).toMatchObject([
      { source_id: 'a', kind: 'theft', reported_at: new Date('2026-01-01T19:04Z'), areas: [code, 'W', 'W1'] },
      { source_id: 'b', areas: [code, 'E'] },
      { source_id: 'c', kind: 'noise', areas: [] },
    ])
    const [city] = await db.query('SELECT as_of, synthetic, current_version FROM cities WHERE code = $1', [
      code,
    ])
    expect(city).toEqual({
      as_of: new Date('2026-01-02T15:59:59.999Z'),
      synthetic: false,
      current_version: '1',
    })
    const [uncovered] = await db.query(
      `SELECT count(*) AS areas FROM areas a WHERE city_code = $1
       AND NOT EXISTS (SELECT FROM cell_areas c WHERE c.city_code = a.city_code AND c.area_id = a.id)`,
      [code],
    )
    expect(uncovered).toEqual({ areas: 0 })
  })

  it('takes a parent that the source names, and a city that the source brings', async () => {
    const code = newCity()
    const levels = [
      { file: 'city.geojson', level: 'city' },
      {},
      {
        file: 'beats.geojson',
        level: 'beat',
        parent: 'of',
        name: { zh: 'zh', en: 'en' },
        population: 'people',
      },
    ]
    await importFiles(db, dir.path, manifestOf(code, levels), {
      'areas.geojson': districts,
      'city.geojson': geoJson([polygon({ code: 'whole' }, box(119, 29, 122, 32))]),
      'beats.geojson': geoJson([
        polygon({ code: 1, of: 'E', zh: '一', en: 'One', people: 12 }, box(120, 30, 120.05, 30.1)),
      ]),
    })
    const rows = await db.query(
      `SELECT a.code, a.name_zh, a.name_en, a.population, p.code AS parent
       FROM areas a LEFT JOIN areas p ON p.city_code = a.city_code AND p.id = a.parent_id
       WHERE a.city_code = $1 ORDER BY a.id`,
      [code],
    )
    expect(rows).toEqual([
      { code: 'whole', name_zh: 'whole', name_en: 'whole', population: 0, parent: null },
      { code: 'E', name_zh: 'E', name_en: 'E', population: 0, parent: 'whole' },
      { code: 'W', name_zh: 'W', name_en: 'W', population: 0, parent: 'whole' },
      { code: '1', name_zh: '一', name_en: 'One', population: 12, parent: 'E' },
    ])
  })

  it('rejects areas that are none, each with line and reason, and keeps the others', async () => {
    const ring = box(120, 30, 120.1, 30.1)
    const areas = geoJson([
      polygon({ code: 'ok' }, ring),
      polygon({ code: 'ok' }, ring),
      polygon({ code: null, name: 'x' }, ring),
      { type: 'Feature', properties: { code: 'nothing' }, geometry: null },
      point({ code: 'point' }, [120, 30]),
      polygon({ code: 'open' }, ring.slice(0, 4)),
      polygon({ code: 'bowtie' }, [ring[0], ring[2], ring[1], ring[3], ring[0]]),
      polygon({ code: 'flat' }, [ring[0], ring[1], ring[0], ring[0]]),
      polygon({ code: 'far' }, [[0, 95], ...ring.slice(1, 4), [0, 95]]),
      polygon({ code: 'text' }, [['a', 'b']] as never),
      { type: 'Feature', properties: { code: 'empty' }, geometry: { type: 'Polygon', coordinates: [] } },
    ])
    const { report } = await importFiles(db, dir.path, manifestOf(newCity(), [{}]), {
      'areas.geojson': areas,
    })
    expect(report.areas).toEqual({ accepted: 1, rejected: 10 })
    expect(report.rejects.map(({ line, reason }) => `${line}: ${reason}`).sort()).toEqual([
      '10: feature 9: latitude 95 lies outside -90…90; longitude and latitude seem swapped',
      '11: feature 10: expected a position [lng, lat], found ["a","b"]',
      '12: feature 11: the geometry is empty',
      '3: area "ok": the code is already that of areas.geojson, line 2',
      '4: feature 3: expected a property "code", found "code", "name"',
      '5: feature 4: expected a Polygon or MultiPolygon, found no geometry',
      '6: feature 5: expected a Polygon or MultiPolygon, found a Point',
      '7: feature 6: expected rings of four positions or more, closed by their first',
      expect.stringMatching(/^8: area "bowtie": Self-intersection\[/),
      expect.stringMatching(/^9: area "flat": /),
    ])
  })

  it('rewrites a ring that touches itself, since the ground stays the same, and says so', async () => {
    // A square whose ring goes in from the corner, around a hole, and out again.
    const [sw, se, ne, nw] = box(120, 30, 120.1, 30.1)
    const ring = [sw, se, ne, nw, sw, [120.02, 30.06], [120.06, 30.06], [120.06, 30.02], sw] as [
      number,
      number,
    ][]
    const { report, notices } = await importFiles(db, dir.path, manifestOf(newCity(), [{}]), {
      'areas.geojson': geoJson([polygon({ code: 'touching' }, ring)]),
    })
    expect(report.areas).toEqual({ accepted: 1, rejected: 0 })
    expect(notices).toEqual([
      {
        file: 'areas.geojson',
        line: 2,
        reason: expect.stringMatching(
          /^area "touching": Ring Self-intersection.*rewritten to cover the same ground$/,
        ),
      },
    ])
  })

  it('reports areas of one level that overlap, and keeps a point in two with the first by code', async () => {
    const overlapping = geoJson([
      polygon({ code: 'B' }, box(120, 30, 120.1, 30.1)),
      polygon({ code: 'A' }, box(120.05, 30, 120.2, 30.1)),
    ])
    const { code, report, notices } = await load(csv('x,2026-01-01 00:00,k,120.07,30.05'), {}, overlapping)
    expect(report.incidents).toMatchObject({ accepted: 1, inNoArea: 0, inSeveralAreas: 1 })
    expect(notices.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      expect.stringMatching(/^null: district: A and B overlap by \d{8} m²$/),
      '2: 120.07, 30.05 lies in A and B: counted in A',
    ])
    expect(await incidents(code)).toMatchObject([{ areas: [code, 'A'], lng: 120.07, lat: 30.05 }])
  })

  it('accepts or rejects each row with its line and reason', async () => {
    const { report } = await load(
      csv(
        'a,2026-01-01 00:00,k,120.05,30.05',
        'b,01/02/2026,k,120.05,30.05',
        'c,,k,120.05,30.05',
        'd,2026-01-01 00:00,,120.05,30.05',
        'e,2026-01-01 00:00,k,,30.05',
        'f,2026-01-01 00:00,k,NaN,30.05',
        'g,2026-01-01 00:00,k,0,0',
        'h,2026-01-01 00:00,k,30.05,120.05',
        'i,2026-01-01 00:00,k,181,30',
        ',2026-01-01 00:00,k,120.05,30.05',
        'a,2026-01-01 00:01,k,120.05,30.05',
        '"j\nj",2026-01-01 00:00,k,120.05',
        'k,2026-01-01 00:00,k,0x10,Infinity',
        'l,2026-01-01 00:00,k,120.06,30.05',
        'm,2102-01-01 00:00,k,120.06,30.05',
        'n\0,2026-01-01 00:00,k,120.06,30.05',
        `o,2026-01-01 00:00,${'k'.repeat(201)},120.06,30.05`,
      ),
    )
    expect(report.incidents).toMatchObject({ accepted: 2, rejected: 15 })
    expect(report.rejects.map(({ file, line, reason }) => `${file} ${line}: ${reason}`)).toEqual([
      'incidents.csv 3: time "01/02/2026" does not have the form yyyy-MM-dd HH:mm',
      'incidents.csv 4: the time is empty',
      'incidents.csv 5: "category" is empty',
      'incidents.csv 6: the position is empty',
      'incidents.csv 7: expected two numbers as position, found "NaN" and "30.05"',
      'incidents.csv 8: 0, 0 stands for a missing position',
      'incidents.csv 9: latitude 120.05 lies outside -90…90; longitude and latitude seem swapped',
      'incidents.csv 10: longitude 181 lies outside -180…180',
      'incidents.csv 11: the id is empty',
      'incidents.csv 13: expected 5 values as in the header, found 4',
      'incidents.csv 15: expected two numbers as position, found "0x10" and "Infinity"',
      'incidents.csv 17: time "2102-01-01 00:00" lies more than a year ahead',
      'incidents.csv 18: the id contains a NUL character',
      'incidents.csv 19: "category" is longer than 200 characters',
      'incidents.csv 12: the id "a" is already that of line 2',
    ])
  })

  it('suspects swapped coordinates also where both numbers could be latitudes', async () => {
    const italy = geoJson([polygon({ code: 'rome' }, box(12, 41, 13, 42))])
    const { report } = await load(
      csv('a,2026-01-01 00:00,k,12.5,41.5', 'b,2026-01-01 00:00,k,41.5,12.5'),
      {},
      italy,
    )
    expect(report.incidents).toMatchObject({ accepted: 1, rejected: 1 })
    expect(report.rejects[0].reason).toContain('longitude and latitude seem swapped')
  })

  it('adds nothing the second time, and takes changed rows of known ids as updates', async () => {
    const first = csv('a,2026-01-01 00:00,k,120.05,30.05', 'b,2026-01-01 00:00,k,120.15,30.05')
    const { code } = await load(first)
    const before = await rowCounts(db)
    const second = await load(first, {}, districts, code)
    expect(second.report.incidents).toMatchObject({ accepted: 0, unchanged: 2, rejected: 0 })
    expect(second.report.areas).toEqual({ accepted: 2, rejected: 0 })
    expect(await rowCounts(db)).toEqual({ ...before, imports: before.imports + 1 })

    const changed = csv(
      'a,2026-01-01 00:00,k,120.15,30.05',
      'b,2026-01-01 00:00,k,120.15,30.05',
      'c,2026-01-03 00:00,m,120,30',
    )
    const third = await load(changed, {}, districts, code)
    expect(third.report.incidents).toMatchObject({ accepted: 2, unchanged: 1 })
    expect(await incidents(code)).toMatchObject([
      { source_id: 'a', areas: [code, 'E'], lng: 120.15 },
      { source_id: 'b' },
      { source_id: 'c', kind: 'm', areas: [code, 'W'] },
    ])
    const [city] = await db.query('SELECT as_of FROM cities WHERE code = $1', [code])
    expect(city).toEqual({ as_of: new Date('2026-01-03T15:59:59.999Z') })
  })

  it('tells identical rows without ids apart by their number, however often the file comes', async () => {
    const twice = csv(',2026-01-01 00:00,k,120.05,30.05', ',2026-01-01 00:00,k,120.05,30.05')
    const { code, report } = await load(twice, { id: null })
    expect(report.incidents).toMatchObject({ accepted: 2, rejected: 0 })
    const more = csv(
      ',2026-01-01 00:00,k,120.05,30.05',
      ',2026-01-05 00:00,k,120.05,30.05',
      ',2026-01-01 00:00,k,120.05,30.05',
      ',2026-01-01 00:00,k,120.05,30.05',
    )
    const again = await load(more, { id: null }, districts, code)
    expect(again.report.incidents).toMatchObject({ accepted: 2, unchanged: 2 })
  })

  it('takes several columns together as id', async () => {
    const rows = csv(
      '1,2026-01-01 00:00,k,120.05,30.05',
      '1,2026-01-01 00:00,m,120.05,30.05',
      '1,2026-01-01 00:00,k,120.06,30.05',
    )
    const { report } = await load(rows, { id: ['id', 'category'] })
    expect(report.incidents).toMatchObject({ accepted: 2, rejected: 1 })
    expect(report.rejects).toEqual([
      { file: 'incidents.csv', line: 4, reason: 'the id "1 k" is already that of line 2' },
    ])
  })

  it.each(['GCJ-02', 'BD-09', 'EPSG:4490'] as const)(
    'turns %s into WGS 84 and keeps what it was',
    async (crs) => {
      const [lng, lat] = fromWgs84([120.12, 30.26], crs === 'EPSG:4490' ? 'EPSG:4326' : crs)
      const around = geoJson([polygon({ code: 'here' }, box(120.1, 30.2, 120.2, 30.3))])
      const { code } = await load(csv(`a,2026-01-01 00:00,k,${lng},${lat}`), { crs }, around)
      const [incident] = await incidents(code)
      expect(incident.lng).toBeCloseTo(120.12, 7)
      expect(incident.lat).toBeCloseTo(30.26, 7)
      const [{ attributes }] = await db.query('SELECT attributes FROM incidents WHERE city_code = $1', [code])
      expect(attributes).toEqual({ sourceCrs: crs, sourcePosition: [lng, lat] })
    },
  )

  it('turns a projected system through PostGIS, points and areas alike', async () => {
    const code = newCity()
    // The verified pair of EPSG:4549; 1 km around it.
    const around = geoJson([polygon({ code: 'here' }, box(511048.06, 3348441.7, 512048.06, 3349441.7))])
    const { report } = await importFiles(
      db,
      dir.path,
      manifestOf(code, [{ crs: 'EPSG:4549' }], [{ crs: 'EPSG:4549' }]),
      {
        'areas.geojson': around,
        'incidents.csv': csv(
          'a,2026-01-01 00:00,k,511548.06,3348941.70',
          'b,2026-01-01 00:00,k,1e12,3e20',
          'c,2026-01-01 00:00,k,120.12,30.26',
        ),
      },
    )
    expect(report.rejects.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '3: 1000000000000, 300000000000000000000 lies outside the domain of EPSG:4549',
      '4: 120.12, 30.26 looks like degrees, but EPSG:4549 is a projected system',
    ])
    const [incident] = await incidents(code)
    expect(incident.areas).toEqual([code, 'here'])
    expect(incident.lng).toBeCloseTo(120.12, 6)
    expect(incident.lat).toBeCloseTo(30.26, 6)
  })

  it('refuses systems that are neither, and files that say otherwise than the manifest', async () => {
    const files = { 'areas.geojson': districts, 'incidents.csv': csv() }
    const refused = (areas: Record<string, unknown>, more = {}) =>
      refusalOf(importFiles(db, dir.path, manifestOf(newCity(), [areas]), { ...files, ...more }))
    expect(await refused({ crs: undefined })).toContain(
      'sources[0].crs: expected EPSG:4326, EPSG:4490, GCJ-02, BD-09 or a projected EPSG code such as EPSG:4549',
    )
    expect(await refused({ crs: 'WGS84' })).toContain('came "WGS84"')
    expect(await refused({ crs: 'EPSG:4214' })).toContain('came EPSG:4214')
    expect(await refused({ crs: 'EPSG:99999' })).toContain('came EPSG:99999')
    const named = geoJson([polygon({ code: 'x' }, box(120, 30, 121, 31))], {
      crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::3857' } },
    })
    expect(await refused({}, { 'areas.geojson': named })).toBe(
      'areas.geojson: the manifest declares EPSG:4326, but the file itself says urn:ogc:def:crs:EPSG::3857',
    )
  })

  it('takes out of free text what leads to one person, and says so without repeating it', async () => {
    const code = newCity()
    const time = '2026-01-01 00:00'
    const features = [
      point({ id: 1, time, category: 'k', note: '当事人530681199003072938，电13812345678' }, [120.05, 30.05]),
      point({ id: 2, time, category: '13812345678', note: '' }, [120.05, 30.05]),
      point({ id: '530681199003072938', time, category: 'k', note: '' }, [120.05, 30.05]),
      point({ id: 3, time: '13812345678', category: 'k', note: '' }, [120.05, 30.05]),
    ]
    const { report, notices } = await importFiles(
      db,
      dir.path,
      manifestOf(
        code,
        [{}],
        [{ file: 'points.geojson', lng: undefined, lat: undefined, attributes: ['note'] }],
      ),
      {
        'areas.geojson': districts,
        'points.geojson': JSON.stringify({ type: 'FeatureCollection', features }),
      },
    )
    expect(report.scrubbed).toEqual({ idNumber: 1, phone: 1 })
    expect(notices.map(({ reason }) => reason)).toEqual([
      'feature 1: an ID number and a telephone number taken out of the text',
    ])
    expect(report.rejects.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('"category" holds a telephone number, which is never stored'),
      expect.stringContaining('the id holds an ID number, which is never stored'),
      expect.stringContaining('〔电话已删除〕'),
    ])
    const rows = await db.query<{ attributes: object }>(
      'SELECT attributes FROM incidents WHERE city_code = $1',
      [code],
    )
    expect(rows).toEqual([{ attributes: { note: '当事人〔证件号已删除〕，电〔电话已删除〕' } }])
  })

  it('reads incidents from GeoJSON too, even in a single line', async () => {
    const code = newCity()
    const features = [
      point({ id: 7, time: '2026-01-01 00:00', category: 'k', note: 'kept' }, [120.05, 30.05]),
      point({ id: 8, category: 'k' }, [120.05, 30.05]),
      { type: 'Feature', properties: {}, geometry: null },
      point({ id: 9, time: '2026-01-01 00:00', category: 'k' }, [121, 31]),
      point({ id: 7, time: '2026-01-01 00:00', category: 'k' }, [120.05, 30.05]),
    ]
    const { report, notices } = await importFiles(
      db,
      dir.path,
      manifestOf(
        code,
        [{}],
        [{ file: 'points.geojson.gz', lng: undefined, lat: undefined, attributes: ['note'] }],
      ),
      {
        'areas.geojson': districts,
        'points.geojson.gz': JSON.stringify({ type: 'FeatureCollection', features }),
      },
    )
    expect(report.incidents).toMatchObject({ accepted: 2, rejected: 3, inNoArea: 1 })
    expect(report.rejects.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '1: feature 2: the time is empty',
      '1: feature 3: expected a Point, found no geometry',
      '1: feature 5: the id "7" is already that of line 1',
    ])
    expect(notices.map(({ reason }) => reason)).toEqual(['feature 4: 121, 31 lies in no area'])
    const rows = await db.query(
      'SELECT source, source_id, attributes FROM incidents WHERE city_code = $1 ORDER BY id',
      [code],
    )
    expect(rows).toEqual([
      { source: 'import:points.geojson', source_id: '7', attributes: { note: 'kept' } },
      { source: 'import:points.geojson', source_id: '9', attributes: { note: '' } },
    ])
  })

  it('adds the incidents of a later manifest to a city that is there, and refuses one that is not', async () => {
    const { code } = await load(csv('a,2026-01-01 00:00,k,120.05,30.05'))
    const later = manifestOf(code, [], [{ file: 'later.csv' }])
    const files = { 'later.csv': csv('a,2026-02-01 00:00,k,120.15,30.05', 'b,2026-02-01 00:00,k,125,35') }
    const { report } = await importFiles(db, dir.path, later, files)
    expect(report).toMatchObject({ areas: { accepted: 0 }, incidents: { accepted: 2, inNoArea: 1 } })
    expect((await incidents(code)).map(({ areas }) => areas)).toEqual([[code, 'W'], [code, 'E'], []])
    const unknown = manifestOf(newCity(), [], [{ file: 'later.csv' }])
    expect(await refusalOf(importFiles(db, dir.path, unknown, files))).toContain(
      'expected a source of kind "areas"',
    )
  })

  it('refuses a code or division code that another city has', async () => {
    const files = { 'areas.geojson': districts }
    const named = (code: string, divisionCode?: string) =>
      importFiles(db, dir.path, manifestOf(code, [{}], [], { divisionCode }), files)
    const code = newCity()
    await named(code, '990001')
    expect(await refusalOf(named(newCity(), '990001'))).toContain(`the city "${code}" has one of them`)
    expect(await refusalOf(named('990001'))).toContain(`the city "${code}" has one of them`)
  })

  it('refuses other areas for a city that is there, and replaces the city when told to', async () => {
    const { code } = await load(csv('a,2026-01-01 00:00,k,120.05,30.05'))
    const before = await rowCounts(db)
    const other = { 'areas.geojson': beats, 'incidents.csv': csv('b,2026-01-01 00:00,k,120.01,30.05') }
    const manifest = manifestOf(code, [{}], [{}])
    expect(await refusalOf(importFiles(db, dir.path, manifest, other))).toContain(
      'stored with other areas than these',
    )
    expect(await rowCounts(db)).toEqual(before)
    await importFiles(db, dir.path, manifest, other, true)
    expect(await incidents(code)).toMatchObject([{ source_id: 'b', areas: [code, 'W1'] }])
  })

  it('never mixes with a generated city', async () => {
    const code = newCity()
    await db.query(
      `INSERT INTO cities (code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
       VALUES ($1, '演', 'Demo', 'Asia/Shanghai', true, now(), '1', '{"generator": "demo"}')`,
      [code],
    )
    await db.query(
      `INSERT INTO boundary_versions (city_code, version, valid_from, synthetic, source, content_hash)
       VALUES ($1, '1', '2025-01-01', true, 'demo', 'x')`,
      [code],
    )
    const refused = await refusalOf(load(csv('a,2026-01-01 00:00,k,120.05,30.05'), {}, districts, code))
    expect(refused).toContain('holds generated data, which is never mixed with real data')
  })

  it.each([
    [
      'a missing file',
      { file: 'none.csv' },
      csv(),
      /^none\.csv: expected a file at .*none\.csv, found none$/,
    ],
    ['an empty file', {}, '', /^incidents\.csv: the file is empty$/],
    ['a header alone', {}, csv(), /^incidents\.csv: expected incidents, found no row$/],
    [
      'a wrong column',
      { lng: 'X' },
      csv(),
      /expected the columns "X", found "id", "time", "category", "lng", "lat"$/,
    ],
    [
      'a time format that fits no row',
      { timeFormat: 'MM/dd/yyyy' },
      csv('a,2026-01-01 00:00,k,120,30'),
      /none of the 1 rows/,
    ],
    [
      'ids for categories',
      { category: 'id' },
      csv(...Array.from({ length: 1001 }, (_, index) => `${index},2026-01-01 00:00,k,120.05,30.05`)),
      /^incidents\.csv, 1002: expected categories in "id", found more than 1000/,
    ],
    ['bytes in another encoding', {}, Buffer.from('id,\xd6\xd0\n', 'latin1'), /expected utf-8 text/],
  ])('refuses %s, and nothing of it stays', async (_, source, content, sentence) => {
    const before = await rowCounts(db)
    const files = { 'areas.geojson': districts, 'incidents.csv': content }
    const manifest = manifestOf(newCity(), [{}], [source])
    expect(await refusalOf(importFiles(db, dir.path, manifest, files))).toMatch(sentence)
    expect(await rowCounts(db)).toEqual(before)
  })

  it.each([
    [
      'broken JSON',
      '{"type":"FeatureCollection","features":[\n{"type":"Feature",}\n]}',
      /^areas\.geojson, 2: feature 1: expected JSON/,
    ],
    ['no feature', geoJson([]), /^areas\.geojson: expected areas, found no feature$/],
    ['no usable area', geoJson([point({ code: 'x' }, [1, 1])]), /none of them can be kept/],
    ['a topology', '{"type":"Topology"}', /expected a FeatureCollection, found type "Topology"/],
  ])('refuses areas with %s', async (_, content, sentence) => {
    const action = importFiles(db, dir.path, manifestOf(newCity(), [{}]), { 'areas.geojson': content })
    expect(await refusalOf(action)).toMatch(sentence)
  })
})
