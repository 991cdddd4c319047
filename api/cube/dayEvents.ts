import type { DayCube } from '../../geodata/dayCube.ts'
import type { CountScope } from '../access.ts'
import type { CountedCity } from './countedCity.ts'

/** What somebody may count, day by day: one entry an incident, as it was at one moment. */
export interface DayEvents {
  /** Where the incidents of each day begin in the columns, and one entry more for the end of the last. */
  start: Uint32Array
  /** Place of the cell in the list asked for; the one after the last: in none of them. */
  place: Uint16Array
  /** Place of the kind in the list asked for. */
  kind: Uint16Array
}

/**
 * Read in one go, so that nothing comes between two kinds.
 * @param days Instants at which each day begins, epoch milliseconds, ascending, and the end of the last day.
 * @param cells Ids of cells, at most 65,535.
 * @param codes Kinds, each in one part of what is seen.
 */
export function eventsByDay(
  counted: CountedCity,
  {
    days,
    cells,
    codes,
    seen,
  }: { days: Float64Array; cells: Uint32Array; codes: readonly string[]; seen: CountScope },
): DayEvents {
  const slots = Array.from(cells, (id) => counted.slotOf(id))
  const placeOf = new Uint16Array(counted.cube.slots).fill(cells.length)
  for (const [place, slot] of slots.entries()) placeOf[slot] = place
  const start = new Uint32Array(days.length)
  const visit = (each: (day: number, slot: number, kind: number) => void) => {
    for (const [kind, code] of codes.entries()) {
      const position = counted.cube.tree.position(code)
      const part = seen.parts.find(({ kinds }) => kinds.includes(code))
      if (position === undefined || !part) continue
      const inside = counted.placeIn({ ids: part.scope.cells, key: part.scope.key }, null)?.inside
      let day = 0
      counted.cube.visitKind(position, days[0], days[days.length - 1], (time, slot) => {
        while (time >= days[day + 1]) day++
        if (inside === undefined || inside[slot] === 1) each(day, slot, kind)
      })
    }
  }
  visit((day) => {
    start[day + 1]++
  })
  for (let day = 1; day < start.length; day++) start[day] += start[day - 1]
  const place = new Uint16Array(start[start.length - 1])
  const kinds = new Uint16Array(place.length)
  const next = start.slice()
  visit((day, slot, kind) => {
    const at = next[day]++
    place[at] = placeOf[slot]
    kinds[at] = kind
  })
  return { start, place, kind: kinds }
}

/** How many of each day, cell and kind there are, in this order. */
export type DayEntries = Pick<DayCube, 'dayStart' | 'cell' | 'kind' | 'count'>

/**
 * @param skip Days left out at the beginning.
 * @param numbers What each kind is counted under, 0 … 255.
 */
export function entriesByDay(
  { start, place, kind }: DayEvents,
  skip: number,
  numbers: readonly number[],
): DayEntries {
  const days = start.length - 1 - skip
  const width = 1 + Math.max(0, ...numbers)
  const most = start[start.length - 1] - start[skip]
  const entries = {
    dayStart: new Uint32Array(days + 1),
    cell: new Uint32Array(most),
    kind: new Uint8Array(most),
    count: new Uint32Array(most),
  }
  let length = 0
  for (let day = 0; day < days; day++) {
    const first = start[skip + day]
    const keys = new Uint32Array(start[skip + day + 1] - first)
    for (let i = 0; i < keys.length; i++) keys[i] = place[first + i] * width + numbers[kind[first + i]]
    keys.sort()
    for (let i = 0; i < keys.length; i++) {
      if (i === 0 || keys[i] !== keys[i - 1]) {
        entries.cell[length] = Math.floor(keys[i] / width)
        entries.kind[length] = keys[i] % width
        length++
      }
      entries.count[length - 1]++
    }
    entries.dayStart[day + 1] = length
  }
  return {
    dayStart: entries.dayStart,
    cell: entries.cell.slice(0, length),
    kind: entries.kind.slice(0, length),
    count: entries.count.slice(0, length),
  }
}
