import type { Findings } from '../audit/findings.ts'
import { BEGINNING, chainHash, rowHash, sealHash } from '../audit/hashes.ts'
import type { Head } from '../audit/heads.ts'
import type { Queryable } from '../client.ts'
import { type Anchor, type Link, linksBetween, type Seal, sealsBetween } from './auditChain.ts'

const DAY_US = 86_400_000_000n
/** Rows between two reports of progress. */
const REPORT_ROWS = 20_000

const hex = (text: string) => Buffer.from(text, 'hex')

export interface Walk {
  findings: Findings
  anchors: readonly Anchor[]
  ends: { seal: number; seq: number }
  /** What the file of heads says of each seal. */
  heads: ReadonlyMap<number, Head>
  pageRows?: number
  /** Share of the way, 0 … 1. */
  onProgress: (share: number) => void
}

/** Walks the chain from its anchor to its end and works every hash out anew. After a fault it goes on with what is written. */
export class ChainWalk {
  private readonly db: Queryable
  private readonly walk: Walk
  private readonly anchored: ReadonlySet<number>
  private readonly from: number
  /** The place, chain hash, seal and seal hash up to which everything has been looked at. */
  private seq: number
  private chain: Buffer
  private seal: number
  private sealed: Buffer
  private sealedAt: bigint | null = null
  /** The seal before is missing: what follows cannot follow from it. */
  private afterGap = false
  rows = 0
  seals = 0

  constructor(db: Queryable, walk: Walk) {
    this.db = db
    this.walk = walk
    this.anchored = new Set(walk.anchors.map(({ seal }) => seal))
    const anchor = walk.anchors.at(-1)
    this.seq = anchor?.seq ?? 0
    this.chain = anchor ? hex(anchor.head) : BEGINNING
    this.seal = anchor?.seal ?? 0
    this.sealed = anchor ? hex(anchor.seal_hash) : BEGINNING
    this.from = this.seq
  }

  async run(): Promise<void> {
    const { ends, pageRows } = this.walk
    const links = linksBetween(this.db, this.seq, ends.seq, pageRows)
    let link = await links.next()
    for await (const seal of sealsBetween(this.db, this.seal, ends.seal)) {
      this.enter(seal)
      for (; !link.done && link.value.seq <= seal.last_seq; link = await links.next()) {
        this.takeLink(link.value)
        await this.takeRow(link.value)
      }
      this.leave(seal)
    }
  }

  /** Of places that are not there any more. */
  private missing(to: number): void {
    this.walk.findings.add(
      'deleted',
      { seq: this.seq + 1 },
      {
        zh: `第 ${this.seq + 1} 至 ${to} 条被删除，连同其在链中的位置。`,
        en: `Rows ${this.seq + 1} to ${to} were deleted, and their places in the chain with them.`,
      },
    )
  }

  private enter(seal: Seal): void {
    this.afterGap = seal.number !== this.seal + 1
    if (!this.afterGap && seal.first_seq === this.seq + 1) return
    this.walk.findings.add(
      'deleted',
      { seq: this.seq + 1 },
      {
        zh: `第 ${this.seal + 1} 号封条起缺失（第 ${this.seq + 1} 至 ${seal.first_seq - 1} 条）。`,
        en: `Seals from number ${this.seal + 1} on are missing (rows ${this.seq + 1} to ${seal.first_seq - 1}).`,
      },
    )
  }

  private takeLink({ seq, link_id: id, row_hash, chain_hash }: Link): void {
    const before = this.chain
    this.chain = hex(chain_hash)
    this.rows += 1
    if (seq !== this.seq + 1) this.missing(seq - 1)
    else if (!this.afterGap && !chainHash(before, { seq, id, rowHash: hex(row_hash) }).equals(this.chain)) {
      this.walk.findings.add(
        'chain',
        { seq, id },
        {
          zh: `第 ${seq} 条（编号 ${id}）的链值与其前一条不符：链被改写。`,
          en: `The link of row ${seq} (number ${id}) does not follow from the one before: the chain was rewritten here.`,
        },
      )
    }
    this.seq = seq
    if (seq % REPORT_ROWS === 0) {
      this.walk.onProgress((seq - this.from) / (this.walk.ends.seq - this.from))
    }
  }

