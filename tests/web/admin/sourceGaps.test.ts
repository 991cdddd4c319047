import { expect, test } from 'vitest'
import { gapsOf } from '../../../web/admin/sourceGaps.ts'

const at = (minute: number) => new Date(60_000 * minute).toISOString()
const ms = (minute: number) => 60_000 * minute
const pieces = [
  { longestGapS: null, longestGapTo: at(1), lastSeenAt: at(9) },
  { longestGapS: 60, longestGapTo: at(12), lastSeenAt: at(19) },
  { longestGapS: 7200, longestGapTo: at(139), lastSeenAt: at(139) },
]

test('silences longer than five times the interval are told, the newest first, and one that goes on', () => {
  const yesterday = { from: ms(19), to: ms(139) }
  expect(gapsOf(pieces, 60, ms(140))).toEqual([yesterday])
  expect(gapsOf(pieces, 60, ms(145))).toEqual([{ from: ms(139), to: null }, yesterday])
  expect(gapsOf(pieces, 3600, ms(400))).toEqual([])
  expect(gapsOf(pieces, null, ms(165))).toEqual([yesterday])
  expect(gapsOf([], 60, ms(1000))).toEqual([])
})
