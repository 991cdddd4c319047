import { z } from 'zod'
import {
  type AreaRow,
  areaFacts,
  areaLineage,
  areaPlaces,
  areasAt,
  countInside,
  findCounterpart,
} from '../../db/queries/areas.ts'
import { areasOf, levelsOf } from '../catalog.ts'
import * as inputs from '../inputs.ts'
import { squadCells } from '../patrolSight.ts'
import { selectArea, selectVersion } from '../selection.ts'
import { permitted, router } from '../trpc.ts'

const ofVersion = z.object({
  version: inputs.versionName.optional(),
  /** A date; the version valid on it. Without either the current version. */
  at: z.iso.date({ error: 'expected a date such as "2018-06-30"' }).optional(),
})

/** Areas km²; `urbanRural` is the statistics bureau's class (111…220) or null. */
export function areaAnswer(row: AreaRow) {
  return {
    id: row.id,
    code: row.code,
    name: { zh: row.name_zh, en: row.name_en },
    level: row.level,
    hierarchy: row.hierarchy,
    parentId: row.parent_id,
    squadId: row.squad_id,
    areaKm2: row.area_km2,
    population: row.population,
    households: row.households,
    synthetic: row.synthetic,
  }
}

/** The smallest of the areas of the administration that hold something: where the audit's map shows a look at it. */
export function finest(areas: readonly AreaRow[]): AreaRow | undefined {
  return areas.findLast(({ hierarchy }) => hierarchy === 'administration')
}

function relationOf(own: number, other: number, shared: number): 'same' | 'within' | 'part' | 'overlap' {
  if (shared === own) return shared === other ? 'same' : 'within'
  return shared === other ? 'part' : 'overlap'
}

const onTheMap = permitted('map')

/** Geography: the whole city's for whoever has any role there. What is counted in it follows the jurisdiction. */
export const areas = router({
  /** All areas of a version, coarse to fine, then by code. */
  tree: onTheMap.input(ofVersion).query(async ({ ctx, input }) => {
    const version = await selectVersion(ctx.database, ctx.city, input)
    return (await areasOf(ctx.database, ctx.city, version)).map(areaAnswer)
  }),

  /** Number of areas by level, e.g. {city: 1, township: 4, …, microGrid: 3381}. */
  summary: onTheMap.input(ofVersion).query(async ({ ctx, input }) => {
    const version = await selectVersion(ctx.database, ctx.city, input)
    const levels = (await levelsOf(ctx.database, ctx.city)).filter((level) => level.version === version)
    const counts: Record<string, number> = Object.fromEntries(levels.map(({ level }) => [level, 0]))
    for (const { level } of await areasOf(ctx.database, ctx.city, version)) counts[level]++
    return counts
  }),

  /** The chain of areas that hold a point, coarse to fine over both hierarchies; empty outside the city. */
  locate: onTheMap
    .input(ofVersion.extend({ lng: inputs.lng, lat: inputs.lat }))
    .query(async ({ ctx, input }) => {
      const version = await selectVersion(ctx.database, ctx.city, input)
      const rows = await areasAt(ctx.rows('counts'), {
        city: ctx.city.code,
        version,
        lng: input.lng,
        lat: input.lat,
      })
      return rows.map(areaAnswer)
    }),

  /**
   * The area of another version that stands where this one does, of the same level or, where the version has none, of
   * the next coarser one; null where there is none. `relation`: 'same' ground, 'within' (the other holds it and more),
   * 'part' (it holds the other and more; the other is its largest part), 'overlap' (each holds ground the other does not).
   */
  counterpart: onTheMap
    .input(z.object({ areaId: inputs.areaId, version: inputs.versionName }))
    .query(async ({ ctx, input }) => {
      const { database: names, city } = ctx
      const area = await selectArea(names, city, input.areaId)
      const version = await selectVersion(names, city, { version: input.version })
      const found = await findCounterpart(ctx.rows('counts'), { city: city.code, areaId: area.id, version })
      if (!found) return { version, counterpart: null }
      const { own, cells, shared } = found
      return {
        version,
        counterpart: {
          areaId: found.id,
          code: found.code,
          name: { zh: found.name_zh, en: found.name_en },
          level: found.level,
          relation: relationOf(own, cells, shared),
        },
      }
    }),

  /**
   * What is known about one area. Roads in kilometres, areas km². `cameras` counts those the viewer may count, null where
   * they may count none of them; `partial` (only for viewers limited to areas) says that only a part was counted.
   */
  facts: onTheMap.input(z.object({ areaId: inputs.areaId })).query(async ({ ctx, input }) => {
    const { database: names, city, access } = ctx
    const area = await selectArea(names, city, input.areaId)
    const squad = area.squad_id === null ? null : await selectArea(names, city, area.squad_id)
    const counted = access.has('cameras.counts') ? access.seesArea('cameras.counts', area.id) : 'none'
    const { cells } = access.scope('cameras.counts')
    const postCells = await squadCells(names, city, access)
    const db = ctx.rows('counts')
    const sums = await areaFacts(db, { city: city.code, areaId: area.id, cells: cells && [...cells] })
    const inside = await countInside(db, city.code, area.id)
    const places = await areaPlaces(db, { city: city.code, areaId: area.id, postCells })
    const lineage = await areaLineage(db, city.code, area.id)
    return {
      ...areaAnswer(area),
      version: area.version,
      urbanRural: area.urban_rural,
      /** Number of areas of each level that lie wholly inside. */
      children: Object.fromEntries(inside.map((row) => [row.level, row.n])) as Record<string, number>,
      cameras: counted === 'none' ? null : { total: sums.cameras, online: sums.cameras_online },
      partial: access.leavesOut(['cameras.counts'], area.id),
      roadsKm: sums.roads_m / 1000,
      places: places.map((row) => ({ category: row.category, kind: row.kind, count: row.n })),
      squad: squad && { id: squad.id, code: squad.code, name: { zh: squad.name_zh, en: squad.name_en } },
      /** Areas of the version before and after that share ground with it. */
      lineage: lineage.map((row) => ({
        areaId: row.area_id,
        code: row.code,
        name: { zh: row.name_zh, en: row.name_en },
        version: row.version,
        relation: row.relation,
        direction: row.direction,
      })),
      asOf: city.as_of.toISOString(),
    }
  }),
})
