import { describe, expect, test } from 'vitest'
import {
  type DisputeOffer,
  firstLevel,
  isOffered,
  offeredPeriods,
  offersOf,
} from '../../../web/state/disputePeriods.ts'
import { startOfDate } from '../../../web/state/zonedTime.ts'

const zone = 'Asia/Shanghai'
const offer = (
  level: string | null,
  types: boolean,
  period: DisputeOffer['period'],
  to = '2026-01-01',
): DisputeOffer => ({ level, types, period, from: '2023-01-01', to })
const offers = [
  offer(null, false, 'month', '2026-11-01'),
  offer(null, true, 'year'),
  offer('township', false, 'quarter', '2026-10-01'),
  offer('township', true, 'year'),
  offer('village', false, 'year'),
  offer('grid', false, 'threeYears'),
  offer('grid', false, 'year'),
]
const span = (from: string, to: string) => ({ from: startOfDate(from, zone), to: startOfDate(to, zone) })

describe('periods of disputes', () => {
  test('are listed newest first, by name and local midnight', () => {
    const periods = offeredPeriods(offersOf(offers, 'township', false), zone)
    expect(periods).toHaveLength(15)
    expect(periods[0]).toEqual({
      period: 'quarter',
      name: '2026 Q3',
      span: span('2026-07-01', '2026-10-01'),
    })
    expect(offeredPeriods(offersOf(offers, 'grid', false), zone).map(({ name }) => name)).toEqual([
      '2023–2025',
      '2025',
      '2024',
      '2023',
    ])
  })

  test('a window of several whole periods is one of them, any other is not', () => {
    const township = offersOf(offers, 'township', false)
    expect(isOffered(span('2025-10-01', '2026-04-01'), township, zone)).toBe(true)
    expect(isOffered(span('2025-10-01', '2026-05-01'), township, zone)).toBe(false)
    expect(isOffered(span('2026-07-01', '2027-01-01'), township, zone)).toBe(false)
    expect(isOffered(span('2025-10-02', '2026-04-02'), township, zone)).toBe(false)
    const { from, to } = span('2025-10-01', '2026-04-01')
    expect(isOffered({ from: from + 1, to }, township, zone)).toBe(false)
  })

  test('the map begins with the finest level that is told by the year', () => {
    expect(firstLevel(offers, false)).toBe('village')
    expect(firstLevel(offers, true)).toBe('township')
    expect(firstLevel([], false)).toBeNull()
  })
})
