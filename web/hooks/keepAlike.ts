/** Which answer may stay on screen while the next one comes. */
import type { QueryKey } from '@tanstack/react-query'

/**
 * Parts of a question that say when, which hours, or what beside counts: an answer that differs in these only still
 * speaks about the same thing, and carries its own `from` and `to`. In everything else (city, version, level, area,
 * kinds, method, bucket …) another question is about something else.
 */
const passing = ['from', 'to', 'compareTo', 'hoursOfWeek', 'measures', 'bandwidthM'] as const

/** Parts of a question for things on the map: those of a neighbouring view are true where they stand. */
export const passingInView = ['bbox', 'limit'] as const

/** True where two questions differ at most in the parts named. */
export function alike(one: object, other: object, mayDiffer: readonly string[] = passing): boolean {
  const lasting = (question: object) =>
    JSON.stringify(
      Object.entries(question)
        .filter(([name, value]) => !mayDiffer.includes(name) && value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  return lasting(one) === lasting(other)
}

/** The question in the key of a tRPC query; null where there is none. */
export function questionOf(key: QueryKey): object | null {
  const about: unknown = key[1]
  if (typeof about !== 'object' || about === null || !('input' in about)) return null
  return typeof about.input === 'object' ? about.input : null
}

/**
 * For `placeholderData`: the last answer stays while the next one comes, but only where the two questions are alike.
 * `isPlaceholderData` tells the screen, which must say so.
 */
export function keepAlike(question: object, mayDiffer: readonly string[] = passing) {
  return <Data>(last: Data | undefined, query: { queryKey: QueryKey } | undefined): Data | undefined => {
    const asked = query && questionOf(query.queryKey)
    return asked && alike(asked, question, mayDiffer) ? last : undefined
  }
}
