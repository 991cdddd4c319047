import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, describe, expect, test } from 'vitest'
import { alike, keepAlike, passingInView } from '../../../web/hooks/keepAlike.ts'

const question = {
  city: 'shuifu',
  level: 'village',
  version: '2025',
  within: undefined,
  from: '2026-10-23T00:00:00Z',
  to: '2026-11-22T00:00:00Z',
  kinds: undefined as readonly string[] | undefined,
  packed: true,
}
const later = { from: '2026-11-15T00:00:00Z', to: '2026-11-22T00:00:00Z' }

describe('which questions are alike', () => {
  test('another window, other hours, other columns: alike', () => {
    expect(alike(question, { ...question, ...later })).toBe(true)
    expect(alike(question, { ...question, hoursOfWeek: [3], measures: ['closedInTime'] })).toBe(true)
    expect(alike(question, { ...question, compareTo: 'previousYear' })).toBe(true)
  })

  test.each([
    ['city', 'demo'],
    ['version', '2018'],
    ['level', 'grid'],
    ['within', 7],
    ['areaId', 7],
    ['kinds', ['fire']],
    ['method', 'kde'],
    ['bucket', 'day'],
  ])('another %s: not alike', (name, value) => {
    expect(alike(question, { ...question, ...later, [name]: value })).toBe(false)
  })

  test('a part left out is a part that is undefined, in whatever order', () => {
    const { within: _within, kinds: _kinds, city, ...rest } = question
    expect(alike(question, { ...rest, city })).toBe(true)
  })

  test('things on the map stay through a move of the view, not into another window', () => {
    const view = { city: 'shuifu', bbox: [1, 2, 3, 4], limit: 10, from: question.from, to: question.to }
    expect(alike(view, { ...view, bbox: [5, 6, 7, 8] }, passingInView)).toBe(true)
    expect(alike(view, { ...view, ...later }, passingInView)).toBe(false)
  })
})

describe('what a screen sees while the next answer comes', () => {
  const client = new QueryClient()
  afterEach(() => client.clear())

  /** A screen on a question, then on another one whose answer is on its way. */
  async function turned(next: typeof question) {
    const optionsOf = (asked: typeof question, answer: () => Promise<string>) => ({
      queryKey: [['aggregates', 'byArea'], { input: asked, type: 'query' }],
      queryFn: answer,
      placeholderData: keepAlike(asked),
    })
    const screen = new QueryObserver(
      client,
      optionsOf(question, () => Promise.resolve('first')),
    )
    const leave = screen.subscribe(() => undefined)
    await expect.poll(() => screen.getCurrentResult().data).toBe('first')
    const { promise, resolve } = Promise.withResolvers<string>()
    screen.setOptions(optionsOf(next, () => promise))
    const during = screen.getCurrentResult()
    resolve('second')
    await expect.poll(() => screen.getCurrentResult().data).toBe('second')
    const after = screen.getCurrentResult()
    leave()
    return { during, after }
  }

  test('the last window stays, marked', async () => {
    const { during, after } = await turned({ ...question, ...later })
    expect(during).toMatchObject({ data: 'first', isPlaceholderData: true })
    expect(after.isPlaceholderData).toBe(false)
  })

  test.each([{ city: 'demo' }, { version: '2018' }, { level: 'grid' }, { kinds: ['fire'] }])(
    'nothing stays of %o',
    async (change) => {
      const { during } = await turned({ ...question, ...change })
      expect(during.data).toBeUndefined()
      expect(during.isPlaceholderData).toBe(false)
    },
  )
})
