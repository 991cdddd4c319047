import type { PlannedArea, PlannedIncident, PlannedRoad, PlannedRoute } from '../../db/queries/planning.ts'
import type { Names, Position } from '../../geodata/city.ts'
import { LocalTime } from '../../geodata/localTime.ts'
import { buildTopology } from '../../geodata/topology.ts'
import { contiguity } from '../statistics/spatialWeights.ts'
import { PlanRefusal } from './refusal.ts'
import { RoadSides } from './roadSides.ts'

/** What a plan is made from, as packed arrays: indices count places in these lists, never ids. */
export interface PlanningCity {
  code: string
  name: Names
  timeZone: string
  /** Epoch milliseconds: the last instant the data speaks about. */
  asOf: number
  /** Days before `asOf` that the incidents are of. */
  days: number
  synthetic: boolean
  districts: PlanningArea[]
  squads: (PlanningArea & { district: number })[]
  grids: {
    areas: PlanningArea[]
    residents: Float64Array
    areaKm2: Float64Array
    /** By grid: its district, and its squad today. */
    district: Uint16Array
    squad: Uint16Array
    /** Grids that share a piece of border. */
    neighbours: number[][]
    /** 1 where a grid touches the edge of the city. */
    atEdge: Uint8Array
  }
  /** Micro-grids. */
  cells: {
    ids: Int32Array
    points: Position[]
    residents: Float64Array
    /** By micro-grid: the grid it lies in. */
    grid: Uint16Array
  }
  /** The road graph; `cells`: the micro-grids it serves, both sides where it is their border, none outside of all. */
  roads: (PlannedRoad & { cells: readonly number[] })[]
  posts: { id: number; kind: string; name: Names; point: Position; squad: number }[]
  units: { id: number; callSign: string; kind: UnitRow['kind']; strength: number; squad: number }[]
  incidents: {
    cell: Uint16Array
    /** Place in `kinds`. */
    kind: Uint16Array
    /** 0: Monday 00–01 in the city's time zone … 167. */
    hourOfWeek: Uint8Array
    /** Days before `asOf`, from 0. */
    daysAgo: Uint16Array
    /** Seconds a unit was bound; NaN where none was. */
    busyS: Float32Array
    /** 1: a call to 110. */
    call: Uint8Array
  }
  kinds: { code: string; group: string; name: Names }[]
  /** Configuration; names that stand in for unpublished ones say so. */
  duties: Configured[]
  serviceModes: Configured[]
  /** Today's patrol routes, roads as places in `roads`. */
  routes: {
    id: number
    squad: number
    unitKind: UnitRow['kind'] | null
    roads: number[]
    durationS: number
  }[]
}

export interface PlanningArea {
  id: number
  code: string
  name: Names
  point: Position
}

export interface Configured {
  code: string
  name: Names
  sample: boolean
}

interface UnitRow {
  id: number
  squadId: number
  callSign: string
  kind: 'car' | 'motorcycle' | 'foot' | 'command'
  strength: number
}

/** The same whether it comes from a database or straight from the generator. */
export interface CityRows {
  city: Pick<PlanningCity, 'code' | 'name' | 'timeZone' | 'asOf' | 'synthetic'>
  areas: readonly PlannedArea[]
  /** By cell id: the ids of its grid and micro-grid. */
  cells: ReadonlyMap<number, { gridId: number; microGridId: number }>
  roads: readonly PlannedRoad[]
  posts: readonly { id: number; kind: string; name: Names; point: Position; squadId: number | null }[]
  units: readonly UnitRow[]
  kinds: PlanningCity['kinds']
  incidents: { [Column in keyof PlannedIncident]: readonly PlannedIncident[Column][] }
  duties: Configured[]
  serviceModes: Configured[]
  routes: readonly PlannedRoute[]
}

/** Days of incidents a plan looks back on: a year, so that every season counts once. */
export const PLANNING_DAYS = 365
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

function placesOf(ids: Iterable<number>): Map<number, number> {
  return new Map(Array.from(ids, (id, index) => [id, index]))
}

