import type { Database, Transaction } from '../client.ts'
import { type Keeper, keepDoing } from '../keeper.ts'

/** Days that raw fixes of units are kept. */
export const TRACK_DAYS = 30
/** Seconds a unit counts as standing where it was last seen. */
const LONGEST_STAY_S = 300
const LOOK_EVERY_MS = 3_600_000
const DAY_MS = 86_400_000

/**
 * Turns fixes older than `TRACK_DAYS` before `now` into seconds a micro-grid and hour (`patrol_minutes`) and deletes them.
 * @returns the fixes deleted.
 */
export async function sumUpTracks(tx: Transaction, now: Date): Promise<number> {
  const before = new Date(now.getTime() - TRACK_DAYS * DAY_MS)
  const [{ deleted }] = await tx.query<{ deleted: number }>('SELECT sum_up_tracks($1, $2) AS deleted', [
    before,
    LONGEST_STAY_S,
  ])
  return deleted
}

/**
 * Sums up old tracks now and every hour until `stop`.
 * @param onSummedUp Called in the same transaction where something was deleted, to keep a record of it.
 */
export function keepTracks(
  db: Database,
  onSummedUp: (tx: Transaction, deleted: number) => Promise<void>,
): Keeper {
  return keepDoing(
    () =>
      db.transaction(async (tx) => {
        const deleted = await sumUpTracks(tx, new Date())
        if (deleted > 0) await onSummedUp(tx, deleted)
      }),
    LOOK_EVERY_MS,
    // What could not be summed up stays until the next hour.
    (error) => console.error('old tracks could not be summed up:', error),
  )
}
