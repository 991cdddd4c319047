import { area as squareMetres } from '@turf/turf'
import type { PlannedArea } from '../../db/queries/planning.ts'
import { cellFinder } from '../../db/writing/groundRows.ts'
import type { Ground } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import { type Configured, PLANNING_DAYS, type PlanningCity, planningCity } from './cityInputs.ts'

const DAY_MS = 86_400_000

/**
 * A city straight from the generator, without a database: the same as the database makes of it.
 * @param asOf Epoch milliseconds.
 */
export function planningCityOf(ground: Ground, things: Things, asOf: number): PlanningCity {
  const cellOfLine = cellFinder(ground)
  const version = ground.versions.find(({ validTo }) => validTo === null)?.version
  const current = ground.areas.filter((area) => area.version === version)
  const byId = new Map(current.map((area) => [area.id, area]))
  const from = asOf - PLANNING_DAYS * DAY_MS
  const disputes = new Set(things.kinds.filter(({ dispute }) => dispute).map(({ code }) => code))
  const incidents = things.incidents
    .filter(({ reportedAt, kind }) => reportedAt >= from && reportedAt < asOf && !disputes.has(kind))
    .sort((a, b) => a.reportedAt - b.reportedAt || (a.sourceId < b.sourceId ? -1 : 1))
  const configured = (kind: string): Configured[] =>
    things.resources
      .filter((each) => each.kind === kind)
      .map(({ code, name, synthetic }) => ({ code, name, sample: synthetic }))
  const squadOfCell = new Map(
    ground.cells.map(({ id, areaIds }) => [
      id,
      areaIds.find((area) => byId.get(area)?.level === 'squad') ?? byId.get(id)?.squadId ?? null,
    ]),
  )
  const planned = ['district', 'squad', 'grid', 'microGrid']
  return planningCity({
    city: {
      code: ground.city.code,
      name: ground.city.name,
      timeZone: ground.city.timeZone,
      asOf,
      synthetic: true,
    },
    areas: current
      .filter(({ level }) => planned.includes(level))
      .sort((a, b) => (a.level === b.level ? (a.code < b.code ? -1 : 1) : a.level < b.level ? -1 : 1))
      .map(
        (area): PlannedArea => ({
          id: area.id,
          level: area.level,
          code: area.code,
          name: area.name,
          parentId: area.parentId,
          squadId: area.squadId,
          residents: area.population,
          areaKm2:
            area.level === 'grid'
              ? squareMetres({ type: 'MultiPolygon', coordinates: area.polygons }) / 1e6
              : 0,
          point: area.labelPoint,
          polygons: area.level === 'grid' || area.level === 'microGrid' ? area.polygons : [],
        }),
      ),
    cells: new Map(
      ground.cells.flatMap(({ id, areaIds }) => {
        const gridId = areaIds.find((area) => byId.get(area)?.level === 'grid')
        const microGridId = areaIds.find((area) => byId.get(area)?.level === 'microGrid')
        return gridId === undefined ? [] : [[id, { gridId, microGridId: microGridId ?? gridId }]]
      }),
    ),
    roads: ground.roads.map((road) => ({
      id: road.id,
      class: road.class,
      fromNode: road.fromNode,
      toNode: road.toNode,
      lengthM: road.lengthM,
      speedKmh: road.speedKmh,
      line: road.line,
      cellId: cellOfLine(road.line),
    })),
    posts: things.places
      .filter(({ category }) => category === 'post')
      .map(({ id, kind, name, point, cellId }) => ({
        id,
        kind,
        name,
        point,
        squadId: squadOfCell.get(cellId) ?? null,
      }))
      .sort((a, b) => (a.squadId ?? 0) - (b.squadId ?? 0) || a.id - b.id),
    units: things.units
      .map(({ id, squadId, callSign, kind, strength }) => ({ id, squadId, callSign, kind, strength }))
      .sort((a, b) => a.squadId - b.squadId || a.id - b.id),
    kinds: things.kinds
      .filter(({ dispute }) => !dispute)
      .map(({ code, group, name }) => ({ code, group, name })),
    incidents: {
      cell_id: incidents.map(({ cellId }) => cellId),
      kind: incidents.map(({ kind }) => kind),
      reported_ms: incidents.map(({ reportedAt }) => reportedAt),
      busy_s: incidents.map(({ closedAt, dispatchedAt }) =>
        closedAt === null || dispatchedAt === null ? -1 : (closedAt - dispatchedAt) / 1000,
      ),
      call: incidents.map(({ channel }) => (channel === '110' ? 1 : 0)),
    },
    duties: configured('duty'),
    serviceModes: configured('serviceMode'),
    routes: things.patrolRoutes.map((route) => ({
      id: route.id,
      squad_id: route.squadId,
      unit_id: route.unitId,
      service_mode: route.serviceMode,
      duration_s: route.durationS,
      road_ids: route.roadIds,
    })),
  })
}