/** @throws PlanRefusal where the city has no squads, grids or roads: there is nothing to plan. */
export function planningCity(rows: CityRows): PlanningCity {
  const level = (name: string) => rows.areas.filter((area) => area.level === name)
  const plain = ({ id, code, name, point }: PlannedArea): PlanningArea => ({ id, code, name, point })
  const [districts, squads, grids] = [level('district'), level('squad'), level('grid')]
  for (const [what, count] of Object.entries({
    squads: squads.length,
    grids: grids.length,
    roads: rows.roads.length,
  })) {
    if (count === 0)
      throw new PlanRefusal(`${what}: expected a city that has some, got none in ${rows.city.code}`)
  }
  const districtOf = placesOf(districts.map(({ id }) => id))
  const squadOf = placesOf(squads.map(({ id }) => id))
  const gridOf = placesOf(grids.map(({ id }) => id))
  const place = (places: ReadonlyMap<number, number>, id: number | null, what: string) => {
    const index = id === null ? undefined : places.get(id)
    if (index === undefined) throw new PlanRefusal(`${what}: expected one the city has, got ${id}`)
    return index
  }
  const gridSquads = grids.map((grid) => place(squadOf, grid.squadId, `squad of grid ${grid.code}`))
  const squadDistricts = squads.map((squad) => place(districtOf, squad.parentId, `district of ${squad.code}`))

  const shapes = grids.map(({ polygons }) => polygons)
  const polygonsOfGrid = new Map(grids.map(({ id, polygons }) => [id, polygons]))
  const borders = contiguity(shapes, 'rook')

  const micro = new Map(level('microGrid').map((area) => [area.id, area]))
  const cells = [...rows.cells]
    .map(([id, { gridId, microGridId }]) => ({ id, gridId, area: micro.get(microGridId) }))
    .filter((cell) => gridOf.has(cell.gridId))
    .sort((a, b) => a.id - b.id)
  const cellOf = placesOf(cells.map(({ id }) => id))
  const cell = (id: number | null) => (id === null ? -1 : (cellOf.get(id) ?? -1))
  const cellGrids = cells.map(({ gridId }) => place(gridOf, gridId, 'grid of a micro-grid'))

  const sides = new RoadSides(
    cells.map(({ area, gridId }) => area?.polygons ?? polygonsOfGrid.get(gridId) ?? []),
  )
  const roads = rows.roads.map((road) => ({ ...road, cells: sides.of(road.line, cell(road.cellId)) }))
  const roadOf = placesOf(rows.roads.map(({ id }) => id))
  const kindOf = new Map(rows.kinds.map(({ code }, index) => [code, index]))
  const unitKind = new Map(rows.units.map(({ id, kind }) => [id, kind]))

  const kept = rows.incidents.cell_id.flatMap((id, index) =>
    cellOf.has(id) && kindOf.has(rows.incidents.kind[index]) ? [index] : [],
  )
  const time = new LocalTime(rows.city.timeZone)
  const { incidents } = rows
  return {
    ...rows.city,
    days: PLANNING_DAYS,
    districts: districts.map(plain),
    squads: squads.map((squad, index) => ({ ...plain(squad), district: squadDistricts[index] })),
    grids: {
      areas: grids.map(plain),
      residents: Float64Array.from(grids, ({ residents }) => residents),
      areaKm2: Float64Array.from(grids, ({ areaKm2 }) => areaKm2),
      district: Uint16Array.from(gridSquads, (squad) => squadDistricts[squad]),
      squad: Uint16Array.from(gridSquads),
      neighbours: grids.map((_, index) =>
        Array.from(borders.neighbour.subarray(borders.start[index], borders.start[index + 1])),
      ),
      atEdge: edges(shapes),
    },
    cells: {
      ids: Int32Array.from(cells, ({ id }) => id),
      points: cells.map(({ area }, index) => area?.point ?? grids[cellGrids[index]].point),
      residents: Float64Array.from(cells, ({ area }) => area?.residents ?? 0),
      grid: Uint16Array.from(cellGrids),
    },
    roads,
    posts: rows.posts.flatMap(({ squadId, ...post }) => {
      const squad = squadId === null ? undefined : squadOf.get(squadId)
      return squad === undefined ? [] : [{ ...post, squad }]
    }),
    units: rows.units.flatMap(({ squadId, ...unit }) => {
      const squad = squadOf.get(squadId)
      return squad === undefined ? [] : [{ ...unit, squad }]
    }),
    incidents: {
      cell: Uint16Array.from(kept, (index) => cell(incidents.cell_id[index])),
      kind: Uint16Array.from(kept, (index) => kindOf.get(incidents.kind[index]) ?? 0),
      hourOfWeek: Uint8Array.from(kept, (index) => hourOfWeek(time.toLocal(incidents.reported_ms[index]))),
      daysAgo: Uint16Array.from(kept, (index) =>
        Math.floor((rows.city.asOf - incidents.reported_ms[index]) / DAY_MS),
      ),
      busyS: Float32Array.from(kept, (index) =>
        incidents.busy_s[index] < 0 ? Number.NaN : incidents.busy_s[index],
      ),
      call: Uint8Array.from(kept, (index) => incidents.call[index]),
    },
    kinds: rows.kinds,
    duties: rows.duties,
    serviceModes: rows.serviceModes,
    routes: rows.routes.flatMap(({ id, squad_id, unit_id, road_ids, duration_s }) => {
      const squad = squadOf.get(squad_id)
      if (squad === undefined) return []
      return [
        {
          id,
          squad,
          unitKind: (unit_id === null ? undefined : unitKind.get(unit_id)) ?? null,
          roads: road_ids.flatMap((road) => roadOf.get(road) ?? []),
          durationS: duration_s,
        },
      ]
    }),
  }
}

/** 0: Monday 00–01. @param local Local milliseconds; 1970-01-01 was a Thursday. */
export function hourOfWeek(local: number): number {
  return (((Math.floor(local / HOUR_MS) + 72) % 168) + 168) % 168
}

/** 1 where a shape has a piece of border that no other shares. */
function edges(shapes: readonly Position[][][][]): Uint8Array {
  const { areas } = buildTopology(shapes)
  const users = new Map<number, Set<number>>()
  areas.forEach((polygons, area) => {
    for (const signed of polygons.flat(2)) {
      const arc = signed < 0 ? ~signed : signed
      users.set(arc, (users.get(arc) ?? new Set()).add(area))
    }
  })
  const atEdge = new Uint8Array(shapes.length)
  for (const beside of users.values()) if (beside.size === 1) for (const area of beside) atEdge[area] = 1
  return atEdge
}
