import type { Queryable } from '../../db/client.ts'
import { findCity, listCells, listKinds } from '../../db/queries/catalog.ts'
import { listPosts, listResources, listUnits } from '../../db/queries/patrols.ts'
import { plannedAreas, plannedIncidents, plannedRoads, plannedRoutes } from '../../db/queries/planning.ts'
import { type Configured, PLANNING_DAYS, type PlanningCity, planningCity } from './cityInputs.ts'
import { PlanRefusal } from './refusal.ts'

const DAY_MS = 86_400_000

/**
 * A city as its database has it, in its current boundary version.
 * @param code The city's code or division code.
 * @throws PlanRefusal where there is no such city, or nothing in it to plan.
 */
export async function readPlanningCity(db: Queryable, code: string): Promise<PlanningCity> {
  const city = await findCity(db, code)
  if (!city) throw new PlanRefusal(`city: expected one the database has, got ${code}`)
  const version = city.current_version
  const asOf = city.as_of
  const areas = await plannedAreas(db, city.code, version)
  const cells = await listCells(db, city.code)
  const roads = await plannedRoads(db, city.code)
  const posts = await listPosts(db, city.code, version)
  const units = await listUnits(db, city.code)
  const kinds = await listKinds(db, city.code)
  const resources = await listResources(db, city.code, ['duty', 'serviceMode'])
  const routes = await plannedRoutes(db, city.code)
  const incidents = await plannedIncidents(db, {
    city: city.code,
    from: new Date(asOf.getTime() - PLANNING_DAYS * DAY_MS),
    to: asOf,
  })
  const areaOfCell = (level: string) => {
    const row = cells.find((each) => each.version === version && each.level === level)
    return new Map(row?.cell_ids.map((cell, index) => [cell, row.area_ids[index]]))
  }
  const micro = areaOfCell('microGrid')
  const configured = (kind: string): Configured[] =>
    resources
      .filter((each) => each.kind === kind)
      .map((each) => ({
        code: each.code,
        name: { zh: each.name_zh, en: each.name_en },
        sample: each.synthetic,
      }))
  return planningCity({
    city: {
      code: city.code,
      name: { zh: city.name_zh, en: city.name_en },
      timeZone: city.time_zone,
      asOf: asOf.getTime(),
      synthetic: city.synthetic,
    },
    areas,
    cells: new Map(
      Array.from(areaOfCell('grid'), ([cell, gridId]) => [
        cell,
        { gridId, microGridId: micro.get(cell) ?? gridId },
      ]),
    ),
    roads,
    posts: posts.map((post) => ({
      id: post.id,
      kind: post.kind,
      name: { zh: post.name_zh, en: post.name_en },
      point: [post.lng, post.lat],
      squadId: post.squad_id,
    })),
    units: units.map((unit) => ({
      id: unit.id,
      squadId: unit.squad_id,
      callSign: unit.call_sign,
      kind: unit.kind,
      strength: unit.strength,
    })),
    kinds: kinds
      .filter(({ dispute }) => !dispute)
      .map((kind) => ({
        code: kind.code,
        group: kind.kind_group,
        name: { zh: kind.name_zh, en: kind.name_en },
      })),
    incidents,
    duties: configured('duty'),
    serviceModes: configured('serviceMode'),
    routes,
  })
}
