import { expect, test } from 'vitest'
import { headlineOf } from '../../../web/briefing/headline.ts'

test('a quiet month names no group', () => {
  const headline = headlineOf({ now: 212, before: 241 }, [{ group: 'traffic', now: 58, before: 55 }], 1)
  expect(headline).toEqual({ verdict: 'normal', groups: [], empty: false })
})

test('two groups at most are named, the most striking first', () => {
  const headline = headlineOf(
    { now: 400, before: 400 },
    [
      { group: 'traffic', now: 100, before: 60 },
      { group: 'help', now: 160, before: 60 },
      { group: 'criminal', now: 21, before: 60 },
    ],
    1,
  )
  expect(headline.groups).toEqual([
    { group: 'help', verdict: 'more' },
    { group: 'criminal', verdict: 'fewer' },
  ])
})

test('a group that would stand out alone is not named where eight are read together', () => {
  const quiet = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((group) => ({ group, now: 30, before: 30 }))
  const fire = { group: 'fire', now: 44, before: 25 }
  expect(headlineOf({ now: 44, before: 25 }, [fire], 1).groups).toHaveLength(1)
  expect(headlineOf({ now: 254, before: 235 }, [fire, ...quiet], 1).groups).toEqual([])
})

test('the same area is judged by how many there are like it', () => {
  expect(headlineOf({ now: 44, before: 25 }, [], 1).verdict).toBe('more')
  expect(headlineOf({ now: 44, before: 25 }, [], 30).verdict).toBe('normal')
})

test('no incident in either year is said to be empty', () => {
  expect(headlineOf({ now: 0, before: 0 }, [], 1).empty).toBe(true)
  expect(headlineOf({ now: 0, before: 1 }, [], 1).empty).toBe(false)
})
