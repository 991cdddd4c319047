import { ArcGraph } from './arcGraph.ts'
import { type ByteReader, type ByteWriter, StepReader } from './bytes.ts'
import type { Topology } from './topology.ts'

/** The topology of areas: arcs of quantised vertices, and each area's rings as runs of signed arcs. */
export interface AreaShapes {
  /** x, y of every arc vertex in 1e-6 degrees; both ends of every arc are present. */
  vertices: Int32Array
  /** Vertex at which arc a starts; arcCount + 1 long. */
  arcStart: Uint32Array
  /** Arc a of a ring forward is a, backward is ~a. */
  ringArcs: Int32Array
  /** Position in ringArcs at which ring r starts; ringCount + 1 long. */
  ringStart: Uint32Array
  /** Ring at which polygon p starts (outer ring first, then holes); polygonCount + 1 long. */
  polygonStart: Uint32Array
  /** Polygon at which area i starts; areaCount + 1 long. */
  areaStart: Uint32Array
}

/**
 * Rings are walked in order; an arc's vertices are written where it is first met, as steps from where the ring stands,
 * so that only the first arc of a separate piece needs a position of its own.
 */
export function writeShapes(writer: ByteWriter, topology: Topology): void {
  const arcCount = topology.arcStart.length - 1
  const graph = new ArcGraph(arcCount)
  // Arcs are renumbered in the order in which rings first meet them.
  const numberOf = new Int32Array(arcCount).fill(-1)
  const flipped = new Uint8Array(arcCount)
  let met = 0
  const starts: number[] = []
  const startX: number[] = []
  const startY: number[] = []
  const turns: number[] = []
  const steps: number[] = []
  const dx: number[] = []
  const dy: number[] = []
  let x = 0
  let y = 0
  let lastHalf = 0

  const halfOf = (arc: number): number => {
    const index = arc < 0 ? ~arc : arc
    if (numberOf[index] < 0) return -1
    return 2 * numberOf[index] + ((arc < 0 ? 1 : 0) ^ flipped[index])
  }

  /**
   * Writes an arc met for the first time in the direction of the ring; returns its half. The last arc of a ring ends
   * where the ring began, so its last step goes unsaid.
   */
  const meet = (arc: number, closesRing: boolean): number => {
    const index = arc < 0 ? ~arc : arc
    const first = topology.arcStart[index]
    const last = topology.arcStart[index + 1] - 1
    const at = (step: number) => 2 * (arc < 0 ? last - step : first + step)
    const count = last - first
    const startAtX = topology.vertices[at(0)]
    const startAtY = topology.vertices[at(0) + 1]
    for (let step = 1; step <= count - (closesRing ? 1 : 0); step++) {
      dx.push(topology.vertices[at(step)] - topology.vertices[at(step - 1)])
      dy.push(topology.vertices[at(step) + 1] - topology.vertices[at(step - 1) + 1])
    }
    steps.push(count)
    numberOf[index] = met
    flipped[index] = arc < 0 ? 1 : 0
    const end = at(count)
    graph.add(
      met,
      graph.junctionAt(startAtX, startAtY),
      graph.junctionAt(topology.vertices[end], topology.vertices[end + 1]),
    )
    return 2 * met++
  }

  const rings = topology.areas.flat(2)
  // Fine areas come last and are walked first: the rings of coarse ones then only repeat what is known.
  for (const ring of rings.toReversed()) {
    if (ring.length === 0) continue
    const arcs = rotatedToStart(ring, halfOf, lastHalf)
    let half = halfOf(arcs[0])
    if (half >= 0) {
      const away = half - lastHalf
      starts.push(away < 0 ? -2 * away : 2 * away + 1)
    } else {
      starts.push(0)
      const index = arcs[0] < 0 ? ~arcs[0] : arcs[0]
      const vertex = 2 * (arcs[0] < 0 ? topology.arcStart[index + 1] - 1 : topology.arcStart[index])
      startX.push(topology.vertices[vertex] - x)
      startY.push(topology.vertices[vertex + 1] - y)
      x = topology.vertices[vertex]
      y = topology.vertices[vertex + 1]
      half = meet(arcs[0], arcs.length === 1)
    }
    lastHalf = half
    for (let i = 1; i < arcs.length; i++) {
      const next = halfOf(arcs[i])
      turns.push(next < 0 ? 0 : graph.placeOf(half, next))
      half = next < 0 ? meet(arcs[i], i === arcs.length - 1) : next
    }
  }

  writer.unsigned(topology.areas.length)
  writer.unsigned(topology.areas.flat().length)
  writer.unsigned(rings.length)
  writer.unsigned(rings.reduce((sum, ring) => sum + ring.length, 0))
  writer.unsigned(starts.length)
  writer.unsigned(startX.length)
  writer.unsigned(turns.length)
  writer.unsigned(arcCount)
  writer.unsigned(topology.vertices.length / 2)
  writer.unsigned(dx.length)
  writer.unsignedColumn(topology.areas.map((polygons) => polygons.length))
  writer.unsignedColumn(topology.areas.flat().map((polygon) => polygon.length))
  writer.unsignedColumn(rings.map((ring) => ring.length))
  writer.unsignedColumn(starts)
  writer.signedColumn(startX)
  writer.signedColumn(startY)
  writer.unsignedColumn(turns)
  writer.unsignedColumn(steps)
  writer.planes(dx)
  writer.planes(dy)
}

/**
 * The ring turned so that it starts with a known arc and ends with a new one, which then need not say where it ends;
 * among several, with the one nearest in number to the last start: small numbers to write.
 */
