import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cacheDir, copyDirectory, placeDirectory } from '../../db/cache.ts'
import type { Database } from '../../db/client.ts'
import { openDatabase } from '../../db/client.ts'
import { tryFileLock } from '../../db/fileLock.ts'
import { migrate } from '../../db/migrate.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { beginCity, tidy, writePart } from '../../db/queries/cities.ts'
import type { CityHead, CityPart } from '../../db/writing/cityParts.ts'
import type { CityOptions } from '../../scripts/cityOptions.ts'
import { repositoryRoot } from '../../scripts/environment.ts'
import { generateCity } from '../../scripts/generateCity.ts'
import { modulesOf } from '../../scripts/moduleGraph.ts'

/** The city every seeded test sees. */
export const seededCity: CityOptions = {
  city: 'shuifu',
  seed: 7,
  incidents: 60_000,
  asOf: Date.parse('2026-11-22T06:32:00Z'),
}

const generator = modulesOf(join(repositoryRoot, 'scripts', 'generateCity.ts'))
const generatorData = ['geodata/{facts,sources,demo}/**/*.{json,csv,geojson}']
const tables = [
  'db/migrations/*',
  'db/{pglite,emptyDatabase,postgisBundle,migrate}.ts',
  'db/queries/{cities,cubeFolding}.ts',
  'package-lock.json',
]

function hashOf(paths: Iterable<string>): string {
  const hash = createHash('sha256').update(JSON.stringify(seededCity))
  for (const path of [...paths].sort()) hash.update(`${path}\0`).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

const filesOf = (patterns: string[]) =>
  globSync(patterns, { cwd: repositoryRoot }).map((path) => join(repositoryRoot, path))

const cityPath = () => join(cacheDir, `city-${hashOf([...generator, ...filesOf(generatorData)])}`)
const seededPath = () =>
  join(cacheDir, `seeded-${hashOf([...generator, ...filesOf([...generatorData, ...tables])])}`)

/** Runs once for all test processes: the first makes it, the others wait. */
async function once(path: string, make: () => Promise<void>): Promise<string> {
  mkdirSync(cacheDir, { recursive: true })
  while (!existsSync(path)) {
    const lock = await tryFileLock(`${path}.lock`)
    if (!lock) {
      await wait(200)
      continue
    }
    try {
      if (!existsSync(path)) await make()
    } finally {
      lock.release()
    }
  }
  return path
}

/** Keeps the disk from filling with cities of older sources; the two newest stay for whoever still reads them. */
function forgetOlder(prefix: string): void {
  readdirSync(cacheDir)
    .filter((name) => name.startsWith(prefix) && !name.includes('.'))
    .map((name) => ({ path: join(cacheDir, name), time: statSync(join(cacheDir, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
    .slice(2)
    .forEach(({ path }) => {
      rmSync(path, { recursive: true, force: true })
    })
}

interface Index {
  head: CityHead
  parts: Omit<CityPart, 'text'>[]
}

async function writeCityFiles(dir: string): Promise<void> {
  const parts: Index['parts'] = []
  let head: CityHead | undefined
  await generateCity(seededCity, (message) => {
    if (message.kind === 'head') head = message.head
    if (message.kind !== 'part') return
    const { text, ...part } = message.part
    writeFileSync(join(dir, `${parts.length}.copy`), text)
    parts.push(part)
  })
  writeFileSync(join(dir, 'index.json'), JSON.stringify({ head, parts }))
}

/** The generated city as files, made once for a state of the generator's sources. */
async function cityFiles(): Promise<string> {
  const path = cityPath()
  return once(path, async () => {
    const made = mkdtempSync(join(tmpdir(), 'gridwall-city-'))
    try {
      await writeCityFiles(made)
      forgetOlder('city-')
      placeDirectory(path, (unfinished) => copyDirectory(made, unfinished))
    } finally {
      rmSync(made, { recursive: true })
    }
  })
}

/** Writes the seeded city into a migrated database. */
export async function writeSeededCity(db: Database): Promise<void> {
  const dir = await cityFiles()
  const index: Index = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8'))
  await db.transaction(async (tx) => {
    await beginCity(tx, { ...index.head, asOf: new Date(index.head.asOf) })
    for (const [number, part] of index.parts.entries()) {
      await writePart(tx, { ...part, text: readFileSync(join(dir, `${number}.copy`)) })
    }
  })
  await tidy(db)
}

/** A PGlite directory with the seeded city, to be copied. */
export async function seededPgliteDir(): Promise<string> {
  const path = seededPath()
  return once(path, async () => {
    const made = mkdtempSync(join(tmpdir(), 'gridwall-seeded-'))
    const db = await openDatabase({ dataDir: made, holder: { task: 'test' } })
    await migrate(db)
    await writeSeededCity(db)
    await db.close()
    forgetOlder('seeded-')
    placeDirectory(path, (unfinished) => copyDirectory(join(made, pgliteDirName), unfinished))
    rmSync(made, { recursive: true })
  })
}
