import { type AuditFault, Findings } from '../audit/findings.ts'
import { type Head, readHeads } from '../audit/heads.ts'
import type { Queryable } from '../client.ts'
import { type Anchor, chainEnds, listAnchors } from './auditChain.ts'
import { ChainWalk } from './auditWalking.ts'

/** Whether anybody has touched the audit: walks the whole chain and works every hash out anew, outside the database. */

export type { AuditFault }

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

/** A keeper that is at work leaves nothing waiting for so long. */
const WAITING = "interval '5 minutes'"
const LEAST_KEEP_DAYS = 183
/** Rows outside the chain that are looked at. */
const MOST_OUTSIDE = 1000

interface Heads {
  lines: number
  bySeal: Map<number, Head>
  last: Head | null
}

async function headsOf(findings: Findings, path: string): Promise<Heads> {
  const heads = await readHeads(path)
  const bySeal = new Map<number, Head>()
  let last: Head | null = null
  for (const [index, head] of (heads ?? []).entries()) {
    if (!head) {
      findings.add(
        'heads',
        {},
        {
          zh: `链头文件第 ${index + 1} 行无法读取。`,
          en: `Line ${index + 1} of the file of heads cannot be read.`,
        },
      )
      continue
    }
    const other = bySeal.get(head.seal)
    if (other && other.hash !== head.hash) {
      findings.add(
        'heads',
        { seq: head.seq },
        {
          zh: `链头文件中第 ${head.seal} 号封条有两个不同的值：恢复过旧副本后又继续写入。`,
          en: `The file of heads knows two seals ${head.seal}: the chain went on from an older copy.`,
        },
      )
    } else bySeal.set(head.seal, head)
    if (!last || head.seal > last.seal) last = head
  }
  return { lines: heads?.length ?? 0, bySeal, last }
}

/** Why what the last retention says it removed cannot be believed. */
function doubtOf(
  { keep_days, told, seal, seal_hash, cutoff }: Anchor,
  heads: Heads | null,
): [string, string] | null {
  if (keep_days < LEAST_KEEP_DAYS) return ['不足 183 天', 'it keeps less than 183 days']
  if (!told) return ['没有相应的审计记录', 'no audit row tells of it']
  const head = heads?.bySeal.get(seal)
  if (head && head.hash !== seal_hash)
    return ['与链头文件所记不同', 'it is not the seal in the file of heads']
  if (head && Date.parse(head.at) > cutoff.getTime()) {
    return ['所删除的记录尚在保留期内', 'what it removed was younger than it says']
  }
  return null
}

function checkAnchor(findings: Findings, anchor: Anchor | undefined, heads: Heads | null): void {
  const doubt = anchor && doubtOf(anchor, heads)
  if (!doubt) return
  findings.add(
    'anchor',
    { seq: anchor.seq },
    {
      zh: `第 ${anchor.seq} 条处的保留锚点不可信：${doubt[0]}。`,
      en: `The anchor at row ${anchor.seq} cannot be trusted: ${doubt[1]}.`,
    },
  )
}

/** A table emptied, or the newest part cut off. @returns whether a table is empty, so that every row would be named. */
function checkEnds(
  findings: Findings,
  ends: { seal: number; seq: number; rows: boolean; links: boolean },
  anchor: Anchor | undefined,
  heads: Heads | null,
): boolean {
  const sealed = ends.seal > (anchor?.seal ?? 0)
  const tables = [
    sealed && !ends.rows && 'audit',
    sealed && !ends.links && 'audit_links',
    !sealed && ends.links && 'audit_seals',
  ].filter((table) => table !== false)
  for (const table of tables) {
    findings.add(
      'truncated',
      { seq: (anchor?.seq ?? 0) + 1 },
      {
        zh: `表 ${table} 已被清空，而链的其余部分仍在。`,
        en: `The table ${table} was emptied while the rest of the chain is there.`,
      },
    )
  }
  if (heads?.last && heads.last.seal > ends.seal) {
    const { seal, seq, at } = heads.last
    findings.add(
      'truncated',
      { seq: ends.seq + 1 },
      {
        zh: `链止于第 ${ends.seal} 号封条（第 ${ends.seq} 条），而链头文件已记到第 ${seal} 号（第 ${seq} 条，${at}）：尾部被截去，或恢复了旧副本。`,
        en: `The chain ends with seal ${ends.seal} (row ${ends.seq}) but the file of heads knows seal ${seal} (row ${seq}, ${at}): its end was cut off, or an older copy was restored.`,
      },
    )
  }
  if (heads && heads.lines === 0 && ends.seal > 0) {
    findings.add(
      'heads',
      {},
      {
        zh: '没有链头文件或其为空：看不出尾部是否被截去。在运行服务的机器和数据目录上核对，或加 --without-heads。',
        en: 'There is no file of heads, or it is empty: whether the end was cut off cannot be told. Verify with the data directory of the server, or say --without-heads.',
      },
    )
  }
  return tables.length > 0
}

interface Outside {
  id: number
  at: Date
  action: string
  /** Its transaction was sealed long ago, or is still to come. */
  behind: boolean
  late: boolean
}

