import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByArea, countByBucket, countByKind, cutsLevel } from '../../db/queries/aggregates.ts'
import { type CityRow, listLevels } from '../../db/queries/catalog.ts'
import { checkDisputeLevel, checkDisputeWindow, type KindSelection, refuseDisputes } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import {
  selectArea,
  selectKinds,
  selectLevel,
  selectVersion,
  selectWindow,
  type Window,
} from '../selection.ts'
import { ofCity, router } from '../trpc.ts'

/** Buckets of one series at most: a leap year of hours. */
const MOST_BUCKETS = 366 * 24 + 1
const BUCKET_MS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 28 * 86_400_000 }

const SOURCE = 'incidents of this installation, counted row by row'

function sum(counts: number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

/** Columns of one window; `outside` is null where nothing can be said about it. */
async function countAreas(db: Queryable, counted: Parameters<typeof countByArea>[1]) {
  const rows = await countByArea(db, counted)
  const areaId: number[] = []
  const count: number[] = []
  let outside: number | null = null
  for (const row of rows) {
    if (row.area_id === null) outside = row.count
    else {
      areaId.push(row.area_id)
      count.push(row.count)
    }
  }
  return { areaId, count, outside }
}

function iso({ from, to }: Window) {
  return { from: from.toISOString(), to: to.toISOString() }
}

/** Disputes inside one area: the area must be coarse enough to be asked about. */
async function checkDisputeArea(
  db: Queryable,
  city: CityRow,
  kinds: KindSelection,
  areaId: number,
): Promise<void> {
  const area = await selectArea(db, city, areaId)
  if (!kinds.disputes) return
  const levels = (await listLevels(db, city.code)).filter((row) => row.version === area.version)
  const level = levels.find((row) => row.level === area.level)
  if (level) checkDisputeLevel(kinds, level, levels)
}

export const aggregates = router({
  /**
   * Incidents per area of a level in the window [from, to), zeros included. `totals.count` is the sum of `count`;
   * `totals.outside` are the incidents of the window that lie in no area of the level (null with `within`: what lies
   * outside cannot be told apart there). With `within`, only areas sharing ground with that area are answered, and of
   * these only the incidents inside it.
   */
  byArea: ofCity
    .input(
      z.object({
        level: inputs.levelName,
        version: inputs.versionName.optional(),
        within: inputs.areaId.optional(),
        ...inputs.windowShape,
        kinds: inputs.kindCodes.optional(),
        caseSource: inputs.caseSource,
        compareTo: inputs.compareTo,
      }),
    )
    .query(async ({ ctx, input }) => {
      const { database: db, city } = ctx
      const within = input.within === undefined ? null : await selectArea(db, city, input.within)
      const version = await selectVersion(db, city, { version: input.version ?? within?.version })
      if (within && within.version !== version) {
        throw badRequest(
          `within: expected an area of version "${version}", got area ${within.id} of version "${within.version}"`,
        )
      }
      const { level, levels } = await selectLevel(db, city, version, input.level)
      const kinds = await selectKinds(db, city, input.kinds)
      const { window, compare } = await selectWindow(db, city, input)
      checkDisputeLevel(kinds, level, levels)
      checkDisputeWindow(kinds, window.from, window.to)
      if (compare) checkDisputeWindow(kinds, compare.from, compare.to, 'compareTo')
      if (within && kinds.disputes) {
        await checkDisputeArea(db, city, kinds, within.id)
        if (await cutsLevel(db, { city: city.code, version, level: level.level, within: within.id })) {
          throw badRequest(
            `within: disputes are not counted in parts of an area, and area ${within.id} cuts areas of level "${level.level}"`,
          )
        }
      }

      const caseSource = kinds.disputes ? input.caseSource : null
      const count = (of: Window) =>
        countAreas(db, {
          city: city.code,
          version,
          level: level.level,
          kinds: kinds.codes,
          caseSource,
          within: within?.id ?? null,
          ...of,
        })
      const now = await count(window)
      // Both answers hold the same areas in the same order: zeros are included.
      const before = compare && (await count(compare))
      return {
        level: level.level,
        version,
        ...iso(window),
        compareFrom: compare?.from.toISOString(),
        compareTo: compare?.to.toISOString(),
        asOf: city.as_of.toISOString(),
        /** The codes as asked; null: every kind but disputes. */
        kinds: kinds.asked,
        /** The register of the disputes counted; null for other kinds. */
        caseSource,
        areaId: now.areaId,
        count: now.count,
        compareCount: before?.count,
        suppressed: now.count.map(() => false),
        totals: {
          count: sum(now.count),
          compareCount: before ? sum(before.count) : undefined,
          outside: now.outside,
          compareOutside: before?.outside,
        },
        source: SOURCE,
      }
    }),

  /**
   * Incidents per hour, day, week (from Monday) or month of the city's time zone, zeros included. `start` in epoch
   * milliseconds; the first and the last bucket are cut by the window. Disputes have no series: a bucket is too short.
   */
  series: ofCity
    .input(
      z.object({
        areaId: inputs.areaId.optional(),
        bucket: inputs.bucket,
        ...inputs.windowShape,
        kinds: inputs.kindCodes.optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { database: db, city } = ctx
      const kinds = await selectKinds(db, city, input.kinds)
      refuseDisputes(kinds, 'disputes are not counted by hour, day, week or month')
      const { window } = await selectWindow(db, city, input)
      const buckets = (window.to.getTime() - window.from.getTime()) / BUCKET_MS[input.bucket]
      if (buckets > MOST_BUCKETS) {
        throw badRequest(
          `bucket: expected at most ${MOST_BUCKETS} buckets, got ${Math.ceil(buckets)} of a ${input.bucket}; take a coarser bucket or a shorter window`,
        )
      }
      if (input.areaId !== undefined) await selectArea(db, city, input.areaId)
      const rows = await countByBucket(db, {
        city: city.code,
        ...window,
        kinds: kinds.codes,
        caseSource: null,
        areaId: input.areaId ?? null,
        bucket: input.bucket,
        timeZone: city.time_zone,
      })
      const count = rows.map((row) => row.count)
      return {
        bucket: input.bucket,
        ...iso(window),
        timeZone: city.time_zone,
        asOf: city.as_of.toISOString(),
        kinds: kinds.asked,
        start: rows.map((row) => row.start),
        count,
        totals: { count: sum(count) },
        source: SOURCE,
      }
    }),

  /** Incidents by kind, each row's own kind (never a parent's sum), kinds with neither now nor before left out; most first. */
  byKind: ofCity
    .input(
      z.object({
        areaId: inputs.areaId.optional(),
        ...inputs.windowShape,
        kinds: inputs.kindCodes.optional(),
        caseSource: inputs.caseSource,
        compareTo: inputs.compareTo,
      }),
    )
    .query(async ({ ctx, input }) => {
      const { database: db, city } = ctx
      const kinds = await selectKinds(db, city, input.kinds)
      const { window, compare } = await selectWindow(db, city, input)
      checkDisputeWindow(kinds, window.from, window.to)
      if (compare) checkDisputeWindow(kinds, compare.from, compare.to, 'compareTo')
      if (input.areaId !== undefined) await checkDisputeArea(db, city, kinds, input.areaId)

      const caseSource = kinds.disputes ? input.caseSource : null
      const scope = { city: city.code, kinds: kinds.codes, caseSource, areaId: input.areaId ?? null }
      const now = new Map(
        (await countByKind(db, { ...scope, ...window })).map((row) => [row.kind, row.count]),
      )
      const before =
        compare &&
        new Map((await countByKind(db, { ...scope, ...compare })).map((row) => [row.kind, row.count]))
      const kind = [...new Set([...now.keys(), ...(before?.keys() ?? [])])].sort(
        (a, b) => (now.get(b) ?? 0) - (now.get(a) ?? 0) || (a < b ? -1 : 1),
      )
      const count = kind.map((code) => now.get(code) ?? 0)
      const compareCount = before ? kind.map((code) => before.get(code) ?? 0) : undefined
      return {
        ...iso(window),
        compareFrom: compare?.from.toISOString(),
        compareTo: compare?.to.toISOString(),
        asOf: city.as_of.toISOString(),
        caseSource,
        kind,
        count,
        compareCount,
        totals: { count: sum(count), compareCount: compareCount && sum(compareCount) },
        source: SOURCE,
      }
    }),
})
