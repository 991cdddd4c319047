import type { Database } from '../db/client.ts'
import { type Keeper, keepDoing } from '../db/keeper.ts'
import { cubeChannel } from '../db/queries/cube.ts'
import { moveReach } from '../db/queries/reach.ts'

/** So often at most a city's windows of time move on while incidents come in. */
const EVERY_MS = 5000
/** Each so many-th time it is looked though nobody said that incidents came: some are reported for a time still to come. */
const UNSAID = 12

/** Lets the data of cities reach as far as what has come in live, so that windows that end there count it. */
export async function keepReach(database: Database, now: () => Date = () => new Date()): Promise<Keeper> {
  let said = true
  let turn = 0
  const stopListening = await database.listen(cubeChannel, () => {
    said = true
  })
  const keeper = keepDoing(
    async () => {
      turn += 1
      if (!said && turn % UNSAID !== 0) return
      // What is said from here on is looked at the next time.
      said = false
      try {
        await moveReach(database, now())
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
