import type { Database, Queryable } from './client.ts'

/** The token does not hold (any more), or not for what was brought. */
export class TokenRefused extends Error {}

const INSUFFICIENT_PRIVILEGE = '42501'
const DEADLOCK = '40P01'

/**
 * One that was withdrawn a moment ago sees no unit either: without this it would be told that its unit is not there. And
 * what is answered must not be undone by a crash, however the other writers of this database commit.
 */
const BEGIN = `DO $$ BEGIN
  IF ingest_city('incidents positions duties sms') IS NULL THEN RAISE insufficient_privilege; END IF;
  IF current_setting('synchronous_commit') = 'off' THEN SET LOCAL synchronous_commit = on; END IF;
END $$`

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/**
 * A transaction as gridwall_ingest with a token: what comes in live (db/migrations/0010_ingest.sql). The database looks
 * up itself whether the token holds and for what. Everything through `tx`; committed when it answers. Of two that wait
 * for one another one begins anew, so `run` may be called twice.
 * @throws TokenRefused where the token does not hold, or `run` wrote what is not its own.
 */
export async function ingestAs<T>(
  database: Database,
  tokenId: number,
  run: (tx: Queryable) => Promise<T>,
): Promise<T> {
  const settings = `SET LOCAL gridwall.token = '${Math.trunc(tokenId)}'; SET LOCAL ROLE gridwall_ingest; ${BEGIN}`
  const once = () =>
    database.transaction(async (tx) => {
      await tx.script(settings)
      return run(tx)
    })
  try {
    return await once().catch((error) => {
      if (codeOf(error) === DEADLOCK) return once()
      throw error
    })
  } catch (error) {
    if (codeOf(error) === INSUFFICIENT_PRIVILEGE)
      throw new TokenRefused('the token does not hold', { cause: error })
    throw error
  }
}

/**
 * Ends the role of the token inside the transaction: what follows is the server's own work, such as reading what a live
 * event tells of. Nothing that came from outside is written after it.
 */
export async function asServer(tx: Queryable): Promise<void> {
  await tx.query('RESET ROLE')
}
