/** What the player's axis shows of one area, from the planes in memory. */
import type { DayPlanes } from '../../geodata/dayCube.ts'
import { dateText } from '../state/playSteps.ts'

/**
 * Incidents of an area over days `from` … `to` − 1. Without an area (a city that has no area for its whole) everything,
 * what lies in no area included.
 * @param counts the shown level's counts, summed where the area's own planes are not there yet.
 */
export function areaCount(
  planes: DayPlanes | undefined,
  areaId: number | null,
  from: number,
  to: number,
  counts: ArrayLike<number>,
): number {
  const column = planes && areaId !== null ? planes.areaId.indexOf(areaId) : -1
  if (!planes || column < 0) {
    let sum = 0
    for (let i = 0; i < counts.length; i++) sum += counts[i]
    return sum
  }
  const columns = planes.areaId.length + 1
  return planes.before[to * columns + column] - planes.before[from * columns + column]
}

/** Days a bar stands for. */
const barDays = 7

/** Weekly counts as one path in a box of 1000 × 100: hundreds of elements would be laid out at every change. */
export function dayBars(planes: DayPlanes, areaId: number | null, days: number): string {
  const columns = planes.areaId.length + 1
  const row = new Uint32Array(columns)
  const weeks: number[] = []
  for (let from = 0; from < days; from += barDays) {
    const to = Math.min(days, from + barDays)
    for (let i = 0; i < columns; i++)
      row[i] = planes.before[to * columns + i] - planes.before[from * columns + i]
    // The last bar may hold fewer days: as much a day counts as much.
    weeks.push((areaCount(planes, areaId, from, to, row) * barDays) / (to - from))
  }
  const top = Math.max(1, ...weeks)
  const width = (1000 * barDays) / days
  return weeks
    .map((count, week) => {
      if (count === 0) return ''
      const height = (count / top) * 100
      return `M${(week * width).toFixed(2)} 100v${(-height).toFixed(2)}h${(0.82 * width).toFixed(2)}V100z`
    })
    .join('')
}

/** First days of months, thinned so that their labels never touch. */
export function monthTicks(firstDay: string, days: number): { day: number; label: string }[] {
  const every = days <= 130 ? 1 : days <= 400 ? 2 : 6
  const ticks: { day: number; label: string }[] = []
  for (let day = 0; day < days; day++) {
    const date = dateText(firstDay, day)
    if (!date.endsWith('-01') || (Number(date.slice(5, 7)) - 1) % every !== 0) continue
    // A label at the very end would run out of the picture.
    if (day < days * 0.95) ticks.push({ day, label: date.slice(0, 7) })
  }
  return ticks
}
