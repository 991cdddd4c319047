import {
  BEGINNING,
  chainHash,
  RAW_COLUMNS,
  type RawRow,
  type RawSeal,
  rowHash,
  sealHash,
} from '../audit/hashes.ts'
import { type Head, readHeads } from '../audit/heads.ts'
import type { Queryable } from '../client.ts'

/** Whether anybody has touched the audit: walks the whole chain and works every hash out anew, outside the database. */

export interface AuditFault {
  what:
    | 'edited'
    | 'deleted'
    | 'inserted'
    | 'reordered'
    | 'truncated'
    /** Links, seals or anchors were changed, not the rows they speak of. */
    | 'chain'
    | 'anchor'
    | 'heads'
    /** The triggers that refuse changes are not in force. */
    | 'guards'
    /** Rows have waited for minutes: nobody seals. */
    | 'waiting'
  /** Place in the sequence of the first row it is about. */
  seq: number | null
  /** Number of that row. */
  id: number | null
  zh: string
  en: string
}

export interface AuditReport {
  /** Rows in the chain that were looked at, and seals. */
  rows: number
  seals: number
  /** Rows that wait for their seal. */
  waiting: number
  /** The last seal: what to compare with heads kept elsewhere. */
  head: { seal: number; seq: number; hash: string } | null
  /** What retention removed before. */
  anchor: { seal: number; seq: number } | null
  /** Lines of the file of heads; null when it was not looked at. */
  heads: number | null
  /** The first ones in the order of the chain; none: nobody has touched anything. */
  faults: AuditFault[]
  faultCount: number
}

export interface VerifyOptions {
  /** The file of heads; null: leave it out. */
  headsPath: string | null
  /** Share of the work, 0 … 1. */
  onProgress?: (share: number) => void
  pageRows?: number
}

const PAGE_ROWS = 4000
const PAGE_SEALS = 1000
const MOST_FAULTS = 20
const DAY_US = 86_400_000_000n
/** A keeper that is at work leaves nothing waiting for so long. */
const WAITING = "interval '5 minutes'"

type Link = RawRow & {
  seq: number
  row_hash: string
  chain_hash: string
  /** Of the link; `id` is the row's, null where there is none. */
  link_id: number
  id: number | null
}
type Seal = RawSeal & { hash: string }

const LINKS = `SELECT l.seq, l.id AS link_id, encode(l.row_hash, 'hex') AS row_hash, encode(l.chain_hash, 'hex') AS chain_hash, ${RAW_COLUMNS}
FROM (SELECT * FROM audit_links WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3) l LEFT JOIN audit a ON a.id = l.id ORDER BY l.seq`

const SEALS = `SELECT number, first_seq, last_seq, encode(head, 'hex') AS head,
  (extract(epoch FROM sealed_at) * 1000000)::bigint::text AS sealed_at, snapshot::text AS snapshot,
  system_identifier::text AS system_identifier, anchor, encode(hash, 'hex') AS hash
FROM audit_seals WHERE number > $1 AND number <= $2 ORDER BY number LIMIT $3`

interface Anchor {
  seal: number
  seq: number
  head: string
  seal_hash: string
  told: boolean
  old_enough: boolean
  cutoff: Date
}

const ANCHORS = `SELECT n.seal, n.seq, encode(n.head, 'hex') AS head, encode(n.seal_hash, 'hex') AS seal_hash,
  n.made_at - n.keep_days * interval '24 hours' AS cutoff, n.keep_days >= 183 AND n.made_at <= clock_timestamp() AS old_enough,
  EXISTS (SELECT FROM audit a WHERE a.xid = n.xid AND a.action = 'audit.retain') AS told
FROM audit_anchors n ORDER BY n.seal`

const ENDS = `SELECT (SELECT max(number) FROM audit_seals) AS seal, (SELECT max(last_seq) FROM audit_seals) AS seq,
  EXISTS (SELECT FROM audit) AS rows, EXISTS (SELECT FROM audit_links) AS links`

// In one statement, so that what is sealed meanwhile is neither here nor there.
const OUTSIDE = `WITH last AS (
  SELECT snapshot FROM audit_seals
  WHERE system_identifier = (SELECT system_identifier FROM pg_control_system()) ORDER BY number DESC LIMIT 1
)
SELECT a.id, a.at, a.user_name, a.action,
  (a.xid >= pg_snapshot_xmax(pg_current_snapshot()) AND a.xid IS DISTINCT FROM pg_current_xact_id_if_assigned())
    OR coalesce(pg_visible_in_snapshot(a.xid, (SELECT snapshot FROM last)), false) AS behind,
  a.at < clock_timestamp() - ${WAITING} AS late
FROM audit a WHERE NOT EXISTS (SELECT FROM audit_links l WHERE l.id = a.id)`

