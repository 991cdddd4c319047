import { expect, test } from 'vitest'
import { recomputeShare } from '../../../api/statistics/citedShare.ts'
import { readFacts } from '../../../geodata/facts.ts'

const percentages = readFacts().flatMap((fact) =>
  fact.unit === '%' && fact.value !== null && fact.numerator !== null && fact.denominator
    ? [{ ...recomputeShare(fact.value, fact.numerator, fact.denominator), fact }]
    : [],
)

test('94.05 for 95/101 does not recompute: it is 94.06', () => {
  expect(recomputeShare(94.05, 95, 101)).toMatchObject({ agrees: false, recomputed: 94.06 })
})

test('a print of one or no decimal is held against the quotient at that precision', () => {
  expect(recomputeShare(98.7, 1476, 1495).agrees).toBe(true)
  expect(recomputeShare(97, 15_220, 15_675).agrees).toBe(true)
  expect(recomputeShare(98, 15_220, 15_675).agrees).toBe(false)
})

test('every published percentage with printed counts is recomputed, and the file says the same of each', () => {
  expect(percentages.length).toBeGreaterThanOrEqual(14)
  for (const { fact, agrees, recomputed } of percentages) {
    const note = fact.check?.note ?? ''
    if (note.startsWith('differs')) expect(agrees, fact.id).toBe(false)
    if (note.startsWith('agrees')) expect(agrees, fact.id).toBe(true)
    if (fact.check?.recomputed != null)
      expect(Math.abs(recomputed - fact.check.recomputed), fact.id).toBeLessThanOrEqual(0.5)
  }
})

test('exactly one of them does not agree with its own counts', () => {
  expect(percentages.filter((each) => !each.agrees).map((each) => each.fact.id)).toEqual([
    'shuifu-2025-returnee-resolution-rate',
  ])
})

test('a printed part is never larger than its whole', () => {
  for (const fact of readFacts())
    if (fact.numerator !== null && fact.denominator !== null)
      expect(fact.numerator, fact.id).toBeLessThanOrEqual(fact.denominator)
})
