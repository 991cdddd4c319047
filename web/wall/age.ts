export type AgeUnit = 'seconds' | 'minutes' | 'hours' | 'days'

/** An age in its one fitting unit, rounded down: 90 s is one minute. */
export function ageOf(milliseconds: number): { unit: AgeUnit; count: number } {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) return { unit: 'seconds', count: seconds }
  if (seconds < 3600) return { unit: 'minutes', count: Math.floor(seconds / 60) }
  if (seconds < 86_400) return { unit: 'hours', count: Math.floor(seconds / 3600) }
  return { unit: 'days', count: Math.floor(seconds / 86_400) }
}
