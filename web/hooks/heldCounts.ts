import { checkOf, unpackAnswer } from '../../geodata/packed.ts'
import { client, type Inputs, type Outputs, queryClient, trpc } from '../trpc.ts'
import { alike, questionOf } from './keepAlike.ts'

/**
 * Questions by area whose answers are told by what the page holds already: a year of ten million incidents comes in 3.7 kB
 * instead of 4.9 where the counts of 30 days are there.
 */

type Question = Inputs['aggregates']['byArea']
type Answer = Outputs['aggregates']['byArea']

/** Counts of another window of the same. */
export interface Held {
  from: string
  to: string
  areaId: readonly number[]
  count: readonly (number | null)[]
  /** It ended so long before the answer that little is still added to it. */
  isSettled: boolean
}

const SETTLED_MS = 86_400_000
/** Counts of fewer areas, or of fewer incidents an area, are short by themselves. */
const LEAST_AREAS = 256
const LEAST_AN_AREA = 4
/** What may differ between a question and what is held. */
const otherWindow = ['from', 'to', 'compareTo', 'measures'] as const

/** Asks for counts by area, packed, and reads them by what the page held when it asked. */
export async function askByArea(question: Question): Promise<Answer> {
  const held = mostTelling(question, heldLike(question))
  if (!held) return unpackAnswer(await client.aggregates.byArea.query(question))
  const { from, to, areaId } = held
  const count = Int32Array.from(held.count, Number)
  const given = { from, to, check: checkOf(areaId, count) }
  return unpackAnswer(await client.aggregates.byArea.query({ ...question, given }), count)
}

function heldLike(question: Question): Held[] {
  return queryClient
    .getQueryCache()
    .findAll(trpc.aggregates.byArea.queryFilter())
    .flatMap(({ queryKey }) => {
      const asked = questionOf(queryKey)
      const answer = queryClient.getQueryData<Answer>(queryKey)
      return asked && answer && alike(asked, question, otherWindow) ? windowsOf(answer) : []
    })
}

function windowsOf({ areaId, asOf, ...answer }: Answer): Held[] {
  const { from, to, count, compareFrom, compareTo, compareCount } = answer
  const held = (from: string, to: string, count: Held['count']) => ({
    ...{ from, to, areaId, count },
    isSettled: Date.parse(asOf) - Date.parse(to) > SETTLED_MS,
  })
  return compareFrom && compareTo && compareCount
    ? [held(from, to, count), held(compareFrom, compareTo, compareCount)]
    : [held(from, to, count)]
}

/**
 * The window that says most about the one asked for. Settled ones come first: where incidents still come in, what was held
 * is soon not what is counted.
 */
export function mostTelling(asked: { from: string; to: string }, held: readonly Held[]): Held | undefined {
  return held
    .map((each) => ({ each, surprise: surpriseOf(asked, each) }))
    .sort((a, b) => Number(b.each.isSettled) - Number(a.each.isSettled) || a.surprise - b.surprise)
    .find(({ each }) => isWorthGiving(each))?.each
}

/** Nothing hidden, and neither few areas nor few incidents. */
function isWorthGiving({ areaId, count }: Held): boolean {
  if (areaId.length < LEAST_AREAS || count.includes(null)) return false
  return count.reduce<number>((sum, each) => sum + (each ?? 0), 0) >= LEAST_AN_AREA * areaId.length
}

/** How far chance takes the counts of a window from those of another one, scaled by both lengths: their variance, but for the rate. */
function surpriseOf(asked: { from: string; to: string }, held: Held): number {
  const [from, to, heldFrom, heldTo] = [asked.from, asked.to, held.from, held.to].map(Date.parse)
  const shared = Math.max(0, Math.min(to, heldTo) - Math.max(from, heldFrom))
  const ratio = (to - from) / (heldTo - heldFrom)
  return shared * (1 - ratio) ** 2 + (to - from - shared) + ratio ** 2 * (heldTo - heldFrom - shared)
}
