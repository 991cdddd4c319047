import { wallClockAt } from '../state/zonedTime.ts'

/** 14:32:05 on the city's clock. */
export function clockTime(instant: string | number, timeZone: string): string {
  return wallClockAt(typeof instant === 'string' ? Date.parse(instant) : instant, timeZone).format('HH:mm:ss')
}

/** 5:07, and -0:30 for what is past. */
export function minutesSeconds(milliseconds: number): string {
  const seconds = Math.abs(Math.trunc(milliseconds / 1000))
  return `${milliseconds <= -1000 ? '-' : ''}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
