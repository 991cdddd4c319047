import { expect, test } from 'vitest'
import { headlineOf } from '../../../web/briefing/headline.ts'

test('a quiet month names no group', () => {
  const headline = headlineOf({ now: 212, before: 241 }, [{ group: 'traffic', now: 58, before: 55 }])
  expect(headline).toEqual({ verdict: 'normal', groups: [], empty: false })
})

test('two groups at most are named, the most striking first', () => {
  const headline = headlineOf({ now: 400, before: 400 }, [
    { group: 'traffic', now: 100, before: 60 },
    { group: 'help', now: 160, before: 60 },
    { group: 'criminal', now: 21, before: 60 },
  ])
  expect(headline.groups).toEqual([
    { group: 'help', verdict: 'more' },
    { group: 'criminal', verdict: 'fewer' },
  ])
})

test('a group that is merely unusual among eight is left to the table', () => {
  expect(headlineOf({ now: 36, before: 25 }, [{ group: 'fire', now: 36, before: 25 }]).groups).toEqual([])
})

test('no incident in either year is said to be empty', () => {
  expect(headlineOf({ now: 0, before: 0 }, []).empty).toBe(true)
  expect(headlineOf({ now: 0, before: 1 }, []).empty).toBe(false)
})
