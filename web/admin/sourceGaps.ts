/** What of the past of a source is worth a line: when it said nothing though it should have. */

/** Ten minutes in which a source was heard. */
export interface Piece {
  /** The longest silence that ended in them; null: it had not been heard before. */
  longestGapS: number | null
  /** ISO: when it ended. */
  longestGapTo: string
  /** ISO. */
  lastSeenAt: string
}

/** Epoch milliseconds; `to` null: it has not ended. */
export interface Gap {
  from: number
  to: number | null
}

/** A source that says nothing for so many times its interval is silent. */
const silentTimes = 5
/** Where nobody knows how often a source speaks, no shorter silence is told. */
const leastGapMs = 30 * 60_000

/** Silences longer than five times the interval, the newest first. @param pieces in order */
export function gapsOf(pieces: readonly Piece[], everyS: number | null, now: number): Gap[] {
  const leastMs = everyS === null ? leastGapMs : 1000 * silentTimes * everyS
  const ended = pieces.map(({ longestGapS, longestGapTo }): Gap & { to: number } => {
    const to = Date.parse(longestGapTo)
    return { from: to - 1000 * (longestGapS ?? 0), to }
  })
  const gaps: Gap[] = ended.filter(({ from, to }) => to - from > leastMs)
  const last = pieces.at(-1)
  if (last && now - Date.parse(last.lastSeenAt) > leastMs)
    gaps.push({ from: Date.parse(last.lastSeenAt), to: null })
  return gaps.reverse()
}
