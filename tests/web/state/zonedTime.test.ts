import { expect, test } from 'vitest'
import { formatInstant, zoneText } from '../../../web/state/zonedTime.ts'

test('a time zone is named with what it is ahead of UTC at that instant', () => {
  const [winter, summer] = ['2026-01-15T00:00:00Z', '2026-07-15T00:00:00Z'].map(Date.parse)
  expect(zoneText('Asia/Shanghai', winter)).toBe('Asia/Shanghai (UTC+08:00)')
  expect(zoneText('America/Los_Angeles', winter)).toBe('America/Los_Angeles (UTC-08:00)')
  expect(zoneText('America/Los_Angeles', summer)).toBe('America/Los_Angeles (UTC-07:00)')
  expect(zoneText('UTC', summer)).toBe('UTC')
})

test('an instant is told by the clock of a zone, not of this machine', () => {
  const instant = Date.parse('2026-11-22T18:30:00Z')
  expect(formatInstant(instant, 'Asia/Shanghai', 'zh')).toBe('2026-11-23 02:30 (周一)')
  expect(formatInstant(instant, 'America/Los_Angeles', 'en')).toBe('2026-11-22 10:30 (Sun)')
})
