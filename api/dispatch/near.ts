import { z } from 'zod'
import { areasAt } from '../../db/queries/areas.ts'
import { homePosts, type PostPlace } from '../../db/queries/dispatchGround.ts'
import { liveUnits } from '../../db/queries/dispatchUnits.ts'
import { camerasSeeing, openIncidentsNear } from '../../db/queries/near.ts'
import * as inputs from '../inputs.ts'
import { areaAnswer } from '../routers/areas.ts'
import { permitted } from '../trpc.ts'
import { roadTimesOf } from './roadTimes.ts'

/** As the crow flies, metres. */
const WITHIN_M = 1000

/**
 * What is near a place: the areas in charge of it, coarse to fine over both hierarchies; units on duty by seconds on the
 * road from their last fix (or their post); outdoor cameras whose view holds it; open cases within a kilometre, nearest
 * first. null: the viewer may not see those one by one (now, without a purpose).
 */
export const near = permitted('map')
  .input(z.object({ lng: inputs.lng, lat: inputs.lat, limit: inputs.limit(10, 100) }))
  .query(async ({ ctx, input }) => {
    const { city, access } = ctx
    const { lng, lat, limit } = input
    const spot = { city: city.code, lng, lat }
    const now = ctx.now?.() ?? new Date()
    const showsUnits = access.may('patrols') && access.may('points.publicOrder')
    const showsCameras = access.may('cameras.points')
    const parts = access.kindsInCells('points')
    const roads = showsUnits ? await roadTimesOf(ctx.database, city.code) : null

    const rows = ctx.rows('counts')
    const areas = await areasAt(rows, { ...spot, version: city.current_version })
    const single = () => ctx.rows('points')
    const units = roads
      ? (await liveUnits(single(), city.code, null)).filter(({ state }) => state !== 'offDuty')
      : null
    const posts = units ? await homePosts(single(), city.code) : new Map<number, PostPlace>()
    const cameraCells = access.scope('cameras.points').cells
    const cameras = showsCameras
      ? await camerasSeeing(single(), { ...spot, cells: cameraCells && [...cameraCells], limit })
      : null
    const incidents =
      parts.length > 0
        ? await openIncidentsNear(single(), { ...spot, withinM: WITHIN_M, parts, limit })
        : null
    const places = units?.map((unit) => unit.fix ?? posts.get(unit.id) ?? null) ?? []
    const seconds = roads?.secondsTo(
      [lng, lat],
      (units ?? []).map(({ kind }, index) => {
        const place = places[index]
        return { kind, place: place && [place.lng, place.lat] }
      }),
    )
    if (units || cameras || incidents) {
      ctx.audit({
        action: 'live.near',
        box: [lng - 0.005, lat - 0.005, lng + 0.005, lat + 0.005],
        rows: (units?.length ?? 0) + (cameras?.length ?? 0) + (incidents?.length ?? 0),
      })
    }
    return {
      at: now.toISOString(),
      areas: areas.map(areaAnswer),
      units:
        units
          ?.map((unit, index) => ({ unit, seconds: seconds?.[index] ?? null, place: places[index] }))
          .sort(
            (a, b) =>
              (a.seconds ?? Number.POSITIVE_INFINITY) - (b.seconds ?? Number.POSITIVE_INFINITY) ||
              a.unit.id - b.unit.id,
          )
          .slice(0, limit)
          .map(({ unit, seconds, place }) => ({
            unitId: unit.id,
            callSign: unit.callSign,
            kind: unit.kind,
            squadId: unit.squadId,
            strength: unit.strength,
            state: unit.state,
            incidentId: unit.incidentId,
            roadSeconds: seconds === null ? null : Math.round(seconds),
            from: unit.fix ? ('fix' as const) : place ? ('post' as const) : null,
            fixAgeS: unit.fix && Math.max(0, Math.round((now.getTime() - Date.parse(unit.fix.at)) / 1000)),
            synthetic: unit.synthetic,
          })) ?? null,
      cameras:
        cameras?.map((camera) => ({
          id: camera.id,
          code: camera.code,
          type: camera.type,
          ownership: camera.ownership,
          status: camera.status,
          lng: camera.lng,
          lat: camera.lat,
          distanceM: Math.round(camera.distance_m),
          synthetic: camera.synthetic,
        })) ?? null,
      incidents:
        incidents?.map((incident) => ({
          id: incident.id,
          kind: incident.kind,
          level: incident.level,
          status: incident.status,
          lng: incident.lng,
          lat: incident.lat,
          reportedAt: incident.reported_at.toISOString(),
          dueAt: incident.due_at?.toISOString() ?? null,
          distanceM: Math.round(incident.distance_m),
          synthetic: incident.synthetic,
        })) ?? null,
    }
  })
