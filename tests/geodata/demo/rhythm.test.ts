import { expect, it } from 'vitest'
import { dayKind, dayNumber } from '../../../geodata/demo/things/holidays.ts'
import { createRhythms, localDate, localHour, localMidnight } from '../../../geodata/demo/things/rhythm.ts'
import { createRandom } from '../../../geodata/random.ts'

const from = localMidnight('2023-01-01')
const to = Date.parse('2026-11-22T06:32:00Z')

it('weekends, holidays and the weekend days worked instead are told apart', () => {
  const kindOf = (date: string) => dayKind(dayNumber(date))
  expect(kindOf('2024-10-01')).toMatchObject({ holiday: 'nationalDay', off: true })
  expect(kindOf('2024-10-12')).toMatchObject({ holiday: null, off: false, weekday: 6 })
  expect(kindOf('2025-01-29')).toMatchObject({ holiday: 'springFestival', off: true, sinceLunarNewYear: 0 })
  expect(kindOf('2025-01-26')).toMatchObject({ off: false, weekday: 0, sinceLunarNewYear: -3 })
  expect(kindOf('2026-11-20')).toMatchObject({ off: false, offTomorrow: true, weekday: 5 })
  expect(kindOf('2026-11-22')).toMatchObject({ off: true, offTomorrow: false, weekday: 0 })
})

it('draws stay in their window, to the second, and follow the seed', () => {
  const draw = (seed: number) => {
    const random = createRandom(seed, 'test')
    const rhythms = createRhythms(from, to, random.fork('rain'))
    return Array.from({ length: 2000 }, () =>
      rhythms.draw('traffic', random, localMidnight('2026-11-01'), to),
    )
  }
  const times = draw(1)
  expect(draw(1)).toEqual(times)
  expect(draw(2)).not.toEqual(times)
  for (const time of times) {
    expect(time).toBeGreaterThanOrEqual(localMidnight('2026-11-01'))
    expect(time).toBeLessThan(to)
    expect(time % 1000).toBe(0)
  }
})

it('shares of windows that tile the history add up to one', () => {
  const rhythms = createRhythms(from, to, createRandom(1))
  const years = [2023, 2024, 2025, 2026].map((year) =>
    rhythms.share('home', localMidnight(`${year}-01-01`), Math.min(to, localMidnight(`${year + 1}-01-01`))),
  )
  expect(years.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
})

it('it rains more in July than in January, and rain brings landslides', () => {
  const random = createRandom(5)
  const rhythms = createRhythms(from, to, random.fork('rain'))
  const rain = (month: string) => {
    const start = localMidnight(`2024-${month}-01`)
    return Array.from({ length: 31 }, (_, i) => rhythms.rainOn(start + i * 86_400_000)).reduce(
      (a, b) => a + b,
      0,
    )
  }
  expect(rain('07')).toBeGreaterThan(rain('01'))
  const meanRain = (times: number[]) =>
    times.reduce((sum, time) => sum + rhythms.rainOn(time), 0) / times.length
  const slides = Array.from({ length: 500 }, () => rhythms.draw('rain', random, from, to))
  const calls = Array.from({ length: 500 }, () => rhythms.draw('desk', random, from, to))
  expect(meanRain(slides)).toBeGreaterThan(2 * meanRain(calls))
})

it('local dates and hours are those of Shanghai', () => {
  expect(localDate(Date.parse('2026-11-21T16:00:00Z'))).toBe('2026-11-22')
  expect(localHour(Date.parse('2026-11-21T16:30:00Z'))).toBe(0)
})
