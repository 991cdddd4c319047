import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { HeldTransaction, HoldOptions } from './database.ts'

const FAILED = 'The transaction was rolled back: one of its queries had failed.'

/** Whoever holds the one session asks again within milliseconds, or waits for itself through somebody else: for ever. */
const LONGEST_PAUSE_MS = 30_000

/**
 * One transaction from the first query that is not `apart` to the end; everybody else waits for it. Until then each query is
 * a short transaction of its own, so that whoever asks them may use the database between: the one session is free.
 */
export function holdPglite(pglite: PGlite, { snapshot = false, signal }: HoldOptions): HeldTransaction {
  let inForce: string | undefined
  let failed = false
  let finish: (whole: boolean) => void = () => undefined
  let whole: Promise<void> | undefined
  let session: Promise<Transaction> | undefined
  let pause: NodeJS.Timeout | undefined
  /** One after the other: no query runs between the settings of another and what is asked under them. */
  let turns: Promise<unknown> = Promise.resolve()

  function begin(): Promise<Transaction> {
    session ??= new Promise((resolve, reject) => {
      whole = pglite.transaction(async (tx) => {
        if (snapshot) await tx.exec('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
        const ended = new Promise<boolean>((end) => {
          finish = end
        })
        resolve(tx)
        if (!(await ended)) await tx.rollback()
      })
      whole.catch(reject)
    })
    return session
  }

  async function together<Row>(settings: string, text: string, params: unknown[]): Promise<Row[]> {
    const tx = await begin()
    clearTimeout(pause)
    if (inForce !== settings) {
      inForce = settings
      await tx.exec(settings)
    }
    const { rows } = await tx.query<Row>(text, params)
    pause = setTimeout(() => {
      console.error('A look held the database for too long, and was rolled back: it waited for itself.')
      failed = true
      finish(false)
    }, LONGEST_PAUSE_MS)
    pause.unref()
    return rows
  }

  function alone<Row>(settings: string, text: string, params: unknown[]): Promise<Row[]> {
    return pglite.transaction(async (tx) => {
      await tx.exec(settings)
      const { rows } = await tx.query<Row>(text, params)
      return rows
    })
  }

  async function end(commit: boolean): Promise<void> {
    await turns
    clearTimeout(pause)
    finish(commit && !failed)
    await whole
  }

  return {
    query<Row>(settings: string, text: string, params: unknown[] = [], { apart = false } = {}) {
      const answer = turns.then(() => {
        if (signal?.aborted) throw new Error('Whoever asked has left.')
        return (apart && !session ? alone<Row> : together<Row>)(settings, text, params)
      })
      turns = answer.catch(() => {
        failed = true
      })
      return answer
    },
    async commit() {
      await end(true)
      if (failed) throw new Error(FAILED)
    },
    rollback: () => end(false),
  }
}
