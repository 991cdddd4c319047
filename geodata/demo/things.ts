/** Everything on the ground of the demo city, from the ground and a seed. */
import type { Ground } from '../city.ts'
import { kinds } from '../kinds.ts'
import { createRandom } from '../random.ts'
import type { Things } from '../things.ts'
import { earliestAsOf, historyStart, readTargets } from './calibration.ts'
import { createActivities } from './things/activities.ts'
import { createOutages } from './things/cameraOutages.ts'
import { createCameras } from './things/cameras.ts'
import { createDisputes } from './things/disputes.ts'
import { createFrame } from './things/frame.ts'
import { createDesk } from './things/handling.ts'
import { createIncidents } from './things/incidents.ts'
import { createPatrolRoutes, createUnits } from './things/patrols.ts'
import { createPlaces } from './things/places.ts'
import { createProjects } from './things/projects.ts'
import { createResources } from './things/resources.ts'
import { createRhythms } from './things/rhythm.ts'
import { createRoadGraph } from './things/roadGraph.ts'
import { createSpots } from './things/spots.ts'

export interface ThingsOptions {
  seed: number
  /** Rows of incidents in all, disputes included: from 2023-01-01 in Shanghai to `asOf`. */
  incidents: number
  /** The last instant the data speaks about; not before 2026-01-01, when all calibrated years are over. */
  asOf: Date
  onProgress?: (share: number, stage: string) => void
}

/** The size at which the years no figure fixes have their full counts of disputes and crime. */
const fullSize = 60_000

/**
 * The same ground, seed and options give the same things, byte for byte.
 * @throws RangeError when `asOf` lies before the calibrated years end, or `incidents` cannot hold the calibrated ones
 */
export function generateThings(ground: Ground, options: ThingsOptions): Things {
  const { seed, incidents: total, onProgress } = options
  const asOf = Math.floor(options.asOf.getTime() / 1000) * 1000
  if (!(asOf >= earliestAsOf)) {
    throw new RangeError(
      `expected asOf at 2026-01-01 or later (Asia/Shanghai), got ${options.asOf.toISOString()}`,
    )
  }
  const random = createRandom(seed, 'things')
  const targets = readTargets()
  onProgress?.(0, 'places')
  const frame = createFrame(ground)
  const graph = createRoadGraph(ground.roads, frame.plane)
  const spots = createSpots(frame, graph, random.fork('spots'))
  const rhythms = createRhythms(historyStart, asOf, random.fork('rain'))
  const places = createPlaces({
    frame,
    graph,
    spots,
    targets: targets.centres,
    random: random.fork('places'),
  })
  const projects = createProjects(frame, targets.projects, random.fork('projects'))

  onProgress?.(0.15, 'incidents')
  const scale = Math.min(1, total / fullSize)
  const desk = createDesk(
    frame,
    graph,
    places.filter(({ category }) => category === 'post').map(({ point }) => point),
  )
  const disputes = createDisputes({
    frame,
    spots,
    rhythms,
    projects,
    targets: targets.disputes,
    random: random.fork('disputes'),
    scale,
    asOf,
  })
  const makers = createIncidents({
    spots,
    rhythms,
    desk,
    projects,
    areaOf: frame.areaOf,
    targets: targets.incidents,
    random: random.fork('incidents'),
    scale,
    asOf,
  })
  const calibrated = [...disputes.calibrated(), ...makers.calibrated()]
  const between = [...disputes.free(), ...makers.steady()]
  const left = total - calibrated.length - between.length
  if (left < 0) {
    throw new RangeError(
      `expected at least ${calibrated.length + between.length} incidents to hold the published counts, got ${total}`,
    )
  }
  const rest = makers.free(left, { from: historyStart, to: asOf }, (share) =>
    onProgress?.(0.2 + 0.4 * share, 'incidents'),
  )
  const drafts = [...calibrated, ...between, ...rest].sort((a, b) => a.reportedAt - b.reportedAt)
  const incidents = drafts.map((draft, i) => ({
    source: 'demo',
    sourceId: `demo-${String(i + 1).padStart(7, '0')}`,
    ...draft,
    synthetic: true,
  }))

  onProgress?.(0.6, 'cameras')
  const installed = createCameras({
    frame,
    graph,
    spots,
    targets: targets.cameras,
    random: random.fork('cameras'),
    asOf,
  })
  const { outages, cameras } = createOutages({
    cameras: installed,
    gridOf: (cellId) => frame.areaOf(cellId).parentId,
    rhythms,
    random: random.fork('outages'),
    asOf,
  })

  onProgress?.(0.85, 'patrols')
  const resources = createResources({ frame, places, targets, random: random.fork('resources') })
  const patrols = {
    frame,
    graph,
    places,
    // Disputes stand at their grid, not where patrols could meet them.
    incidents: drafts.filter(({ attributes }) => !('caseSource' in attributes)),
    serviceModes: resources.filter(({ kind }) => kind === 'serviceMode'),
    officers: targets.patrol.officers,
    random: random.fork('patrols'),
  }
  const units = createUnits(patrols)
  const patrolRoutes = createPatrolRoutes(patrols, units)
  const activities = createActivities({
    frame,
    rhythms,
    targets: { ...targets.activities, checks: targets.patrol.checks, drills: targets.patrol.drills },
    random: random.fork('activities'),
    asOf,
  })
  onProgress?.(1, 'patrols')
  return {
    kinds,
    incidents,
    cameras,
    cameraOutages: outages,
    places,
    units,
    patrolRoutes,
    projects,
    activities,
    resources,
  }
}
