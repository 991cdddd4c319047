import { open } from 'node:fs/promises'
import type { Database } from '../client.ts'
import { RAW_COLUMNS, type RawRow, type RawSeal } from './hashes.ts'
import { readHeads } from './heads.ts'

/**
 * The audit as a file that proves itself without the database: JSON lines, each with `what`: 'anchor' (at most one, first),
 * then 'row' and 'seal' in the order of the chain (a seal after its rows), then 'head' (the lines of the file of heads) and
 * 'end'. Rows and seals bear exactly what is hashed (db/audit/hashes.ts), and the hashes.
 */

const PAGE = 4000

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

const ANCHOR = `SELECT seal, seq, encode(head, 'hex') AS head, encode(seal_hash, 'hex') AS seal_hash, keep_days, removed, made_at
FROM audit_anchors ORDER BY seal DESC LIMIT 1`

const SEALS = `SELECT number, first_seq, last_seq, encode(head, 'hex') AS head,
  (extract(epoch FROM sealed_at) * 1000000)::bigint::text AS sealed_at, snapshot::text AS snapshot,
  system_identifier::text AS system_identifier, anchor, encode(hash, 'hex') AS hash
FROM audit_seals WHERE number > $1 ORDER BY number LIMIT $2`

const ROWS = `SELECT l.seq, encode(l.row_hash, 'hex') AS row_hash, encode(l.chain_hash, 'hex') AS chain_hash, ${RAW_COLUMNS}
FROM (SELECT * FROM audit_links WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3) l JOIN audit a ON a.id = l.id ORDER BY l.seq`

type ExportedRow = RawRow & { seq: number; row_hash: string; chain_hash: string }

/** Writes everything that is sealed. Never over a file that is there. @throws when the file exists or cannot be written. */
export async function exportAudit(
  db: Database,
  path: string,
  { headsPath, onProgress = () => undefined }: ExportOptions,
): Promise<Exported> {
  const file = await open(path, 'wx')
  const exported: Exported = { rows: 0, seals: 0, heads: 0 }
  const write = (what: string, lines: readonly object[]) =>
    file.appendFile(lines.map((line) => `${JSON.stringify({ what, ...line })}\n`).join(''))
  try {
    const [anchor] = await db.query<{ seal: number; seq: number }>(ANCHOR)
    if (anchor) await write('anchor', [anchor])
    const [{ last }] = await db.query<{ last: number }>(
      'SELECT coalesce(max(last_seq), 0) AS last FROM audit_seals',
    )
    const first = anchor?.seq ?? 0
    let seal = anchor?.seal ?? 0
    for (;;) {
      const seals = await db.query<RawSeal & { hash: string }>(SEALS, [seal, 100])
      for (const each of seals) {
        let after = each.first_seq - 1
        while (after < each.last_seq) {
          const rows = await db.query<ExportedRow>(ROWS, [after, each.last_seq, PAGE])
          const end = rows.at(-1)
          if (!end) break
          await write('row', rows)
          after = end.seq
          exported.rows += rows.length
        }
        await write('seal', [each])
        exported.seals += 1
        if (last > first) onProgress(Math.min(1, (each.last_seq - first) / (last - first)))
      }
      const end = seals.at(-1)
      if (!end) break
      seal = end.number
    }
    const heads = ((await readHeads(headsPath)) ?? []).filter((head) => head !== null)
    for (let at = 0; at < heads.length; at += PAGE) await write('head', heads.slice(at, at + PAGE))
    exported.heads = heads.length
    await write('end', [exported])
    await file.datasync()
  } finally {
    await file.close()
  }
  return exported
}
