import { z } from 'zod'
import {
  listPatrolRoutes,
  listPosts,
  listResources,
  listUnits,
  patrolAreas,
  type ResourceRow,
  type SquadAreaRow,
} from '../../db/queries/patrols.ts'
import type { Access } from '../access.ts'
import { permitted, router } from '../trpc.ts'

/** PostGIS writes it; the positions are [lng, lat], degrees. */
const lineText = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.object({ coordinates: z.array(z.tuple([z.number(), z.number()])) }))

function areaPart(row: SquadAreaRow, access: Access) {
  return {
    areaId: row.id,
    code: row.code,
    name: { zh: row.name_zh, en: row.name_en },
    areaKm2: row.area_km2,
    population: row.population,
    gridCount: row.grids,
    roadsKm: row.roads_m / 1000,
    incidents30d: row.incidents_30d,
    partial: access.leavesOut(['counts.governance', 'counts.publicOrder'], row.id),
    synthetic: row.synthetic,
  }
}

function resourcePart(row: ResourceRow) {
  return { code: row.code, name: { zh: row.name_zh, en: row.name_en }, synthetic: row.synthetic }
}

export const patrols = router({
  /**
   * The current patrol layout: districts, their squads, and each squad's strength, units, posts and patrol routes.
   * Lengths metres (`roadsKm` kilometres), durations seconds, lines [lng, lat][] in degrees; incidents of the 30 days before `asOf`, no disputes.
   * Only squads whose ground overlaps the viewer's, and their districts; strengths of districts and of all are sums of
   * these, and incidents those the viewer may count. `partial` (only for viewers limited to areas) says of an area that
   * its incidents are counted in a part of it.
   */
  layout: permitted('patrols').query(async ({ ctx }) => {
    const { city, access } = ctx
    const sees = (areaId: number) => access.seesArea('patrols', areaId) !== 'none'
    const db = ctx.rows('counts')
    const areas = (
      await patrolAreas(db, {
        code: city.code,
        version: city.current_version,
        asOf: city.as_of,
        parts: access.kindsInCells('counts'),
      })
    ).filter((row) => sees(row.id))
    const units = (await listUnits(db, city.code)).filter((unit) => sees(unit.squad_id))
    const posts = await listPosts(db, city.code, city.current_version)
    const routes = await listPatrolRoutes(db, city.code)
    const resources = await listResources(db, city.code, ['duty', 'serviceMode'])

    const squad = (row: SquadAreaRow) => {
      const own = units.filter((unit) => unit.squad_id === row.id)
      return {
        ...areaPart(row, access),
        strength: own.reduce((strength, unit) => strength + unit.strength, 0),
        units: own.map((unit) => ({
          id: unit.id,
          callSign: unit.call_sign,
          kind: unit.kind,
          strength: unit.strength,
          homePostId: unit.home_post_id,
          synthetic: unit.synthetic,
        })),
        posts: posts
          .filter((post) => post.squad_id === row.id)
          .map((post) => ({
            id: post.id,
            kind: post.kind,
            name: { zh: post.name_zh, en: post.name_en },
            lng: post.lng,
            lat: post.lat,
            synthetic: post.synthetic,
          })),
        routes: routes
          .filter((route) => route.squad_id === row.id)
          .map((route) => ({
            id: route.id,
            unitId: route.unit_id,
            name: { zh: route.name_zh, en: route.name_en },
            serviceMode: route.service_mode,
            lengthM: route.length_m,
            durationS: route.duration_s,
            line: lineText.parse(route.line).coordinates,
            synthetic: route.synthetic,
          })),
      }
    }
    const squads = areas.filter((row) => row.level === 'squad')
    return {
      version: city.current_version,
      asOf: city.as_of.toISOString(),
      strength: units.reduce((strength, unit) => strength + unit.strength, 0),
      districts: areas
        .filter((row) => row.level === 'district')
        .map((row) => {
          const own = squads.filter((candidate) => candidate.parent_id === row.id).map(squad)
          return {
            ...areaPart(row, access),
            strength: own.reduce((strength, part) => strength + part.strength, 0),
            squads: own,
          }
        }),
      duties: resources.filter((row) => row.kind === 'duty').map(resourcePart),
      serviceModes: resources.filter((row) => row.kind === 'serviceMode').map(resourcePart),
    }
  }),
})
