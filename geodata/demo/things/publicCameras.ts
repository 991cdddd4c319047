/** Public cameras: crossings, roads, checkpoints, high points, village roads. */
import type { Road, RoadClass } from '../../city.ts'
import type { WeightedSampler } from '../../random.ts'
import { createPurchase } from './cameraLenses.ts'
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
  // The town buys in bulk.
  const purchase = createPurchase(random)
  const publicly = (draft: Publicly): CameraDraft => ({
    ownership: 'public',
    ownerUnit: null,
    ...purchase(draft.type),
    ...draft,
  })
  /** On a pole beside a road, looking along it: one way, or with a second camera both ways. */
  const beside = (
    sampler: WeightedSampler,
    aside: number,
    both: number,
    device: Pick<CameraDraft, 'type' | 'industry'>,
  ): CameraDraft[] | null => {
    const road = roads[sampler.draw(random)]
    const spot = spots.byRoad(road, random.next(), (random.chance(0.5) ? 1 : -1) * aside)
    if (!spot || spot.bearing === null) return null
    const one = spot.bearing + (random.chance(0.5) ? 180 : 0)
    const ways = random.chance(both) ? [one, one + 180] : [one]
    return ways.map((way) => publicly({ ...device, spot, directionDeg: degrees(way), indoor: false }))
  }

  const alongRoads = roadSampler(
    frame,
    (road, people) => classWeight[road.class] * road.lengthM * (0.06 + Math.min(3, people / 500)),
  )
  const atCrossings = placeAtCrossings(placing, counts.road * 0.4, publicly)
  until(counts.road - atCrossings, add, () => {
    const type = random.chance(0.3) ? 'dome' : random.chance(0.15) ? 'remoteBullet' : 'bullet'
    const industry = random.chance(0.6) ? '00' : random.chance(0.7) ? '04' : '08'
    return beside(alongRoads, random.between(4, 8), type === 'dome' ? 0 : 0.6, { type, industry })
  })

  const fast = new Set<RoadClass>(['motorway', 'trunk', 'primary'])
  const fastRoads = roadSampler(frame, (road) =>
    fast.has(road.class) ? road.lengthM : road.class === 'secondary' ? road.lengthM * 0.2 : 0,
  )
  until(counts.checkpoint, add, () =>
    beside(fastRoads.total > 0 ? fastRoads : alongRoads, 1.5, 0.7, { type: 'checkpoint', industry: '05' }),
  )

  until(counts.panorama, add, () => [
    publicly({
      spot: spots.draw(random.chance(0.6) ? 'home' : 'open', random),
      directionDeg: degrees(random.between(0, 360)),
      type: 'panorama',
      industry: random.chance(0.7) ? '00' : '40',
      indoor: false,
    }),
  ])

  const villageRoads = roadSampler(frame, (road, people) =>
    people > 0 && people < 900 && road.class !== 'motorway' ? road.lengthM * people ** 0.5 : 0,
  )
  until(counts.village, add, () => {
    const type = random.chance(0.2) ? 'dome' : 'bullet'
    return beside(
      villageRoads.total > 0 ? villageRoads : alongRoads,
      random.between(4, 9),
      type === 'dome' ? 0 : 0.6,
      { type, industry: '01' },
    )
  })
}

type Publicly = Pick<CameraDraft, 'spot' | 'directionDeg' | 'type' | 'industry' | 'indoor'>

/**
 * A pole an arm at the busiest crossings, looking away from it and often back over it; answers how many cameras, at
 * least `wanted` if there is room.
 */
function placeAtCrossings(
  { frame, graph, spots, random, add }: Placing,
  wanted: number,
  publicly: (draft: Publicly) => CameraDraft,
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
      const away = spot.bearing + (starts ? 0 : 180)
      const type = random.chance(0.25) ? 'dome' : 'bullet'
      const industry = random.chance(0.55) ? '04' : '00'
      for (const way of type === 'bullet' && random.chance(0.5) ? [away, away + 180] : [away]) {
        add(publicly({ spot, directionDeg: degrees(way), type, industry, indoor: false }))
        placed++
      }
    }
  }
  return placed
}
