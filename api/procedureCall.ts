import type { Database, Queryable } from '../db/client.ts'
import { type AuditEntry, insertAudit, noteAudit } from '../db/queries/audit.ts'
import { changeAs, type Eyes, type Use, type Viewing, viewAs } from '../db/viewing.ts'
import type { Viewer } from './context.ts'

/**
 * What one call of a procedure reads, changes and leaves in the audit. Rows are read as the viewer, in one transaction
 * that begins with the first of them; what the audit says of the call is written in that same transaction, which is
 * committed before the answer leaves: no answer without its entry, no entry without its answer.
 */
export class ProcedureCall {
  private readonly database: Database
  private readonly viewer: Viewer
  private readonly city: string | undefined
  /** Aborted when whoever asked has left. */
  readonly signal: AbortSignal | undefined
  private viewing: Viewing | undefined
  private asked: Use[] = []
  private noted = false
  private settled = false
  private readonly entries: AuditEntry[] = []

  /** @param signal Aborted when whoever asked has left: what is being read for them is then ended. Changes are made whole. */
  constructor(database: Database, viewer: Viewer, city: string | undefined, signal?: AbortSignal) {
    this.database = database
    this.viewer = viewer
    this.city = city
    this.signal = signal
  }

  /** True once rows were asked for: from then on this call may hold a connection of its own. */
  get isReading(): boolean {
    return this.asked.length > 0 && !this.settled
  }

  /** Whether rows were read one by one. */
  get hasReadPoints(): boolean {
    return this.asked.includes('points')
  }

  get isAudited(): boolean {
    return this.noted || this.entries.length > 0
  }

  /**
   * Rows as the viewer may see them: where they are only counted, or where they are shown one by one. From the first of the
   * latter on nothing else of the database is used, catalog included: PGlite has one session, which they hold to the end.
   */
  rows(use: Use): Queryable {
    const viewing = this.viewing ?? viewAs(this.database, eyesOf(this.viewer), use, { signal: this.signal })
    this.viewing = viewing
    const rows = viewing.as(use)
    const reading = (): Queryable => {
      if (this.settled) throw new Error('The answer has already left: nothing is read after it.')
      if (!this.asked.includes(use)) this.asked.push(use)
      return rows
    }
    return {
      query: (text, params) => reading().query(text, params),
      script: (text) => reading().script(text),
      copy: (table, columns, rows) => reading().copy(table, columns, rows),
      copyText: (table, columns, text) => reading().copyText(table, columns, text),
      copyOut: (select) => reading().copyOut(select),
    }
  }

  /** Leaves an entry in the audit, in the transaction of the rows. City and purpose are the question's own unless given. */
  audit(entry: AuditEntry): void {
    this.entries.push(this.completed(entry))
  }

  /** The same at once, for whoever needs the entry's number and time in the answer. */
  async auditNow(entry: AuditEntry): Promise<{ id: number; at: Date }> {
    const written = await insertAudit(this.rows('counts'), actorOf(this.viewer), this.completed(entry))
    this.noted = true
    return written
  }

  /**
   * Changes something and says so in the audit, in one transaction.
   * @param entry What the audit says, or how that follows from what `run` answered.
   */
  async change<T>(
    entry: AuditEntry | ((changed: T) => AuditEntry),
    run: (tx: Queryable) => Promise<T>,
  ): Promise<T> {
    if (this.isReading)
      throw new Error('A call that has read rows cannot change any: it would hold two connections.')
    const changed = await changeAs(this.database, eyesOf(this.viewer), async (tx) => {
      const result = await run(tx)
      await insertAudit(
        tx,
        actorOf(this.viewer),
        this.completed(typeof entry === 'function' ? entry(result) : entry),
      )
      return result
    })
    this.noted = true
    return changed
  }

  private completed(entry: AuditEntry): AuditEntry {
    return { city: this.city, purpose: this.viewer.purpose ?? undefined, ...entry }
  }

  /** Writes what the audit is to say and commits. @throws when it cannot: then nothing may be answered. */
  async end(): Promise<void> {
    try {
      // In the use that is in force; sent together with the commit, which fails when one of them does.
      const rows = this.entries.length > 0 ? this.rows(this.asked.at(-1) ?? 'counts') : undefined
      const noted = rows ? this.entries.map((entry) => noteAudit(rows, actorOf(this.viewer), entry)) : []
      this.settled = true
      // Of what failed together the first says why.
      const failed = (await Promise.allSettled([...noted, this.viewing?.end()])).find(
        (ending) => ending.status === 'rejected',
      )
      if (failed) throw failed.reason
    } catch (error) {
      await this.abandon()
      throw error
    }
  }

  /** Rolls back: what failed has been read by nobody. */
  async abandon(): Promise<void> {
    this.settled = true
    await this.viewing?.abandon()
  }
}

/** Whose eyes the database sees with, and what for. */
export function eyesOf({ userId, purpose }: Viewer): Eyes {
  return { id: userId, purpose }
}

/** Who did it, as the audit names them. */
export function actorOf(viewer: Viewer) {
  return {
    personId: viewer.userId,
    userName: viewer.userName,
    kind: viewer.kind,
    roles: [...new Set(viewer.grants.map(({ role }) => role))].sort(),
    address: viewer.address,
    sessionId: viewer.sessionId,
  }
}
