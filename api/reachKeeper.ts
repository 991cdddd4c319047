import type { Database } from '../db/client.ts'
import { type Keeper, keepDoing } from '../db/keeper.ts'
import { cubeChannel } from '../db/queries/cube.ts'
import { moveReach } from '../db/queries/reach.ts'

/** So often at most a city's windows of time move on while incidents come in. */
const EVERY_MS = 5000

/** Lets the data of cities reach as far as what has come in live, so that windows that end there count it. */
export async function keepReach(database: Database, now: () => Date = () => new Date()): Promise<Keeper> {
  let said = true
  /** What is reported for a time still to come is looked at then, though nobody says anything. */
  let next: Date | null = null
  const stopListening = await database.listen(cubeChannel, () => {
    said = true
  })
  const keeper = keepDoing(
    async () => {
      const at = now()
      if (!said && (next === null || at <= next)) return
      // What is said from here on is looked at the next time.
      said = false
      try {
        next = (await moveReach(database, at)).next
      } catch (error) {
        said = true
        throw error
      }
    },
    EVERY_MS,
    (error) =>
      console.error(
        'How far the data of cities reach could not be moved on; the next time tries again.',
        error,
      ),
  )
  return {
    async stop() {
      await stopListening()
      await keeper.stop()
    },
  }
}
