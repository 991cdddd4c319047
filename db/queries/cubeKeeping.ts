import type { Database } from '../client.ts'
import { foldChanges } from './cubeFolding.ts'

/** NOTIFY on this channel carries the code of a city whose counts changed. */
export const cubeChannel = 'cube'

export interface FoldKeeper {
  /** Fulfils when each city has been folded once, or left to somebody who is at it. */
  started: Promise<void>
  /** Waits for what is being folded. */
  stop(): Promise<void>
}

// A plane read looks through what is not folded: at this many changes that is a few milliseconds.
const MOST_PENDING = 5000
const LOOK_EVERY_MS = 20_000

const DUE = `
SELECT s.city_code AS city FROM cube_state s JOIN cities c ON c.code = s.city_code
WHERE s.snapshot IS NULL OR s.system_identifier <> (SELECT system_identifier FROM pg_control_system())
  OR (SELECT count(*) FROM (SELECT FROM cube_changes l WHERE l.city_code = s.city_code AND l.xid >= pg_snapshot_xmin(s.snapshot)
        AND NOT pg_visible_in_snapshot(l.xid, s.snapshot) LIMIT $1) pending) >= $1
  -- the day has changed: yesterday gets its planes
  OR s.folded_at < date_trunc('day', now() AT TIME ZONE c.time_zone) AT TIME ZONE c.time_zone
ORDER BY 1`

/**
 * Folds every city that has something to fold now, and from then on each whose log has grown long or whose day has ended,
 * until `stop`. Several servers on one database leave the work to whoever came first.
 */
export function keepFolded(
  db: Database,
  { onError = report }: { onError?: (error: unknown) => void } = {},
): FoldKeeper {
  let stopped = false
  const fold = async (pending: number) => {
    try {
      for (const { city } of stopped ? [] : await db.query<{ city: string }>(DUE, [pending])) {
        if (!stopped) await foldChanges(db, city)
      }
    } catch (error) {
      // The log keeps everything until the next attempt.
      onError(error)
    }
  }
  const started = fold(1)
  let working = started
  const timer = setInterval(() => {
    working = working.then(() => fold(MOST_PENDING))
  }, LOOK_EVERY_MS)
  timer.unref()
  return {
    started,
    async stop() {
      stopped = true
      clearInterval(timer)
      await working
    },
  }
}

function report(error: unknown): void {
  console.error('folding counts failed:', error)
}
