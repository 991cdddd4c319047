import type { Database } from '../db/client.ts'
import { type Keeper, keepDoing } from '../db/keeper.ts'
import { moveReach } from '../db/queries/reach.ts'

/** So often at most a city's windows of time move on while incidents come in. */
const EVERY_MS = 5000

/** Lets the data of cities reach as far as what has come in live, so that windows that end there count it. */
export function keepReach(database: Database, now: () => Date = () => new Date()): Keeper {
  return keepDoing(
    async () => {
      await moveReach(database, now())
    },
    EVERY_MS,
    (error) =>
      console.error(
        'How far the data of cities reach could not be moved on; the next time tries again.',
        error,
      ),
  )
}
