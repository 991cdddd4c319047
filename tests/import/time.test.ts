import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTimeFormat } from '../../geodata/import/time.ts'

function read(format: string, timeZone: string, text: string): string {
  const result = compileTimeFormat(format, timeZone)(text)
  return 'reason' in result ? result.reason : new Date(result.instant).toISOString()
}

describe('times of incidents', () => {
  it.each([
    ['yyyy-MM-dd', 'America/Los_Angeles', '2012-07-02', '2012-07-02T07:00:00.000Z'],
    ['yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai', '2026-11-22 06:32:00', '2026-11-21T22:32:00.000Z'],
    ['yyyy/M/d H:mm', 'Asia/Shanghai', '2026/1/2 3:04', '2026-01-01T19:04:00.000Z'],
    ['MM/dd/yyyy hh:mm:ss a', 'America/Los_Angeles', '07/02/2012 12:05:00 AM', '2012-07-02T07:05:00.000Z'],
    ['MM/dd/yyyy hh:mm a', 'America/Los_Angeles', '07/02/2012 12:05 PM', '2012-07-02T19:05:00.000Z'],
    ['yyyy年M月d日 ah时mm分', 'Asia/Shanghai', '2026年1月2日 下午3时04分', '2026-01-02T07:04:00.000Z'],
    ['d MMM yyyy', 'UTC', '5 Feb 2024', '2024-02-05T00:00:00.000Z'],
    [
      "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
      'Asia/Shanghai',
      '2012-07-02T10:00:00.25+02:00',
      '2012-07-02T08:00:00.250Z',
    ],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", 'Asia/Shanghai', '2012-07-02T10:00:00Z', '2012-07-02T10:00:00.000Z'],
    ['yyyyMMddHHmmss', 'Asia/Shanghai', '20240229235959', '2024-02-29T15:59:59.000Z'],
  ])('%s in %s reads %s', (format, timeZone, text, instant) => {
    expect(read(format, timeZone, text)).toBe(instant)
  })

  it.each([
    ['2012-7-2', 'time "2012-7-2" does not have the form yyyy-MM-dd'],
    ['2012-07-02 10:00', 'time "2012-07-02 10:00" does not have the form yyyy-MM-dd'],
    ['07/02/2012', 'time "07/02/2012" does not have the form yyyy-MM-dd'],
    ['2023-02-29', 'time "2023-02-29" does not exist'],
    ['2023-13-01', 'time "2023-13-01" does not exist'],
    ['2023-04-31', 'time "2023-04-31" does not exist'],
    ['0000-00-00', 'time "0000-00-00" does not exist'],
  ])('%s as yyyy-MM-dd is refused with a reason', (text, reason) => {
    expect(read('yyyy-MM-dd', 'UTC', text)).toBe(reason)
  })

  it.each([
    ['HH:mm', '24:00'],
    ['HH:mm', '10:60'],
    ['hh:mm a', '13:00 pm'],
    ['hh:mm a', '00:30 am'],
  ])('no clock shows %s %s', (format, text) => {
    expect(read(`yyyy-MM-dd ${format}`, 'UTC', `2024-01-01 ${text}`)).toContain('does not exist')
  })

  it('takes a time that the clock change repeats as its first passing, one that it skips as much later', () => {
    const format = 'yyyy-MM-dd HH:mm'
    const zone = 'America/Los_Angeles'
    expect(read(format, zone, '2012-03-11 01:59')).toBe('2012-03-11T09:59:00.000Z')
    expect(read(format, zone, '2012-03-11 02:30')).toBe('2012-03-11T10:30:00.000Z')
    expect(read(format, zone, '2012-03-11 03:00')).toBe('2012-03-11T10:00:00.000Z')
    expect(read(format, zone, '2012-11-04 01:30')).toBe('2012-11-04T08:30:00.000Z')
    expect(read(format, zone, '2012-11-04 02:00')).toBe('2012-11-04T10:00:00.000Z')
    // Midnight itself is skipped here.
    expect(read('yyyy-MM-dd', 'America/Sao_Paulo', '2018-11-04')).toBe('2018-11-04T03:00:00.000Z')
    // Shanghai had summer time until 1991.
    expect(read(format, 'Asia/Shanghai', '1990-07-01 12:00')).toBe('1990-07-01T03:00:00.000Z')
  })

  it.each([
    'America/Los_Angeles',
    'Asia/Shanghai',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Europe/London',
    'UTC',
  ])(
    'in %s every instant is found again from the wall clock, but for the hour that passes twice',
    (timeZone) => {
      const readTime = compileTimeFormat('yyyy-MM-dd HH:mm:ss', timeZone)
      const wallClock = new Intl.DateTimeFormat('sv-SE', {
        timeZone,
        dateStyle: 'short',
        timeStyle: 'medium',
      })
      const seconds = fc.integer({ min: Date.UTC(1995, 0) / 1000, max: Date.UTC(2030, 0) / 1000 })
      fc.assert(
        fc.property(seconds, (second) => {
          const text = wallClock.format(second * 1000)
          const result = readTime(text)
          if ('reason' in result) throw new Error(result.reason)
          expect(wallClock.format(result.instant)).toBe(text)
          expect(result.instant).toBeLessThanOrEqual(second * 1000)
          expect(second * 1000 - result.instant).toBeLessThanOrEqual(3_600_000)
        }),
        { seed: 7, numRuns: 500 },
      )
    },
  )

  it.each([
    ['yyyy-MM-ddTHH:mm', '"T" is none of'],
    ['yyyy-mm-dd', 'it needs a year (yyyy), a month (MM) and a day (dd)'],
    ['yyyy-MM-dd hh:mm', 'hh and a belong together'],
    ['yyyy-MM-dd dd', 'the day stands twice'],
    ['', 'it needs a year'],
  ])('the format %j is refused with a sentence', (format, sentence) => {
    expect(() => compileTimeFormat(format, 'UTC')).toThrow(sentence)
  })
})