  private async takeRow(link: Link): Promise<void> {
    const { seq, link_id: number, id } = link
    if (id === null) {
      this.walk.findings.add(
        'deleted',
        { seq, id: number },
        {
          zh: `第 ${seq} 条（编号 ${number}）被删除。`,
          en: `Row ${seq} (number ${number}) was deleted.`,
        },
      )
      return
    }
    const found = rowHash({ ...link, id })
    if (found.toString('hex') !== link.row_hash) return this.rowDiffers(link, found)
    if (this.sealedAt === null || BigInt(link.at) >= this.sealedAt - DAY_US) return
    this.walk.findings.add(
      'inserted',
      { seq, id },
      {
        zh: `第 ${seq} 条（编号 ${id}）自称早于前一封条一天以上：事后补写。`,
        en: `Row ${seq} (number ${id}) claims a time more than a day before the seal before it: it was inserted afterwards.`,
      },
    )
  }

  /** The row is not what was sealed: it was moved here from elsewhere, or edited. */
  private async rowDiffers({ seq, link_id: id }: Link, found: Buffer): Promise<void> {
    const { findings } = this.walk
    const [other] = findings.hasRoom
      ? await this.db.query<{ seq: number; id: number }>(
          "SELECT seq, id FROM audit_links WHERE row_hash = decode($1, 'hex') LIMIT 1",
          [found.toString('hex')],
        )
      : []
    if (other) {
      findings.add(
        'reordered',
        { seq, id },
        {
          zh: `第 ${seq} 条（编号 ${id}）的内容是第 ${other.seq} 条（编号 ${other.id}）封存时的内容：次序被调换。`,
          en: `Row ${seq} (number ${id}) says what row ${other.seq} (number ${other.id}) said when it was sealed: they were put in another order.`,
        },
      )
      return
    }
    findings.add(
      'edited',
      { seq, id },
      {
        zh: `第 ${seq} 条（编号 ${id}）封存后被改动。`,
        en: `Row ${seq} (number ${id}) was edited after it was sealed.`,
      },
    )
  }

  private leave(seal: Seal): void {
    const { findings } = this.walk
    const { number, first_seq: seq, last_seq: last } = seal
    if (this.seq < last) this.missing(last)
    else if (this.chain.toString('hex') !== seal.head) {
      findings.add(
        'chain',
        { seq },
        {
          zh: `第 ${number} 号封条（第 ${seq} 至 ${last} 条）与链不符。`,
          en: `Seal ${number} (rows ${seq} to ${last}) does not agree with the chain.`,
        },
      )
    }
    if (!this.afterGap && sealHash(this.sealed, seal).toString('hex') !== seal.hash) {
      findings.add(
        'chain',
        { seq },
        {
          zh: `第 ${number} 号封条（第 ${seq} 至 ${last} 条）被改动。`,
          en: `Seal ${number} (rows ${seq} to ${last}) was edited.`,
        },
      )
    }
    this.compare(seal)
    this.seq = last
    this.chain = hex(seal.head)
    this.seal = number
    this.sealed = hex(seal.hash)
    this.sealedAt = BigInt(seal.sealed_at)
    this.seals += 1
  }

  /** With what stands outside the chain: the file of heads, and the anchors. */
  private compare({ number, first_seq: seq, anchor, hash }: Seal): void {
    const { findings, heads } = this.walk
    const head = heads.get(number)
    if (head && head.hash !== hash) {
      findings.add(
        'heads',
        { seq },
        {
          zh: `第 ${number} 号封条与链头文件所记不同：第 ${seq} 条或更早的部分被整体改写，或恢复了旧副本。`,
          en: `Seal ${number} is not the one in the file of heads: the chain was written anew from row ${seq} or before, or an older copy was restored.`,
        },
      )
    }
    if (anchor > 0 && !this.anchored.has(anchor)) {
      findings.add(
        'anchor',
        { seq },
        {
          zh: `第 ${number} 号封条所依的保留锚点（第 ${anchor} 号封条）不见了。`,
          en: `The anchor at seal ${anchor} that seal ${number} tells of is gone.`,
        },
      )
    }
  }
}
