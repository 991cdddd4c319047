import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseSync } from 'vite'

export interface Import {
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

/** A module's own file and those of all repository modules it needs at run time, directly or not. */
export function modulesOf(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found
  found.add(entry)
  for (const { specifier, typeOnly } of importsOf(entry, readFileSync(entry, 'utf8'))) {
    if (!typeOnly && specifier.startsWith('.')) modulesOf(resolve(dirname(entry), specifier), found)
  }
  return found
}
