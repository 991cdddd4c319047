import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByBucket, countByHourOfWeek } from '../../db/queries/aggregates.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import { localTimeOf } from '../catalog.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import type { Cubes } from '../cube/cubes.ts'
import { type KindSelection, refuseDisputes } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import { selectArea, selectKinds, selectWindow, type Window } from '../selection.ts'
import { sum } from './areaColumns.ts'
import { countByBucket as countInCube } from './fromCube.ts'
import { bucketSegments, bucketStarts, hourSegments, spanOf } from './segments.ts'
import { isoWindow, SOURCE } from './shared.ts'

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
 * where that one has fewer buckets, null. Disputes have no series: a bucket is too short.
 */
export async function series(
  { database, cubes, city }: { database: Queryable; cubes?: Cubes; city: CityRow },
  input: z.output<typeof seriesInput>,
) {
  const kinds = await selectKinds(database, city, input.kinds)
  refuseDisputes(kinds, 'disputes are not counted by hour, day, week or month')
  const { window, compare } = selectWindow(city, input)
  for (const each of compare ? [window, compare] : [window]) checkBuckets(input.bucket, each)
  if (input.areaId !== undefined) await selectArea(database, city, input.areaId)
  const question: SeriesQuestion = {
    city,
    areaId: input.areaId ?? null,
    bucket: input.bucket,
    kinds,
    hoursOfWeek: input.hoursOfWeek,
  }
  const countedAt = Date.now()
  const counted = await cubes?.of(city.code)
  const { now, before } = counted
    ? // Both at once: nothing may come between them.
      { now: countCube(counted, question, window), before: compare && countCube(counted, question, compare) }
    : {
        now: await countRows(database, question, window),
        before: compare && (await countRows(database, question, compare)),
      }
  return {
    bucket: input.bucket,
    ...isoWindow(window),
    compareFrom: compare?.from.toISOString(),
    compareTo: compare?.to.toISOString(),
    timeZone: city.time_zone,
    asOf: city.as_of.toISOString(),
    kinds: kinds.asked,
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
