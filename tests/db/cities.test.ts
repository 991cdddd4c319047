import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cityChannel, deleteCity, hasCity, tidy, writeCity } from '../../db/queries/cities.ts'
import type { Ground } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import { createToyGround } from '../factories/toyGround.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const asOf = new Date('2026-11-22T06:32:00Z')

/** One thing of each kind, enough to see every column arrive. */
function things(ground: Ground): Things {
  const [cell] = ground.cells
  const squad = ground.areas.find((area) => area.level === 'squad')
  const point = ground.areas.find((area) => area.id === cell.id)?.labelPoint
  if (!squad || !point) throw new Error('Expected the toy ground to have squads and cells.')
  const base = { cellId: cell.id, point, synthetic: true }
  const name = { zh: '名', en: 'name' }
  const reportedAt = Date.parse('2026-11-01T00:00:00Z')
  return {
    kinds: [
      {
        code: '010000',
        parentCode: null,
        group: 'criminal',
        name,
        dispute: false,
        sensitive: false,
        publicOrder: true,
        sort: 1,
      },
    ],
    incidents: [1, 2, 3].map((number) => ({
      ...base,
      source: 'demo',
      sourceId: String(number),
      kind: '010000',
      level: 4,
      channel: '110',
      reportedAt,
      dispatchedAt: reportedAt + 60_000,
      arrivedAt: null,
      closedAt: null,
      dueAt: null,
      status: 'dispatched',
      outcome: null,
      resolvedLevel: null,
      attributes: { note: 'a\tb' },
    })),
    cameras: [
      {
        ...base,
        id: 1,
        code: '53068100001310000001',
        ownership: 'public',
        ownerUnit: null,
        type: 'dome',
        industry: '00',
        directionDeg: 359,
        fieldOfViewDeg: 360,
        rangeM: 50,
        indoor: false,
        installedOn: '2020-02-29',
        in2018Register: false,
        status: 'online',
        statusSince: reportedAt,
        retentionDays: 30,
      },
    ],
    cameraOutages: [{ cameraId: 1, startedAt: reportedAt, endedAt: null, reason: 'power' }],
    places: [
      {
        ...base,
        id: 1,
        category: 'post',
        kind: 'fixedPost',
        name,
        level: 'squad',
        areaId: squad.id,
        openedOn: null,
      },
    ],
    units: [
      { id: 1, squadId: squad.id, callSign: 'A1', kind: 'car', strength: 3, homePostId: 1, synthetic: true },
    ],
    patrolRoutes: [
      {
        id: 1,
        squadId: squad.id,
        unitId: 1,
        name,
        serviceMode: 'car',
        lengthM: 10,
        durationS: 5,
        roadIds: [1, 2, 1],
        line: [point, [point[0] + 0.001, point[1]]],
        synthetic: true,
      },
    ],
    projects: [
      {
        id: 1,
        name,
        resettledHouseholds: 1,
        floorAreaM2: 2,
        landMu: 3,
        cellIds: [cell.id],
        point,
        synthetic: true,
      },
    ],
    activities: [
      {
        id: 1,
        kind: 'talk',
        occurredAt: reportedAt,
        areaId: null,
        quantity: null,
        attributes: {},
        synthetic: true,
      },
    ],
    resources: [
      {
        id: 1,
        kind: 'duty',
        code: '1',
        name,
        version: null,
        areaId: null,
        quantity: 1,
        attributes: {},
        synthetic: true,
      },
    ],
  }
}

const TABLES = [
  'boundary_versions',
  'area_levels',
  'areas',
  'area_lineage',
  'cell_areas',
  'kinds',
  'incidents',
  'cameras',
  'camera_outages',
  'roads',
  'waters',
  'blocks',
  'places',
  'units',
  'patrol_routes',
  'projects',
  'activities',
  'resources',
  'assets',
]

