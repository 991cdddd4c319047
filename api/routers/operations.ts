import { z } from 'zod'
import {
  camerasOnline,
  dailyCameras,
  dailyHandling,
  type HandlingRow,
  handling,
  sameHoursByWeek,
  squadFigures,
  squadRoads,
  squadRosters,
} from '../../db/queries/operations.ts'
import { type Access, countScope } from '../access.ts'
import * as inputs from '../inputs.ts'
import { noArea, notFound } from '../refusal.ts'
import { selectArea, selectWindow, type Window } from '../selection.ts'
import { permitted, router } from '../trpc.ts'

/** Days in the bar rows (calendar days), and in the figures (the 30 × 24 hours up to `asOf`, as "last 30 days" is everywhere). */
const DAYS = 30
/** Earlier weeks that say what is normal for a weekday and time of day. */
const WEEKS = 12
const DAY_MS = 86_400_000

/** The 30 × 24 hours up to an instant. */
function lastDays(asOf: Date): Window {
  return { from: new Date(asOf.getTime() - DAYS * DAY_MS), to: asOf }
}

/** Median in seconds with its n, and the share closed in time as n/N. */
function handlingAnswer(row: HandlingRow) {
  return {
    reported: row.reported,
    arrived: row.arrived,
    medianArrivalSeconds: row.median_arrival_s,
    due: row.due,
    closedInTime: row.closed_in_time,
  }
}

const COUNTS = ['counts.governance', 'counts.publicOrder'] as const

/** What is counted for a viewer: said with every answer, so that nobody takes a family for all incidents. */
function countedFor(access: Access) {
  return { families: countScope(access).parts.map(({ family }) => family) }
}

/** Cells in which cameras are counted; null: everywhere. */
function cameraCells(access: Access): number[] | null {
  const { cells } = access.scope('cameras.counts')
  return cells && [...cells]
}

