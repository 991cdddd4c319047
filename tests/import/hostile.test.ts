import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ImportRefusal } from '../../geodata/import/refusal.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { importFiles, importManifest, manifestOf, refusalOf } from './importing.ts'
import { box, geoJson, polygon } from './shapes.ts'

const dir = temporaryDir('hostile')
let db: TestDatabase
let next = 0
/** A folder of its own inside a folder that holds what nobody may read. */
function folder(): string {
  const path = join(dir.path, String(next++), 'import')
  mkdirSync(path, { recursive: true })
  writeFileSync(
    join(path, '..', 'secret.csv'),
    'id,lng,lat,time,category\n1,104.5,28.5,2026-01-01 00:00,SECRET\n',
  )
  return path
}

beforeAll(async () => {
  db = await openTestDatabase({ kind: 'pglite' })
})
afterAll(async () => {
  await db?.close()
  dir.remove()
})

const ground = geoJson([polygon({ code: 'A' }, box(10, 10, 11, 11))])
const rows = (...lines: string[]) => `id,lng,lat,time,category\n${lines.join('\n')}\n`
const row = (id: string, category: string) => `${id},10.5,10.5,2026-01-01 00:00,${category}`
const nothingKept = async () => {
  const [{ cities }] = await db.query<{ cities: number }>('SELECT count(*)::int AS cities FROM cities')
  expect(cities).toBe(0)
}

describe('paths of a manifest', () => {
  test.each([
    '../secret.csv',
    '/etc/passwd',
    '../../../../../../etc/passwd',
    'a/../../secret.csv',
    '..',
    '.',
    'x\0.csv',
  ])('%j leads nowhere', async (file) => {
    const manifest = manifestOf('hostile', [{}], [{ file }])
    const refusal = await refusalOf(importFiles(db, folder(), manifest, { 'areas.geojson': ground }))
    expect(refusal).toContain('a path that leads out')
    expect(refusal).not.toMatch(/root:|SECRET/)
    await nothingKept()
  })

  test('nor do links, of the file or of a folder on the way', async () => {
    for (const file of ['link.csv', 'links/secret.csv']) {
      const path = folder()
      symlinkSync(join(path, '..', 'secret.csv'), join(path, 'link.csv'))
      symlinkSync(join(path, '..'), join(path, 'links'))
      const manifest = manifestOf('hostile', [{}], [{ file }])
      const refusal = await refusalOf(importFiles(db, path, manifest, { 'areas.geojson': ground }))
      expect(refusal).toContain('a link that leads out')
      await nothingKept()
    }
  })
})

describe('files made to exhaust', () => {
  const refused = async (
    files: Record<string, string | Uint8Array>,
    area: Record<string, unknown> = {},
    incidents: Record<string, unknown>[] = [],
  ) => {
    const refusal = await refusalOf(
      importFiles(db, folder(), manifestOf('hostile', [area], incidents), {
        'areas.geojson': ground,
        ...files,
      }),
    )
    await nothingKept()
    expect(refusal.length).toBeLessThan(1_200)
    return refusal
  }

  test('a gzip of nothing but zeros stops soon', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, '0'), { level: 9 })
    expect(bomb.length).toBeLessThan(400_000)
    expect(await refused({ 'incidents.csv.gz': bomb }, {}, [{ file: 'incidents.csv.gz' }])).toMatch(
      /incidents\.csv\.gz.*(unpacks to more than 250 times its size|not closed within 1 MiB|expected a header)/,
    )
    const lines = gzipSync(rows(`${'0'.repeat(100_000)}\n`.repeat(400)), { level: 9 })
    expect(await refused({ 'incidents.csv.gz': lines }, {}, [{ file: 'incidents.csv.gz' }])).toContain(
      'unpacks to more than 250 times its size',
    )
    expect(await refused({ 'a.geojson.gz': bomb }, { file: 'a.geojson.gz' })).toMatch(
      /unpacks to more|longer than/,
    )
  })

  test('an archive is not taken for data', async () => {
    expect(await refused({}, {}, [{ file: 'shapes.zip' }])).toContain('found none')
    // One file inside that unpacks to a gigabyte, by a thousand bytes of deflate and its own word.
    const bomb = Buffer.concat([
      Buffer.from('504b03041400000008000000000000000000e803000000000040', 'hex'),
      deflateRawSync(Buffer.alloc(1_000_000)),
    ])
    const found = (archive: string) => `found ${archive}: archives are never opened, so unpack it`
    expect(await refused({ 'a.geojson': bomb }, { file: 'a.geojson' })).toContain(found('a zip archive'))
    expect(await refused({ 'shapes.zip': bomb }, {}, [{ file: 'shapes.zip' }])).toContain(
      found('a zip archive'),
    )
    const tar = Buffer.alloc(1024)
    tar.write('incidents.csv', 0)
    tar.write('ustar', 257)
    for (const [name, bytes, archive] of [
      ['a.7z', Buffer.from('377abcaf271c0004', 'hex'), 'a 7z archive'],
      ['a.rar', Buffer.from('526172211a070100', 'hex'), 'a RAR archive'],
      ['a.tar', tar, 'a tar archive'],
      ['a.tar.gz', gzipSync(tar), 'a tar archive'],
      ['twice.csv.gz', gzipSync(gzipSync(tar)), 'a gzip file'],
      ['packed.csv', gzipSync(rows('1')), 'a gzip file'],
    ] as const) {
      expect(await refused({ [name]: bytes }, {}, [{ file: name }]), name).toContain(found(archive))
    }
  })

  test.each([
    ['brackets in a feature', `{"type":"FeatureCollection","features":[${'['.repeat(100_000)}`],
    ['brackets before the features', '{"a":'.repeat(100_000)],
    [
      'brackets that close',
      `{"type":"FeatureCollection","features":[{"a":${'['.repeat(5000)}${']'.repeat(5000)}}]}`,
    ],
  ])('%s are not followed down', async (_name, text) => {
    expect(await refused({ 'a.geojson': text }, { file: 'a.geojson' })).toContain(
      'at most 64 levels of brackets',
    )
  })

  test('a feature without end, and words around the features without end', async () => {
    const endless = '0,'.repeat(33 * 1024 * 1024)
    expect(
      await refused(
        { 'a.geojson': `{"type":"FeatureCollection","features":[{"a":[${endless}` },
        { file: 'a.geojson' },
      ),
    ).toContain('feature 1 is longer than 64 MiB')
    expect(await refused({ 'a.geojson': `{"a":"${'x'.repeat(6_000_000)}` }, { file: 'a.geojson' })).toContain(
      'longer than 4 MiB',
    )
  })

  test('a manifest that is too long, or nested too deeply', async () => {
    const path = join(folder(), 'manifest.json')
    writeFileSync(path, `{"city":"${'x'.repeat(4_100_000)}"}`)
    expect(await refusalOf(importManifest(db, path))).toContain('at most 4 MB')
    writeFileSync(path, `{"city":${'['.repeat(500_000)}${']'.repeat(500_000)},"sources":[]}`)
    expect(await refusalOf(importManifest(db, path))).toContain('city: expected')
    await nothingKept()
  })

  test('fields of a megabyte are rejected by row, and the reasons stay short', async () => {
    const giant = 'x'.repeat(900_000)
    const { report } = await importFiles(
      db,
      folder(),
      manifestOf('giants', [{}], [{ attributes: ['note'] }]),
      {
        'areas.geojson': ground,
        'incidents.csv': [
          'id,lng,lat,time,category,note',
          `1,10.5,10.5,2026-01-01 00:00,A,${giant}`,
          `2,10.5,10.5,2026-01-01 00:00,${giant},short`,
          `${giant},10.5,10.5,2026-01-01 00:00,A,short`,
          `4,${'9'.repeat(900_000)},10.5,2026-01-01 00:00,A,short`,
          `5,10.5,10.5,${giant},A,short`,
          '6,10.5,10.5,2026-01-01 00:00,A,short',
          '',
        ].join('\n'),
      },
    )
    expect(report.incidents).toMatchObject({ accepted: 1, rejected: 5 })
    for (const { reason } of report.rejects) expect(reason.length).toBeLessThan(1_100)
    await db.query("DELETE FROM cities WHERE code = 'giants'")
  })
})

