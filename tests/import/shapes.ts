import type { Position } from '../../geodata/city.ts'

/** A closed ring around a box, counter-clockwise. */
export function box(west: number, south: number, east: number, north: number): Position[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
}

/** A closed ring that goes once around a point, at these distances one after the other. */
export function star([x, y]: Position, radii: number[]): Position[] {
  const corners = radii.map((radius, index): Position => {
    const angle = (index / radii.length) * 2 * Math.PI
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  })
  return [...corners, corners[0]]
}

export interface TestFeature {
  type: 'Feature'
  properties: Record<string, unknown> | null
  geometry: { type: string; coordinates: unknown } | null
}

export function polygon(properties: Record<string, unknown>, ...rings: Position[][]): TestFeature {
  return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: rings } }
}

export function point(properties: Record<string, unknown>, position: Position): TestFeature {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: position } }
}

/** GeoJSON text with every feature on a line of its own, from line 2 on. */
export function geoJson(features: unknown[], members: Record<string, unknown> = {}): string {
  const head = JSON.stringify({ type: 'FeatureCollection', ...members }).slice(0, -1)
  return `${head},"features":[\n${features.map((feature) => JSON.stringify(feature)).join(',\n')}\n]}\n`
}
