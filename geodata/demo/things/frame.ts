/** The ground as the generators of things ask for it: areas by level and id, what holds a point, where people are near. */
import KDBush from 'kdbush'
import { type AreaLocator, boundsOf, createAreaLocator } from '../../areaLocator.ts'
import type { Area, Block, Ground, Position, Road } from '../../city.ts'
import { createPlane, type Plane } from './plane.ts'

export interface Frame {
  ground: Ground
  plane: Plane
  city: Area
  townships: Area[]
  villages: Area[]
  grids: Area[]
  microGrids: Area[]
  /** Where people live. */
  blocks: Block[]
  districts: Area[]
  squads: Area[]
  areaOf(id: number): Area
  /** The area of `level` (current version) that contains a micro-grid. */
  ancestor(microGrid: Area, level: string): Area
  locator: AreaLocator
  /** The micro-grid that holds a point, or null. */
  cellAt(position: Position): Area | null
  /** Square metres of a micro-grid. */
  areaM2(microGrid: Area): number
  /** Residents whose block lies within `radius` metres. */
  peopleNear(position: Position, radius: number): number
  roadMiddle(road: Road): Position
  /** Residents within 250 m of each road's middle, in the order of the ground's roads. */
  peopleByRoad: number[]
  /** Residents within 250 m of each block, in the order of `blocks`. */
  peopleByBlock: number[]
}

const shoelace = (ring: readonly (readonly [number, number])[]) => {
  let sum = 0
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1]
  return sum / 2
}

/** Indexes a ground's current version. Throws where a level is missing. */
export function createFrame(ground: Ground): Frame {
  const current = ground.versions.find(({ validTo }) => validTo === null) ?? ground.versions[0]
  const byLevel = (level: string): Area[] => {
    const found = ground.areas.filter((area) => area.version === current.version && area.level === level)
    if (found.length === 0) throw new Error(`expected areas of level ${level} in version ${current.version}`)
    return found
  }
  const byId = new Map(ground.areas.map((area) => [area.id, area]))
  const areaOf = (id: number): Area => {
    const area = byId.get(id)
    if (!area) throw new Error(`expected an area with id ${id}`)
    return area
  }
  const [city] = byLevel('city')
  const [west, south, east, north] = boundsOf(city.polygons)
  const plane = createPlane([(west + east) / 2, (south + north) / 2])
  const microGrids = byLevel('microGrid')
  const locator = createAreaLocator(microGrids)

  // A ground without settlements still has people in its micro-grids.
  const blocks: Block[] =
    ground.blocks.length > 0
      ? ground.blocks
      : microGrids.map((cell) => ({
          id: cell.id,
          name: cell.name,
          households: cell.households,
          population: cell.population,
          microGridId: cell.id,
          point: cell.labelPoint,
          polygons: cell.polygons,
        }))
  const people = new KDBush(blocks.length)
  for (const block of blocks) people.add(...plane.toMetres(block.point))
  people.finish()

  const ancestor = (microGrid: Area, level: string): Area => {
    let area: Area = microGrid
    if (level === 'squad' || level === 'district') {
      if (microGrid.squadId === null) throw new Error(`micro-grid ${microGrid.code} belongs to no squad`)
      area = areaOf(microGrid.squadId)
    }
    while (area.level !== level) {
      if (area.parentId === null) throw new Error(`micro-grid ${microGrid.code} lies in no ${level}`)
      area = areaOf(area.parentId)
    }
    return area
  }

  const peopleNear = (position: Position, radius: number): number => {
    const [x, y] = plane.toMetres(position)
    let sum = 0
    for (const i of people.within(x, y, radius)) sum += blocks[i].population
    return sum
  }
  const roadMiddle = ({ line }: Road): Position => {
    const half = Math.floor(line.length / 2)
    return line.length % 2 === 1
      ? line[half]
      : [(line[half - 1][0] + line[half][0]) / 2, (line[half - 1][1] + line[half][1]) / 2]
  }

  return {
    ground,
    plane,
    city,
    townships: byLevel('township'),
    villages: byLevel('village'),
    grids: byLevel('grid'),
    microGrids,
    blocks,
    districts: byLevel('district'),
    squads: byLevel('squad'),
    areaOf,
    ancestor,
    locator,
    cellAt: ([lng, lat]) => locator.locate(lng, lat),
    areaM2: (microGrid) => {
      let sum = 0
      for (const rings of microGrid.polygons) {
        for (const ring of rings) sum += shoelace(ring.map((position) => plane.toMetres(position)))
      }
      return Math.abs(sum)
    },
    peopleNear,
    roadMiddle,
    peopleByRoad: ground.roads.map((road) => peopleNear(roadMiddle(road), 250)),
    peopleByBlock: blocks.map(({ point }) => peopleNear(point, 250)),
  }
}