// In one statement, so that what is sealed meanwhile is neither here nor there.
const OUTSIDE = `WITH last AS (
  SELECT snapshot FROM audit_seals
  WHERE system_identifier = (SELECT system_identifier FROM pg_control_system()) ORDER BY number DESC LIMIT 1
)
SELECT a.id, a.at, a.action,
  (a.xid >= pg_snapshot_xmax(pg_current_snapshot()) AND a.xid IS DISTINCT FROM pg_current_xact_id_if_assigned())
    OR coalesce(pg_visible_in_snapshot(a.xid, (SELECT snapshot FROM last)), false) AS behind,
  a.at < clock_timestamp() - ${WAITING} AS late
FROM audit a WHERE NOT EXISTS (SELECT FROM audit_links l WHERE l.id = a.id) ORDER BY a.id LIMIT ${MOST_OUTSIDE}`

const LINKS_OUTSIDE = `SELECT seq, id FROM audit_links
WHERE seq > coalesce((SELECT max(last_seq) FROM audit_seals), (SELECT max(seq) FROM audit_anchors), 0) ORDER BY seq LIMIT 1`

/** Rows and links that belong to no seal. @returns how many rows wait rightly. */
async function checkOutside(findings: Findings, db: Queryable): Promise<number> {
  const outside = await db.query<Outside>(OUTSIDE)
  for (const { id, at, action } of outside.filter((row) => row.behind)) {
    findings.add(
      'inserted',
      { id },
      {
        zh: `编号 ${id} 的记录（${action}，自称 ${at.toISOString()}）不在链中，而其事务早已封存：事后插入。`,
        en: `The row with number ${id} (${action}, claiming ${at.toISOString()}) is not in the chain though its transaction was sealed long ago: it was inserted behind the chain.`,
      },
    )
  }
  const waiting = outside.filter((row) => !row.behind)
  const late = waiting.filter((row) => row.late)
  if (late.length > 0) {
    const [{ id, at }] = late
    findings.add(
      'waiting',
      { id },
      {
        zh: `编号 ${id} 起有 ${late.length} 条记录自 ${at.toISOString()} 起等待封存：封存程序已停止，或记录被补写。启动服务，或运行 npm run audit -- seal。`,
        en: `${late.length} rows from number ${id} on have waited for their seal since ${at.toISOString()}: the keeper has stopped, or they were inserted with an earlier time. Start the server, or run npm run audit -- seal.`,
      },
    )
  }
  const [link] = await db.query<{ seq: number; id: number }>(LINKS_OUTSIDE)
  if (link) {
    findings.add('inserted', link, {
      zh: `链中第 ${link.seq} 条（编号 ${link.id}）起没有封条：事后插入，或封条被删除。`,
      en: `Links from row ${link.seq} (number ${link.id}) on belong to no seal: they were inserted, or seals were deleted.`,
    })
  }
  return waiting.length
}

/** Triggers that must be there and in force whatever session_replication_role says. */
const GUARDS = `SELECT g.noun, g.guard FROM (VALUES ('audit', 'audit_unchanged'), ('audit', 'audit_kept'),
  ('audit_links', 'audit_unchanged'), ('audit_links', 'audit_kept'), ('audit_seals', 'audit_unchanged'), ('audit_seals', 'audit_kept'),
  ('audit_anchors', 'audit_unchanged'), ('audit_anchors', 'audit_kept'), ('audit_anchors', 'audit_anchored'),
  ('audit_anchors', 'audit_told')) AS g (noun, guard)
WHERE NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = to_regclass(g.noun) AND t.tgname = g.guard AND t.tgenabled = 'A')
ORDER BY 1, 2`

async function checkGuards(findings: Findings, db: Queryable): Promise<void> {
  for (const { noun, guard } of await db.query<{ noun: string; guard: string }>(GUARDS)) {
    findings.add(
      'guards',
      {},
      {
        zh: `表 ${noun} 上拒绝改动的触发器 ${guard} 缺失或被停用。`,
        en: `The trigger ${guard} that refuses changes of ${noun} is missing or disabled.`,
      },
    )
  }
}

async function lastSeal(db: Queryable, number: number): Promise<AuditReport['head']> {
  const [head] = await db.query<{ seal: number; seq: number; hash: string }>(
    "SELECT number AS seal, last_seq AS seq, encode(hash, 'hex') AS hash FROM audit_seals WHERE number = $1",
    [number],
  )
  return head ?? null
}

/**
 * Walks the whole chain in pages. What is sealed meanwhile is left to the next time; on PGlite others have their turn
 * between two pages.
 */
export async function verifyAudit(
  db: Queryable,
  { headsPath, onProgress = () => undefined, pageRows }: VerifyOptions,
): Promise<AuditReport> {
  for (;;) {
    const findings = new Findings()
    // The file is read first: a seal is in the database before it is in the file.
    const heads = headsPath === null ? null : await headsOf(findings, headsPath)
    const anchors = await listAnchors(db)
    const anchor = anchors.at(-1)
    const ends = await chainEnds(db, anchor)
    checkAnchor(findings, anchor, heads)
    const emptied = checkEnds(findings, ends, anchor, heads)
    const walk = new ChainWalk(db, {
      findings,
      anchors,
      ends,
      heads: heads?.bySeal ?? new Map(),
      pageRows,
      onProgress,
    })
    if (!emptied) await walk.run()
    const waiting = emptied ? 0 : await checkOutside(findings, db)
    await checkGuards(findings, db)
    const now = await listAnchors(db)
    // Retention has taken away what was being walked over.
    if (now.at(-1)?.seal !== anchor?.seal) continue
    onProgress(1)
    return {
      rows: walk.rows,
      seals: walk.seals,
      waiting,
      head: await lastSeal(db, ends.seal),
      anchor: anchor ? { seal: anchor.seal, seq: anchor.seq } : null,
      heads: heads?.lines ?? null,
      faults: findings.named,
      faultCount: findings.count,
    }
  }
}
