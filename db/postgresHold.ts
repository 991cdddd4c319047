import type pg from 'pg'
import type { HeldTransaction } from './client.ts'

/** Extended: the server takes one statement and no more, also where there are no parameters. */
function oneStatement(text: string, values: unknown[]): pg.QueryConfig & { queryMode: 'extended' } {
  return { text, values, queryMode: 'extended' }
}

/**
 * A transaction on a client of its own from the first query to the end.
 * @param open Holds those that have not ended, so that closing the database can end what somebody forgot.
 */
export function holdPostgres(
  pool: pg.Pool,
  open: Set<HeldTransaction>,
  { snapshot = false }: { snapshot?: boolean },
): HeldTransaction {
  let client: pg.PoolClient | undefined
  let inForce: string | undefined
  let failed = false
  let ended = false
  // A client runs one statement at a time; whoever asks meanwhile waits here.
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = last.then(run)
    last = turn.catch(() => undefined)
    return turn
  }

  async function begin(settings: string): Promise<pg.PoolClient> {
    if (!client) {
      client = await pool.connect()
      open.add(held)
    }
    if (inForce === settings) return client
    const begun = inForce !== undefined
    inForce = settings
    const isolation = snapshot ? ' ISOLATION LEVEL REPEATABLE READ' : ''
    await client.query(begun ? settings : `BEGIN${isolation}; ${settings}`)
    return client
  }

  async function end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    ended = true
    const own = client
    client = undefined
    open.delete(held)
    if (!own) return
    try {
      await own.query(statement)
      own.release()
    } catch (error) {
      // Whatever state the connection is in, nobody else gets it.
      own.release(true)
      throw error
    }
  }

  async function rollBack(): Promise<void> {
    // A lost connection has rolled back by itself; whoever rolls back has an error of their own to tell.
    await end('ROLLBACK').catch((error: Error) => console.error(`rollback failed: ${error.message}`))
  }

  const held: HeldTransaction = {
    query<Row>(settings: string, text: string, params: unknown[] = []) {
      return inTurn(async () => {
        if (ended) throw new Error('This transaction has ended.')
        try {
          const own = await begin(settings)
          const { rows } = await own.query(oneStatement(text, params))
          return rows as Row[]
        } catch (error) {
          failed = true
          throw error
        }
      })
    },
    commit: () =>
      inTurn(async () => {
        if (!failed) return end('COMMIT')
        await rollBack()
        throw new Error('The transaction was rolled back: one of its queries had failed.')
      }),
    rollback: () => inTurn(rollBack),
  }
  return held
}
