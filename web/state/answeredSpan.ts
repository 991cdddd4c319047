/** The windows an answer speaks about, as it says itself: what stands beside its numbers, whatever is asked by now. */
import type { Span } from './timeWindow.ts'

interface Answered {
  from: string
  to: string
  compareFrom?: string
  compareTo?: string
}

/** Undefined while there is no answer. */
export function answeredSpan(answer: Answered | undefined): Span | undefined {
  return answer && { from: Date.parse(answer.from), to: Date.parse(answer.to) }
}

/** null where the answer compares with nothing. */
export function answeredCompare(answer: Answered | undefined): Span | null {
  if (answer?.compareFrom === undefined || answer.compareTo === undefined) return null
  return { from: Date.parse(answer.compareFrom), to: Date.parse(answer.compareTo) }
}