const UNSEALED_LINKS = `SELECT seq, id FROM audit_links
WHERE seq > coalesce((SELECT max(last_seq) FROM audit_seals), (SELECT max(seq) FROM audit_anchors), 0) ORDER BY seq LIMIT 1`

/** What must be there and in force whatever session_replication_role says. */
const GUARDS = `SELECT g.table_name, g.trigger_name FROM (VALUES ('audit', 'audit_unchanged'), ('audit', 'audit_kept'),
  ('audit_links', 'audit_unchanged'), ('audit_links', 'audit_kept'), ('audit_seals', 'audit_unchanged'), ('audit_seals', 'audit_kept'),
  ('audit_anchors', 'audit_unchanged'), ('audit_anchors', 'audit_kept'), ('audit_anchors', 'audit_anchored'),
  ('audit_anchors', 'audit_told')) AS g (table_name, trigger_name)
WHERE NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = to_regclass(g.table_name) AND t.tgname = g.trigger_name AND t.tgenabled = 'A')
ORDER BY 1, 2`

const hex = (text: string) => Buffer.from(text, 'hex')

class Verification {
  private readonly db: Queryable
  private readonly pageRows: number
  readonly faults: AuditFault[] = []
  faultCount = 0
  rows = 0
  seals = 0

  constructor(db: Queryable, pageRows: number) {
    this.db = db
    this.pageRows = pageRows
  }

  fault(what: AuditFault['what'], at: { seq?: number; id?: number | null }, zh: string, en: string): void {
    this.faultCount += 1
    if (this.faults.length >= MOST_FAULTS) return
    this.faults.push({ what, seq: at.seq ?? null, id: at.id ?? null, zh, en })
  }

  /** Links with their rows, seq after `from` up to `to`, in pages. */
  async *links(from: number, to: number): AsyncGenerator<Link> {
    for (let after = from; ; ) {
      const page = await this.db.query<Link>(LINKS, [after, to, this.pageRows])
      yield* page
      const last = page.at(-1)
      if (!last || page.length < this.pageRows) return
      after = last.seq
    }
  }

  async *sealsBetween(from: number, to: number): AsyncGenerator<Seal> {
    for (let after = from; ; ) {
      const page = await this.db.query<Seal>(SEALS, [after, to, PAGE_SEALS])
      yield* page
      const last = page.at(-1)
      if (!last || page.length < PAGE_SEALS) return
      after = last.number
    }
  }

  /** A row whose content is not what was sealed: moved from elsewhere, or edited. */
  async rowDiffers(link: Link, found: Buffer): Promise<void> {
    const at = { seq: link.seq, id: link.link_id }
    const [other] =
      this.faultCount < MOST_FAULTS
        ? await this.db.query<{ seq: number; id: number }>(
            "SELECT seq, id FROM audit_links WHERE row_hash = decode($1, 'hex') LIMIT 1",
            [found.toString('hex')],
          )
        : []
    if (other) {
      this.fault(
        'reordered',
        at,
        `第 ${link.seq} 条（编号 ${link.link_id}）的内容是第 ${other.seq} 条（编号 ${other.id}）封存时的内容：次序被调换。`,
        `Row ${link.seq} (number ${link.link_id}) says what row ${other.seq} (number ${other.id}) said when it was sealed: they were put in another order.`,
      )
      return
    }
    this.fault(
      'edited',
      at,
      `第 ${link.seq} 条（编号 ${link.link_id}）封存后被改动。`,
      `Row ${link.seq} (number ${link.link_id}) was edited after it was sealed.`,
    )
  }
}

