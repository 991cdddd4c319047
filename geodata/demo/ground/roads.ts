/** The road graph: roads from junction to junction, read off the arrangement, so that they meet borders vertex for vertex. */
import KDBush from 'kdbush'
import type { Road, RoadClass, Water } from '../../city.ts'
import type { Arrangement } from './arrangement.ts'
import type { Landscape } from './landscape.ts'
import { thinLine } from './landscape.ts'
import { lineLength } from './plane.ts'
import { roadClasses } from './routes.ts'

/** Usual speeds by class, km/h. */
const speeds: Record<RoadClass, number> = {
  motorway: 100,
  trunk: 60,
  primary: 50,
  secondary: 40,
  residential: 30,
  service: 20,
  track: 20,
}

interface Edge {
  a: number
  b: number
  feature: number
}

/** Connected; what hangs together with the largest part only. */
export function readRoads({ arrangement, features, plane }: Landscape): Road[] {
  const nodeOf = new Map<number, number>()
  const nodeX: number[] = []
  const nodeY: number[] = []
  const node = (x: number, y: number) => {
    const key = (x + 33554432) * 67108864 + y + 33554432
    let n = nodeOf.get(key)
    if (n === undefined) {
      n = nodeX.length
      nodeOf.set(key, n)
      nodeX.push(x)
      nodeY.push(y)
    }
    return n
  }
  const rank = (feature: number) => {
    const f = features[feature]
    return f.type === 'road' ? roadClasses.indexOf(f.class) : 99
  }
  /** Of several roads on one edge the most important counts. */
  const best = (lines: readonly number[]) => {
    let pick = -1
    for (const line of lines)
      if (features[line].type === 'road' && (pick < 0 || rank(line) < rank(pick))) pick = line
    return pick
  }
  const edges: Edge[] = []
  eachLineEdge(arrangement, (ax, ay, bx, by, lines) => {
    const feature = best(lines)
    if (feature >= 0) edges.push({ a: node(ax, ay), b: node(bx, by), feature })
  })
  const incident: number[][] = nodeX.map(() => [])
  edges.forEach(({ a, b }, e) => {
    incident[a].push(e)
    incident[b].push(e)
  })

  const { part, main } = joinParts(edges, incident, nodeX, nodeY, plane)

  const isEnd = (n: number) =>
    incident[n].length !== 2 || edges[incident[n][0]].feature !== edges[incident[n][1]].feature
  const done = new Uint8Array(edges.length)
  const roads: Road[] = []
  const ids = new Map<number, number>()
  const idOf = (n: number) => {
    const known = ids.get(n)
    if (known !== undefined) return known
    ids.set(n, ids.size + 1)
    return ids.size
  }
  const walk = (start: number, firstEdge: number) => {
    const path = [start]
    let n = start
    let e = firstEdge
    for (;;) {
      done[e] = 1
      n = edges[e].a === n ? edges[e].b : edges[e].a
      path.push(n)
      if (isEnd(n) || n === start) break
      e = incident[n][0] === e ? incident[n][1] : incident[n][0]
    }
    const feature = features[edges[firstEdge].feature]
    if (feature.type !== 'road') return
    const line = thinLine(
      path.map((p): [number, number] => [nodeX[p] * plane.stepX, nodeY[p] * plane.stepY]),
      0.4,
    )
    roads.push({
      id: roads.length + 1,
      class: feature.class,
      name: feature.name,
      speedKmh: speeds[feature.class],
      fromNode: idOf(start),
      toNode: idOf(n),
      lengthM: Math.round(lineLength(line) * 100) / 100,
      line: line.map(([x, y]) => plane.fromPlane(x, y)),
      synthetic: true,
    })
  }
  for (let n = 0; n < nodeX.length; n++) {
    if (part[n] !== main || !isEnd(n)) continue
    for (const e of incident[n]) if (!done[e]) walk(n, e)
  }
  for (let e = 0; e < edges.length; e++) if (!done[e] && part[edges[e].a] === main) walk(edges[e].a, e)
  return roads
}

/** Longest link built between parts of the network that do not meet, metres. */
const longestLink = 600

/** Finds the connected parts and links each to the largest where it comes nearest; what is farther stays apart. */
function joinParts(
  edges: Edge[],
  incident: number[][],
  nodeX: readonly number[],
  nodeY: readonly number[],
  plane: Landscape['plane'],
): { part: Int32Array; main: number } {
  const part = new Int32Array(nodeX.length).fill(-1)
  const members: number[][] = []
  for (let start = 0; start < nodeX.length; start++) {
    if (part[start] >= 0) continue
    const id = members.push([start]) - 1
    part[start] = id
    for (let head = 0; head < members[id].length; head++) {
      const n = members[id][head]
      for (const e of incident[n]) {
        const other = edges[e].a === n ? edges[e].b : edges[e].a
        if (part[other] >= 0) continue
        part[other] = id
        members[id].push(other)
      }
    }
  }
  const order = members.map((_, id) => id).sort((a, b) => members[b].length - members[a].length)
  const main = order[0]
  const index = new KDBush(nodeX.length)
  for (let n = 0; n < nodeX.length; n++) index.add(nodeX[n] * plane.stepX, nodeY[n] * plane.stepY)
  index.finish()
  for (const id of order.slice(1)) {
    let best: [number, number] | null = null
    let least = longestLink
    for (const n of members[id]) {
      const x = nodeX[n] * plane.stepX
      const y = nodeY[n] * plane.stepY
      for (const other of index.within(x, y, least)) {
        if (part[other] !== main) continue
        const d = Math.hypot(nodeX[other] * plane.stepX - x, nodeY[other] * plane.stepY - y)
        if (d >= least) continue
        least = d
        best = [n, other]
      }
    }
    if (!best) continue
    const [n, other] = best
    const e = edges.push({ a: n, b: other, feature: edges[incident[n][0]].feature }) - 1
    incident[n].push(e)
    incident[other].push(e)
    for (const m of members[id]) part[m] = main
  }
  return { part, main }
}

/** Streams inside the outline, as they lie in the arrangement. */
export function readStreams(landscape: Landscape, firstId: number): Water[] {
  const { features, plane, inside } = landscape
  const water: Water[] = []
  for (const feature of features) {
    if (feature.type !== 'stream') continue
    let run: [number, number][] = []
    const flush = () => {
      if (run.length > 1) {
        water.push({
          id: firstId + water.length,
          kind: 'stream',
          name: null,
          widthM: Math.round(Math.min(30, 1.5 + 1.6 * Math.sqrt(feature.drainedKm2)) * 10) / 10,
          line: run.map(([x, y]) => plane.fromPlane(x, y)),
          synthetic: true,
        })
      }
      run = []
    }
    for (const [x, y] of feature.line) {
      if (inside(x, y)) run.push([x, y])
      else {
        if (run.length > 0) run.push([x, y])
        flush()
      }
    }
    flush()
  }
  return water
}

function eachLineEdge(
  { edgeCount, origin, x, y, lines, spurs }: Arrangement,
  visit: (ax: number, ay: number, bx: number, by: number, lines: readonly number[]) => void,
): void {
  for (let e = 0; e < edgeCount; e++) {
    if (lines[e].length === 0) continue
    const a = origin[2 * e]
    const b = origin[2 * e + 1]
    visit(x[a], y[a], x[b], y[b], lines[e])
  }
  for (const { ends, lines: of } of spurs) visit(ends[0], ends[1], ends[2], ends[3], of)
}
