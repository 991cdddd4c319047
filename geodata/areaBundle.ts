/**
 * All areas of one boundary version in one immutable binary: shared borders stored once as arcs, quantised to 1e-6
 * degrees, and beside them the columns that names, breadcrumb, search, tooltip and drill-down need.
 * Positions are [lng, lat], EPSG:4326.
 */
import { ByteReader, ByteWriter, differences, summed } from './bytes.ts'
import type { Area, AreaLevel, LevelName, Position } from './city.ts'
import { type AreaShapes, arcBoxes, readShapes, writeShapes } from './shapesCodec.ts'
import { buildTopology, stepsPerDegree } from './topology.ts'

export type { AreaShapes } from './shapesCodec.ts'

export type BundledArea = Pick<
  Area,
  | 'id'
  | 'hierarchy'
  | 'level'
  | 'code'
  | 'name'
  | 'parentId'
  | 'squadId'
  | 'population'
  | 'households'
  | 'labelPoint'
  | 'polygons'
  | 'synthetic'
> & { areaKm2: number }

export interface AreaBundleInput {
  version: string
  /** Levels of this version; their order is the order of the areas in the bundle. */
  levels: readonly AreaLevel[]
  /** All areas of the version. A parent or squad that is not among them becomes -1. */
  areas: readonly BundledArea[]
}

/** Areas as columns: element i of each belongs to area index i. Areas are ordered by level, then code. */
export interface AreaBundle {
  version: string
  levels: readonly AreaLevel[]
  /** Number of areas. */
  count: number
  id: Uint32Array
  /** Index into `levels`. */
  level: Uint8Array
  code: readonly string[]
  nameZh: readonly string[]
  nameEn: readonly string[]
  /** Index of the parent area, -1 without. */
  parent: Int32Array
  /** Index of the squad area, -1 without. */
  squad: Int32Array
  population: Uint32Array
  households: Uint32Array
  areaKm2: Float64Array
  synthetic: Uint8Array
  /** [lng, lat] of each area, degrees. */
  labelPoint: Float64Array
  /** [west, south, east, north] of each area, degrees. */
  bounds: Float64Array
  /** [west, south, east, north] of each arc of `shapes`, 1e-6 degrees. */
  arcBoxes: Int32Array
  /** Borders, see `AreaShapes`. */
  shapes: AreaShapes
}

/** Changes whenever old readers could not read the bytes. */
const format = 'GridWall areas 2'
const squareMetresPerKm2 = 1e6

/** @throws RangeError when an area's level is not among the levels, or a ring is not closed. */
export function encodeAreas(input: AreaBundleInput): Uint8Array {
  const levels = input.levels.filter((level) => level.version === input.version)
  const levelIndex = new Map(levels.map((level, i) => [`${level.hierarchy} ${level.level}`, i]))
  const areas = input.areas
    .map((area) => {
      const level = levelIndex.get(`${area.hierarchy} ${area.level}`)
      if (level === undefined)
        throw new RangeError(
          `Area ${area.code} has level ${area.level}, which version ${input.version} lacks.`,
        )
      return { ...area, levelIndex: level }
    })
    .sort((a, b) => a.levelIndex - b.levelIndex || (a.code < b.code ? -1 : a.code > b.code ? 1 : a.id - b.id))
  const indexOf = new Map(areas.map((area, i) => [area.id, i]))
  const parents = areas.map((area) => (area.parentId === null ? -1 : (indexOf.get(area.parentId) ?? -1)))

  const writer = new ByteWriter()
  writer.text(format)
  writer.text(JSON.stringify({ version: input.version, levels }))
  writer.unsigned(areas.length)
  writer.signedColumn(differences(areas.map((area) => area.id)))
  writer.unsignedColumn(areas.map((area) => area.levelIndex))
  writer.unsignedColumn(differences(parents.map((parent) => parent + 1)).map(zigzag))
  writer.unsignedColumn(
    areas.map((area) => (area.squadId === null ? 0 : (indexOf.get(area.squadId) ?? -1) + 1)),
  )
  writer.textColumn(
    tails(
      areas.map((area) => area.code),
      parents,
    ),
  )
  writer.textColumn(
    tails(
      areas.map((area) => area.name.zh),
      parents,
    ),
  )
  writer.textColumn(
    tails(
      areas.map((area) => area.name.en),
      parents,
    ),
  )
  writer.unsignedColumn(areas.map((area) => area.population))
  writer.unsignedColumn(areas.map((area) => area.households))
  writer.unsignedColumn(areas.map((area) => Math.round(area.areaKm2 * squareMetresPerKm2)))
  writer.unsignedColumn(areas.map((area) => (area.synthetic ? 1 : 0)))
  const points = areas.map((area) => area.labelPoint.map((degree) => Math.round(degree * stepsPerDegree)))
  const boxes = areas.map((area) => ringBox(area.polygons))
  // A label point is written from the middle of its area's box: small numbers.
  writer.signedColumn(points.map(([x], i) => x - middle(boxes[i], 0)))
  writer.signedColumn(points.map(([, y], i) => y - middle(boxes[i], 1)))
  writeShapes(writer, buildTopology(areas.map((area) => area.polygons)))
  return writer.finish()
}

