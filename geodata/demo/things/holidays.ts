/**
 * Chinese public holidays 2023–2026 as announced by the State Council each year before: first day, last day, and the
 * weekend days worked instead. Dates 'YYYY-MM-DD', Asia/Shanghai. Days after the last year count as ordinary.
 */

export type HolidayName =
  | 'newYear'
  | 'springFestival'
  | 'qingming'
  | 'labourDay'
  | 'dragonBoat'
  | 'midAutumn'
  | 'nationalDay'

interface Holiday {
  name: HolidayName
  from: string
  to: string
  worked: string[]
}

const holidays: Holiday[] = [
  { name: 'newYear', from: '2023-01-01', to: '2023-01-02', worked: [] },
  { name: 'springFestival', from: '2023-01-21', to: '2023-01-27', worked: ['2023-01-28', '2023-01-29'] },
  { name: 'qingming', from: '2023-04-05', to: '2023-04-05', worked: [] },
  { name: 'labourDay', from: '2023-04-29', to: '2023-05-03', worked: ['2023-04-23', '2023-05-06'] },
  { name: 'dragonBoat', from: '2023-06-22', to: '2023-06-24', worked: ['2023-06-25'] },
  { name: 'nationalDay', from: '2023-09-29', to: '2023-10-06', worked: ['2023-10-07', '2023-10-08'] },
  { name: 'newYear', from: '2023-12-30', to: '2024-01-01', worked: [] },
  { name: 'springFestival', from: '2024-02-10', to: '2024-02-17', worked: ['2024-02-04', '2024-02-18'] },
  { name: 'qingming', from: '2024-04-04', to: '2024-04-06', worked: ['2024-04-07'] },
  { name: 'labourDay', from: '2024-05-01', to: '2024-05-05', worked: ['2024-04-28', '2024-05-11'] },
  { name: 'dragonBoat', from: '2024-06-08', to: '2024-06-10', worked: [] },
  { name: 'midAutumn', from: '2024-09-15', to: '2024-09-17', worked: ['2024-09-14'] },
  { name: 'nationalDay', from: '2024-10-01', to: '2024-10-07', worked: ['2024-09-29', '2024-10-12'] },
  { name: 'newYear', from: '2025-01-01', to: '2025-01-01', worked: [] },
  { name: 'springFestival', from: '2025-01-28', to: '2025-02-04', worked: ['2025-01-26', '2025-02-08'] },
  { name: 'qingming', from: '2025-04-04', to: '2025-04-06', worked: [] },
  { name: 'labourDay', from: '2025-05-01', to: '2025-05-05', worked: ['2025-04-27'] },
  { name: 'dragonBoat', from: '2025-05-31', to: '2025-06-02', worked: [] },
  { name: 'nationalDay', from: '2025-10-01', to: '2025-10-08', worked: ['2025-09-28', '2025-10-11'] },
  { name: 'newYear', from: '2026-01-01', to: '2026-01-03', worked: ['2026-01-04'] },
  { name: 'springFestival', from: '2026-02-15', to: '2026-02-23', worked: ['2026-02-14', '2026-02-28'] },
  { name: 'qingming', from: '2026-04-04', to: '2026-04-06', worked: [] },
  { name: 'labourDay', from: '2026-05-01', to: '2026-05-05', worked: ['2026-05-09'] },
  { name: 'dragonBoat', from: '2026-06-19', to: '2026-06-21', worked: [] },
  { name: 'midAutumn', from: '2026-09-25', to: '2026-09-27', worked: [] },
  { name: 'nationalDay', from: '2026-10-01', to: '2026-10-07', worked: ['2026-09-20', '2026-10-10'] },
]

/** Lunar New Year's Day, around which people come home and leave again. */
const lunarNewYears = ['2023-01-22', '2024-02-10', '2025-01-29', '2026-02-17']

const day = 86_400_000

/** Days since 1970-01-01 of 'YYYY-MM-DD'. */
export const dayNumber = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / day)

const holidayOf = new Map<number, HolidayName>()
const workedDays = new Set<number>()
for (const { name, from, to, worked } of holidays) {
  for (let i = dayNumber(from); i <= dayNumber(to); i++) holidayOf.set(i, name)
  for (const date of worked) workedDays.add(dayNumber(date))
}
const newYearDays = lunarNewYears.map(dayNumber)

export interface DayKind {
  holiday: HolidayName | null
  /** Nobody's office is open: weekend or holiday, and not worked instead. */
  off: boolean
  /** The next day is off: the evening runs late. */
  offTomorrow: boolean
  /** 0 = Sunday … 6. */
  weekday: number
  /** Days after (before: negative) the nearest Lunar New Year; null beyond 60. */
  sinceLunarNewYear: number | null
}

const isOff = (number: number) => {
  if (holidayOf.has(number)) return true
  const weekday = (number + 4) % 7
  return (weekday === 0 || weekday === 6) && !workedDays.has(number)
}

/** What kind of day it is. @param number days since 1970-01-01, local */
export function dayKind(number: number): DayKind {
  const since = newYearDays.map((newYear) => number - newYear).find((distance) => Math.abs(distance) <= 60)
  return {
    holiday: holidayOf.get(number) ?? null,
    off: isOff(number),
    offTomorrow: isOff(number + 1),
    weekday: (number + 4) % 7,
    sinceLunarNewYear: since ?? null,
  }
}