/** The walk along the chain, seal by seal. */
async function walk(
  work: Verification,
  start: Anchor | undefined,
  anchors: ReadonlyMap<number, Anchor>,
  ends: { seal: number; seq: number },
  heads: ReadonlyMap<number, Head>,
  onProgress: (share: number) => void,
): Promise<void> {
  const before = { seq: start?.seq ?? 0, seal: start?.seal ?? 0 }
  let seq = before.seq
  let chain = start ? hex(start.head) : BEGINNING
  let sealNumber = before.seal
  let sealed = start ? hex(start.seal_hash) : BEGINNING
  let sealedAt: bigint | null = null
  const links = work.links(before.seq, ends.seq)
  let link = await links.next()

  for await (const seal of work.sealsBetween(before.seal, ends.seal)) {
    if (seal.number !== sealNumber + 1 || seal.first_seq !== seq + 1) {
      work.fault(
        'deleted',
        { seq: seq + 1 },
        `第 ${sealNumber + 1} 号封条起缺失（第 ${seq + 1} 至 ${seal.first_seq - 1} 条）。`,
        `Seals from number ${sealNumber + 1} on are missing (rows ${seq + 1} to ${seal.first_seq - 1}).`,
      )
      sealed = BEGINNING
    }
    const gapBefore = seal.number !== sealNumber + 1
    for (; !link.done && link.value.seq <= seal.last_seq; link = await links.next()) {
      const { value } = link
      work.rows += 1
      if (value.seq !== seq + 1) {
        work.fault(
          'deleted',
          { seq: seq + 1 },
          `第 ${seq + 1} 至 ${value.seq - 1} 条被删除，连同其在链中的位置。`,
          `Rows ${seq + 1} to ${value.seq - 1} were deleted, and their places in the chain with them.`,
        )
        chain = hex(value.chain_hash)
      } else {
        const expected = chainHash(chain, {
          seq: value.seq,
          id: value.link_id,
          rowHash: hex(value.row_hash),
        })
        chain = hex(value.chain_hash)
        if (!expected.equals(chain) && !gapBefore) {
          work.fault(
            'chain',
            { seq: value.seq, id: value.link_id },
            `第 ${value.seq} 条（编号 ${value.link_id}）的链值与其前一条不符：链被改写。`,
            `The link of row ${value.seq} (number ${value.link_id}) does not follow from the one before: the chain was rewritten here.`,
          )
        }
      }
      seq = value.seq
      if (value.id === null) {
        work.fault(
          'deleted',
          { seq: value.seq, id: value.link_id },
          `第 ${value.seq} 条（编号 ${value.link_id}）被删除。`,
          `Row ${value.seq} (number ${value.link_id}) was deleted.`,
        )
      } else {
        const found = rowHash({ ...value, id: value.id })
        if (found.toString('hex') !== value.row_hash) await work.rowDiffers(value, found)
        else if (sealedAt !== null && BigInt(value.at) < sealedAt - DAY_US) {
          work.fault(
            'inserted',
            { seq: value.seq, id: value.id },
            `第 ${value.seq} 条（编号 ${value.id}）自称早于前一封条一天以上：事后补写。`,
            `Row ${value.seq} (number ${value.id}) claims a time more than a day before the seal before it: it was inserted afterwards.`,
          )
        }
      }
      if (value.seq % 20_000 === 0) onProgress((value.seq - before.seq) / (ends.seq - before.seq))
    }
    if (seq < seal.last_seq) {
      work.fault(
        'deleted',
        { seq: seq + 1 },
        `第 ${seq + 1} 至 ${seal.last_seq} 条被删除，连同其在链中的位置。`,
        `Rows ${seq + 1} to ${seal.last_seq} were deleted, and their places in the chain with them.`,
      )
    } else if (chain.toString('hex') !== seal.head) {
      work.fault(
        'chain',
        { seq: seal.first_seq },
        `第 ${seal.number} 号封条（第 ${seal.first_seq} 至 ${seal.last_seq} 条）与链不符。`,
        `Seal ${seal.number} (rows ${seal.first_seq} to ${seal.last_seq}) does not agree with the chain.`,
      )
    }
    if (!gapBefore && sealHash(sealed, seal).toString('hex') !== seal.hash) {
      work.fault(
        'chain',
        { seq: seal.first_seq },
        `第 ${seal.number} 号封条（第 ${seal.first_seq} 至 ${seal.last_seq} 条）被改动。`,
        `Seal ${seal.number} (rows ${seal.first_seq} to ${seal.last_seq}) was edited.`,
      )
    }
    const written = heads.get(seal.number)
    if (written && written.hash !== seal.hash) {
      work.fault(
        'heads',
        { seq: seal.first_seq },
        `第 ${seal.number} 号封条与链头文件所记不同：第 ${seal.first_seq} 条或更早的部分被整体改写，或恢复了旧副本。`,
        `Seal ${seal.number} is not the one in the file of heads: the chain was written anew from row ${seal.first_seq} or before, or an older copy was restored.`,
      )
    }
    if (seal.anchor > 0 && !anchors.has(seal.anchor)) {
      work.fault(
        'anchor',
        { seq: seal.first_seq },
        `第 ${seal.number} 号封条所依的保留锚点（第 ${seal.anchor} 号封条）不见了。`,
        `The anchor at seal ${seal.anchor} that seal ${seal.number} tells of is gone.`,
      )
    }
    seq = seal.last_seq
    chain = hex(seal.head)
    sealNumber = seal.number
    sealed = hex(seal.hash)
    sealedAt = BigInt(seal.sealed_at)
    work.seals += 1
  }
}

