import { type CitedShare, recomputeShare } from '../../api/statistics/citedShare.ts'
import type { Outputs } from '../trpc.ts'
import { PERCENT_SIGN } from '../ui/numbers.ts'

export type Fact = Outputs['facts']['cited'][number]

/**
 * The published figures a leader asks about first, in this order. All are of the whole city, so they stand on the
 * city's page only; the others remain in geodata/facts.
 */
const CITED = [
  'shuifu-2025-full-function-grids',
  'shuifu-2025-micro-grids',
  'shuifu-2025-cameras',
  'shuifu-2025-officers',
  'shuifu-2025-platform-disputes-settled',
  'shuifu-2025-returnee-resolution-rate',
  'shuifu-2025-centre-closed',
  'shuifu-2024-public-order-incidents-yoy',
  'shuifu-2024-criminal-incidents-yoy',
]

/** The cited figures that belong to a division, in the order of the page. */
export function citedFor(facts: readonly Fact[], divisionCode: string | null): Fact[] {
  const own = new Map(facts.filter((fact) => fact.placeCode === divisionCode).map((fact) => [fact.id, fact]))
  return CITED.flatMap((id) => own.get(id) ?? [])
}

/** As-of date of a published figure: the end of its period, else the day it was published, else null. */
export function citedDate(fact: Fact): string | null {
  return fact.period.to ?? fact.source.date
}

/** A printed percentage held against its own printed counts; null where the source prints none. */
export function recomputed(
  fact: Pick<Fact, 'value' | 'unit' | 'numerator' | 'denominator'>,
): CitedShare | null {
  const { value, unit, numerator, denominator } = fact
  if (unit !== PERCENT_SIGN || value === null || numerator === null || denominator === null) return null
  return recomputeShare(value, numerator, denominator)
}

/** Signed change in per cent, as the source prints it. */
export function isChange(fact: Fact): boolean {
  return fact.id.endsWith('-yoy')
}
