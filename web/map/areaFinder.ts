import Flatbush from 'flatbush'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { stepsPerDegree } from '../../geodata/topology.ts'
import type { LoadedAreas } from '../workers/protocol.ts'

const finders = new WeakMap<LoadedAreas, Flatbush[]>()

/** Index of the area of a level that holds a point, or -1: boxes from an index, then the exact rings, all on the CPU. */
export function areaAt(areas: LoadedAreas, level: number, lng: number, lat: number): number {
  let known = finders.get(areas)
  if (!known) {
    known = areas.finders.map(({ data }) => Flatbush.from(data))
    finders.set(areas, known)
  }
  const items = areas.finders[level]?.areas
  if (!items || items.length === 0) return -1
  for (const item of known[level].search(lng, lat, lng, lat))
    if (areaHolds(areas, items[item], lng, lat)) return items[item]
  return -1
}

/** Even-odd rule over all rings of an area; a point on a border belongs to one of its sides. */
export function areaHolds(bundle: AreaBundle, area: number, lng: number, lat: number): boolean {
  const { shapes, arcBoxes } = bundle
  const x = lng * stepsPerDegree
  const y = lat * stepsPerDegree
  let inside = false
  const end = shapes.ringStart[shapes.polygonStart[shapes.areaStart[area + 1]]]
  for (let at = shapes.ringStart[shapes.polygonStart[shapes.areaStart[area]]]; at < end; at++) {
    const signed = shapes.ringArcs[at]
    const arc = signed < 0 ? ~signed : signed
    const box = 4 * arc
    // An arc wholly above, below or left of the point cannot cross the ray to the east.
    if (arcBoxes[box + 1] > y || arcBoxes[box + 3] < y || arcBoxes[box + 2] < x) continue
    for (let vertex = shapes.arcStart[arc] + 1; vertex < shapes.arcStart[arc + 1]; vertex++) {
      const ax = shapes.vertices[2 * vertex - 2]
      const ay = shapes.vertices[2 * vertex - 1]
      const bx = shapes.vertices[2 * vertex]
      const by = shapes.vertices[2 * vertex + 1]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    }
  }
  return inside
}
