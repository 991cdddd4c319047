import { hourOfWeek, LocalTime } from '../../geodata/localTime.ts'

const clocks = new Map<string, LocalTime>()

/** The clock of a time zone: its table of changes is made once. */
function clockOf(timeZone: string): LocalTime {
  const known = clocks.get(timeZone) ?? new LocalTime(timeZone)
  clocks.set(timeZone, known)
  return known
}

interface PointColumns {
  id: readonly number[]
  lng: readonly number[]
  lat: readonly number[]
  kindIndex: readonly number[]
  level: readonly number[]
  /** Epoch seconds. */
  reportedAt: readonly number[]
}

/** Only the points reported in these hours of the city's week; all the columns stay in step. */
export function pointsInHours<Columns extends PointColumns>(
  points: Columns,
  hours: readonly number[],
  timeZone: string,
): Columns {
  const wanted = new Set(hours)
  const clock = clockOf(timeZone)
  const kept = points.reportedAt.flatMap((at, index) =>
    wanted.has(hourOfWeek(clock.toLocal(at * 1000))) ? [index] : [],
  )
  const pick = (column: readonly number[]) => kept.map((index) => column[index])
  return {
    ...points,
    id: pick(points.id),
    lng: pick(points.lng),
    lat: pick(points.lat),
    kindIndex: pick(points.kindIndex),
    level: pick(points.level),
    reportedAt: pick(points.reportedAt),
  }
}
