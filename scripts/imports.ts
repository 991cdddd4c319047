import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { parseSync } from 'vite'
import { repositoryRoot } from './environment.ts'

/** What each folder may import of the others. 'types': only with `import type`. Scripts and tests may import all. */
const ALLOWED: Record<string, Record<string, 'all' | 'types'>> = {
  geodata: {},
  db: { geodata: 'all' },
  api: { db: 'all', geodata: 'all' },
  web: { api: 'types', geodata: 'all' },
}

/** Packages that have no business in a folder. */
const FOREIGN: Record<string, RegExp> = {
  geodata:
    /^(pg|pg-copy-streams|drizzle-orm|@electric-sql|react|fastify|@trpc|antd|maplibre-gl|@deck\.gl)(\/|$)/,
  db: /^(react|fastify|@trpc|antd|maplibre-gl|@deck\.gl|better-auth)(\/|$)/,
  api: /^(react|antd|maplibre-gl|@deck\.gl|@electric-sql|pg)(\/|$)/,
  web: /^(node:|pg|pg-copy-streams|drizzle-orm|@electric-sql|fastify)(\/|$|(?<=:))/,
}

interface Import {
  specifier: string
  typeOnly: boolean
  line: number
}

interface Node {
  type: string
  start: number
  source?: { value: unknown } | null
  importKind?: string
  exportKind?: string
  specifiers?: { importKind?: string; exportKind?: string }[]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* nodes(item)
  else if (isNode(value)) {
    yield value
    for (const child of Object.values(value)) if (typeof child === 'object') yield* nodes(child)
  }
}

/** Every import and re-export of a module, dynamic ones too. */
export function importsOf(path: string, text: string): Import[] {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  const found: Import[] = []
  for (const node of nodes(program.body)) {
    const specifier = node.source?.value
    if (typeof specifier !== 'string') continue
    if (!/^(Import|Export|TSImport)/.test(node.type)) continue
    const kinds = node.specifiers ?? []
    const typeOnly =
      node.type === 'TSImportType' ||
      node.importKind === 'type' ||
      node.exportKind === 'type' ||
      (kinds.length > 0 && kinds.every((kind) => kind.importKind === 'type' || kind.exportKind === 'type'))
    found.push({ specifier, typeOnly, line: text.slice(0, node.start).split('\n').length })
  }
  return found
}

/** What is wrong with one import, in a sentence, or undefined. @param path relative to the repository's root. */
export function objection(path: string, { specifier, typeOnly }: Import): string | undefined {
  const [folder] = path.split(sep)
  const allowed = ALLOWED[folder]
  if (!allowed) return undefined
  if (!specifier.startsWith('.')) {
    return FOREIGN[folder].test(specifier) ? `${folder}/ may not import ${specifier}` : undefined
  }
  const [target] = relative(repositoryRoot, resolve(repositoryRoot, dirname(path), specifier)).split(sep)
  if (target === folder || !(target in ALLOWED || target === 'scripts' || target === 'tests'))
    return undefined
  if (!(target in allowed)) return `${folder}/ may not import ${target}/ (${specifier})`
  if (allowed[target] === 'types' && !typeOnly)
    return `${folder}/ may import only types of ${target}/ (${specifier})`
  return undefined
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
