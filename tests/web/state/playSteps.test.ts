import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dateText,
  decodePlay,
  encodePlay,
  playSpans,
  playSteps,
  playWindows,
  stepEnding,
} from '../../../web/state/playSteps.ts'

const plays = fc.record({ window: fc.constantFrom(...playWindows), step: fc.constantFrom(...playSteps) })
const firstDays = fc
  .integer({ min: 0, max: 3000 })
  .map((day) => new Date(Date.UTC(2019, 0, 1) + day * 86_400_000).toISOString().slice(0, 10))

describe('the steps of a play', () => {
  test('windows lie in the data, move forward, end at the last day and have their length', () => {
    fc.assert(
      fc.property(firstDays, fc.integer({ min: 1, max: 1200 }), plays, (firstDay, days, play) => {
        const spans = playSpans(firstDay, days, play)
        expect(spans.count).toBeGreaterThan(0)
        expect(spans.to[spans.count - 1]).toBe(days)
        for (let i = 0; i < spans.count; i++) {
          expect(spans.from[i]).toBeGreaterThanOrEqual(0)
          expect(spans.to[i]).toBeGreaterThan(spans.from[i])
          if (i > 0) expect(spans.to[i]).toBeGreaterThan(spans.to[i - 1])
          const length = spans.to[i] - spans.from[i]
          if (spans.count === 1 && spans.from[0] === 0) continue
          if (play.window === '3m') {
            expect(length).toBeGreaterThanOrEqual(89)
            expect(length).toBeLessThanOrEqual(92)
          } else expect(length).toBe(Number.parseInt(play.window, 10))
        }
      }),
    )
  })

  test('three months are calendar months, cut to the last day a month has', () => {
    const spans = playSpans('2024-01-01', 366, { window: '3m', step: 'month' })
    const texts = Array.from({ length: spans.count }, (_, i) => [
      dateText('2024-01-01', spans.from[i]),
      dateText('2024-01-01', spans.to[i]),
    ])
    expect(texts.slice(0, 3)).toEqual([
      ['2024-01-01', '2024-04-01'],
      ['2024-02-01', '2024-05-01'],
      ['2024-03-01', '2024-06-01'],
    ])
    const daily = playSpans('2024-01-01', 366, { window: '3m', step: 'day' })
    const may31 = Array.from(daily.to).findIndex((to) => dateText('2024-01-01', to) === '2024-05-31')
    expect(dateText('2024-01-01', daily.from[may31])).toBe('2024-02-29')
  })

  test('weeks end before a Monday, and the unfinished one is the last step', () => {
    const spans = playSpans('2026-11-02', 21, { window: '7d', step: 'week' })
    expect(Array.from(spans.to, (to) => dateText('2026-11-02', to))).toEqual([
      '2026-11-09',
      '2026-11-16',
      '2026-11-23',
    ])
    expect(playSpans('2026-11-02', 20, { window: '7d', step: 'week' }).to.at(-1)).toBe(20)
  })

  test('the step nearest to a day', () => {
    const spans = playSpans('2026-01-01', 100, { window: '7d', step: 'day' })
    expect(spans.to[stepEnding(spans, 50)]).toBe(50)
    expect(stepEnding(spans, 1)).toBe(0)
    expect(stepEnding(spans, 1000)).toBe(spans.count - 1)
  })

  test('a play in the URL comes back, and nothing else is one', () => {
    fc.assert(
      fc.property(plays, (play) => {
        expect(decodePlay(encodePlay(play))).toEqual(play)
      }),
    )
    for (const text of [undefined, '', '30d', '31d.day', '30d.year', 'day.30d'])
      expect(decodePlay(text)).toBeUndefined()
  })
})
