import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type * as schema from './schema/index.ts'

/**
 * What both drivers answer alike. Columns come back as: integers and bigint as number (bigint past 2^53), numeric as
 * string, timestamptz as Date, date as 'YYYY-MM-DD', jsonb parsed, bytea as Uint8Array, geometry as EWKB in
 * hexadecimal (`db/geometry.ts` reads it).
 */
export interface Queryable {
  /** Runs one statement; `$1` … stand for the parameters. */
  query<Row = Record<string, unknown>>(text: string, params?: unknown[]): Promise<Row[]>
  /** Runs several statements without parameters, one after the other. */
  script(text: string): Promise<void>
  /**
   * Streams rows into a table by COPY, in bounded memory, and returns how many. Values by column: Date for instants,
   * arrays for array columns, plain objects for jsonb (an array there must be given as JSON text), EWKB hexadecimal
   * for geometry, null or undefined for NULL. All rows or none.
   */
  copy(
    table: string,
    columns: string[],
    rows: Iterable<unknown[]> | AsyncIterable<unknown[]>,
  ): Promise<number>
  /** The same for rows that are already lines of COPY's text format (UTF-8), as `db/copyText.ts` makes them. */
  copyText(table: string, columns: string[], text: Uint8Array): Promise<void>
  /**
   * Streams the rows of a SELECT in COPY's binary format (`db/copyBinary.ts` reads it), which carries bytes and numbers
   * as they are. No parameters: COPY takes none. A message is a row, so that few long rows are much faster than many
   * short ones. PGlite makes the whole answer before its first byte; keep it to tens of megabytes.
   */
  copyOut(select: string): AsyncIterable<Uint8Array>
}

/** Inside a transaction: everything through this, nothing through the database (PGlite has one session and would wait for itself). */
export interface Transaction extends Queryable {}

/**
 * A transaction that begins with its first query and whose settings hold for it alone. Queries take turns.
 * On PGlite, which has one session, everybody else waits meanwhile: whoever holds one uses nothing but this until its end.
 */
export interface HeldTransaction {
  /**
   * @param settings SET LOCAL statements under which the query runs.
   * @param options `apart`: need not be in one transaction with the others; on PGlite, where none is open yet, it is a short
   * one of its own, and the database may be used after it.
   */
  query<Row>(
    settings: string,
    text: string,
    params?: unknown[],
    options?: { apart?: boolean },
  ): Promise<Row[]>
  /** @throws when a query had failed: then everything is rolled back. */
  commit(): Promise<void>
  rollback(): Promise<void>
}

export interface HoldOptions {
  /** Every query sees the database as it was at the first one. */
  snapshot?: boolean
  /**
   * Aborted when whoever asked has left: the statement that runs is ended (PostgreSQL; PGlite cannot, it ends by itself),
   * and no other is begun. The transaction is still to be ended by `rollback`.
   */
  signal?: AbortSignal
}

/** drizzle on either driver. */
export type Orm = PgDatabase<PgQueryResultHKT, typeof schema>

export interface Database extends Queryable {
  kind: 'pglite' | 'postgres'
  orm: Orm
  /** Commits when `run` fulfils, rolls back when it throws. */
  transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * A transaction to be ended by hand, on a connection that is not among those of `query` and `transaction`: whoever holds
   * one never keeps another from what it needs to end. Nothing is sent before the first query.
   */
  hold(options?: HoldOptions): HeldTransaction
  /**
   * Calls back for each NOTIFY on the channel until the returned function is called, and with an empty payload when the
   * connection had been lost: something may have been said meanwhile.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>
  /**
   * Statements on the connection that listens, prepared by their text: what one of them says itself (NOTIFY) is heard with
   * its answer and is no message of its own. For a short one that is asked again and again; nothing is heard meanwhile.
   */
  listening: Pick<Queryable, 'query'>
  close(): Promise<void>
}
