import type { BundledArea } from '../../geodata/areaBundle.ts'
import type { AreaLevel, Position } from '../../geodata/city.ts'

/**
 * A made-up tiling for tests and benches of codecs and layers: bent bricks whose borders wander, cells ⊂ blocks ⊂ city,
 * small in the north-east and wide elsewhere, every border shared vertex for vertex.
 */
export function brickCity(options: {
  columns: number
  rows: number
  verticesPerEdge: number
  seed: number
}): {
  version: string
  levels: AreaLevel[]
  areas: BundledArea[]
} {
  const { columns, rows, verticesPerEdge, seed } = options
  const random = mulberry32(seed)
  const cornerAt = new Map<string, Position>()
  const corner = (column: number, row: number): Position => {
    const key = `${column} ${row}`
    let position = cornerAt.get(key)
    if (!position) {
      const u = (column + 0.35 * (random() - 0.5)) / columns / 2
      const v = (row + 0.35 * (random() - 0.5)) / rows
      // Squeezed towards the north-east, where people live.
      position = rounded([104.2 + 0.25 * (u + 0.4 * u * (1 - u)), 28.4 + 0.25 * (v + 0.4 * v * (1 - v))])
      cornerAt.set(key, position)
    }
    return position
  }
  const edgeAt = new Map<string, Position[]>()
  /** Vertices from one corner to the next, the last left out; the same backwards. */
  const edge = (from: [number, number], to: [number, number]): Position[] => {
    const forward = from[0] < to[0] || (from[0] === to[0] && from[1] < to[1])
    const [a, b] = forward ? [from, to] : [to, from]
    const key = `${a} ${b}`
    let line = edgeAt.get(key)
    if (!line) {
      line = wander(corner(...a), corner(...b), verticesPerEdge, random)
      edgeAt.set(key, line)
    }
    return (forward ? line : line.toReversed()).slice(0, -1)
  }
  /** Ring of a rectangle of bricks given by its corners on the half-column lattice. */
  const ringThrough = (corners: [number, number][]): Position[] => {
    const ring = corners.flatMap((from, i) => edge(from, corners[(i + 1) % corners.length]))
    return [...ring, ring[0]]
  }
  const areas: BundledArea[] = []
  const area = (
    id: number,
    level: string,
    code: string,
    parentId: number | null,
    ring: Position[],
  ): BundledArea => ({
    id,
    hierarchy: 'administration',
    level,
    code,
    name: { zh: parentId === null ? '砖城' : `砖城${code.slice(6)}格`, en: `Brick City ${code}` },
    parentId,
    squadId: null,
    population: Math.floor(random() * 60),
    households: Math.floor(random() * 20),
    areaKm2: Math.round(random() * 1e5) / 1e6,
    labelPoint: rounded([
      (ring[0][0] + ring[Math.floor(ring.length / 2)][0]) / 2,
      (ring[0][1] + ring[Math.floor(ring.length / 2)][1]) / 2,
    ]),
    polygons: [[ring]],
    synthetic: true,
  })
  // Odd rows are shifted by half a brick; the lattice has two half-columns a brick.
  const west = 0
  const east = 2 * columns
  const border: [number, number][] = []
  for (let x = west; x < east; x++) border.push([x, 0])
  for (let y = 0; y < rows; y++) border.push([east, y])
  for (let x = east; x > west; x--) border.push([x, rows])
  for (let y = rows; y > 0; y--) border.push([west, y])
  areas.push(area(1, 'city', '100000', null, ringThrough(border)))
  let id = 2
  for (let row = 0; row < rows; row++) {
    const shift = row % 2
    const cuts = [west]
    for (let x = 2 - shift; x < east; x += 2) cuts.push(x)
    cuts.push(east)
    for (let i = 0; i + 1 < cuts.length; i++) {
      const corners: [number, number][] = []
      for (let x = cuts[i]; x < cuts[i + 1]; x++) corners.push([x, row])
      corners.push([cuts[i + 1], row])
      for (let x = cuts[i + 1]; x > cuts[i]; x--) corners.push([x, row + 1])
      corners.push([cuts[i], row + 1])
      areas.push(area(id, 'microGrid', `100000${String(id).padStart(6, '0')}`, 1, ringThrough(corners)))
      id++
    }
  }
  const level = (name: string, rank: number): AreaLevel => ({
    version: '2025',
    hierarchy: 'administration',
    level: name,
    rank,
    name: { zh: name, en: name },
  })
  return { version: '2025', levels: [level('city', 0), level('microGrid', 1)], areas }
}

/** A line with fractal detail between two points: midpoints moved sideways, less on each finer step. */
function wander(from: Position, to: Position, vertices: number, random: () => number): Position[] {
  if (vertices <= 0) return [from, to]
  const sideways = 0.1 * (random() - 0.5)
  const middle = rounded([
    (from[0] + to[0]) / 2 - sideways * (to[1] - from[1]),
    (from[1] + to[1]) / 2 + sideways * (to[0] - from[0]),
  ])
  const half = Math.floor((vertices - 1) / 2)
  return [...wander(from, middle, half, random), ...wander(middle, to, vertices - 1 - half, random).slice(1)]
}

function rounded([lng, lat]: Position): Position {
  return [Math.round(lng * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6]
}

/** Small seeded generator. Source: Tommy Ettinger's Mulberry32, public domain. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