type Heads = { lines: number; bySeal: Map<number, Head>; last: Head | null }

async function headsOf(work: Verification, path: string): Promise<Heads> {
  const heads = await readHeads(path)
  const bySeal = new Map<number, Head>()
  let last: Head | null = null
  for (const [index, head] of (heads ?? []).entries()) {
    if (!head) {
      work.fault(
        'heads',
        {},
        `链头文件第 ${index + 1} 行无法读取。`,
        `Line ${index + 1} of the file of heads cannot be read.`,
      )
      continue
    }
    const other = bySeal.get(head.seal)
    if (other && other.hash !== head.hash) {
      work.fault(
        'heads',
        { seq: head.seq },
        `链头文件中第 ${head.seal} 号封条有两个不同的值：恢复过旧副本后又继续写入。`,
        `The file of heads knows two seals ${head.seal}: the chain went on from an older copy.`,
      )
    } else bySeal.set(head.seal, head)
    if (!last || head.seal > last.seal) last = head
  }
  return { lines: heads?.length ?? 0, bySeal, last }
}

/** What retention says it has removed. */
function checkAnchors(work: Verification, anchors: readonly Anchor[], heads: Heads | null): void {
  const latest = anchors.at(-1)
  if (!latest) return
  const written = heads?.bySeal.get(latest.seal)
  const wrong =
    !latest.old_enough || !latest.told
      ? ['没有相应的审计记录或不足 183 天', 'no audit row tells of it, or it keeps less than 183 days']
      : written && written.hash !== latest.seal_hash
        ? ['与链头文件所记不同', 'it is not the seal in the file of heads']
        : written && Date.parse(written.at) > latest.cutoff.getTime()
          ? ['所删除的记录尚在保留期内', 'what it removed was younger than it says']
          : null
  if (wrong) {
    work.fault(
      'anchor',
      { seq: latest.seq },
      `第 ${latest.seq} 条处的保留锚点不可信：${wrong[0]}。`,
      `The anchor at row ${latest.seq} cannot be trusted: ${wrong[1]}.`,
    )
  }
}

/** Rows and links that belong to no seal. @returns how many rows wait rightly. */
async function checkOutside(work: Verification, db: Queryable): Promise<number> {
  const outside = await db.query<{
    id: number
    at: Date
    user_name: string
    action: string
    behind: boolean
    late: boolean
  }>(`${OUTSIDE} ORDER BY a.id LIMIT 1000`)
  for (const { id, at, action } of outside.filter((row) => row.behind)) {
    work.fault(
      'inserted',
      { id },
      `编号 ${id} 的记录（${action}，自称 ${at.toISOString()}）不在链中，而其事务早已封存：事后插入。`,
      `The row with number ${id} (${action}, claiming ${at.toISOString()}) is not in the chain though its transaction was sealed long ago: it was inserted behind the chain.`,
    )
  }
  const waiting = outside.filter((row) => !row.behind)
  const late = waiting.filter((row) => row.late)
  if (late.length > 0) {
    const [{ id, at }] = late
    work.fault(
      'waiting',
      { id },
      `编号 ${id} 起有 ${late.length} 条记录自 ${at.toISOString()} 起等待封存：封存程序已停止，或记录被补写。启动服务，或运行 npm run audit -- seal。`,
      `${late.length} rows from number ${id} on have waited for their seal since ${at.toISOString()}: the keeper has stopped, or they were inserted with an earlier time. Start the server, or run npm run audit -- seal.`,
    )
  }
  const [link] = await db.query<{ seq: number; id: number }>(UNSEALED_LINKS)
  if (link) {
    work.fault(
      'inserted',
      link,
      `链中第 ${link.seq} 条（编号 ${link.id}）起没有封条：事后插入，或封条被删除。`,
      `Links from row ${link.seq} (number ${link.id}) on belong to no seal: they were inserted, or seals were deleted.`,
    )
  }
  return waiting.length
}

