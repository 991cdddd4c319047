import type { CoverageInput } from '../../../api/planning/coverage.ts'
import type { DistrictingInput } from '../../../api/planning/districting.ts'
import type { HypercubeInput } from '../../../api/planning/hypercube.ts'
import type { PMedianInput } from '../../../api/planning/pMedianInput.ts'
import type { RoutingProblem } from '../../../api/planning/routing.ts'
import type { SetCoverInput } from '../../../api/planning/setCover.ts'

/** What is published of an instance: its best value, or null, and where that was read. */
export interface Known {
  value: number | null
  from?: string
  /** Vehicles of the published plan. */
  vehicles?: number
  /** Whether the way alone was made short, however many vehicles that takes; absent: as is usual for the kind. */
  isByDistance?: boolean
  /** Asked for: as few vehicles as can be, then the shortest way, where the published number is known. */
  vehiclesFirst?: boolean
  /** Published values by number of posts, and the radius they are for. */
  byPosts?: Record<string, number>
  radius?: number
}

interface Common {
  known: Known
  /** Said of the instance in its line. */
  more?: object
}

/** A published problem, whatever file it came from. */
export type Instance = Common &
  (
    | { family: 'pMedian'; problem: PMedianInput }
    | { family: 'covering'; problem: Omit<CoverageInput, 'p'>; posts: number[] }
    | { family: 'setCovering'; problem: SetCoverInput }
    | { family: 'routes'; problem: RoutingProblem }
    | { family: 'timeWindows'; problem: RoutingProblem }
    | { family: 'arcRouting'; problem: RoutingProblem }
    | { family: 'orienteering'; problem: RoutingProblem; ownScore: number }
    | { family: 'districting'; problem: DistrictingInput }
    | { family: 'hypercube'; problem: HypercubeInput; workloads: number[] }
  )

/** Of ways between all places a bench holds so many. */
const MOST_PLACES = 8000

/** @throws Error for instances whose ways between all places no longer fit into memory, or of no places. */
export function requirePlaces(places: number): void {
  if (Number.isInteger(places) && places >= 1 && places <= MOST_PLACES) return
  throw new Error(`Expected 1 to ${MOST_PLACES} places, got ${places}.`)
}
