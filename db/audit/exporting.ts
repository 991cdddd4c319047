import { type FileHandle, open } from 'node:fs/promises'
import type { Database } from '../client.ts'
import { chainEnds, type Link, linksBetween, listAnchors, sealsBetween } from '../queries/auditChain.ts'
import { readHeads } from './heads.ts'

/**
 * The audit as a file that proves itself without the database: JSON lines, each with `what`: 'anchor' (at most one, first),
 * then 'row' and 'seal' in the order of the chain (a seal after its rows), then 'head' (the lines of the file of heads) and
 * 'end'. Rows and seals bear exactly what is hashed (db/audit/hashes.ts), and the hashes.
 */

/** Lines written at once. */
const LINES = 1000

export interface Exported {
  rows: number
  seals: number
  heads: number
}

export interface ExportOptions {
  headsPath: string
  /** Share of the work, 0 … 1. */
  onProgress?: (share: number) => void
}

class Lines {
  private readonly file: FileHandle
  private waiting: string[] = []

  constructor(file: FileHandle) {
    this.file = file
  }

  async add(what: string, line: object): Promise<void> {
    this.waiting.push(`${JSON.stringify({ what, ...line })}\n`)
    if (this.waiting.length >= LINES) await this.flush()
  }

  async flush(): Promise<void> {
    await this.file.appendFile(this.waiting.join(''))
    this.waiting = []
  }
}

/** What is hashed, and the hashes; a row that was deleted is left out, and shows in what follows. */
function rowOf({ link_id, ...row }: Link): object {
  return row
}

/** Writes everything that is sealed. Never over a file that is there. @throws when the file exists or cannot be written. */
export async function exportAudit(
  db: Database,
  path: string,
  { headsPath, onProgress = () => undefined }: ExportOptions,
): Promise<Exported> {
  const file = await open(path, 'wx')
  const lines = new Lines(file)
  const exported: Exported = { rows: 0, seals: 0, heads: 0 }
  try {
    const anchor = (await listAnchors(db)).at(-1)
    if (anchor) await lines.add('anchor', anchor)
    const ends = await chainEnds(db, anchor)
    const first = anchor?.seq ?? 0
    const links = linksBetween(db, first, ends.seq)
    let link = await links.next()
    for await (const seal of sealsBetween(db, anchor?.seal ?? 0, ends.seal)) {
      for (; !link.done && link.value.seq <= seal.last_seq; link = await links.next()) {
        if (link.value.id === null) continue
        await lines.add('row', rowOf(link.value))
        exported.rows += 1
      }
      await lines.add('seal', seal)
      exported.seals += 1
      onProgress((seal.last_seq - first) / (ends.seq - first))
    }
    for (const head of (await readHeads(headsPath)) ?? []) {
      if (!head) continue
      await lines.add('head', head)
      exported.heads += 1
    }
    await lines.add('end', exported)
    await lines.flush()
    await file.datasync()
  } finally {
    await file.close()
  }
  return exported
}
