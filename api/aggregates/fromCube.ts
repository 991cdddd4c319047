import { localTimeOf } from '../catalog.ts'
import type { Segments } from '../cube/cityCube.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import type { SignedNode } from '../cube/kindTree.ts'
import type { KindSelection } from '../disputes.ts'
import type { Window } from '../selection.ts'
import { bucketSegments, inHours, spanOf } from './segments.ts'

/** Answers out of a city's cube in memory. Each says the same as the query of its name in db/queries/aggregates.ts. */

export interface AreaWindowCounts {
  areaId: number[]
  count: number[]
  /** Incidents in no area of the level; null with `within`. */
  outside: number | null
}

// Written over by each question; questions are counted one after the other, never with another in between.
let scratch = new Int32Array(0)

function coverOf({ cube }: CountedCity, kinds: KindSelection): readonly SignedNode[] {
  return cube.tree.cover(kinds.asked === null ? null : kinds.codes)
}

function countBySlot(
  counted: CountedCity,
  kinds: KindSelection,
  window: Window,
  hoursOfWeek: readonly number[] | undefined,
): Int32Array {
  const { cube } = counted
  if (scratch.length < cube.slots) scratch = new Int32Array(cube.slots)
  const cover = coverOf(counted, kinds)
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
    kinds: KindSelection
    hoursOfWeek?: readonly number[]
  },
  window: Window,
): AreaWindowCounts {
  const { areaIds, areaOf } = counted.levelCells(question.version, question.level)
  const bySlot = countBySlot(counted, question.kinds, window, question.hoursOfWeek)
  const sums = new Int32Array(areaIds.length + 1)
  if (question.within === null) {
    for (let slot = 0; slot < areaOf.length; slot++) sums[areaOf[slot]] += bySlot[slot]
    // A loop: `from` takes ten times as long.
    const count = new Array<number>(areaIds.length)
    for (let i = 0; i < count.length; i++) count[i] = sums[i]
    return { areaId: areaIds, count, outside: sums[areaIds.length] }
  }
  const touched = new Uint8Array(areaIds.length + 1)
  for (const slot of counted.place(question.within).slots) {
    touched[areaOf[slot]] = 1
    sums[areaOf[slot]] += bySlot[slot]
  }
  const positions = [...areaIds.keys()].filter((position) => touched[position] === 1)
  return {
    areaId: positions.map((position) => areaIds[position]),
    count: positions.map((position) => sums[position]),
    outside: null,
  }
}

/** Counts of segments by bucket. @param areaId null: the whole city. */
export function countByBucket(
  counted: CountedCity,
  question: { areaId: number | null; kinds: KindSelection; hoursOfWeek?: readonly number[] },
  segments: Segments,
  buckets: number,
): number[] {
  const place = question.areaId === null ? null : counted.place(question.areaId)
  const { hoursOfWeek } = question
  const wanted = hoursOfWeek ? inHours(localTimeOf(counted.catalog.city), segments, hoursOfWeek) : segments
  const out = new Float64Array(buckets)
  counted.cube.countSegments(out, coverOf(counted, question.kinds), place, wanted)
  return Array.from(out)
}

/** Code of a kind → count; kinds without any are left out. */
export function countByKind(
  counted: CountedCity,
  question: { areaId: number | null; kinds: KindSelection; hoursOfWeek?: readonly number[] },
  window: Window,
): Map<string, number> {
  const { cube } = counted
  const place = question.areaId === null ? null : counted.place(question.areaId)
  const span = cube.trimmed(spanOf(window))
  const whole = bucketSegments([span.from], span)
  const { from, to } = question.hoursOfWeek
    ? inHours(localTimeOf(counted.catalog.city), whole, question.hoursOfWeek)
    : whole
  const counts = new Map<string, number>()
  for (const code of question.kinds.codes) {
    const kind = cube.tree.position(code)
    if (kind === undefined) continue
    let count = 0
    for (let i = 0; i < from.length; i++) count += cube.countKind(kind, place, from[i], to[i])
    if (count > 0) counts.set(code, count)
  }
  return counts
}
