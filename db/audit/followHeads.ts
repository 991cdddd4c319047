import type { Queryable } from '../client.ts'
import type { Head, HeadsFile } from './heads.ts'

const AT_ONCE = 1000

const HEADS = `SELECT number AS seal, last_seq AS seq,
  to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, encode(hash, 'hex') AS hash
FROM audit_seals`

/** Whether the database still has the last seal the file knows. */
export async function agreesWithHeads(db: Queryable, last: Head): Promise<boolean> {
  const [seal] = await db.query<Head>(`${HEADS} WHERE number = $1`, [last.seal])
  return seal?.hash === last.hash
}

async function newest(db: Queryable): Promise<Head | undefined> {
  const [seal] = await db.query<Head>(`${HEADS} ORDER BY number DESC LIMIT 1`)
  return seal
}

/**
 * Writes down the seals that were made since the last one in the file, by whichever server. A file that has just begun
 * takes the last thousand (a head vouches for everything before it), and one that knows another chain goes on from the
 * newest.
 * @returns false when the database has another chain than the file.
 */
export async function followHeads(db: Queryable, file: HeadsFile): Promise<boolean> {
  const head = await newest(db)
  await file.refresh()
  if (!head || (file.last && head.seal === file.last.seal && head.hash === file.last.hash)) return true
  if (file.last && !(await agreesWithHeads(db, file.last))) {
    await file.append([head])
    return false
  }
  for (let after = file.last?.seal ?? head.seal - AT_ONCE; ; ) {
    const heads = await db.query<Head>(`${HEADS} WHERE number > $1 ORDER BY number LIMIT ${AT_ONCE}`, [after])
    await file.append(heads)
    const last = heads.at(-1)
    if (!last || heads.length < AT_ONCE) return true
    after = last.seal
  }
}
