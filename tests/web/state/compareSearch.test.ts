import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeOtherSide, encodeOtherSide, type OtherSide } from '../../../web/state/compareSearch.ts'
import { comparedTotals } from '../../../web/state/compareTotals.ts'
import { presets, type TimeWindow } from '../../../web/state/timeWindow.ts'
import { decodeView, encodeView } from '../../../web/state/viewSearch.ts'

const minute = fc.integer({ min: 25_000_000, max: 30_000_000 }).map((minutes) => minutes * 60_000)
const windows: fc.Arbitrary<TimeWindow> = fc.oneof(
  fc.constantFrom(...presets).map((preset) => ({ preset })),
  fc
    .tuple(minute, fc.integer({ min: 1, max: 600_000 }))
    .map(([from, minutes]) => ({ preset: 'custom' as const, from, to: from + minutes * 60_000 })),
)
const sides: fc.Arbitrary<OtherSide> = fc.record({
  window: fc.option(windows, { nil: undefined }),
  kinds: fc.option(
    fc.oneof(
      fc.constant('all' as const),
      fc.uniqueArray(fc.constantFrom('traffic', '010100', 'Car theft, other', '盗窃'), { minLength: 1 }),
    ),
    { nil: undefined },
  ),
  version: fc.option(fc.constantFrom('2018', '2025'), { nil: undefined }),
})

describe('the second side of a comparison in the URL', () => {
  test('comes back through the address, and leaves the parameters of others alone', () => {
    fc.assert(
      fc.property(sides, (side) => {
        const rest = encodeOtherSide({ panel: 'analysis' }, side)
        const read = decodeView(encodeView({ version: '2025', rest })).rest
        expect(decodeOtherSide(read)).toEqual(side)
        expect(encodeOtherSide(read, undefined)).toEqual({ panel: 'analysis' })
      }),
    )
  })

  test('without compare=1 there is none', () => {
    expect(decodeOtherSide(undefined)).toBeUndefined()
    expect(decodeOtherSide({ compareWindow: '7d' })).toBeUndefined()
    expect(encodeOtherSide({}, undefined)).toBeUndefined()
  })
})

describe('what is said about two totals', () => {
  const day = 86_400_000
  const span = (from: number, days: number) => ({ from: from * day, to: (from + days) * day })
  const side = (from: number, days: number, count: number, codes?: string[]) => ({
    span: span(from, days),
    codes,
    count,
  })

  test('equally long windows of the same kinds are judged, the later one against the earlier', () => {
    const compared = comparedTotals(side(0, 365, 1000), side(365, 366, 1400))
    expect(compared).toMatchObject({ kind: 'verdict', later: 'second', comparison: { verdict: 'more' } })
    const swapped = comparedTotals(side(365, 366, 1400), side(0, 365, 1000))
    expect(swapped).toMatchObject({
      kind: 'verdict',
      later: 'first',
      comparison: { now: 1400, before: 1000 },
    })
  })

  test('the same window is the same incidents, whatever the boundaries', () => {
    expect(comparedTotals(side(0, 30, 12), side(0, 30, 12))).toEqual({ kind: 'same' })
  })

  test('other kinds, other lengths and overlaps are never judged', () => {
    expect(comparedTotals(side(0, 30, 900), side(30, 30, 100, ['010000']))).toMatchObject({ reason: 'kinds' })
    expect(comparedTotals(side(0, 30, 900), side(30, 60, 100))).toMatchObject({ reason: 'length' })
    expect(comparedTotals(side(0, 30, 900), side(10, 30, 100))).toMatchObject({ reason: 'overlap' })
  })
})
