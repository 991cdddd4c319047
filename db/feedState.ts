/** Whether a source still speaks: late after twice the time in which something should have come, silent after five times. */
export type FeedState = 'live' | 'late' | 'silent' | 'never'

/** Servers write so often what came in, seconds: no sooner is it known that something did not. */
export const HEALTH_EVERY_S = 1
/** A source that speaks every second or so is broken within ten, whoever looks: it is known a little later than it is so. */
const BRISK_EVERY_S = 3
const BRISK_SILENT_S = 9

/** Seconds without a word after which a source is late, and after which it is silent. */
function limits(expectedEveryS: number): { late: number; silent: number } {
  const silent = 5 * expectedEveryS
  return {
    late: 2 * expectedEveryS + HEALTH_EVERY_S,
    silent: expectedEveryS <= BRISK_EVERY_S ? Math.min(silent, BRISK_SILENT_S) : silent,
  }
}

/** @param expectedEveryS seconds; null: nobody waits for it. */
export function feedStateOf(lastSeenAt: Date | null, expectedEveryS: number | null, now: Date): FeedState {
  if (lastSeenAt === null) return 'never'
  if (expectedEveryS === null) return 'live'
  const age = (now.getTime() - lastSeenAt.getTime()) / 1000
  const { late, silent } = limits(expectedEveryS)
  return age <= late ? 'live' : age <= silent ? 'late' : 'silent'
}

/** Epoch milliseconds at which the state turns if nothing more comes; null: it does not. */
export function feedTurnsAt(
  lastSeenAt: Date | null,
  expectedEveryS: number | null,
  now: Date,
): number | null {
  if (lastSeenAt === null || expectedEveryS === null) return null
  const { late, silent } = limits(expectedEveryS)
  const turns = [late, silent].map((seconds) => lastSeenAt.getTime() + 1000 * seconds)
  return turns.find((at) => at >= now.getTime()) ?? null
}
