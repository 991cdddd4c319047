import { localTimeOf } from '../catalog.ts'
import type { Segments } from '../cube/cityCube.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import type { Window } from '../selection.ts'
import { bucketSegments, inHours, spanOf } from './segments.ts'
import { type Sight, type SightPart, seesOutside } from './sight.ts'
import type { VisibleAreas } from './visibleAreas.ts'

/**
 * Answers out of a city's cube in memory. Each says the same as the query of its name in db/queries/aggregates.ts, asked
 * by whoever has that sight.
 */

export interface AreaWindowCounts {
  areaId: number[]
  count: Int32Array
  /** Incidents in no area of the level; null with `within`, and where nothing is counted everywhere. */
  outside: number | null
}

// Written over by each question; questions are counted one after the other, never with another in between.
let scratch = new Int32Array(0)

function countBySlot(
  counted: CountedCity,
  { codes }: SightPart,
  window: Window,
  hoursOfWeek: readonly number[] | undefined,
): Int32Array {
  const { cube } = counted
  if (scratch.length < cube.slots) scratch = new Int32Array(cube.slots)
  const cover = cube.tree.cover(codes)
  const span = spanOf(window)
  if (hoursOfWeek === undefined) {
    cube.countBySlot(scratch, cover, span.from, span.to)
    return scratch
  }
  const trimmed = cube.trimmed(span)
  const clock = localTimeOf(counted.catalog.city)
  scratch.fill(0)
  cube.addBySlot(scratch, cover, inHours(clock, bucketSegments([trimmed.from], trimmed), hoursOfWeek))
  return scratch
}

export function countByArea(
  counted: CountedCity,
  question: {
    version: string
    level: string
    within: number | null
    sight: Sight
    /** Needed where not all areas are: with `within`, or a limited sight. */
    visible: VisibleAreas | null
    hoursOfWeek?: readonly number[]
  },
  window: Window,
): AreaWindowCounts {
  const { areaIds, areaOf } = counted.levelCells(question.version, question.level)
  const { within, visible } = question
  const sums = new Int32Array(areaIds.length + 1)
  for (const part of question.sight.parts) {
    const bySlot = countBySlot(counted, part, window, question.hoursOfWeek)
    const place = counted.placeIn(part.cells, within)
    if (place === null) for (let slot = 0; slot < areaOf.length; slot++) sums[areaOf[slot]] += bySlot[slot]
    else for (const slot of place.slots) sums[areaOf[slot]] += bySlot[slot]
  }
  if (!visible)
    return { areaId: areaIds, count: sums.subarray(0, areaIds.length), outside: sums[areaIds.length] }
  const count = new Int32Array(visible.areaId.length)
  for (let i = 0; i < count.length; i++) count[i] = sums[visible.position[i]]
  return {
    areaId: visible.areaId,
    count,
    outside: within === null && seesOutside(question.sight) ? sums[areaIds.length] : null,
  }
}

/** Counts of segments by bucket. @param areaId null: the whole city. */
export function countByBucket(
  counted: CountedCity,
  question: { areaId: number | null; sight: Sight; hoursOfWeek?: readonly number[] },
  segments: Segments,
  buckets: number,
): number[] {
  const { cube } = counted
  const { hoursOfWeek } = question
  const wanted = hoursOfWeek ? inHours(localTimeOf(counted.catalog.city), segments, hoursOfWeek) : segments
  const out = new Float64Array(buckets)
  for (const { codes, cells } of question.sight.parts) {
    cube.countSegments(out, cube.tree.cover(codes), counted.placeIn(cells, question.areaId), wanted)
  }
  return Array.from(out)
}

/** Code of a kind → count; kinds without any are left out. */
export function countByKind(
  counted: CountedCity,
  question: { areaId: number | null; sight: Sight; hoursOfWeek?: readonly number[] },
  window: Window,
): Map<string, number> {
  const { cube } = counted
  const span = cube.trimmed(spanOf(window))
  const whole = bucketSegments([span.from], span)
  const { from, to } = question.hoursOfWeek
    ? inHours(localTimeOf(counted.catalog.city), whole, question.hoursOfWeek)
    : whole
  const counts = new Map<string, number>()
  for (const { codes, cells } of question.sight.parts) {
    const place = counted.placeIn(cells, question.areaId)
    for (const code of codes ?? cube.tree.codes) {
      const kind = cube.tree.position(code)
      if (kind === undefined) continue
      let count = 0
      for (let i = 0; i < from.length; i++) count += cube.countKind(kind, place, from[i], to[i])
      if (count > 0) counts.set(code, count)
    }
  }
  return counts
}
