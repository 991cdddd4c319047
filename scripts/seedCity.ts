import type { Database } from '../db/client.ts'
import { insertAudit, systemActor } from '../db/queries/audit.ts'
import { beginCity, hasCity, tidy, writePart } from '../db/queries/cities.ts'
import { type CityGenerator, startCityGenerator } from './cityGenerator.ts'
import type { CityOptions } from './cityOptions.ts'
import type { Stage } from './progress.ts'

/** Weights are seconds on two cores. */
export const seedStages: Stage[] = [
  { key: 'ground', title: '生成地形与网格 ground', weight: 8 },
  { key: 'things', title: '生成警情与设备 things', weight: 4 },
  { key: 'write', title: '写入数据库 writing', weight: 5 },
]

// Rows of the default city; only the share of the progress bar depends on it.
const ABOUT_ROWS = 165_000

async function writeMessages(
  db: Database,
  generator: CityGenerator,
  needed: (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<boolean>,
  onProgress: (stage: string, share: number) => void,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Two servers on one PostgreSQL that start together: the second waits here and then finds the city.
    await tx.query("SELECT pg_advisory_xact_lock(hashtext('gridwall seed'))")
    if (!(await needed(tx))) return false
    let rows = 0
    let city: string | undefined
    for await (const message of generator.messages) {
      if (message.kind === 'progress') onProgress(message.stage, message.share)
      if (message.kind === 'head') {
        await beginCity(tx, message.head)
        city = message.head.code
      }
      if (message.kind === 'part') {
        await writePart(tx, message.part)
        rows += message.part.rows
        onProgress('write', Math.min(0.99, rows / ABOUT_ROWS))
      }
    }
    await insertAudit(tx, systemActor('seed'), { action: 'city.seed', city, rows })
    return true
  })
}

/** Writes the demo city into a database that has no city yet. @returns false when there was one after all. */
export async function seedIfEmpty(
  db: Database,
  generator: CityGenerator,
  onProgress: (stage: string, share: number) => void,
): Promise<boolean> {
  const written = await writeMessages(db, generator, async (tx) => !(await hasCity(tx)), onProgress)
  await generator.stop()
  if (written) await tidy(db)
  onProgress('write', 1)
  return written
}

/** Writes a demo city in one transaction, in the place of the one of the same code. */
export async function replaceCity(
  db: Database,
  options: CityOptions,
  onProgress: (stage: string, share: number) => void,
): Promise<void> {
  const generator = startCityGenerator(options)
  try {
    await writeMessages(db, generator, async () => true, onProgress)
  } finally {
    await generator.stop()
  }
  await tidy(db)
  onProgress('write', 1)
}
