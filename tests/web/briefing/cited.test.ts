import { expect, test } from 'vitest'
import { readFacts } from '../../../geodata/facts.ts'
import { citedDate, citedFor, isChange, recomputed } from '../../../web/briefing/cited.ts'

const cited = citedFor(readFacts(), '530681')

test('the city page cites nine published figures of the city, each with a source', () => {
  expect(cited).toHaveLength(9)
  for (const fact of cited) expect(fact.source.publisher ?? fact.source.title).not.toBe('')
})

test('another division, or a city without one, is not given the figures of Shuifu', () => {
  expect(citedFor(readFacts(), '530111')).toEqual([])
  expect(citedFor(readFacts(), null)).toEqual([])
})

test('a figure is dated by its period, else by its source, else by nothing', () => {
  expect(cited.filter((fact) => citedDate(fact) === '2024-12-31').map((fact) => fact.id)).toEqual([
    'shuifu-2024-public-order-incidents-yoy',
    'shuifu-2024-criminal-incidents-yoy',
  ])
  expect(cited.filter(isChange)).toHaveLength(2)
  expect(citedDate(cited[0])).toBeNull()
})

test('the one ratio that does not follow from its own counts is among those shown, and says both', () => {
  const shares = cited.map(recomputed).filter((share) => share !== null)
  expect(shares.filter((share) => !share.agrees)).toEqual([
    { numerator: 95, denominator: 101, printed: 94.05, recomputed: 94.06, agrees: false },
  ])
})

test('a count has nothing to recompute', () => {
  expect(recomputed({ value: 1476, unit: '件', numerator: 1476, denominator: 1495 })).toBeNull()
  expect(recomputed({ value: -66.5, unit: '%', numerator: null, denominator: null })).toBeNull()
})
