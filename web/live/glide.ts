/** How a unit's mark goes from where it was drawn to its newest fix. Places are world units, times `performance.now()`. */
export interface Glide {
  fromX: number
  fromY: number
  toX: number
  toY: number
  startedAt: number
  durationMs: number
}

const shortestMs = 200
/** Longer waits between fixes are not stretched into a slow slide that nobody drove. */
const longestMs = 4_000
/** Further than this between two fixes, metres: the way in between is not known, the mark jumps. */
const farthestM = 800

/** A mark that stands. */
export function standing(x: number, y: number): Glide {
  return { fromX: x, fromY: y, toX: x, toY: y, startedAt: 0, durationMs: 0 }
}

/** The share of the way that lies behind, 0…1. */
function progress({ startedAt, durationMs }: Glide, now: number): number {
  return durationMs <= 0 ? 1 : Math.min(1, Math.max(0, (now - startedAt) / durationMs))
}

export function glideX(glide: Glide, now: number): number {
  return glide.fromX + (glide.toX - glide.fromX) * progress(glide, now)
}

export function glideY(glide: Glide, now: number): number {
  return glide.fromY + (glide.toY - glide.fromY) * progress(glide, now)
}

export function isGliding({ startedAt, durationMs }: Glide, now: number): boolean {
  return durationMs > 0 && now < startedAt + durationMs
}

/**
 * On to a new fix from wherever the mark is drawn now, in the time that lay between the fixes: at a steady pace it never
 * stops and is never ahead of what is known.
 * @param betweenMs between the last two fixes, by the unit's own clock. @param still no motion: it jumps.
 */
export function glideTo(
  before: Glide,
  toX: number,
  toY: number,
  betweenMs: number,
  now: number,
  worldPerMetre: number,
  still: boolean,
): Glide {
  const fromX = glideX(before, now)
  const fromY = glideY(before, now)
  const metres = Math.hypot(toX - fromX, toY - fromY) / worldPerMetre
  if (still || metres === 0 || metres > farthestM || betweenMs > 15 * longestMs) return standing(toX, toY)
  const durationMs = Math.min(longestMs, Math.max(shortestMs, betweenMs))
  return { fromX, fromY, toX, toY, startedAt: now, durationMs }
}

/** World units a second a mark moves at now. */
export function paceOf(glide: Glide, now: number): number {
  if (!isGliding(glide, now)) return 0
  return (1000 * Math.hypot(glide.toX - glide.fromX, glide.toY - glide.fromY)) / glide.durationMs
}
