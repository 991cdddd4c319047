import { wallClockAt } from '../state/zonedTime.ts'

/** A period to replay, epoch milliseconds, whole minutes. */
export interface ReplaySpan {
  from: number
  to: number
  /** Where it begins to play. */
  at: number
}

/** The longest period at once: what is asked of the server for incidents. */
export const longestReplayMs = 31 * 86_400_000

const minute = 60_000
const compact = (instant: number) => new Date(instant).toISOString().slice(0, 16).concat('Z')

function instantOf(text: string | undefined): number {
  return text && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/.test(text) ? Date.parse(text) : Number.NaN
}

/** `?replay=2026-11-22T10:00Z/2026-11-22T11:00Z` with `/2026-11-22T10:20:30Z` for an instant in it; UTC. */
export function encodeReplay({ from, to, at }: ReplaySpan): string {
  const whole = `${compact(from)}/${compact(to)}`
  return at > from ? `${whole}/${new Date(at).toISOString().slice(0, 19)}Z` : whole
}

/** @returns null for what is no period. */
export function decodeReplay(text: string | undefined): ReplaySpan | null {
  if (text === undefined) return null
  const [first, last, inside] = text.split('/')
  const from = instantOf(first)
  const to = instantOf(last)
  if (!(to - from >= minute && to - from <= longestReplayMs)) return null
  const at = instantOf(inside)
  return { from, to, at: at >= from && at < to ? at : from }
}

/** 2026-11-22 14:32:05 in a time zone. */
export function replayInstant(at: number, timeZone: string): string {
  return wallClockAt(at, timeZone).format('YYYY-MM-DD HH:mm:ss')
}
