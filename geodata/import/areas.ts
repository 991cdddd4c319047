import type { Feature, Geometry } from 'geojson'
import type { Names, Position } from '../city.ts'
import { parseFeature, propertyText, readFeatures } from './features.ts'
import type { AreaSource } from './manifest.ts'
import { nameFault } from './names.ts'
import { checkCrs, type Placer } from './positions.ts'
import type { TextFile } from './textFile.ts'

/** An area as its file describes it, in EPSG:4326; not yet known to be valid, or to have a parent. */
export interface AreaDraft {
  file: string
  line: number
  level: string
  code: string
  name: Names
  /** Code of the area above, where the source tells. */
  parentCode: string | null
  population: number
  households: number
  polygons: Position[][][]
}

/** The areas of one source, or the line and the reason of those that cannot be read. */
export async function* readAreas(
  source: AreaSource,
  file: TextFile,
  place: Placer,
): AsyncGenerator<AreaDraft | { line: number; reason: string }> {
  const features = readFeatures(file, ({ crs }) => checkCrs(source, crs))
  for await (const text of features) {
    const { line, number } = text
    const feature = parseFeature(source.file, text)
    try {
      yield { file: source.file, line, ...(await readArea(source, feature, place)) }
    } catch (error) {
      if (!(error instanceof FeatureFault)) throw error
      yield { line, reason: `feature ${number}: ${error.message}` }
    }
  }
}

/** One feature cannot be used; the others can. */
class FeatureFault extends Error {}

async function readArea(
  source: AreaSource,
  feature: Feature<Geometry | null>,
  place: Placer,
): Promise<Omit<AreaDraft, 'file' | 'line'>> {
  const code = requiredText(feature, source.code)
  const nameText = (property: string) => soundName(propertyText(feature, property) ?? code, property)
  const nameColumns = typeof source.name === 'string' ? { zh: source.name, en: source.name } : source.name
  return {
    level: source.level,
    code,
    name: {
      zh: nameText(nameColumns.zh),
      en: nameText(nameColumns.en),
    },
    parentCode: source.parent ? requiredText(feature, source.parent) : null,
    population: source.population ? wholeNumber(feature, source.population) : 0,
    households: source.households ? wholeNumber(feature, source.households) : 0,
    polygons: await placePolygons(polygonsOf(feature), place),
  }
}

function requiredText(feature: Feature<Geometry | null>, property: string): string {
  const text = propertyText(feature, property)
  if (text !== null) return soundName(text, property)
  const found = Object.keys(feature.properties ?? {}).map((name) => `"${name}"`)
  throw new FeatureFault(`expected a property "${property}", found ${found.join(', ') || 'none'}`)
}

function soundName(text: string, property: string): string {
  const fault = nameFault(text)
  if (fault) throw new FeatureFault(`"${property}" ${fault}`)
  return text
}

function wholeNumber(feature: Feature<Geometry | null>, property: string): number {
  const text = requiredText(feature, property)
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value
  throw new FeatureFault(`expected a whole number as "${property}", found "${text}"`)
}

function polygonsOf({ geometry }: Feature<Geometry | null>): unknown[][][] {
  if (!geometry) throw new FeatureFault('expected a Polygon or MultiPolygon, found no geometry')
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') {
    throw new FeatureFault(`expected a Polygon or MultiPolygon, found a ${geometry.type}`)
  }
  const polygons = listOf(geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates)
  const rings = polygons.map((polygon) => listOf(polygon).map(listOf))
  if (rings.length === 0 || rings.some((polygon) => polygon.length === 0)) {
    throw new FeatureFault('the geometry is empty')
  }
  return rings
}

/** A file may hold anything where GeoJSON wants a list. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new FeatureFault(`expected a list of coordinates, found ${JSON.stringify(value) ?? 'nothing'}`)
}

async function placePolygons(polygons: unknown[][][], place: Placer): Promise<Position[][][]> {
  const rings = polygons.flat().map(ringPositions)
  const placed = await place(rings.flat())
  let next = 0
  const placedRing = (ring: unknown[]): Position[] =>
    ring.map(() => {
      const position = placed[next++]
      if ('reason' in position) throw new FeatureFault(position.reason)
      return position
    })
  return polygons.map((polygon) => polygon.map(placedRing))
}

function ringPositions(ring: unknown[]): Position[] {
  const positions = ring.map((position): Position => {
    if (!Array.isArray(position) || !Number.isFinite(position[0]) || !Number.isFinite(position[1])) {
      throw new FeatureFault(`expected a position [lng, lat], found ${JSON.stringify(position)}`)
    }
    return [position[0], position[1]]
  })
  const first = positions[0]
  const last = positions.at(-1)
  if (positions.length < 4 || !last || first[0] !== last[0] || first[1] !== last[1]) {
    throw new FeatureFault('expected rings of four positions or more, closed by their first')
  }
  return positions
}
