import {
  BEGINNING,
  chainHash,
  RAW_COLUMNS,
  type RawRow,
  type RawSeal,
  rowHash,
  sealHash,
} from '../audit/hashes.ts'
import type { Database, Transaction } from '../client.ts'

/** Taking audit rows into the chain: by one at a time, while writers go on and wait for nobody. */

export interface SealReport {
  /** 'busy': somebody else is at it. */
  outcome: 'sealed' | 'busy'
  seals: number
  rows: number
}

/** Rows a seal takes at most, so that each is made in bounded memory. */
const MOST_ROWS = 5000
/** Before the first seal: nothing is in it. */
const NO_SNAPSHOT = '1:1:'

/**
 * Rows that are visible now and were not when a snapshot was taken, whatever their ids: nobody who commits late is skipped.
 * @param since SQL of its text.
 */
const pending = (since: string) =>
  `FROM audit a WHERE a.xid >= pg_snapshot_xmin((${since})::pg_snapshot) AND NOT pg_visible_in_snapshot(a.xid, (${since})::pg_snapshot)
  -- rows of a restored copy may bear numbers of transactions that are still to come here
  AND a.xid < CASE WHEN (${since}) = '${NO_SNAPSHOT}' THEN '18446744073709551615'::xid8 ELSE pg_snapshot_xmax(pg_current_snapshot()) END
  AND NOT EXISTS (SELECT FROM audit_links l WHERE l.id = a.id)`

interface LastSeal {
  number: number
  last_seq: number
  head: string
  hash: string
  /** What is sealed already. */
  since: string
}

// In a copy restored into another server the transaction numbers of its seals mean nothing: every row is looked at once.
const LAST_SEAL = `SELECT number, last_seq, encode(head, 'hex') AS head, encode(hash, 'hex') AS hash,
  CASE WHEN system_identifier = (SELECT system_identifier FROM pg_control_system()) THEN snapshot::text ELSE '${NO_SNAPSHOT}' END AS since
FROM audit_seals ORDER BY number DESC LIMIT 1`

// The snapshot is taken before the rows are read: what came between is linked already, and is left out next time.
const MOMENT = `SELECT pg_current_snapshot()::text AS snapshot,
  (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS sealed_at,
  (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
  coalesce((SELECT max(seal) FROM audit_anchors), 0) AS anchor`

const LINK = `INSERT INTO audit_links (seq, id, row_hash, chain_hash)
SELECT seq, id, decode(row_hash, 'hex'), decode(chain_hash, 'hex')
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS links (seq, id, row_hash, chain_hash)`

const SEAL = `INSERT INTO audit_seals (number, first_seq, last_seq, head, sealed_at, snapshot, system_identifier, anchor, hash)
VALUES ($1, $2, $3, decode($4, 'hex'), timestamptz 'epoch' + $5::bigint * interval '1 microsecond', $6::pg_snapshot, $7::bigint,
  $8, decode($9, 'hex'))`

/** Batches made one after the other. */
interface Round {
  mostRows: number
  /** Taken before the first batch was read: when the last one is done, all that was visible in it is sealed. */
  snapshot: string | null
  /** Rows up to this number that were visible in the snapshot are sealed, and need not be looked at again. */
  after: number
}

/** Seals one batch. @returns how many rows it took. */
async function sealBatch(tx: Transaction, round: Round): Promise<number | 'busy'> {
  // Whoever had the lock before has committed: the statements after this one see what it wrote.
  await tx.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
  const [{ free }] = await tx.query<{ free: boolean }>(
    "SELECT pg_try_advisory_xact_lock(hashtext('gridwall audit'), 0) AS free",
  )
  if (!free) return 'busy'
  const [last] = await tx.query<LastSeal>(LAST_SEAL)
  const [moment] = await tx.query<{
    snapshot: string
    sealed_at: string
    system_identifier: string
    anchor: number
  }>(MOMENT)
  const since = last?.since ?? NO_SNAPSHOT
  round.snapshot ??= moment.snapshot
  const rows = await tx.query<RawRow>(
    `SELECT ${RAW_COLUMNS} ${pending('$1::text')} AND a.id > $2 ORDER BY a.id LIMIT $3`,
    [since, round.after, round.mostRows],
  )
  const newest = rows.at(-1)
  if (!newest) return 0
  round.after = newest.id

  let chain: Buffer = last ? Buffer.from(last.head, 'hex') : BEGINNING
  const first = (last?.last_seq ?? 0) + 1
  const links = rows.map((row, index) => {
    const link = { seq: first + index, id: row.id, rowHash: rowHash(row) }
    chain = chainHash(chain, link)
    return { ...link, chainHash: chain }
  })
  await tx.query(LINK, [
    links.map(({ seq }) => seq),
    links.map(({ id }) => id),
    links.map(({ rowHash }) => rowHash.toString('hex')),
    links.map(({ chainHash }) => chainHash.toString('hex')),
  ])
  const seal: RawSeal = {
    number: (last?.number ?? 0) + 1,
    first_seq: first,
    last_seq: first + rows.length - 1,
    head: chain.toString('hex'),
    sealed_at: moment.sealed_at,
    // A full batch may have left rows of the snapshot to the next.
    snapshot: rows.length < round.mostRows ? round.snapshot : since,
    system_identifier: moment.system_identifier,
    anchor: moment.anchor,
  }
  const hash = sealHash(last ? Buffer.from(last.hash, 'hex') : BEGINNING, seal)
  await tx.query(SEAL, [
    seal.number,
    seal.first_seq,
    seal.last_seq,
    seal.head,
    seal.sealed_at,
    seal.snapshot,
    seal.system_identifier,
    seal.anchor,
    hash.toString('hex'),
  ])
  return rows.length
}

const SOMETHING_WAITS = `WITH last AS MATERIALIZED (SELECT coalesce((SELECT since FROM (${LAST_SEAL}) s), '${NO_SNAPSHOT}') AS since)
SELECT EXISTS (SELECT ${pending('SELECT since FROM last')}) AS waits`

/** Whether rows wait for a seal; much cheaper than trying. */
async function somethingWaits(db: Database): Promise<boolean> {
  const [{ waits }] = await db.query<{ waits: boolean }>(SOMETHING_WAITS)
  return waits
}

/**
 * Seals every row of every finished transaction that has no place in the chain yet, in batches of a transaction each.
 * Several servers may call it: one works, the others leave it to that one. Writers are never kept waiting.
 */
export async function sealAudit(
  db: Database,
  { mostRows = MOST_ROWS }: { mostRows?: number } = {},
): Promise<SealReport> {
  const report: SealReport = { outcome: 'sealed', seals: 0, rows: 0 }
  if (!(await somethingWaits(db))) return report
  const round: Round = { mostRows, snapshot: null, after: 0 }
  for (;;) {
    const rows = await db.transaction((tx) => sealBatch(tx, round))
    if (rows === 'busy') return { ...report, outcome: 'busy' }
    if (rows === 0) return report
    report.seals += 1
    report.rows += rows
    if (rows < mostRows) return report
  }
}
