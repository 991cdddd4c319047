import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../db/client.ts'
import { createPostgresDatabase, databaseKinds } from '../setup/database.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { writeFiles } from './files.ts'
import { manifestOf, rowCounts } from './importing.ts'
import { box, geoJson, polygon } from './shapes.ts'

const script = join(import.meta.dirname, '../../scripts/import.ts')
const header = 'id,time,category,lng,lat'
const areas = geoJson([
  polygon({ code: 'W' }, box(120, 30, 120.1, 30.1)),
  polygon({ code: 'E' }, box(120.1, 30, 120.2, 30.1)),
])
const manifest = JSON.stringify(manifestOf('alpha', [{}], [{}]))

/** A header and `count` rows, one a minute, all over both districts; one in a hundred lies beside them. */
function* manyRows(count: number): Generator<string> {
  yield `${header}\n`
  for (let index = 0; index < count; index++) {
    const time = new Date(Date.UTC(2024, 0) + index * 60_000).toISOString().slice(0, 16).replace('T', ' ')
    const lng = (120.00005 + (index % 101) / 500).toFixed(5)
    const lat = (30 + ((index * 7919) % 9973) / 100_000).toFixed(5)
    yield `${index},${time},k${index % 9},${lng},${lat}\n`
  }
}

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

describe.each(databaseKinds())('npm run import on %s', (kind) => {
  let dir: ReturnType<typeof temporaryDir>
  let postgres: Awaited<ReturnType<typeof createPostgresDatabase>> | undefined

  beforeEach(async () => {
    dir = temporaryDir('command')
    if (kind === 'postgres') postgres = await createPostgresDatabase()
  })
  afterEach(async () => {
    await postgres?.drop()
    dir.remove()
  })

  const dataDir = () => join(dir.path, 'data')

  function start(path: string, nodeOptions: string[] = []): { child: ChildProcess; ended: Promise<Ended> } {
    const env = { ...process.env, DATA_DIR: dataDir(), DATABASE_URL: postgres?.url ?? '' }
    const child = spawn(process.execPath, [...nodeOptions, script, path], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output.stderr += text
    })
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...output }))
    })
    return { child, ended }
  }

  async function run(path: string, nodeOptions?: string[]) {
    const { code, stdout, stderr } = await start(path, nodeOptions).ended
    if (stdout === '') throw new Error(`The command ended with ${code} and no report: ${stderr}`)
    return { code, report: JSON.parse(stdout), stderr }
  }

  /** Opens the command's database once it has ended. */
  async function inspect<T>(look: (db: Database) => Promise<T>): Promise<T> {
    const db = await openDatabase({ databaseUrl: postgres?.url, dataDir: dataDir() })
    try {
      return await look(db)
    } finally {
      await db.close()
    }
  }

  it('prints one line of JSON and keeps every remark in a file', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => `${index},never,k,120,30`)
    const path = writeFiles(dir.path, {
      'manifest.json': manifest,
      'areas.geojson': areas,
      'incidents.csv': [header, ...rows, 'ok,2026-01-01 00:00,k,120,30', ''].join('\n'),
    })
    const { code, stdout, stderr } = await start(path).ended
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2)
    const report = JSON.parse(stdout)
    expect(Object.keys(report)).toEqual(['city', 'areas', 'incidents', 'rejects'])
    expect(report).toMatchObject({ city: 'alpha', incidents: { accepted: 1, rejected: 150 } })
    expect(report.rejects).toHaveLength(100)
    const [name] = readdirSync(join(dataDir(), 'imports'))
    expect(stderr).toContain(name)
    const remarks = readFileSync(join(dataDir(), 'imports', name), 'utf8')
      .trimEnd()
      .split('\n')
    expect(remarks).toHaveLength(150)
    expect(JSON.parse(remarks[149])).toEqual({
      kind: 'rejected',
      file: 'incidents.csv',
      line: 151,
      reason: 'time "never" does not have the form yyyy-MM-dd HH:mm',
    })
    const [kept] = await inspect((db) => db.query<{ report: unknown }>('SELECT report FROM imports'))
    expect(kept.report).toEqual({ ...report, notices: [] })
  })

  it('leaves nothing behind when it is killed in the middle, and comes whole the next time', async () => {
    const path = writeFiles(dir.path, { 'manifest.json': manifest, 'areas.geojson': areas })
    await pipeline(Readable.from(manyRows(10_000)), createWriteStream(join(dir.path, 'incidents.csv')))
    for (const step of ['reading incidents.csv', 'storing incidents.csv']) {
      const { child, ended } = start(path)
      child.stderr?.on('data', (text: string) => {
        if (text.includes(step)) child.kill('SIGKILL')
      })
      expect(await ended).toMatchObject({ code: null, stdout: '' })
      const counts = await inspect(rowCounts)
      expect(Object.values(counts)).toEqual(Object.values(counts).map(() => 0))
    }
    const { code, report } = await run(path)
    expect(code).toBe(0)
    expect(report).toMatchObject({ areas: { accepted: 2 }, incidents: { accepted: 10_000, inNoArea: 99 } })
    expect((await run(path)).report.incidents).toMatchObject({ accepted: 0, unchanged: 10_000 })
  })

  // Where there is PostgreSQL the heap is the importer's own; PGlite needs 50 MB for itself.
  it.runIf(kind === databaseKinds().at(-1))('streams 300,000 rows through a small heap', async () => {
    const path = writeFiles(dir.path, { 'manifest.json': manifest, 'areas.geojson': areas })
    await pipeline(Readable.from(manyRows(300_000)), createWriteStream(join(dir.path, 'incidents.csv')))
    const { report } = await run(path, [`--max-old-space-size=${kind === 'postgres' ? 64 : 128}`])
    expect(report.incidents).toMatchObject({ accepted: 300_000, rejected: 0 })
  })

  it.each([
    ['no manifest', undefined, 'expected a manifest at'],
    ['a manifest that is no JSON', '{"city": ', 'expected JSON'],
    [
      'a manifest without crs',
      manifest.replace('"crs":"EPSG:4326",', ''),
      'sources[0].crs: expected EPSG:4326',
    ],
    ['a missing file', manifest, 'expected a file at'],
  ])('refuses %s with exit code 1, a sentence and a report', async (_, text, sentence) => {
    if (text) writeFiles(dir.path, { 'manifest.json': text })
    const { code, report, stderr } = await run(join(dir.path, 'manifest.json'))
    expect(code).toBe(1)
    expect(stderr).toContain(sentence)
    expect(report).toMatchObject({ areas: { accepted: 0 }, incidents: { accepted: 0 } })
    expect(report.rejects[0].reason).toContain(sentence)
  })

  it.runIf(kind === 'pglite')('refuses a data directory that another process has', async () => {
    const path = writeFiles(dir.path, {
      'manifest.json': manifest,
      'areas.geojson': areas,
      'incidents.csv': `${header}\na,2026-01-01 00:00,k,120,30\n`,
    })
    await inspect(async () => {
      const { code, report } = await run(path)
      expect(code).toBe(1)
      expect(report.rejects[0].reason).toContain('is in use by another GridWall process')
    })
    expect(existsSync(join(dataDir(), 'imports'))).toBe(false)
  })
})
