import { expect, test } from 'vitest'
import { compareCounts } from '../../../web/briefing/comparison.ts'

test('212 after 241 is within normal variation, as LOOK sketches it', () => {
  const comparison = compareCounts(212, 241)
  expect(comparison.z).toBeCloseTo(-1.93, 2)
  expect(comparison.verdict).toBe('normal')
})

test('21 after 43 is unusually few', () => {
  const comparison = compareCounts(21, 43)
  expect(comparison.z).toBeCloseTo(-3.95, 2)
  expect(comparison.verdict).toBe('fewer')
  expect(comparison.percent).toBeCloseTo(-51.16, 2)
})

test('exactly two standard deviations is unusual, a hair less is not', () => {
  expect(compareCounts(36, 25).z).toBe(2)
  expect(compareCounts(36, 25).verdict).toBe('more')
  expect(compareCounts(25, 36).verdict).toBe('fewer')
  expect(compareCounts(36, 26).verdict).toBe('normal')
})

test('a handful of incidents is never called unusual', () => {
  expect(compareCounts(1, 0).verdict).toBe('normal')
  expect(compareCounts(9, 0).verdict).toBe('normal')
  expect(compareCounts(10, 0).verdict).toBe('more')
  expect(compareCounts(1, 9).verdict).toBe('fewer')
})

test('a base under 20 carries no percentage, 20 does', () => {
  expect(compareCounts(40, 19).percent).toBeNull()
  expect(compareCounts(40, 20).percent).toBe(100)
})

test('two empty windows are the same', () => {
  expect(compareCounts(0, 0)).toEqual({ now: 0, before: 0, z: 0, verdict: 'normal', percent: null })
})

test('a negative count or none is refused', () => {
  expect(() => compareCounts(-1, 3)).toThrow(RangeError)
  expect(() => compareCounts(3, Number.NaN)).toThrow(RangeError)
})
