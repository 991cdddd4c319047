import type { Database, HoldOptions, Queryable } from './client.ts'

/**
 * Statements done for a person, under the eyes of row-level security (db/migrations/0006_access.sql). The database looks
 * the person's grants up itself: what is asked for here decides nothing but whose they are.
 *
 * What this defends against: a query whose WHERE is forgotten or wrong, and a scope worked out wrongly. Should text ever be
 * injected into a query: no second statement is sent along (one statement a message, `script` and COPY are refused), and
 * `set_config`, the one function that could change the role or the person within a SELECT, is the owner's alone (0006;
 * only where a superuser migrated: otherwise `set_config('role', 'none', true)` inside an injected SELECT would open the
 * rest of that transaction). What it does not defend against: code of the server itself, which holds the owner's
 * connection and could send RESET ROLE.
 */

/** Whose eyes these are, and what for: a right that demands a purpose gives no row without one (0019). */
export interface Eyes {
  /** Of users. */
  id: string
  /** Code of the purpose that was stated; the audit of the transaction says the same. */
  purpose?: string | null
}

/** 'counts': rows are only counted; 'points': they are shown one by one. */
export type Use = 'counts' | 'points'

export interface Viewing {
  /** Reads, and writes audit rows, as gridwall_reader. One statement at a time; `script`, `copy…` are refused. */
  rows: Queryable
  /** The same transaction, for another use. */
  as(use: Use): Queryable
  /** Commits. @throws when a query had failed. */
  end(): Promise<void>
  /** Rolls back. Safe at any time, also after `end`. */
  abandon(): Promise<void>
}

/** @throws for a name that no account can have: it would have to be quoted in a way nobody needs. */
function literal(text: string): string {
  if (text.includes('\0') || text.length > 200) throw new Error('Expected the id of an account.')
  // E: the same whatever standard_conforming_strings says.
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function settingsOf(
  role: 'gridwall_reader' | 'gridwall_writer',
  { id, purpose }: Eyes,
  use: Use | '',
): string {
  const why = purpose ? `SET LOCAL gridwall.purpose = ${literal(purpose)}; ` : ''
  return `SET LOCAL gridwall.person = ${literal(id)}; ${why}SET LOCAL gridwall.use = '${use}'; SET LOCAL ROLE ${role}`
}

/** What a viewing may send. A statement that sets something would outlive its transaction on a session that others use. */
const READS_OR_NOTES = /^\s*(SELECT|WITH|INSERT)\b/i

function refused(): never {
  throw new Error('A viewing reads by `query` alone, one statement at a time.')
}

/**
 * A transaction as gridwall_reader for this person; nothing is sent before the first query, and then BEGIN and all
 * settings in one message. On PostgreSQL it holds a connection of its own until it ends. On PGlite everybody else waits from
 * the first row of points, or of a snapshot, to the end: use nothing else of the database from there on; what is only
 * counted before are short transactions. Never forget to end or abandon it.
 */
export function viewAs(database: Database, person: Eyes, use: Use, options: HoldOptions = {}): Viewing {
  const held = database.hold(options)
  const as = (wanted: Use): Queryable => {
    const settings = settingsOf('gridwall_reader', person, wanted)
    const apart = wanted === 'counts' && !options.snapshot
    return {
      query: async (text, params) => {
        if (!READS_OR_NOTES.test(text)) refused()
        return held.query(settings, text, params, { apart })
      },
      script: async () => refused(),
      copy: async () => refused(),
      copyText: async () => refused(),
      copyOut: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => refused() }) }),
    }
  }
  return { rows: as(use), as, end: () => held.commit(), abandon: () => held.rollback() }
}

/**
 * A transaction as gridwall_writer for this person: the tables of administration, as far as the person's rights go.
 * Everything through `tx`, nothing through the database.
 */
export function changeAs<T>(
  database: Database,
  person: Eyes,
  run: (tx: Queryable) => Promise<T>,
): Promise<T> {
  const settings = settingsOf('gridwall_writer', person, '')
  return database.transaction(async (tx) => {
    await tx.script(settings)
    return run(tx)
  })
}