/** @throws RangeError when the bytes are not an area bundle of this format or are cut short. */
export function decodeAreas(bytes: Uint8Array): AreaBundle {
  const reader = new ByteReader(bytes)
  const found = reader.text()
  if (found !== format) throw new RangeError(`Expected an area bundle (${format}).`)
  const { version, levels }: { version: string; levels: AreaLevel[] } = JSON.parse(reader.text())
  const count = reader.unsigned()
  const id = new Uint32Array(summed(reader.signedColumn(count)))
  const level = new Uint8Array(reader.unsignedColumn(count))
  const parent = summed(reader.signedColumn(count)).map((index) => index - 1)
  const squad = new Int32Array(reader.unsignedColumn(count)).map((index) => index - 1)
  const code = joined(reader.textColumn(count), parent)
  const nameZh = joined(reader.textColumn(count), parent)
  const nameEn = joined(reader.textColumn(count), parent)
  const population = reader.unsignedColumn(count)
  const households = reader.unsignedColumn(count)
  const areaKm2 = reader.wideColumn(count).map((squareMetres) => squareMetres / squareMetresPerKm2)
  const synthetic = new Uint8Array(reader.unsignedColumn(count))
  const labelX = reader.signedColumn(count)
  const labelY = reader.signedColumn(count)
  const shapes = readShapes(reader)
  const boxesOfArcs = arcBoxes(shapes)
  const boxes = shapeBoxes(shapes, boxesOfArcs, count)
  const labelPoint = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) {
    const box = boxes.subarray(4 * i, 4 * i + 4)
    labelPoint[2 * i] = (labelX[i] + middle(box, 0)) / stepsPerDegree
    labelPoint[2 * i + 1] = (labelY[i] + middle(box, 1)) / stepsPerDegree
  }
  const bounds = new Float64Array(boxes)
  for (let i = 0; i < bounds.length; i++) bounds[i] /= stepsPerDegree
  return {
    version,
    levels,
    count,
    id,
    level,
    code,
    nameZh,
    nameEn,
    parent,
    squad,
    population,
    households,
    areaKm2,
    synthetic,
    labelPoint,
    bounds,
    arcBoxes: boxesOfArcs,
    shapes,
  }
}

const indexById = new WeakMap<AreaBundle, Map<number, number>>()

/** Area index of an id, or -1. */
export function areaIndexOf(bundle: AreaBundle, areaId: number): number {
  let index = indexById.get(bundle)
  if (!index) {
    index = new Map()
    for (let i = 0; i < bundle.count; i++) index.set(bundle.id[i], i)
    indexById.set(bundle, index)
  }
  return index.get(areaId) ?? -1
}

/** Indices from the city down to the area itself. */
export function areaPath(bundle: AreaBundle, index: number): number[] {
  const path: number[] = []
  for (let i = index; i >= 0; i = bundle.parent[i]) path.unshift(i)
  return path
}

/** Name of the level of an area. */
export function levelOf(bundle: AreaBundle, index: number): LevelName {
  return bundle.levels[bundle.level[index]].level
}

