import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inThread } from '../../../api/aggregates/hotspotThread.ts'
import { createCaller } from '../../../api/router.ts'
import { contiguity } from '../../../api/statistics/spatialWeights.ts'
import { encodeMultiPolygon } from '../../../db/geometry.ts'
import type { Position } from '../../../geodata/city.ts'
import { TOY_AS_OF, TOY_FROM } from '../../factories/toyCity.ts'
import { openTestApi, type TestApi } from '../setup.ts'

/** Tasks at once; more are refused (hotspotThread.ts). */
const MOST_WAITING = 16
const HAS_LEFT = 'Whoever asked has left.'

const square = (west: number): Position[][][] => [
  [
    [
      [west, 0],
      [west + 1, 0],
      [west + 1, 1],
      [west, 1],
      [west, 0],
    ],
  ],
]
const pair = [square(0), square(1)]
const neighbours = () =>
  inThread('contiguity', { shapes: pair.map((each) => encodeMultiPolygon(each)), rule: 'rook' })

/** Counts for days unless it is ended: what comes after it is answered only then. */
function endless(signal: AbortSignal) {
  const values = Array.from({ length: 100 }, (_, index) => index)
  return inThread(
    'areas',
    {
      method: 'gi',
      weights: contiguity(values.map(square), 'queen'),
      counts: values,
      before: values,
      after: values,
      areaKm2: values.map(() => 1),
      permutations: 2 ** 31,
      seed: 1,
    },
    signal,
  )
}

describe('the thread for hotspots', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await openTestApi('pglite')
  })
  afterAll(() => api?.close())

  test('a task that nobody waits for any more is ended, and the one behind it is done', async () => {
    const tab = new AbortController()
    const given = endless(tab.signal)
    const next = neighbours()
    tab.abort()
    await expect(given).rejects.toThrow(HAS_LEFT)
    expect([...(await next).neighbour]).toEqual([1, 0])
    expect([...(await neighbours()).neighbour]).toEqual([1, 0])
  })

  test('one that has not begun is never done, and leaves its place', async () => {
    const [running, waiting] = [new AbortController(), new AbortController()]
    const first = endless(running.signal)
    const behind = Array.from({ length: MOST_WAITING - 1 }, () => endless(waiting.signal))
    expect(() => neighbours()).toThrow(/16 hotspot questions are waiting/)
    waiting.abort()
    for (const each of await Promise.allSettled(behind)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { message: HAS_LEFT } })
    }
    expect(() => endless(waiting.signal)).toThrow(HAS_LEFT)
    const next = neighbours()
    running.abort()
    await expect(first).rejects.toThrow(HAS_LEFT)
    expect([...(await next).neighbour]).toEqual([1, 0])
  })

  /** Whether no further task is taken. */
  function isFull(): boolean {
    const probe = new AbortController()
    try {
      endless(probe.signal).catch(() => undefined)
      return false
    } catch {
      return true
    } finally {
      probe.abort()
    }
  }

  test('questions leave it with whoever asked, whatever their method', async () => {
    const questions = (['gi', 'kde', 'nearRepeat'] as const).map((method) => ({
      ...{ city: 'shuifu', level: 'grid', method, permutations: 99 },
      ...{ from: TOY_FROM.toISOString(), to: TOY_AS_OF.toISOString() },
    }))
    // Who borders on whom is worked out once, for everybody, and not given up.
    await api.caller.aggregates.hotspots(questions[0])
    const [others, tab] = [new AbortController(), new AbortController()]
    const busy = Array.from({ length: MOST_WAITING - questions.length }, () => endless(others.signal))
    const caller = createCaller({ ...api.context, viewer: api.viewer }, { signal: tab.signal })
    const asked = Promise.allSettled(questions.map((each) => caller.aggregates.hotspots(each)))
    await expect.poll(isFull).toBe(true)
    tab.abort()
    // While the thread is still at something else.
    for (const each of await asked) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'CLIENT_CLOSED_REQUEST' } })
    }
    expect(isFull()).toBe(false)
    others.abort()
    await Promise.allSettled(busy)
    for (const each of questions) {
      expect((await api.caller.aggregates.hotspots(each)).method).toBe(each.method)
    }
  })
})
