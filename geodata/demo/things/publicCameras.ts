/** Public cameras: crossings, roads, checkpoints, high points, village roads. */
import type { Road, RoadClass } from '../../city.ts'
import type { WeightedSampler } from '../random.ts'
import { type CameraDraft, degrees, type Placing, roadSampler, until } from './cameraPlacing.ts'

const classWeight: Record<RoadClass, number> = {
  motorway: 2,
  trunk: 4,
  primary: 5,
  secondary: 4,
  residential: 1.6,
  service: 0.5,
  track: 0.02,
}

export interface PublicCounts {
  road: number
  checkpoint: number
  panorama: number
  village: number
}

export function placePublicCameras(placing: Placing, counts: PublicCounts): void {
  const { frame, spots, random, add } = placing
  const { roads } = frame.ground
  const publicly = (draft: Omit<CameraDraft, 'ownership' | 'ownerUnit'>): CameraDraft => ({
    ownership: 'public',
    ownerUnit: null,
    ...draft,
  })
  /** On a pole beside a road, looking along it one way or the other. */
  const beside = (sampler: WeightedSampler, aside: number) => {
    const road = roads[sampler.draw(random)]
    const spot = spots.byRoad(road, random.next(), (random.chance(0.5) ? 1 : -1) * aside)
    if (!spot || spot.bearing === null) return null
    return {
      spot,
      directionDeg: degrees(spot.bearing + (random.chance(0.5) ? 180 : 0) + random.normal() * 6),
    }
  }

  const alongRoads = roadSampler(
    frame,
    (road, people) => classWeight[road.class] * road.lengthM * (0.06 + Math.min(3, people / 500)),
  )
  const atCrossings = placeAtCrossings(placing, counts.road * 0.4, publicly)
  until(counts.road - atCrossings, add, () => {
    const found = beside(alongRoads, random.between(4, 8))
    const type = random.chance(0.3) ? 'dome' : random.chance(0.15) ? 'remoteBullet' : 'bullet'
    const industry = random.chance(0.6) ? '00' : random.chance(0.7) ? '04' : '08'
    return found && publicly({ ...found, type, industry, indoor: false })
  })

  const fast = new Set<RoadClass>(['motorway', 'trunk', 'primary'])
  const fastRoads = roadSampler(frame, (road) =>
    fast.has(road.class) ? road.lengthM : road.class === 'secondary' ? road.lengthM * 0.2 : 0,
  )
  until(counts.checkpoint, add, () => {
    const found = beside(fastRoads.total > 0 ? fastRoads : alongRoads, 1.5)
    return found && publicly({ ...found, type: 'checkpoint', industry: '05', indoor: false })
  })

  until(counts.panorama, add, () =>
    publicly({
      spot: spots.draw(random.chance(0.6) ? 'home' : 'open', random),
      directionDeg: random.int(0, 359),
      type: 'panorama',
      industry: random.chance(0.7) ? '00' : '40',
      indoor: false,
    }),
  )

  const villageRoads = roadSampler(frame, (road, people) =>
    people > 0 && people < 900 && road.class !== 'motorway' ? road.lengthM * people ** 0.5 : 0,
  )
  until(counts.village, add, () => {
    const found = beside(villageRoads.total > 0 ? villageRoads : alongRoads, random.between(4, 9))
    const type = random.chance(0.2) ? 'dome' : 'bullet'
    return found && publicly({ ...found, type, industry: '01', indoor: false })
  })
}

/** One camera an arm at the busiest crossings, looking away from it; answers how many, at least `wanted` if there is room. */
function placeAtCrossings(
  { frame, graph, spots, random, add }: Placing,
  wanted: number,
  publicly: (draft: Omit<CameraDraft, 'ownership' | 'ownerUnit'>) => CameraDraft,
): number {
  const crossings = [...graph.nodes.values()]
    .filter(({ roads }) => roads.length >= 3 && roads.some((road) => classWeight[road.class] >= 1))
    .map((node) => ({
      node,
      weight:
        frame.peopleNear(node.position, 300) *
        node.roads.reduce((sum: number, road: Road) => sum + classWeight[road.class], 0),
    }))
    .sort((a, b) => b.weight - a.weight)
  let placed = 0
  for (const { node } of crossings) {
    if (placed >= wanted) break
    for (const road of node.roads) {
      const starts = frame.plane.distance(road.line[0], node.position) < 1
      const share = Math.min(0.45, 9 / Math.max(10, road.lengthM))
      const spot = spots.byRoad(road, starts ? share : 1 - share, 6)
      if (!spot || spot.bearing === null) continue
      add(
        publicly({
          spot,
          directionDeg: degrees(spot.bearing + (starts ? 0 : 180) + random.normal() * 5),
          type: random.chance(0.25) ? 'dome' : 'bullet',
          industry: random.chance(0.55) ? '04' : '00',
          indoor: false,
        }),
      )
      placed++
    }
  }
  return placed
}