/** Figures of how a city is run: incidents and cameras inside the viewer's jurisdiction, squads that overlap it. */
export const operations = router({
  /**
   * The five figures of the wall with their last 30 days. `handling` is over the 30 × 24 hours up to `asOf`, the same
   * window as everywhere; `days` are local dates, the last one cut at `asOf`.
   * `today.earlier` are the counts of the same hours on the same weekday of up to 12 earlier weeks.
   * `roster` and everything of cameras are null for viewers who may not see patrols or count cameras.
   */
  overview: permitted(COUNTS).query(async ({ ctx }) => {
    const { city, access } = ctx
    const parts = access.kindsInCells('counts')
    const db = ctx.rows('counts')
    const rosters = access.has('patrols')
      ? (await squadRosters(db, city.code)).filter(
          ({ squad_id }) => access.seesArea('patrols', squad_id) !== 'none',
        )
      : null
    const weeks = await sameHoursByWeek(db, city.code, { weeks: WEEKS, parts })
    const days = await dailyHandling(db, city.code, { days: DAYS, parts })
    const cells = cameraCells(access)
    const countsCameras = access.has('cameras.counts')
    const cameraDays = countsCameras ? await dailyCameras(db, city.code, { days: DAYS, cells }) : null
    const cameras = countsCameras ? await camerasOnline(db, city.code, cells) : null
    const month = await handling(db, city.code, { areaId: null, ...lastDays(city.as_of), parts })
    return {
      asOf: city.as_of.toISOString(),
      ...countedFor(access),
      roster: rosters && {
        units: rosters.reduce((sum, row) => sum + row.units, 0),
        strength: rosters.reduce((sum, row) => sum + row.strength, 0),
        squadId: rosters.map((row) => row.squad_id),
        squadUnits: rosters.map((row) => row.units),
      },
      today: {
        count: weeks.find((row) => row.week === 0)?.count ?? 0,
        earlier: weeks.filter((row) => row.week > 0 && row.observed).map((row) => row.count),
      },
      handling: {
        ...handlingAnswer(month),
        from: lastDays(city.as_of).from.toISOString(),
        to: city.as_of.toISOString(),
      },
      cameras,
      days: {
        day: days.map((row) => row.day),
        reported: days.map((row) => row.reported),
        arrived: days.map((row) => row.arrived),
        medianArrivalSeconds: days.map((row) => row.median_arrival_s),
        due: days.map((row) => row.due),
        closedInTime: days.map((row) => row.closed_in_time),
        cameras: cameraDays?.map((row) => row.total) ?? null,
        camerasOffline: cameraDays?.map((row) => row.offline) ?? null,
      },
    }
  }),

  /**
   * How the incidents of one area, or of the city, were handled in a window, and in a second one beside it; of these, the
   * ones the viewer may count. `partial` (only for viewers limited to areas) says that the area is seen in part.
   */
  handling: permitted(COUNTS)
    .input(z.object({ areaId: inputs.areaId.optional(), ...inputs.windowShape, compareTo: inputs.compareTo }))
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const area = input.areaId === undefined ? null : await selectArea(ctx.database, city, input.areaId)
      if (area && access.seesAreaWith(COUNTS, area.id) === 'none') throw noArea(city.code, area.id)
      const { window, compare } = selectWindow(city, input)
      const parts = access.kindsInCells('counts')
      const db = ctx.rows('counts')
      const of = async (span: Window) =>
        handlingAnswer(await handling(db, city.code, { areaId: area?.id ?? null, ...span, parts }))
      return {
        ...countedFor(access),
        partial: access.leavesOut(COUNTS, area?.id ?? null),
        from: window.from.toISOString(),
        to: window.to.toISOString(),
        asOf: city.as_of.toISOString(),
        now: await of(window),
        compare: compare ? await of(compare) : null,
      }
    }),

  /**
   * What each squad carries: columns by squad, in order of their codes. Lengths kilometres, areas km².
   * Incidents are those of the 30 days up to `asOf` inside the squad's area, and of these the ones
   * within `withinM` metres (straight line) of one of its own patrol routes. `roadsKm[class][i]` is squad i's.
   * Only squads that overlap the viewer's ground, and only incidents the viewer may count: `partial` (only for viewers
   * limited to areas) says of which squads these are a part.
   */
  squads: permitted('patrols')
    .input(
      z.object({
        withinM: z
          .number()
          .min(1, 'expected 1 to 5,000 metres')
          .max(5000, 'expected 1 to 5,000 metres')
          .default(200),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const window = lastDays(city.as_of)
      const parts = access.kindsInCells('counts')
      const db = ctx.rows('counts')
      const rows = (await squadFigures(db, city.code, { ...window, withinM: input.withinM, parts })).filter(
        ({ squad_id }) => access.seesArea('patrols', squad_id) !== 'none',
      )
      if (rows.length === 0) {
        throw notFound(`The city "${city.code}" has no squads.`)
      }
      const roads = await squadRoads(db, city.code)
      const roadsKm: Record<string, number[]> = {}
      for (const road of roads) {
        const index = rows.findIndex((row) => row.squad_id === road.squad_id)
        if (index < 0) continue
        roadsKm[road.class] ??= rows.map(() => 0)
        roadsKm[road.class][index] = road.length_m / 1000
      }
      return {
        asOf: city.as_of.toISOString(),
        from: window.from.toISOString(),
        to: window.to.toISOString(),
        withinM: input.withinM,
        ...countedFor(access),
        partial: access.isWhole ? undefined : rows.map(({ squad_id }) => access.leavesOut(COUNTS, squad_id)),
        squadId: rows.map((row) => row.squad_id),
        districtId: rows.map((row) => row.district_id),
        name: rows.map((row) => ({ zh: row.name_zh, en: row.name_en })),
        strength: rows.map((row) => row.strength),
        units: rows.map((row) => row.units),
        areaKm2: rows.map((row) => row.area_km2),
        population: rows.map((row) => row.population),
        grids: rows.map((row) => row.grids),
        microGrids: rows.map((row) => row.micro_grids),
        posts: rows.map((row) => row.posts),
        routes: rows.map((row) => row.routes),
        routesKm: rows.map((row) => row.routes_m / 1000),
        incidents: rows.map((row) => row.incidents),
        incidentsNearRoutes: rows.map((row) => row.incidents_near_routes),
        roadsKm,
      }
    }),
})
