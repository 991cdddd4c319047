import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../../scripts/environment.ts'

/** Queries that procedures may run as the owner, each for a reason of its own. */
const ALLOWED = new Set([
  // State and chain of the audit itself: no row of a city, for those who hold audit.read and audit.keep.
  'auditState',
  'keepDays',
  'verifyAudit',
  // When accounts and screens were last signed in with: no row of a city, for those who keep them.
  'lastSignIns',
  // Where the live stream stands and whether a gap is a gap, and how its sources are: no row of a city.
  'lastPlace',
  'isWholeAfter',
  'feedsOf',
])
const OWNER = String.raw`(?:ctx\.)?database\b|names\b`

/** Where a text asks for rows as the owner. */
function offences(text: string): string[] {
  const imports = [...text.matchAll(/import \{([^}]*)\} from '[./]*\/db\/queries\/[^']*'/g)]
  const queries = imports
    .flatMap(([, names]) => names.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type ') && !ALLOWED.has(name))
  return [
    ...queries.filter((query) => new RegExp(String.raw`\b${query}\(\s*(?:${OWNER})`).test(text)),
    ...[...text.matchAll(/\b(?:ctx\.)?database\.(?:query|script|copy\w*|transaction|orm|hold)\b/g)].map(
      ([call]) => call,
    ),
  ]
}

/**
 * The owner's connection sees everything. Procedures use it for the catalog alone (api/catalog.ts, api/selection.ts);
 * rows they read as their viewer, so that policies hold.
 */
test('no procedure reads rows as the owner', () => {
  const found = globSync('api/{routers,aggregates}/**/*.ts', { cwd: repositoryRoot }).flatMap((path) =>
    offences(readFileSync(join(repositoryRoot, path), 'utf8')).map((what) => `${path}: ${what}`),
  )
  expect(found).toEqual([])
})

test('one that does is found', () => {
  const imported = "import {\n  countPlaces,\n  listPlaces,\n} from '../../db/queries/places.ts'\n"
  expect(offences(`${imported}await listPlaces(ctx.database, asked)`)).toEqual(['listPlaces'])
  expect(offences(`${imported}await countPlaces(\n  database,\n  asked)`)).toEqual(['countPlaces'])
  expect(offences(`${imported}await listPlaces(ctx.rows('counts'), asked)`)).toEqual([])
  expect(offences("ctx.database.query('SELECT 1')")).toEqual(['ctx.database.query'])
})
