import { RAW_COLUMNS, type RawRow, type RawSeal } from '../audit/hashes.ts'
import type { Queryable } from '../client.ts'

/** The chain as it lies in the tables, page by page in its order: bounded memory, whatever its length. */

/** A place of the chain and the row it speaks of, whose `id` is null where there is none. */
export type Link = Omit<RawRow, 'id'> & {
  seq: number
  /** Hexadecimal, as are all hashes here. */
  row_hash: string
  chain_hash: string
  link_id: number
  id: number | null
}

export type Seal = RawSeal & { hash: string }

export interface Anchor {
  seal: number
  seq: number
  head: string
  seal_hash: string
  keep_days: number
  /** What it removed was sealed before. */
  cutoff: Date
  /** Whether the audit has a row of the transaction that made it. */
  told: boolean
}

const PAGE_ROWS = 4000
const PAGE_SEALS = 1000

const LINKS = `SELECT l.seq, l.id AS link_id, encode(l.row_hash, 'hex') AS row_hash, encode(l.chain_hash, 'hex') AS chain_hash, ${RAW_COLUMNS}
FROM (SELECT * FROM audit_links WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3) l LEFT JOIN audit a ON a.id = l.id ORDER BY l.seq`

const SEALS = `SELECT number, first_seq, last_seq, encode(head, 'hex') AS head,
  (extract(epoch FROM sealed_at) * 1000000)::bigint::text AS sealed_at, snapshot::text AS snapshot,
  system_identifier::text AS system_identifier, anchor, encode(hash, 'hex') AS hash
FROM audit_seals WHERE number > $1 AND number <= $2 ORDER BY number LIMIT $3`

const ANCHORS = `SELECT n.seal, n.seq, encode(n.head, 'hex') AS head, encode(n.seal_hash, 'hex') AS seal_hash, n.keep_days,
  n.made_at - n.keep_days * interval '24 hours' AS cutoff,
  EXISTS (SELECT FROM audit a WHERE a.xid = n.xid AND a.action = 'audit.retain') AS told
FROM audit_anchors n ORDER BY n.seal`

/** Links after a place, up to another. */
export async function* linksBetween(
  db: Queryable,
  from: number,
  to: number,
  pageRows = PAGE_ROWS,
): AsyncGenerator<Link> {
  for (let after = from; ; ) {
    const page = await db.query<Link>(LINKS, [after, to, pageRows])
    yield* page
    const last = page.at(-1)
    if (!last || page.length < pageRows) return
    after = last.seq
  }
}

/** Seals after a number, up to another. */
export async function* sealsBetween(db: Queryable, from: number, to: number): AsyncGenerator<Seal> {
  for (let after = from; ; ) {
    const page = await db.query<Seal>(SEALS, [after, to, PAGE_SEALS])
    yield* page
    const last = page.at(-1)
    if (!last || page.length < PAGE_SEALS) return
    after = last.number
  }
}

/** What retention has left behind, the oldest first; the last one says where the chain begins. */
export function listAnchors(db: Queryable): Promise<Anchor[]> {
  return db.query<Anchor>(ANCHORS)
}

/** Where the chain ends: 0 for a chain that has not begun. `rows`, `links`: whether there are any at all. */
export async function chainEnds(
  db: Queryable,
  anchor: Anchor | undefined,
): Promise<{ seal: number; seq: number; rows: boolean; links: boolean }> {
  const [ends] = await db.query<{ seal: number | null; seq: number | null; rows: boolean; links: boolean }>(
    `SELECT (SELECT max(number) FROM audit_seals) AS seal, (SELECT max(last_seq) FROM audit_seals) AS seq,
       EXISTS (SELECT FROM audit) AS rows, EXISTS (SELECT FROM audit_links) AS links`,
  )
  return { ...ends, seal: ends.seal ?? anchor?.seal ?? 0, seq: ends.seq ?? anchor?.seq ?? 0 }
}
