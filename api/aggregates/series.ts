import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByBucket, countByHourOfWeek } from '../../db/queries/aggregates.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import { countScope } from '../access.ts'
import { localTimeOf } from '../catalog.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import { refuseDisputes } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import {
  type KindSelection,
  kindSight,
  selectArea,
  selectKinds,
  selectWindow,
  type Window,
} from '../selection.ts'
import { sum } from './areaColumns.ts'
import { countByBucket as countInCube } from './fromCube.ts'
import { bucketSegments, bucketStarts, hourSegments, spanOf } from './segments.ts'
import { type CountContext, isoWindow, SOURCE } from './shared.ts'
import { type Sight, sightOf } from './sight.ts'
import { isPartial } from './visibleAreas.ts'

/** Buckets of one series at most: a leap year of hours. */
const MOST_BUCKETS = 366 * 24 + 1
const BUCKET_MS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 28 * 86_400_000 }
const HOURS_OF_WEEK = 168

export const seriesInput = z.object({
  areaId: inputs.areaId.optional(),
  bucket: inputs.bucket,
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
  hoursOfWeek: inputs.hoursOfWeek,
  compareTo: inputs.compareTo,
})

/** A series, its names turned into what the city has. */
interface SeriesQuestion {
  city: CityRow
  /** null: the whole city. */
  areaId: number | null
  bucket: inputs.Bucket
  kinds: KindSelection
  sight: Sight
  hoursOfWeek?: number[]
}

interface Buckets {
  start: number[]
  count: number[]
}

/**
 * Incidents per hour, day, week (from Monday) or month of the city's time zone, zeros included. `start` in epoch
 * milliseconds; the first and the last bucket are cut by the window. By hour of the week, `start` is the hour: 0 is
 * Monday 00–01, 167 is Sunday 23–24. `compareCount` are the buckets of the other window, its first beside the first;
 * where that one has fewer buckets, null. Disputes have no series: a bucket is too short. `partial`, only for who may
 * count in parts of the city: whether more lies in the area, or the city, than is counted here.
 */
export async function series(
  { database, cubes, city, access, rows }: CountContext,
  input: z.output<typeof seriesInput>,
) {
  const kinds = await selectKinds(database, city, input.kinds, kindSight(access, 'counts'))
  refuseDisputes(kinds, 'disputes are not counted by hour, day, week or month')
  const { window, compare } = selectWindow(city, input)
  for (const each of compare ? [window, compare] : [window]) checkBuckets(input.bucket, each)
  const sight = sightOf(countScope(access), kinds)
  const area = input.areaId === undefined ? null : await selectArea(database, city, input.areaId)
  const partial = await isPartial(database, city, area, sight)
  const question: SeriesQuestion = {
    city,
    areaId: area?.id ?? null,
    bucket: input.bucket,
    kinds,
    sight,
    hoursOfWeek: input.hoursOfWeek,
  }
  const countedAt = Date.now()
  const counted = await cubes?.of(city.code)
  const { now, before } = counted
    ? // Both at once: nothing may come between them.
      { now: countCube(counted, question, window), before: compare && countCube(counted, question, compare) }
    : {
        now: await countRows(rows('counts'), question, window),
        before: compare && (await countRows(rows('counts'), question, compare)),
      }
  return {
    bucket: input.bucket,
    ...isoWindow(window),
    compareFrom: compare?.from.toISOString(),
    compareTo: compare?.to.toISOString(),
    timeZone: city.time_zone,
    asOf: city.as_of.toISOString(),
    kinds: kinds.asked,
    families: sight.families,
    partial,
    start: now.start,
    count: now.count,
    compareStart: before?.start,
    compareCount: before ? now.start.map((_, index) => before.count[index] ?? null) : undefined,
    totals: { count: sum(now.count), compareCount: before ? sum(before.count) : undefined },
    source: SOURCE,
    countedAt: new Date(counted?.progress.countedAt ?? countedAt).toISOString(),
  }
}

function checkBuckets(bucket: inputs.Bucket, { from, to }: Window): void {
  if (bucket === 'hourOfWeek') return
  const buckets = (to.getTime() - from.getTime()) / BUCKET_MS[bucket]
  if (buckets <= MOST_BUCKETS) return
  throw badRequest(
    `bucket: expected at most ${MOST_BUCKETS} buckets, got ${Math.ceil(buckets)} of a ${bucket}; take a coarser bucket or a shorter window`,
  )
}

const hoursOfTheWeek = () => Array.from({ length: HOURS_OF_WEEK }, (_, hour) => hour)

function countCube(counted: CountedCity, question: SeriesQuestion, window: Window): Buckets {
  const clock = localTimeOf(question.city)
  const span = spanOf(window)
  if (question.bucket === 'hourOfWeek') {
    const segments = hourSegments(clock, counted.cube.trimmed(span))
    return { start: hoursOfTheWeek(), count: countInCube(counted, question, segments, HOURS_OF_WEEK) }
  }
  const start = bucketStarts(clock, question.bucket, span)
  return { start, count: countInCube(counted, question, bucketSegments(start, span), start.length) }
}

async function countRows(
  db: Queryable,
  { city, areaId, bucket, kinds, hoursOfWeek }: SeriesQuestion,
  window: Window,
): Promise<Buckets> {
  const counted = {
    city: city.code,
    ...window,
    kinds: kinds.codes,
    caseSource: null,
    areaId,
    timeZone: city.time_zone,
    hours: hoursOfWeek && { timeZone: city.time_zone, hoursOfWeek },
  }
  if (bucket === 'hourOfWeek') {
    const count = new Array<number>(HOURS_OF_WEEK).fill(0)
    for (const row of await countByHourOfWeek(db, counted)) count[row.hour] = row.count
    return { start: hoursOfTheWeek(), count }
  }
  const rows = await countByBucket(db, { ...counted, bucket })
  return { start: rows.map((row) => row.start), count: rows.map((row) => row.count) }
}