/** Polygons of an area as closed rings in degrees, as they were given (a ring may start at another vertex). */
export function areaPolygons(bundle: AreaBundle, index: number): Position[][][] {
  const { shapes } = bundle
  const polygons: Position[][][] = []
  for (let polygon = shapes.areaStart[index]; polygon < shapes.areaStart[index + 1]; polygon++) {
    const rings: Position[][] = []
    for (let ring = shapes.polygonStart[polygon]; ring < shapes.polygonStart[polygon + 1]; ring++) {
      const line: Position[] = []
      forEachRingVertex(shapes, ring, (vertex) => {
        line.push([
          shapes.vertices[2 * vertex] / stepsPerDegree,
          shapes.vertices[2 * vertex + 1] / stepsPerDegree,
        ])
      })
      if (line.length > 0) line.push(line[0])
      rings.push(line)
    }
    polygons.push(rings)
  }
  return polygons
}

/** Visits the vertices of a ring in order, the closing one left out. */
export function forEachRingVertex(shapes: AreaShapes, ring: number, visit: (vertex: number) => void): void {
  for (let at = shapes.ringStart[ring]; at < shapes.ringStart[ring + 1]; at++) {
    const signed = shapes.ringArcs[at]
    const arc = signed < 0 ? ~signed : signed
    const first = shapes.arcStart[arc]
    const last = shapes.arcStart[arc + 1] - 1
    if (signed < 0) for (let vertex = last; vertex > first; vertex--) visit(vertex)
    else for (let vertex = first; vertex < last; vertex++) visit(vertex)
  }
}

/** Box of each area in 1e-6 degrees: west, south, east, north; all zero without vertices. */
function shapeBoxes(shapes: AreaShapes, arcBoxes: Int32Array, areaCount: number): Int32Array {
  const boxes = new Int32Array(4 * areaCount)
  for (let area = 0; area < areaCount; area++) {
    const firstRing = shapes.polygonStart[shapes.areaStart[area]]
    const lastRing = shapes.polygonStart[shapes.areaStart[area + 1]]
    for (let at = shapes.ringStart[firstRing], begin = at; at < shapes.ringStart[lastRing]; at++) {
      const signed = shapes.ringArcs[at]
      const box = 4 * (signed < 0 ? ~signed : signed)
      const own = 4 * area
      if (at === begin || arcBoxes[box] < boxes[own]) boxes[own] = arcBoxes[box]
      if (at === begin || arcBoxes[box + 1] < boxes[own + 1]) boxes[own + 1] = arcBoxes[box + 1]
      if (at === begin || arcBoxes[box + 2] > boxes[own + 2]) boxes[own + 2] = arcBoxes[box + 2]
      if (at === begin || arcBoxes[box + 3] > boxes[own + 3]) boxes[own + 3] = arcBoxes[box + 3]
    }
  }
  return boxes
}

/** The same box from polygons in degrees. */
function ringBox(polygons: Position[][][]): number[] {
  const box = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]
  for (const [lng, lat] of polygons.flat(2)) {
    const x = Math.round(lng * stepsPerDegree)
    const y = Math.round(lat * stepsPerDegree)
    if (x < box[0]) box[0] = x
    if (y < box[1]) box[1] = y
    if (x > box[2]) box[2] = x
    if (y > box[3]) box[3] = y
  }
  return box[0] <= box[2] ? box : [0, 0, 0, 0]
}

function middle(box: ArrayLike<number>, axis: 0 | 1): number {
  return Math.round((box[axis] + box[axis + 2]) / 2)
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

/** Says that a text goes on where the parent's ends; never part of a code or name. */
const continues = '\u0001'

/** Texts without the part that repeats the parent's. */
function tails(texts: readonly string[], parents: readonly number[]): string[] {
  return texts.map((text, i) => {
    const parent = parents[i] >= 0 ? texts[parents[i]] : ''
    return parent !== '' && text.startsWith(parent) ? continues + text.slice(parent.length) : text
  })
}

/** Undoes `tails`: parents may come after their children, so texts are completed on demand. */
function joined(texts: string[], parents: Int32Array): string[] {
  const complete = (i: number): string => {
    const text = texts[i]
    if (text.charCodeAt(0) === 1) texts[i] = complete(parents[i]) + text.slice(1)
    return texts[i]
  }
  for (let i = 0; i < texts.length; i++) complete(i)
  return texts
}
