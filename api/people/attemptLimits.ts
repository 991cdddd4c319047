/** So many addresses and paths are remembered; the longest quiet ones are forgotten first. */
const MOST_REMEMBERED = 100_000

interface Limit {
  /** Seconds. */
  window: number
  max: number
}

/**
 * How often an address may ask a path of better-auth, whose own memory belongs to the process and not to the server. A
 * window begins anew once it was quiet for as long.
 */
export function attemptLimits() {
  // In the order of the last question.
  const asked = new Map<string, { count: number; last: number }>()
  return {
    async consume(key: string, { window, max }: Limit) {
      const now = performance.now()
      const known = asked.get(key)
      const before = known && now - known.last < window * 1000 ? known : { count: 0, last: now }
      if (before.count >= max) {
        return { allowed: false, retryAfter: Math.ceil((before.last + window * 1000 - now) / 1000) }
      }
      asked.delete(key)
      asked.set(key, { count: before.count + 1, last: now })
      for (const oldest of asked.keys()) {
        if (asked.size <= MOST_REMEMBERED) break
        asked.delete(oldest)
      }
      return { allowed: true, retryAfter: null }
    },
  }
}
