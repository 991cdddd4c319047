import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Access } from '../../api/access.ts'
import { createBundles } from '../../api/bundles.ts'
import { accessFor } from '../../api/cityAccess.ts'
import type { Viewer } from '../../api/context.ts'
import { writeCity } from '../../db/queries/cities.ts'
import { areaIndexOf, decodeAreas } from '../../geodata/areaBundle.ts'
import { decodeCameras } from '../../geodata/cameraBundle.ts'
import { decodeLines } from '../../geodata/lineBundle.ts'
import { grant } from '../factories/people.ts'
import { TOY_AS_OF } from '../factories/toyCity.ts'
import { databaseKinds } from '../setup/database.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { openTestServer, type TestServer } from './http.ts'

/** A one-pixel picture stands for the relief. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
)

describe.each(databaseKinds())('bundles on %s', (kind) => {
  let http: TestServer

  beforeAll(async () => {
    http = await openTestServer(kind)
    await http.api.database.query(
      `INSERT INTO assets (city_code, name, media_type, bounds, content) VALUES ('shuifu', 'relief', 'image/png', '{104,28,105,29}', $1)
       ON CONFLICT (city_code, name) DO UPDATE SET content = excluded.content, bounds = excluded.bounds`,
      [PNG],
    )
  })
  afterAll(() => http?.close())

  async function urls() {
    const answer = await http.get(`/trpc/cities.get?input=${encodeURIComponent('{"city":"shuifu"}')}`, {
      cookie: http.cookie,
    })
    const { result } = (await answer.json()) as {
      result: { data: { bundles: Awaited<ReturnType<typeof http.api.bundles.urls>> & { cameras: string } } }
    }
    return result.data.bundles
  }
  /** Somebody who sees all of the city. */
  async function whole(): Promise<[Viewer, Access]> {
    const { database, viewer } = http.api
    const seen = await accessFor(database, viewer, 'shuifu')
    if (!seen) throw new Error('The toy city is gone.')
    return [viewer, seen.access]
  }
  async function bytesOf(url: string, headers: Record<string, string> = {}): Promise<Uint8Array> {
    const answer = await http.get(url, { cookie: http.cookie, ...headers })
    expect(answer.status).toBe(200)
    return new Uint8Array(await answer.arrayBuffer())
  }

  test('all areas of a version come back, each with its name, its people and its parent', async () => {
    const { areas } = await urls()
    expect(Object.keys(areas).sort()).toEqual(['2018', '2025'])
    for (const [version, url] of Object.entries(areas)) {
      const bundle = decodeAreas(await bytesOf(url))
      const expected = http.api.ground.areas.filter((area) => area.version === version)
      expect(bundle.count).toBe(expected.length)
      for (const area of expected) {
        const index = areaIndexOf(bundle, area.id)
        expect(bundle.code[index]).toBe(area.code)
        expect(bundle.levels[bundle.level[index]].level).toBe(area.level)
        expect(bundle.nameZh[index]).toBe(area.name.zh)
        expect(bundle.population[index]).toBe(area.population)
        expect(bundle.areaKm2[index]).toBeGreaterThan(0)
        expect(bundle.parent[index]).toBe(area.parentId === null ? -1 : areaIndexOf(bundle, area.parentId))
        expect(bundle.squad[index]).toBe(area.squadId === null ? -1 : areaIndexOf(bundle, area.squadId))
      }
    }
  })

  test('all cameras come back with what they are', async () => {
    const bundle = decodeCameras(await bytesOf((await urls()).cameras))
    expect(bundle.count).toBe(http.api.things.cameras.length)
    const byId = new Map(http.api.things.cameras.map((camera) => [camera.id, camera]))
    for (let index = 0; index < bundle.count; index++) {
      const camera = byId.get(bundle.id[index])
      if (!camera) throw new Error(`There is no camera ${bundle.id[index]}.`)
      expect([bundle.lng[index], bundle.lat[index]]).toEqual(
        camera.point.map((degrees) => Math.round(degrees * 1e6)),
      )
      expect(bundle.statuses[bundle.status[index]]).toBe(camera.status)
      expect(bundle.types[bundle.type[index]]).toBe(camera.type)
      expect(bundle.ownerships[bundle.ownership[index]]).toBe(camera.ownership)
      expect(bundle.direction[index]).toBe(camera.directionDeg)
      expect(bundle.range[index]).toBe(camera.rangeM)
    }
  })

  test('roads, blocks and sites come back', async () => {
    const { ground } = http.api
    const bundle = decodeLines(await bytesOf((await urls()).ground))
    expect(bundle.roads.count).toBe(ground.roads.length)
    expect(bundle.water.count).toBe(ground.water.length)
    expect(bundle.blocks.count).toBe(ground.blocks.length)
    expect([...bundle.sites.nameZh].sort()).toEqual(ground.sites.map((site) => site.name.zh).sort())
  })

  test('the relief is the picture itself with its box', async () => {
    await http.api.database.query("SELECT pg_notify('gridwall_city', 'shuifu')")
    await expect.poll(async () => (await urls()).relief?.bounds).toEqual([104, 28, 105, 29])
    const { relief } = await urls()
    const answer = await http.get(relief?.url ?? '', { cookie: http.cookie })
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await answer.arrayBuffer()).equals(PNG)).toBe(true)
  })

  test('compressed and plain are the same bytes, kept for good by the browser alone', async () => {
    const { areas, cameras, ground } = await urls()
    for (const url of [...Object.values(areas), cameras, ground]) {
      const plain = await http.get(url, { cookie: http.cookie, 'accept-encoding': 'identity' })
      expect(plain.headers.get('content-encoding')).toBeNull()
      const compressed = await http.get(url, { cookie: http.cookie, 'accept-encoding': 'gzip, br' })
      expect(compressed.headers.get('content-encoding')).toBe('br')
      expect(new Uint8Array(await compressed.arrayBuffer())).toEqual(
        new Uint8Array(await plain.arrayBuffer()),
      )
      for (const { headers } of [plain, compressed]) {
        expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
        expect(headers.get('vary')).toMatch(/accept-encoding/i)
      }
      const etag = compressed.headers.get('etag') ?? ''
      const again = await http.get(url, { cookie: http.cookie, 'if-none-match': etag })
      expect(again.status).toBe(304)
      expect((await again.arrayBuffer()).byteLength).toBe(0)
    }
  })

  test('packed anew from the database, the same city has the same addresses', async () => {
    const dir = temporaryDir('bundles')
    const second = await createBundles({ database: http.api.database, dataDir: dir.path })
    expect(await second.urls(...(await whole()))).toEqual(await urls())
    await second.close()
    const folder = join(dir.path, 'bundles', 'areas')
    const packed = readdirSync(folder).filter((name) => name.endsWith('.bin'))
    expect(packed).toHaveLength(2)
    for (const name of packed) {
      const plain = readFileSync(join(folder, name))
      expect(brotliDecompressSync(readFileSync(join(folder, `${name}.br`))).equals(plain)).toBe(true)
    }
    dir.remove()
  })

  test('a restart packs nothing anew, and what is lost is packed again', async () => {
    const dir = temporaryDir('bundles')
    const open = () => createBundles({ database: http.api.database, dataDir: dir.path })
    const first = await open()
    const before = await first.urls(...(await whole()))
    await first.close()
    const file = join(dir.path, 'bundles', 'cameras', before.cameras?.split('/').at(-1) ?? '')
    const original = readFileSync(file)
    // Packing would put the original back.
    writeFileSync(file, 'kept')
    const second = await open()
    expect(await second.urls(...(await whole()))).toEqual(before)
    await second.close()
    expect(readFileSync(file, 'utf8')).toBe('kept')
    rmSync(file)
    const third = await open()
    expect(await third.urls(...(await whole()))).toEqual(before)
    await third.close()
    expect(readFileSync(file).equals(original)).toBe(true)
    dir.remove()
  })

  test('a camera that changes changes the address of the cameras and of nothing else', async () => {
    const before = await urls()
    await http.api.database.query(
      "UPDATE cameras SET status = 'repair' WHERE city_code = 'shuifu' AND id = 7",
    )
    await http.api.database.query("SELECT pg_notify('gridwall_city', 'shuifu')")
    await expect.poll(async () => (await urls()).cameras).not.toBe(before.cameras)
    const after = await urls()
    expect(after).toEqual({ ...before, cameras: after.cameras })
    const bundle = decodeCameras(await bytesOf(after.cameras))
    expect(bundle.statuses[bundle.status[bundle.id.indexOf(7)]]).toBe('repair')
  })

  test('rights taken away while a file is made leave no file with too little in it', async () => {
    const { database, bundles } = http.api
    const [{ id }] = await database.query<{ id: number }>(
      `SELECT a.id FROM areas a JOIN cell_areas ca ON (ca.city_code, ca.area_id) = (a.city_code, a.id)
       JOIN cameras c ON (c.city_code, c.cell_id) = (ca.city_code, ca.cell_id)
       WHERE a.city_code = 'shuifu' AND a.level = 'village' ORDER BY a.id LIMIT 1`,
    )
    const { viewer } = await http.signIn([grant('officer', 'shuifu', id)])
    const { access } = (await accessFor(database, viewer, 'shuifu')) ?? {}
    if (!access) throw new Error('Expected the city to be seen.')
    await database.query('DELETE FROM grants WHERE person_id = $1', [viewer.userId])
    await expect(bundles.urls(viewer, access)).rejects.toThrow('changed while their file was made')
    const { viewer: colleague } = await http.signIn([grant('officer', 'shuifu', id)])
    const { cameras } = await bundles.urls(colleague, access)
    const file = bundles.find('cameras', cameras?.split('/').at(-1) ?? '')
    expect(decodeCameras(readFileSync(file?.path ?? '')).count).toBeGreaterThan(0)
  })

  test('a city that is written anew gets new addresses without a restart', async () => {
    const before = await urls()
    const { ground, things } = http.api
    const renamed = {
      ...ground,
      areas: ground.areas.map((area) =>
        area.level === 'city' ? { ...area, name: { zh: '新名', en: 'New name' } } : area,
      ),
    }
    await http.api.database.transaction((tx) =>
      writeCity(tx, renamed, things, { asOf: TOY_AS_OF, origin: {} }),
    )
    await expect.poll(async () => (await urls()).areas['2025']).not.toBe(before.areas['2025'])
    const bundle = decodeAreas(await bytesOf((await urls()).areas['2025']))
    expect(bundle.nameZh).toContain('新名')
  })

  test.each([
    'x.bin',
    '../secret',
    '0123456789abcdef0123456789abcdef.bin',
    '0123456789abcdef0123456789abcdef.key',
    '',
  ])('there is no bundle %j', async (name) => {
    for (const folder of ['areas', 'nothing', 'Areas', '%2e%2e%2fareas']) {
      const answer = await http.get(`/bundles/${folder}/${encodeURIComponent(name)}`, { cookie: http.cookie })
      expect(answer.status).toBe(404)
    }
  })
})
