/** A unit whose last fix is older than this is shown as not heard, milliseconds. */
export const staleFixMs = 90_000

const minuteMs = 60_000

/** Whole minutes since a fix that is stale, null while it is fresh. @param ageMs by the server's clock; ahead of it counts as fresh. */
export function staleMinutes(ageMs: number): number | null {
  return ageMs > staleFixMs ? Math.floor(ageMs / minuteMs) : null
}

/** How long a closed incident stays on the map, milliseconds. */
export const closedStaysMs = 30 * minuteMs
/** How long one that only was recorded does. */
export const recordedStaysMs = 60 * minuteMs
const paleAfterMs = 4 * 60 * minuteMs
const palest = 0.4

/** How strongly an incident is drawn: fully for ten minutes, then fainter down to what it is after four hours. */
export function strengthOf(ageMs: number, closed: boolean): number {
  const fresh = 10 * minuteMs
  const share = Math.min(1, Math.max(0, (ageMs - fresh) / (paleAfterMs - fresh)))
  const strength = 1 - (1 - palest) * share
  return closed ? 0.75 * strength : strength
}
