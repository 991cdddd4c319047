import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { Known } from './instance.ts'

/**
 * Published values of instances, from wherever they stand: `known.json` in the folder, a `.sol` beside the file, a table
 * of names and values in the folder or one above, a comment in the file itself; in this order.
 */
export class KnownValues {
  private readonly root: string
  private readonly tell: (path: string, reason: string) => void
  private readonly lists = new Map<string, Record<string, unknown>>()
  private readonly tables = new Map<string, Table[]>()

  /** @param tell Told of a list that cannot be read, which then holds nothing. */
  constructor(root: string, tell: (path: string, reason: string) => void) {
    this.root = root
    this.tell = tell
  }

  /** @param text Of the file, for its comments. */
  of(path: string, text: string): Known {
    const folder = dirname(path)
    const stem = basename(path, extname(path))
    const list = this.list(folder)
    const entry = list[basename(path)] ?? list[stem]
    if (entry !== undefined) return { ...knownOf(entry), from: 'known.json' }
    return (
      fromSolution(join(folder, stem)) ??
      this.fromTables(folder, stem) ??
      fromComment(text) ?? { value: null }
    )
  }

  private list(folder: string): Record<string, unknown> {
    const kept = this.lists.get(folder)
    if (kept) return kept
    const path = join(folder, 'known.json')
    let list: Record<string, unknown> = {}
    try {
      if (existsSync(path)) list = Object(JSON.parse(readFileSync(path, 'utf8')))
    } catch (error) {
      this.tell(path, String(error))
    }
    this.lists.set(folder, list)
    return list
  }

  private fromTables(folder: string, stem: string): Known | null {
    for (let at = folder; at.startsWith(this.root); at = dirname(at)) {
      for (const { from, values } of this.tablesIn(at)) {
        const row = values.get(stem.toLowerCase())
        if (row) return { ...row, from }
      }
      if (at === this.root) break
    }
    return null
  }

  private tablesIn(folder: string): Table[] {
    const kept = this.tables.get(folder)
    if (kept) return kept
    const tables = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && isTable(entry.name))
      .map(({ name }) => {
        const values: Table['values'] = new Map()
        for (const line of readFileSync(join(folder, name), 'latin1').split(/\r?\n/)) {
          const row = tableRow(line)
          if (row) values.set(row.name.toLowerCase(), row.known)
        }
        return { from: name, values }
      })
    this.tables.set(folder, tables)
    return tables
  }
}

interface Table {
  from: string
  values: Map<string, Known>
}

/**
 * A name and its value; or a name, vehicles and a way that is no whole number, as vehicles come first where windows of time
 * are published.
 */
export function tableRow(line: string): { name: string; known: Known } | null {
  const row =
    /^\W*([\w-]*[a-z][\w-]*)(?:\.\w+)?["']?[\s,;:=|]+(\d+(?:\.\d+)?)\b(?:[\s,;|]+(\d+\.\d+)\b)?/i.exec(line)
  if (!row) return null
  const [, name, first, second] = row
  const isFleet = second !== undefined && Number.isInteger(Number(first))
  return {
    name,
    known: isFleet ? { value: Number(second), vehicles: Number(first) } : { value: Number(first) },
  }
}

/** A file of best values by its name: `pmedopt.txt`, `best-known.csv`. */
export function isTable(name: string): boolean {
  return /(opt|optima|best|known|bks)[\w-]*\.(txt|csv|tsv|json|md)$/i.test(name)
}

function knownOf(entry: unknown): Known {
  if (typeof entry === 'number') return { value: entry }
  const told = new Map(Object.entries(Object(entry) as object))
  const number = (...names: string[]) =>
    names.map((name) => told.get(name)).find((value) => typeof value === 'number')
  const byPosts: unknown = told.get('optimum_by_p')
  return {
    value: number('best_known_cost', 'best_known', 'optimum', 'optimal', 'best', 'value', 'cost') ?? null,
    vehicles: number('solved_with_vehicles', 'best_known_vehicles', 'routes'),
    radius: number('radius'),
    ...(byPosts ? { byPosts: byPosts as Record<string, number> } : {}),
  }
}

function fromSolution(stem: string): Known | null {
  const path = ['.sol', '.opt', '.opt.txt', '.sol.txt'].map((end) => stem + end).find(existsSync)
  if (!path) return null
  const text = readFileSync(path, 'latin1')
  const value =
    /^\s*(?:total\s+)?(?:cost|route_score|objective|distance|value)\s*[:=]?\s*(\d+(?:\.\d+)?)/im.exec(text)
  const routes = text.match(/^\s*route\s*#?\s*\d+/gim)?.length
  // CVRPLIB's way to publish, where all that counts is the way.
  return (
    value && {
      value: Number(value[1]),
      from: basename(path),
      ...(routes ? { vehicles: routes } : {}),
      isByDistance: true,
    }
  )
}

function fromComment(text: string): Known | null {
  const value =
    /(?:optimal|optimum|best)(?:\s+known)?(?:\s+(?:value|cost|solution))?\s*[:=]\s*(\d+(?:\.\d+)?)/i.exec(
      text,
    ) ??
    /\bOPT\s*=\s*(\d+(?:\.\d+)?)/.exec(text) ??
    /\bUB\s*=\s*(\d+(?:\.\d+)?)/.exec(text) ??
    /^\s*COMMENT\s*:\s*(\d+(?:\.\d+)?)\s*$/im.exec(text)
  return value && { value: Number(value[1]), from: 'comment' }
}
