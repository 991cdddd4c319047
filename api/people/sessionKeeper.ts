import type { Database } from '../../db/client.ts'
import { type Keeper, keepDoing } from '../../db/keeper.ts'
import { readAccountRules } from '../../db/queries/rules.ts'
import { deleteOldVerifications, tokensPerhapsOver } from '../../db/queries/sessions.ts'
import { sweepFailures } from '../../db/queries/signInFailures.ts'
import { type Clock, machineClock } from './clock.ts'
import { rulesOf } from './rules.ts'
import { liveSession } from './sessionState.ts'

const LOOK_EVERY_MS = 60_000

/** Ends what nobody asks for any more, so that lists of sessions tell the truth and the audit says when each ended. */
export async function endOverSessions(database: Database, now: Date): Promise<void> {
  const { idleMinutes } = rulesOf(await readAccountRules(database))
  for (const token of await tokensPerhapsOver(database, now, idleMinutes)) {
    await liveSession(database, token, now)
  }
  await deleteOldVerifications(database, now)
  await sweepFailures(database, now)
}

/** Looks every minute. Of several servers that look at once, one ends a session. */
export function keepSessions(database: Database, now: Clock = machineClock): Keeper {
  return keepDoing(
    () => endOverSessions(database, now()),
    LOOK_EVERY_MS,
    // What could not be ended is refused when it is asked for, and tried again in a minute.
    (error) => console.error('sessions that are over could not be ended:', error),
  )
}
