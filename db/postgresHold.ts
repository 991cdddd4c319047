import type pg from 'pg'
import type { HeldTransaction } from './client.ts'

/** Extended: the server takes one statement and no more, also where there are no parameters. */
function oneStatement(text: string, values: unknown[]): pg.QueryConfig & { queryMode: 'extended' } {
  return { text, values, queryMode: 'extended' }
}

/** A transaction on a client of its own from the first query to the end. */
export function holdPostgres(pool: pg.Pool, { snapshot = false }: { snapshot?: boolean }): HeldTransaction {
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
    client ??= await pool.connect()
    if (inForce === settings) return client
    const begun = inForce !== undefined
    inForce = settings
    const isolation = snapshot ? ' ISOLATION LEVEL REPEATABLE READ' : ''
    await client.query(begun ? settings : `BEGIN${isolation}; ${settings}`)
    return client
  }

  async function end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    ended = true
    const held = client
    client = undefined
    if (!held) return
    try {
      await held.query(statement)
      held.release()
    } catch (error) {
      // Whatever state the connection is in, nobody else gets it.
      held.release(true)
      throw error
    }
  }

  return {
    query<Row>(settings: string, text: string, params: unknown[] = []) {
      return inTurn(async () => {
        if (ended) throw new Error('This transaction has ended.')
        try {
          const held = await begin(settings)
          const { rows } = await held.query(oneStatement(text, params))
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
        await end('ROLLBACK')
        throw new Error('The transaction was rolled back: one of its queries had failed.')
      }),
    rollback: () => inTurn(() => end('ROLLBACK')),
  }
}
