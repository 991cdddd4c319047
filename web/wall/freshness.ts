/** How old the wall's figures are, and how long to wait before asking again. */

/** Milliseconds between two successful questions. */
export const REFRESH_MS = 30_000

/** Milliseconds between two questions for the figures, at the least, while incidents come in live. */
export const LIVE_REFRESH_MS = 5_000

/** The same for everything that is counted over a window of time: the map would flicker with each of its moves. */
export const WINDOW_REFRESH_MS = 60_000

const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 300_000

/** Waiting time before the next try: doubles with every failure up to five minutes, spread by ±20 % so that walls do not ask in step. */
export function retryDelayMs(failures: number, random: number): number {
  const plain = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 16))
  return Math.round(plain * (0.8 + 0.4 * random))
}

/** Figures are stale once three questions in a row could have been answered and were not. */
export const STALE_AFTER_MS = 3 * REFRESH_MS + 10_000

export function isStale(fetchedAt: number, now: number): boolean {
  return now - fetchedAt > STALE_AFTER_MS
}