describe.each(databaseKinds())('a city in %s', (kind) => {
  const ground: Ground = {
    ...createToyGround(),
    relief: { png: new Uint8Array([137, 80, 78, 71, 0, 255]), bounds: [104.2, 28.4, 104.4, 28.6] },
  }
  const code = ground.city.code
  let db: TestDatabase
  const write = (of: Ground, withThings: Things) =>
    db.transaction((tx) => writeCity(tx, of, withThings, { asOf, origin: { generator: 'test' } }))

  async function counts(): Promise<Record<string, number>> {
    const columns = TABLES.map((table) => `(SELECT count(*) FROM ${table} WHERE city_code = $1) AS ${table}`)
    const [row] = await db.query<Record<string, number>>(`SELECT ${columns.join(', ')}`, [code])
    return row
  }
  const expected = {
    boundary_versions: ground.versions.length,
    area_levels: ground.levels.length,
    areas: ground.areas.length,
    area_lineage: ground.lineage.length,
    cell_areas: ground.cells.reduce((sum, cell) => sum + cell.areaIds.length, 0),
    kinds: 1,
    incidents: 3,
    cameras: 1,
    camera_outages: 1,
    roads: ground.roads.length,
    waters: ground.water.length,
    blocks: ground.blocks.length,
    places: 1,
    units: 1,
    patrol_routes: 1,
    projects: 1,
    activities: 1,
    resources: 1,
    assets: 1,
  }

  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(() => db?.close())

  test('is not there until it is written', async () => {
    expect(await hasCity(db)).toBe(false)
  })

  test('arrives with every row, in parts that say how far they are', async () => {
    const shares: number[] = []
    await db.transaction((tx) =>
      writeCity(tx, ground, things(ground), { asOf, origin: { generator: 'test' } }, (share) =>
        shares.push(share),
      ),
    )
    await tidy(db)
    expect(await counts()).toEqual(expected)
    expect(await hasCity(db, code)).toBe(true)
    expect(await hasCity(db, 'elsewhere')).toBe(false)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    const [city] = await db.query('SELECT as_of, current_version, origin FROM cities')
    expect(city).toEqual({ as_of: asOf, current_version: '2025', origin: { generator: 'test' } })
  })

  test('has areas as large as PostGIS measures them, children adding up to their parent', async () => {
    const [measured] = await db.query<{ worst: number }>(
      'SELECT max(abs(area_km2 / (ST_Area(geom::geography) / 1e6) - 1)) AS worst FROM areas',
    )
    expect(measured.worst).toBeLessThan(1e-12)
    const [sums] = await db.query<{ worst: number; parents: number }>(
      `SELECT max(abs(children.area / parent.area_km2 - 1)) AS worst, count(*) AS parents
       FROM areas parent JOIN (
         SELECT city_code, parent_id, level, sum(area_km2) AS area FROM areas GROUP BY 1, 2, 3
       ) children ON children.city_code = parent.city_code AND children.parent_id = parent.id`,
    )
    expect(sums.parents).toBeGreaterThan(10)
    expect(sums.worst).toBeLessThan(1e-9)
  })

  test('knows for each cell one area of every level and version', async () => {
    const wrong = await db.query(
      'SELECT cell_id, version, level FROM cell_areas GROUP BY 1, 2, 3 HAVING count(DISTINCT area_id) <> 1',
    )
    expect(wrong).toEqual([])
  })

  test('puts every road into a cell that touches its middle', async () => {
    const [{ lost, away }] = await db.query<{ lost: number; away: number }>(
      `SELECT count(*) FILTER (WHERE r.cell_id IS NULL) AS lost,
              count(*) FILTER (WHERE NOT ST_DWithin(a.geom, ST_LineInterpolatePoint(r.geom, 0.5), 0.01)) AS away
       FROM roads r LEFT JOIN areas a ON a.city_code = r.city_code AND a.id = r.cell_id`,
    )
    expect({ lost, away }).toEqual({ lost: 0, away: 0 })
  })

  test('names each version by its content', async () => {
    const hashes = async () =>
      (
        await db.query<{ content_hash: string }>(
          'SELECT content_hash FROM boundary_versions ORDER BY version',
        )
      ).map((row) => row.content_hash)
    const before = await hashes()
    expect(new Set(before).size).toBe(before.length)
    await write(ground, things(ground))
    expect(await hashes()).toEqual(before)
    const renamed = ground.areas.map((area) =>
      area.version === '2025' && area.level === 'city' ? { ...area, name: { zh: '新', en: 'new' } } : area,
    )
    await write({ ...ground, areas: renamed }, things(ground))
    const after = await hashes()
    const versions = ground.versions.map(({ version }) => version).sort()
    expect(after.map((hash, index) => [versions[index], hash !== before[index]])).toEqual(
      versions.map((version) => [version, version === '2025']),
    )
  })

  test('is replaced whole, and who listens hears of it', async () => {
    const heard: string[] = []
    const stop = await db.listen(cityChannel, (payload) => heard.push(payload))
    await write(ground, { ...things(ground), incidents: [] })
    expect(await counts()).toEqual({ ...expected, incidents: 0 })
    await expect.poll(() => heard).toEqual([code])
    await stop()
  })

  test('keeps its old self when the new one fails at its end', async () => {
    const before = await counts()
    const twice = things(ground)
    twice.resources.push({ ...twice.resources[0], id: 2 })
    await expect(write(ground, twice)).rejects.toThrow(/duplicate key/)
    expect(await counts()).toEqual(before)
  })

  test('goes with everything that belongs to it', async () => {
    await db.transaction((tx) => deleteCity(tx, code))
    expect(Object.values(await counts()).every((count) => count === 0)).toBe(true)
    expect(await hasCity(db)).toBe(false)
  })
})
