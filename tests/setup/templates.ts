import { join } from 'node:path'
import { type Database, openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { repositoryRoot } from '../../scripts/environment.ts'
import { modulesOf } from '../../scripts/moduleGraph.ts'
import { writeToyCity } from '../factories/toyCity.ts'
import { filesOf, hashOf, keptDirectory } from './kept.ts'
import { seededCity, seededCitySources, writeSeededCity } from './seededCity.ts'

/** What a test's database may begin with: the tables alone, or a city in them. */
export type Content = 'tables' | 'toyCity' | 'demoCity'

/** Makes the tables and writes the content into an empty database. */
export async function writeContent(db: Database, content: Content): Promise<void> {
  await migrate(db)
  if (content === 'toyCity') await writeToyCity(db)
  if (content === 'demoCity') await writeSeededCity(db)
}

const tables = [
  'db/migrations/*',
  'db/{pglite,emptyDatabase,postgisBundle,migrate}.ts',
  'db/queries/{audit,cities,cubeFolding}.ts',
  'package-lock.json',
]

function hashOfContent(content: Content): string {
  const toyCity = join(repositoryRoot, 'tests', 'factories', 'toyCity.ts')
  if (content === 'tables') return hashOf(filesOf(tables))
  if (content === 'toyCity') return hashOf(new Set([...filesOf(tables), ...modulesOf(toyCity)]))
  return hashOf(new Set([...filesOf(tables), ...seededCitySources()]), seededCity)
}

const made = new Map<Content, Promise<string>>()

/** A PGlite directory with the content, to be copied. */
export function pgliteTemplate(content: Content): Promise<string> {
  const known = made.get(content)
  if (known) return known
  const dir = keptDirectory(content, hashOfContent(content), async (empty) => {
    const db = await openDatabase({ dataDir: empty, holder: { task: 'test' } })
    await writeContent(db, content)
    await db.close()
    return join(empty, pgliteDirName)
  })
  made.set(content, dir)
  return dir
}
