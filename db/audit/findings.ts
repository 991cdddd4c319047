/** What a verification of the audit has found, in words. */

export interface AuditFault {
  what:
    | 'edited'
    | 'deleted'
    | 'inserted'
    | 'reordered'
    | 'truncated'
    /** Links or seals were changed, not the rows they speak of. */
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

type Words = Pick<AuditFault, 'zh' | 'en'>
type Place = { seq?: number; id?: number | null }

/** So many faults are named; the others are counted. */
const MOST_NAMED = 20

export class Findings {
  readonly named: AuditFault[] = []
  count = 0

  /** Whether another fault would still be named. */
  get hasRoom(): boolean {
    return this.named.length < MOST_NAMED
  }

  add(what: AuditFault['what'], { seq, id }: Place, { zh, en }: Words): void {
    this.count += 1
    if (this.hasRoom) this.named.push({ what, seq: seq ?? null, id: id ?? null, zh, en })
  }
}
