import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { repositoryRoot } from './environment.ts'
import { type Import, importsOf } from './moduleGraph.ts'

/** What each folder may import of the others. 'types': only with `import type`. Scripts and tests may import all. */
const ALLOWED: Record<string, Record<string, 'all' | 'types'>> = {
  geodata: {},
  db: { geodata: 'all' },
  api: { db: 'all', geodata: 'all' },
  web: { api: 'types', geodata: 'all' },
}

/** Folders and files inside others that `web` may run as well: nothing in them but arithmetic and tables. They import only their own and `geodata`. */
const PURE = ['api/statistics', 'api/roles.ts']

/** Packages that have no business in a folder. */
const FOREIGN: Record<string, RegExp> = {
  geodata:
    /^(pg|pg-copy-streams|drizzle-orm|@electric-sql|react|react-dom|fastify|@trpc|antd|maplibre-gl|@deck\.gl)(\/|$)/,
  db: /^(react|react-dom|fastify|@trpc|antd|maplibre-gl|@deck\.gl|better-auth)(\/|$)/,
  api: /^(react|react-dom|antd|maplibre-gl|@deck\.gl|@electric-sql|pg)(\/|$)/,
  web: /^(node:|pg|pg-copy-streams|drizzle-orm|@electric-sql|fastify)(\/|$|(?<=:))/,
}

/** What is wrong with one import, in a sentence, or undefined. @param path relative to the repository's root. */
export function objection(path: string, { specifier, typeOnly }: Import): string | undefined {
  const [folder] = path.split(sep)
  const allowed = ALLOWED[folder]
  if (!allowed) return undefined
  const pure = PURE.find((each) => within(path, each))
  if (!specifier.startsWith('.')) {
    if (pure && !typeOnly) return `${pure}/ may not import ${specifier}: the browser runs it too`
    return FOREIGN[folder].test(specifier) ? `${folder}/ may not import ${specifier}` : undefined
  }
  const targetPath = relative(repositoryRoot, resolve(repositoryRoot, dirname(path), specifier))
  const [target] = targetPath.split(sep)
  if (pure && !typeOnly && !within(targetPath, pure) && target !== 'geodata')
    return `${pure}/ may not import ${targetPath}: the browser runs it too`
  if (folder === 'web' && PURE.some((each) => within(targetPath, each))) return undefined
  if (target === folder || !(target in ALLOWED || target === 'scripts' || target === 'tests'))
    return undefined
  if (!(target in allowed)) return `${folder}/ may not import ${target}/ (${specifier})`
  if (allowed[target] === 'types' && !typeOnly)
    return `${folder}/ may import only types of ${target}/ (${specifier})`
  return undefined
}

function within(path: string, folder: string): boolean {
  return path === folder.replaceAll('/', sep) || path.startsWith(`${folder.replaceAll('/', sep)}${sep}`)
}

function main(): void {
  const paths = globSync(`{${Object.keys(ALLOWED).join(',')}}/**/*.{ts,tsx}`, {
    cwd: repositoryRoot,
    exclude: (name) => name === 'dist' || name === 'node_modules',
  })
  const objections = paths.flatMap((path) =>
    importsOf(path, readFileSync(join(repositoryRoot, path), 'utf8')).flatMap((imported) => {
      const text = objection(path, imported)
      return text ? [`${path}:${imported.line}: ${text}`] : []
    }),
  )
  for (const text of objections) console.error(text)
  console.log(`import direction: ${paths.length} files, ${objections.length} against the rules`)
  if (objections.length > 0) process.exitCode = 1
}

if (import.meta.main) main()
