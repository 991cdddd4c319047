import type pg from 'pg'
import type { HeldTransaction, HoldOptions } from './database.ts'

/** Texts that may be kept as prepared statements on each connection: ours are written in the code, and few. */
const MOST_PREPARED = 400
const names = new Map<string, string>()

/** A text that comes again is read and rewritten by the policies once a connection, and only planned after that. */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known || names.size >= MOST_PREPARED) return known
  const name = `held_${names.size + 1}`
  names.set(text, name)
  return name
}

/** Extended: the server takes one statement and no more, also where there are no parameters. */
function oneStatement(text: string, values: unknown[]): pg.QueryConfig & { queryMode: 'extended' } {
  return { name: nameOf(text), text, values, queryMode: 'extended' }
}

/** What is asked until this tick is over goes out in one write: each costs the kernel more than what is in it. */
function inOneWrite(client: pg.PoolClient): void {
  const { stream } = (client as pg.PoolClient & { connection: pg.Connection }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/**
 * A transaction on a client of its own from the first query to the end. Its client pipelines: what is asked goes out at
 * once and is answered in that order, so that beginning with the first query, and the last query with the end, are one
 * way there and back each. What comes after a failure fails too, in the server.
 * @param pool of clients with `pipeline: true`.
 * @param open Holds those that have not ended, so that closing the database can end what somebody forgot.
 * @param cancel Ends the statement that another connection runs, by the number of its process.
 */
export function holdPostgres(
  pool: pg.Pool,
  open: Set<HeldTransaction>,
  cancel: (processId: number) => Promise<unknown>,
  { snapshot = false, signal }: HoldOptions,
): HeldTransaction {
  let client: pg.PoolClient | undefined
  let inForce: string | undefined
  let failed = false
  let ended = false
  /** That the statement be ended was asked for; its connection may still be told so when another statement runs. */
  let cancelled: Promise<unknown> | undefined
  // What is asked while the client is still on its way goes out in the order in which it was asked.
  let sent: Promise<unknown> = Promise.resolve()

  /** Runs `send` when everything before has been sent; its answer may take longer. */
  function inOrder<T>(send: () => Promise<{ answer: Promise<T> }>): Promise<T> {
    const sending = sent.then(send)
    sent = sending.catch(() => undefined)
    return sending.then(({ answer }) => answer)
  }

  async function connected(): Promise<pg.PoolClient> {
    if (client) return client
    client = await pool.connect()
    open.add(held)
    signal?.addEventListener('abort', stop, { once: true })
    return client
  }

  function stop(): void {
    if (!client) return
    const { processID } = client as pg.PoolClient & { processID: number }
    cancelled = cancel(processID).catch((error: Error) =>
      console.error(`a statement nobody waits for could not be ended: ${error.message}`),
    )
  }

  function refuseIfLeft(): void {
    if (signal?.aborted) throw new Error('Whoever asked has left.')
  }

  /** Sends what puts the settings in force; undefined: they are. */
  function setUp(own: pg.PoolClient, settings: string): Promise<unknown> | undefined {
    if (inForce === settings) return undefined
    const begun = inForce !== undefined
    inForce = settings
    const isolation = snapshot ? ' ISOLATION LEVEL REPEATABLE READ' : ''
    return own.query(begun ? settings : `BEGIN${isolation}; ${settings}`)
  }

  async function end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    ended = true
    const own = client
    client = undefined
    open.delete(held)
    signal?.removeEventListener('abort', stop)
    if (!own) return
    await cancelled
    inOneWrite(own)
    try {
      const { command } = await own.query(statement)
      // A connection that was told to end a statement is nobody else's: it might end theirs.
      own.release(cancelled !== undefined)
      if (command !== statement) throw rolledBack()
    } catch (error) {
      // Whatever state the connection is in, nobody else gets it.
      if (!(error instanceof RolledBack)) own.release(true)
      throw error
    }
  }

  async function rollBack(): Promise<void> {
    // A lost connection has rolled back by itself; whoever rolls back has an error of their own to tell.
    await end('ROLLBACK').catch((error: Error) => console.error(`rollback failed: ${error.message}`))
  }

  const held: HeldTransaction = {
    query<Row>(settings: string, text: string, params: unknown[] = []) {
      return inOrder(async () => {
        if (ended) throw new Error('This transaction has ended.')
        refuseIfLeft()
        const own = await connected()
        refuseIfLeft()
        inOneWrite(own)
        const settled = setUp(own, settings)
        const rows = own.query(oneStatement(text, params))
        // Rows that came without the settings in force are nobody's.
        const answer = Promise.all([rows, settled]).then(([result]) => result.rows as Row[])
        answer.catch(() => {
          failed = true
        })
        return { answer }
      })
    },
    commit: () =>
      inOrder(async () => {
        if (!failed) return { answer: end('COMMIT') }
        await rollBack()
        throw rolledBack()
      }),
    rollback: () => inOrder(async () => ({ answer: rollBack() })),
  }
  return held
}

class RolledBack extends Error {}

/** PostgreSQL answers a COMMIT after a failure with ROLLBACK. */
function rolledBack(): RolledBack {
  return new RolledBack('The transaction was rolled back: one of its queries had failed.')
}
