import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../db/client.ts'
import { beginCity, tidy, writePart } from '../../db/queries/cities.ts'
import type { CityHead, CityPart } from '../../db/writing/cityParts.ts'
import type { CityOptions } from '../../scripts/cityOptions.ts'
import { repositoryRoot } from '../../scripts/environment.ts'
import { generateCity } from '../../scripts/generateCity.ts'
import { modulesOf } from '../../scripts/moduleGraph.ts'
import { filesOf, hashOf, keptDirectory } from './kept.ts'

/** The city every seeded test sees. */
export const seededCity: CityOptions = {
  city: 'shuifu',
  seed: 7,
  incidents: 60_000,
  asOf: Date.parse('2026-11-22T06:32:00Z'),
}

/** The files the city is made from. */
export const seededCitySources = (): string[] => [
  ...modulesOf(join(repositoryRoot, 'scripts', 'generateCity.ts')),
  ...filesOf(['geodata/{facts,sources,demo}/**/*.{json,csv,geojson}']),
]

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
function cityFiles(): Promise<string> {
  return keptDirectory('city', hashOf(seededCitySources(), seededCity), async (dir) => {
    await writeCityFiles(dir)
    return dir
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