function rotatedToStart(
  ring: readonly number[],
  halfOf: (arc: number) => number,
  lastHalf: number,
): readonly number[] {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  ring.forEach((arc, i) => {
    const half = halfOf(arc)
    if (half < 0) return
    const endsNew = halfOf(ring[(i + ring.length - 1) % ring.length]) < 0
    const cost = Math.abs(half - lastHalf) + (endsNew ? 0 : 2 ** 40)
    if (cost < least) {
      least = cost
      best = i
    }
  })
  return best === 0 ? ring : [...ring.slice(best), ...ring.slice(0, best)]
}

export function readShapes(reader: ByteReader): AreaShapes {
  const areaCount = reader.unsigned()
  const polygonCount = reader.unsigned()
  const ringCount = reader.unsigned()
  const ringArcCount = reader.unsigned()
  const startCount = reader.unsigned()
  const positionCount = reader.unsigned()
  const turnCount = reader.unsigned()
  const arcCount = reader.unsigned()
  const vertexCount = reader.unsigned()
  const stepCount = reader.unsigned()
  const areaStart = cumulative(reader.unsignedColumn(areaCount))
  const polygonStart = cumulative(reader.unsignedColumn(polygonCount))
  const ringStart = cumulative(reader.unsignedColumn(ringCount))
  const starts = reader.unsignedColumn(startCount)
  const startX = reader.signedColumn(positionCount)
  const startY = reader.signedColumn(positionCount)
  const turns = reader.unsignedColumn(turnCount)
  const steps = reader.unsignedColumn(arcCount)
  const dx = new StepReader(reader.rawPlanes(stepCount))
  const dy = new StepReader(reader.rawPlanes(stepCount))

  const graph = new ArcGraph(arcCount)
  const vertices = new Int32Array(2 * vertexCount)
  const arcStart = new Uint32Array(arcCount + 1)
  const ringArcs = new Int32Array(ringArcCount)
  let met = 0
  let stepsRead = 0

  /**
   * Reads the next new arc from where the ring stands to where it closes (`closing`: the vertex and junction the ring
   * began at), or as far as it goes; returns its half.
   */
  const meet = (
    fromX: number,
    fromY: number,
    fromJunction: number,
    closing: number,
    closingJunction: number,
  ): number => {
    let at = 2 * arcStart[met]
    let x = fromX
    let y = fromY
    vertices[at++] = x
    vertices[at++] = y
    const closes = closing >= 0
    const end = stepsRead + steps[met] - (closes ? 1 : 0)
    for (let step = stepsRead; step < end; step++) {
      x += dx.step(step)
      y += dy.step(step)
      vertices[at++] = x
      vertices[at++] = y
    }
    stepsRead = end
    if (closes) {
      // A closed arc ends at its own first vertex, which is there already.
      x = vertices[2 * closing]
      y = vertices[2 * closing + 1]
      vertices[at++] = x
      vertices[at++] = y
    }
    graph.add(met, fromJunction, closes ? closingJunction : graph.junctionAt(x, y))
    arcStart[met + 1] = at / 2
    return 2 * met++
  }
  /** Vertex at which a half starts. */
  const startOf = (half: number) => (half & 1 ? arcStart[(half >> 1) + 1] - 1 : arcStart[half >> 1])

  let x = 0
  let y = 0
  let lastHalf = 0
  let start = 0
  let position = 0
  let turn = 0
  for (let ring = ringCount - 1; ring >= 0; ring--) {
    let at = ringStart[ring]
    const end = ringStart[ring + 1]
    if (at === end) continue
    let half: number
    const code = starts[start++]
    if (code === 0) {
      x += startX[position]
      y += startY[position]
      position++
      const junction = graph.junctionAt(x, y)
      half = meet(x, y, junction, at + 1 === end ? arcStart[met] : -1, junction)
    } else {
      half = lastHalf + (code & 1 ? code >>> 1 : -(code >>> 1))
    }
    lastHalf = half
    const begin = startOf(half)
    const beginJunction = graph.from[half]
    ringArcs[at++] = half & 1 ? ~(half >> 1) : half >> 1
    for (; at < end; at++) {
      const place = turns[turn++]
      if (place === 0) {
        const stand = startOf(half ^ 1)
        const junction = graph.from[half ^ 1]
        half = meet(
          vertices[2 * stand],
          vertices[2 * stand + 1],
          junction,
          at + 1 === end ? begin : -1,
          beginJunction,
        )
      } else {
        half = graph.halfAt(half, place)
      }
      ringArcs[at] = half & 1 ? ~(half >> 1) : half >> 1
    }
  }
  return { vertices, arcStart, ringArcs, ringStart, polygonStart, areaStart }
}

/** West, south, east, north of each arc, in the unit of its vertices. */
export function arcBoxes({ vertices, arcStart }: Pick<AreaShapes, 'vertices' | 'arcStart'>): Int32Array {
  const count = arcStart.length - 1
  const boxes = new Int32Array(4 * count)
  for (let arc = 0; arc < count; arc++) {
    const end = 2 * arcStart[arc + 1]
    let at = 2 * arcStart[arc]
    let west = vertices[at]
    let south = vertices[at + 1]
    let east = west
    let north = south
    for (at += 2; at < end; at += 2) {
      const x = vertices[at]
      const y = vertices[at + 1]
      if (x < west) west = x
      else if (x > east) east = x
      if (y < south) south = y
      else if (y > north) north = y
    }
    boxes[4 * arc] = west
    boxes[4 * arc + 1] = south
    boxes[4 * arc + 2] = east
    boxes[4 * arc + 3] = north
  }
  return boxes
}

/** Counts as positions: one longer, starting at 0. */
function cumulative(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1)
  for (let i = 0; i < counts.length; i++) starts[i + 1] = starts[i] + counts[i]
  return starts
}
