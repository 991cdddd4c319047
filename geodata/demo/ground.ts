/**
 * The ground of a synthetic city over a real outline, built from the ground up: terrain, water, settlements and roads
 * first, atoms between them, then areas as sets of atoms. Same manifest and seed, same bytes.
 */
import type { Ground } from '../city.ts'
import { createRandom } from '../random.ts'
import { buildAreas } from './ground/areas.ts'
import { atomPlaces, buildBlocks, buildSites } from './ground/blocks.ts'
import { alongOutline, buildLandscape } from './ground/landscape.ts'
import type { GroundManifest } from './ground/manifest.ts'
import { shadeRelief } from './ground/relief.ts'
import { readRoads, readStreams } from './ground/roads.ts'

export interface GroundOptions {
  seed: number
  onProgress?: (share: number, stage: string) => void
}

/** @throws RangeError when the manifest asks for what the outline cannot hold. */
export function generateGround(manifest: GroundManifest, { seed, onProgress }: GroundOptions): Ground {
  const random = createRandom(seed, `ground/${manifest.city.code}`)
  const progress = (share: number, stage: string) => onProgress?.(share, stage)
  const landscape = buildLandscape(manifest, seed, progress)
  const { finest, ...built } = buildAreas(manifest, landscape, random, progress)
  progress(0.93, 'roads')
  const roads = readRoads(landscape)
  const rivers = manifest.rivers.map((river, i) => ({
    id: i + 1,
    kind: 'river' as const,
    name: river.name,
    widthM: river.widthM,
    line: alongOutline(manifest.outline, river.from, river.to),
    synthetic: river.synthetic,
  }))
  const water = [...rivers, ...readStreams(landscape, rivers.length + 1)]
  progress(0.96, 'relief')
  const { box, plane, terrain } = landscape
  const reliefWidth = Math.round(Math.min(1200, (box.maxX - box.minX) / 30))
  const png = shadeRelief(terrain, box, reliefWidth, random.fork('relief'))
  const [west, south] = plane.fromPlane(box.minX, box.minY)
  const [east, north] = plane.fromPlane(box.maxX, box.maxY)
  const places = atomPlaces(landscape)
  progress(1, 'done')
  return {
    city: manifest.city,
    ...built,
    roads,
    water,
    blocks: buildBlocks(landscape, finest, places, random.fork('blocks')),
    sites: buildSites(manifest, landscape, finest, places),
    relief: { png, bounds: [west, south, east, north] },
  }
}
