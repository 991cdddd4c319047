import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { HeldTransaction } from './client.ts'

const FAILED = 'The transaction was rolled back: one of its queries had failed.'

/**
 * Each query a short transaction of its own: the one session is free between them. An entry in the audit is therefore not in
 * the transaction of the rows it tells of: held from the first row to the answer, the one session would be waited for by the
 * very call that holds it, which also asks the database itself (catalog, grants). No answer leaves before its entry is
 * committed, here as on PostgreSQL.
 */
export function holdPglite(pglite: PGlite): HeldTransaction {
  let failed = false
  const asked: Promise<unknown>[] = []
  return {
    query<Row>(settings: string, text: string, params: unknown[] = []) {
      const answer = pglite.transaction(async (tx) => {
        await tx.exec(settings)
        const { rows } = await tx.query<Row>(text, params)
        return rows
      })
      asked.push(
        answer.catch(() => {
          failed = true
        }),
      )
      return answer
    },
    async commit() {
      await Promise.all(asked)
      if (failed) throw new Error(FAILED)
    },
    async rollback() {
      // What was asked has ended by itself.
    },
  }
}

/** One transaction from the first query to the end, in one snapshot; everybody else waits for it. */
export function holdPgliteSnapshot(pglite: PGlite): HeldTransaction {
  let failed = false
  let finish: (whole: boolean) => void = () => undefined
  let whole: Promise<void> | undefined
  let session: Promise<Transaction> | undefined

  function begin(): Promise<Transaction> {
    session ??= new Promise((resolve, reject) => {
      whole = pglite.transaction(async (tx) => {
        await tx.exec('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
        resolve(tx)
        const commit = await new Promise<boolean>((end) => {
          finish = end
        })
        if (!commit) await tx.rollback()
      })
      whole.catch(reject)
    })
    return session
  }

  return {
    async query<Row>(settings: string, text: string, params: unknown[] = []) {
      try {
        const tx = await begin()
        await tx.exec(settings)
        const { rows } = await tx.query<Row>(text, params)
        return rows
      } catch (error) {
        failed = true
        throw error
      }
    },
    async commit() {
      finish(!failed)
      await whole
      if (failed) throw new Error(FAILED)
    },
    async rollback() {
      finish(false)
      await whole
    },
  }
}