describe('names that mean something elsewhere', () => {
  test('are stored as they are and touch nothing', async () => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      "'); DROP TABLE incidents; --",
      '<img src=x onerror=alert(1)>',
      '=HYPERLINK("http://evil.example")',
      '\\N',
      '{{7*7}}',
      '../../x',
    ]
    const { report } = await importFiles(
      db,
      folder(),
      manifestOf('names', [{ code: '__proto__x', name: 'constructor' }], [{ attributes: ['__proto__'] }]),
      {
        'areas.geojson': geoJson(
          names.map((name, index) =>
            polygon({ __proto__x: name, constructor: name }, box(index + 10, 10, index + 11, 11)),
          ),
        ),
        'incidents.csv': `id,lng,lat,time,category,__proto__\n${names
          .map((name, index) => {
            const quoted = `"${name.replaceAll('"', '""')}"`
            return `${quoted},${index + 10.5},10.5,2026-01-01 00:00,${quoted},${quoted}`
          })
          .join('\n')}\n`,
      },
    )
    expect(report.rejects).toEqual([])
    expect(report.incidents.accepted).toBe(names.length)
    const areas = await db.query<{ name_zh: string }>(
      "SELECT name_zh FROM areas WHERE city_code = 'names' AND level <> 'city' ORDER BY id",
    )
    expect(areas.map(({ name_zh }) => name_zh).sort()).toEqual([...names].sort())
    const kinds = await db.query<{ code: string }>("SELECT code FROM kinds WHERE city_code = 'names'")
    expect(kinds.map(({ code }) => code)).toEqual(expect.arrayContaining(names))
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    await db.query("DELETE FROM cities WHERE code = 'names'")
  })

  test('any bytes end in a report or in a refusal, never in a fault', async () => {
    const json = fc.json({ maxDepth: 6 })
    const collection = fc.oneof(
      json.map((value) => `{"type":"FeatureCollection","features":[${value}]}`),
      json.map(
        (value) =>
          `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":${value}},"geometry":{"type":"Polygon","coordinates":${value}}}]}`,
      ),
      fc
        .array(fc.array(fc.double(), { minLength: 2, maxLength: 2 }), { minLength: 4, maxLength: 6 })
        .map(
          (ring) =>
            `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"A"},"geometry":{"type":"Polygon","coordinates":[${JSON.stringify([...ring, ring[0]])}]}}]}`,
        ),
      fc.uint8Array({ maxLength: 200 }),
      json,
    )
    const csv = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }).map((text) => rows(text)),
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.string(), fc.string())
        .map(([id, category]) => rows(row(id, category), '"', row(category, id))),
    )
    const path = folder()
    await fc.assert(
      fc.asyncProperty(collection, csv, async (areas, incidents) => {
        try {
          await importFiles(
            db,
            path,
            manifestOf('any', [{}], [{}]),
            {
              'areas.geojson': areas,
              'incidents.csv': incidents,
            },
            true,
          )
        } catch (error) {
          if (!(error instanceof ImportRefusal)) throw error
        }
      }),
      { numRuns: 60, seed: 7, endOnFailure: true },
    )
  })
})
