/**
 * Roads, water, residential blocks and key sites of a city in one immutable binary: what the map draws around the
 * areas. Positions are quantised to 1e-6 degrees, EPSG:4326.
 */
import { ByteReader, ByteWriter, differences, summed } from './bytes.ts'
import type { Block, Names, Position, Road, RoadClass, Site, SiteKind, Water } from './city.ts'
import { stepsPerDegree } from './topology.ts'

export interface LineBundleInput {
  roads: readonly Pick<Road, 'id' | 'class' | 'name' | 'line'>[]
  water: readonly Pick<Water, 'id' | 'kind' | 'name' | 'widthM' | 'line'>[]
  blocks: readonly Pick<Block, 'id' | 'name' | 'point' | 'polygons'>[]
  sites: readonly Pick<Site, 'id' | 'kind' | 'name' | 'point'>[]
}

/** What roads, water, blocks and sites have in common, as equally long columns; '' where there is no name. */
export interface Named {
  count: number
  id: Uint32Array
  nameZh: readonly string[]
  nameEn: readonly string[]
}

/** Lines as one vertex column (x, y in 1e-6 degrees) cut by `start` (one longer than there are lines). */
export interface Lines {
  vertices: Int32Array
  start: Uint32Array
}

export interface LineBundle {
  roads: Named & Lines & { classes: readonly RoadClass[]; class: Uint8Array }
  water: Named & Lines & { kinds: readonly Water['kind'][]; kind: Uint8Array; widthM: Uint32Array }
  /** Closed rings; `ringBlock` says which block each belongs to. `point` is x, y in 1e-6 degrees. */
  blocks: Named & Lines & { point: Int32Array; ringBlock: Uint32Array }
  sites: Named & { kinds: readonly SiteKind[]; kind: Uint8Array; point: Int32Array }
}

/** Changes whenever old readers could not read the bytes. */
const format = 'GridWall lines 2'

/** Roads and water are grouped by class, so that a class is one run of lines. */
export function encodeLines(input: LineBundleInput): Uint8Array {
  const classes = distinct(input.roads.map((road) => road.class))
  const kinds = distinct(input.water.map((water) => water.kind))
  const siteKinds = distinct(input.sites.map((site) => site.kind))
  const roads = input.roads.toSorted(
    (a, b) => classes.indexOf(a.class) - classes.indexOf(b.class) || a.id - b.id,
  )
  const water = input.water.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.id - b.id)
  const writer = new ByteWriter()
  writer.text(format)
  writer.text(JSON.stringify({ classes, kinds, siteKinds }))
  writeNamed(writer, roads)
  writer.unsignedColumn(roads.map((road) => classes.indexOf(road.class)))
  writeLines(
    writer,
    roads.map((road) => road.line),
  )
  writeNamed(writer, water)
  writer.unsignedColumn(water.map((each) => kinds.indexOf(each.kind)))
  writer.unsignedColumn(water.map((each) => Math.round(each.widthM)))
  writeLines(
    writer,
    water.map((each) => each.line),
  )
  const rings = input.blocks.flatMap((block, i) => block.polygons.flat().map((ring) => ({ block: i, ring })))
  writeNamed(writer, input.blocks)
  writePoints(
    writer,
    input.blocks.map((block) => block.point),
  )
  writer.unsigned(rings.length)
  writer.unsignedColumn(rings.map(({ block }) => block))
  writeLines(
    writer,
    rings.map(({ ring }) => ring),
  )
  writeNamed(writer, input.sites)
  writer.unsignedColumn(input.sites.map((site) => siteKinds.indexOf(site.kind)))
  writePoints(
    writer,
    input.sites.map((site) => site.point),
  )
  return writer.finish()
}

/** @throws RangeError when the bytes are not a line bundle of this format or are cut short. */
export function decodeLines(bytes: Uint8Array): LineBundle {
  const reader = new ByteReader(bytes)
  if (reader.text() !== format) throw new RangeError(`Expected a line bundle (${format}).`)
  const words: { classes: RoadClass[]; kinds: Water['kind'][]; siteKinds: SiteKind[] } = JSON.parse(
    reader.text(),
  )
  const roadNames = readNamed(reader)
  const roadClass = new Uint8Array(reader.unsignedColumn(roadNames.count))
  const roads = {
    ...roadNames,
    classes: words.classes,
    class: roadClass,
    ...readLines(reader, roadNames.count),
  }
  const waterNames = readNamed(reader)
  const waterKind = new Uint8Array(reader.unsignedColumn(waterNames.count))
  const widthM = reader.unsignedColumn(waterNames.count)
  const water = {
    ...waterNames,
    kinds: words.kinds,
    kind: waterKind,
    widthM,
    ...readLines(reader, waterNames.count),
  }
  const blockNames = readNamed(reader)
  const blockPoint = readPoints(reader, blockNames.count)
  const ringCount = reader.unsigned()
  const ringBlock = reader.unsignedColumn(ringCount)
  const blocks = { ...blockNames, point: blockPoint, ringBlock, ...readLines(reader, ringCount) }
  const siteNames = readNamed(reader)
  const siteKind = new Uint8Array(reader.unsignedColumn(siteNames.count))
  const sites = {
    ...siteNames,
    kinds: words.siteKinds,
    kind: siteKind,
    point: readPoints(reader, siteNames.count),
  }
  return { roads, water, blocks, sites }
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort()
}

function writeNamed(writer: ByteWriter, things: readonly { id: number; name: Names | null }[]): void {
  writer.unsigned(things.length)
  writer.signedColumn(differences(things.map((thing) => thing.id)))
  writer.textColumn(things.map((thing) => thing.name?.zh ?? ''))
  writer.textColumn(things.map((thing) => thing.name?.en ?? ''))
}

function readNamed(reader: ByteReader): Named {
  const count = reader.unsigned()
  const id = new Uint32Array(summed(reader.signedColumn(count)))
  return { count, id, nameZh: reader.textColumn(count), nameEn: reader.textColumn(count) }
}

function writeLines(writer: ByteWriter, lines: readonly (readonly Position[])[]): void {
  const vertices = lines.flat()
  writer.unsigned(vertices.length)
  writer.unsignedColumn(lines.map((line) => line.length))
  writePoints(writer, vertices)
}

function readLines(reader: ByteReader, count: number): Lines {
  const vertexCount = reader.unsigned()
  const lengths = reader.unsignedColumn(count)
  const start = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) start[i + 1] = start[i] + lengths[i]
  return { start, vertices: readPoints(reader, vertexCount) }
}

/** Positions as steps from the one before. */
function writePoints(writer: ByteWriter, points: readonly Position[]): void {
  writer.planes(differences(points.map(([lng]) => Math.round(lng * stepsPerDegree))))
  writer.planes(differences(points.map(([, lat]) => Math.round(lat * stepsPerDegree))))
}

/** x, y of each position in 1e-6 degrees. */
function readPoints(reader: ByteReader, count: number): Int32Array {
  const dx = reader.planes(count)
  const dy = reader.planes(count)
  const points = new Int32Array(2 * count)
  let x = 0
  let y = 0
  for (let i = 0; i < count; i++) {
    x += dx[i]
    y += dy[i]
    points[2 * i] = x
    points[2 * i + 1] = y
  }
  return points
}
