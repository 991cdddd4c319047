/** What the simulation knows of a city: its ground and things with the indexes the generators use. */
import type { Ground, Position, Road } from '../city.ts'
import { createFrame, type Frame } from '../demo/things/frame.ts'
import { createDesk, type Desk } from '../demo/things/handling.ts'
import { createRhythms, type Rhythms } from '../demo/things/rhythm.ts'
import { createRoadGraph, type RoadGraph } from '../demo/things/roadGraph.ts'
import { createSpots, type Spots } from '../demo/things/spots.ts'
import { createRandom } from '../random.ts'
import type { PatrolRoute, Things, Unit } from '../things.ts'

const day = 86_400_000
/** People within 250 m of the middle of a road that make it a street. */
const streetPeople = 600

export interface SimulatedCity {
  frame: Frame
  graph: RoadGraph
  roadById: ReadonlyMap<number, Road>
  spots: Spots
  desk: Desk
  units: Unit[]
  routes: PatrolRoute[]
  /** Where the crews of a unit hand over. */
  postOf(unit: Unit): Position
  /** Whether a road runs between houses. */
  inTown(road: Road): boolean
  /** The hours around an instant, epoch milliseconds. */
  rhythmsAround(instant: number): Rhythms
}

/** @param seed of the city, so that its busy places are those of its history. */
export function simulatedCity(ground: Ground, things: Things, seed: number): SimulatedCity {
  const frame = createFrame(ground)
  const graph = createRoadGraph(ground.roads, frame.plane)
  const random = createRandom(seed, 'things')
  const posts = things.places.filter(({ category }) => category === 'post')
  const streets = new Set(
    ground.roads.filter((_, i) => frame.peopleByRoad[i] > streetPeople).map(({ id }) => id),
  )
  const postOf = (unit: Unit): Position => {
    const home =
      posts.find(({ id }) => id === unit.homePostId) ?? posts.find((post) => post.areaId === unit.squadId)
    return home?.point ?? frame.areaOf(unit.squadId).labelPoint
  }
  return {
    frame,
    graph,
    roadById: new Map(ground.roads.map((road) => [road.id, road])),
    spots: createSpots(frame, graph, random.fork('spots')),
    desk: createDesk(
      frame,
      graph,
      posts.map(({ point }) => point),
    ),
    units: things.units,
    routes: things.patrolRoutes,
    postOf,
    inTown: (road) => streets.has(road.id),
    rhythmsAround(instant) {
      const from = Math.floor(instant / day) * day
      return createRhythms(from - 14 * day, from + 15 * day, random.fork('rain'))
    },
  }
}