async function checkGuards(work: Verification, db: Queryable): Promise<void> {
  for (const { table_name: table, trigger_name: trigger } of await db.query<{
    table_name: string
    trigger_name: string
  }>(GUARDS)) {
    work.fault(
      'guards',
      {},
      `表 ${table} 上拒绝改动的触发器 ${trigger} 缺失或被停用。`,
      `The trigger ${trigger} that refuses changes of ${table} is missing or disabled.`,
    )
  }
}

/** A table emptied, or the newest part cut off. @returns whether a table is empty, so that every row would be named. */
function checkEnds(
  work: Verification,
  ends: { seal: number; seq: number; rows: boolean; links: boolean },
  anchor: Anchor | undefined,
  heads: Heads | null,
): boolean {
  const sealed = ends.seal > (anchor?.seal ?? 0)
  const emptied = [
    [sealed && !ends.rows, 'audit'],
    [sealed && !ends.links, 'audit_links'],
    [!sealed && ends.links, 'audit_seals'],
  ] as const
  for (const [empty, table] of emptied) {
    if (!empty) continue
    work.fault(
      'truncated',
      { seq: (anchor?.seq ?? 0) + 1 },
      `表 ${table} 已被清空，而链的其余部分仍在。`,
      `The table ${table} was emptied while the rest of the chain is there.`,
    )
  }
  if (heads?.last && heads.last.seal > ends.seal) {
    work.fault(
      'truncated',
      { seq: ends.seq + 1 },
      `链止于第 ${ends.seal} 号封条（第 ${ends.seq} 条），而链头文件已记到第 ${heads.last.seal} 号（第 ${heads.last.seq} 条，${heads.last.at}）：尾部被截去，或恢复了旧副本。`,
      `The chain ends with seal ${ends.seal} (row ${ends.seq}) but the file of heads knows seal ${heads.last.seal} (row ${heads.last.seq}, ${heads.last.at}): its end was cut off, or an older copy was restored.`,
    )
  }
  if (heads && heads.lines === 0 && ends.seal > 0) {
    work.fault(
      'heads',
      {},
      '没有链头文件或其为空：看不出尾部是否被截去。在运行服务的机器和数据目录上核对，或加 --without-heads。',
      'There is no file of heads, or it is empty: whether the end was cut off cannot be told. Verify with the data directory of the server, or say --without-heads.',
    )
  }
  return emptied.some(([empty]) => empty)
}

/**
 * Walks the whole chain in pages. What is sealed meanwhile is left to the next time; on PGlite others have their turn
 * between two pages.
 */
export async function verifyAudit(
  db: Queryable,
  { headsPath, onProgress = () => undefined, pageRows = PAGE_ROWS }: VerifyOptions,
): Promise<AuditReport> {
  for (;;) {
    const work = new Verification(db, pageRows)
    // The file is read first: a seal is in the database before it is in the file.
    const heads = headsPath === null ? null : await headsOf(work, headsPath)
    const anchors = await db.query<Anchor>(ANCHORS)
    const anchor = anchors.at(-1)
    const [found] = await db.query<{
      seal: number | null
      seq: number | null
      rows: boolean
      links: boolean
    }>(ENDS)
    const ends = {
      ...found,
      seal: found.seal ?? anchor?.seal ?? 0,
      seq: found.seq ?? anchor?.seq ?? 0,
    }
    checkAnchors(work, anchors, heads)
    const emptied = checkEnds(work, ends, anchor, heads)
    if (!emptied) {
      await walk(
        work,
        anchor,
        new Map(anchors.map((each) => [each.seal, each])),
        ends,
        heads?.bySeal ?? new Map(),
        onProgress,
      )
    }
    const waiting = emptied ? 0 : await checkOutside(work, db)
    await checkGuards(work, db)
    const [now] = await db.query<{ seal: number | null }>('SELECT max(seal) AS seal FROM audit_anchors')
    // Retention has taken away what was being walked over.
    if ((now.seal ?? null) !== (anchor?.seal ?? null)) continue
    onProgress(1)
    const [head] = await db.query<{ seal: number; seq: number; hash: string }>(
      "SELECT number AS seal, last_seq AS seq, encode(hash, 'hex') AS hash FROM audit_seals WHERE number = $1",
      [ends.seal],
    )
    return {
      rows: work.rows,
      seals: work.seals,
      waiting,
      head: head ?? null,
      anchor: anchor ? { seal: anchor.seal, seq: anchor.seq } : null,
      heads: heads?.lines ?? null,
      faults: work.faults,
      faultCount: work.faultCount,
    }
  }
}
