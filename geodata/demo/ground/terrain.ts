/**
 * Terrain as a raster: large forms from published elevations, valleys and ridges from simulated erosion, so that
 * streams branch like streams and ridges lie between them.
 * Source: the implicit stream-power scheme, Braun & Willett, Geomorphology 180, 2013 (FastScape).
 */
import { createNoise2D } from 'simplex-noise'
import type { Position } from '../../city.ts'
import type { Random } from '../../random.ts'
import { Heap } from './heap.ts'
import { lineDistance } from './plane.ts'

export interface Terrain {
  columns: number
  rows: number
  /** Metres between neighbouring cells. */
  cell: number
  /** Centre of cell (0, 0), metres on the working plane; rows run north. */
  minX: number
  minY: number
  /** Metres above the sea. */
  height: Float64Array
  /** Cell to which each cell drains; its own number at the outlets. */
  receiver: Int32Array
  /** Square metres that drain through each cell. */
  drained: Float64Array
  /** Cells of border rivers. */
  river: Uint8Array
  /** Cells ordered from the outlets upwards. */
  upward: Int32Array
  heightAt(x: number, y: number): number
  cellAt(x: number, y: number): number
}

export interface TerrainOptions {
  box: { minX: number; minY: number; maxX: number; maxY: number }
  /** Elevation of the large forms, metres, by place. */
  trend: (x: number, y: number) => number
  /** River lines with the elevation at both ends: everything drains to them or to the edge of the raster. */
  rivers: { line: Position[]; elevation: [number, number]; widthM: number }[]
  /** 0 where the ground must stay low and flat (towns on terraces), 1 where mountains may rise. */
  freedom: (x: number, y: number) => number
  cell: number
}

/** Steps to the eight neighbours; odd ones are diagonal. */
const stepColumn = [1, 1, 0, -1, -1, -1, 0, 1]
const stepRow = [0, 1, 1, 1, 0, -1, -1, -1]

interface Raster {
  columns: number
  rows: number
  cell: number
  minX: number
  minY: number
}

const rasterOf = (box: TerrainOptions['box'], cell: number): Raster => ({
  columns: Math.floor((box.maxX - box.minX) / cell) + 1,
  rows: Math.floor((box.maxY - box.minY) / cell) + 1,
  cell,
  minX: box.minX,
  minY: box.minY,
})

function sample(raster: Raster, values: Float64Array, x: number, y: number): number {
  const { columns, rows, cell, minX, minY } = raster
  const u = Math.min(columns - 1.001, Math.max(0, (x - minX) / cell))
  const v = Math.min(rows - 1.001, Math.max(0, (y - minY) / cell))
  const c = Math.floor(u)
  const r = Math.floor(v)
  const fu = u - c
  const fv = v - r
  const at = r * columns + c
  return (
    (values[at] * (1 - fu) + values[at + 1] * fu) * (1 - fv) +
    (values[at + columns] * (1 - fu) + values[at + columns + 1] * fu) * fv
  )
}

export function buildTerrain(options: TerrainOptions, random: Random): Terrain {
  const noise = createNoise2D(random.next)
  const fractal = (x: number, y: number, size: number, octaves: number) => {
    let sum = 0
    let amplitude = 1
    let scale = 1 / size
    for (let o = 0; o < octaves; o++) {
      sum += amplitude * noise(x * scale, y * scale)
      amplitude *= 0.5
      scale *= 2.03
    }
    return sum
  }
  let raster = rasterOf(options.box, options.cell * 4)
  let height = new Float64Array(raster.columns * raster.rows)
  for (let i = 0; i < height.length; i++) {
    const x = raster.minX + (i % raster.columns) * raster.cell
    const y = raster.minY + Math.floor(i / raster.columns) * raster.cell
    height[i] = options.trend(x, y) * 0.5 + 150 + fractal(x, y, 6000, 4) * 60
  }
  let flow = erode(raster, height, options, fractal, 70, random)
  for (const [factor, iterations] of [
    [2, 26],
    [1, 14],
  ]) {
    const finer = rasterOf(options.box, options.cell * factor)
    const values = new Float64Array(finer.columns * finer.rows)
    for (let i = 0; i < values.length; i++) {
      const x = finer.minX + (i % finer.columns) * finer.cell
      const y = finer.minY + Math.floor(i / finer.columns) * finer.cell
      // The coarse grid's straight valleys are bent before the finer one takes them over.
      const bend = raster.cell * 1.1
      const size = raster.cell * 6
      const bentX = x + bend * (noise(x / size, y / size) + 0.5 * noise((2 * x) / size, (2 * y) / size + 9))
      const bentY =
        y + bend * (noise(x / size + 77, y / size) + 0.5 * noise((2 * x) / size + 55, (2 * y) / size))
      values[i] = sample(raster, height, bentX, bentY) + fractal(x, y, 500, 2) * 5 * factor
    }
    raster = finer
    height = values
    flow = erode(raster, height, options, fractal, iterations, random)
  }
  const { receiver, drained, river, upward } = flow
  const { columns, rows, cell, minX, minY } = raster
  // The soil settles: valleys keep their course, edges soften.
  const still = new Float64Array(height.length).fill(Number.NaN)
  for (let i = 0; i < still.length; i++) if (river[i]) still[i] = height[i]
  for (let pass = 0; pass < 2; pass++) creep(raster, height, still, 0.12)
  return {
    ...raster,
    height,
    receiver,
    drained,
    river,
    upward,
    heightAt: (x, y) => sample(raster, height, x, y),
    cellAt: (x, y) =>
      Math.min(rows - 1, Math.max(0, Math.round((y - minY) / cell))) * columns +
      Math.min(columns - 1, Math.max(0, Math.round((x - minX) / cell))),
  }
}

/** Lifts and erodes `height` in place for some steps and leaves it drained everywhere. */
function erode(
  raster: Raster,
  height: Float64Array,
  options: TerrainOptions,
  fractal: (x: number, y: number, size: number, octaves: number) => number,
  iterations: number,
  random: Random,
) {
  const { columns, rows, cell, minX, minY } = raster
  const count = columns * rows
  const base = new Float64Array(count).fill(Number.NaN)
  const river = new Uint8Array(count)
  const uplift = new Float64Array(count)
  const erodibility = new Float64Array(count)
  for (const { line, elevation, widthM } of options.rivers) {
    const length = line.reduce(
      (sum, p, i) => (i === 0 ? 0 : sum + Math.hypot(p[0] - line[i - 1][0], p[1] - line[i - 1][1])),
      0,
    )
    let along = 0
    const reach = Math.max(widthM / 2, cell * 0.8)
    for (let i = 1; i < line.length; i++) {
      const [ax, ay] = line[i - 1]
      const [bx, by] = line[i]
      const piece = Math.hypot(bx - ax, by - ay)
      const steps = Math.ceil(piece / (cell / 3))
      for (let s = 0; s <= steps; s++) {
        const t = s / steps
        const px = ax + (bx - ax) * t
        const py = ay + (by - ay) * t
        const level = elevation[0] + ((along + piece * t) / length) * (elevation[1] - elevation[0])
        const c0 = Math.max(0, Math.ceil((px - reach - minX) / cell))
        const c1 = Math.min(columns - 1, Math.floor((px + reach - minX) / cell))
        const r0 = Math.max(0, Math.ceil((py - reach - minY) / cell))
        const r1 = Math.min(rows - 1, Math.floor((py + reach - minY) / cell))
        for (let r = r0; r <= r1; r++) {
          for (let c = c0; c <= c1; c++) {
            if (Math.hypot(minX + c * cell - px, minY + r * cell - py) > reach) continue
            river[r * columns + c] = 1
            base[r * columns + c] = level
          }
        }
      }
      along += piece
    }
  }
  for (let i = 0; i < count; i++) {
    const c = i % columns
    const r = Math.floor(i / columns)
    const x = minX + c * cell
    const y = minY + r * cell
    const edge = c === 0 || r === 0 || c === columns - 1 || r === rows - 1
    const trend = options.trend(x, y)
    if (edge && !river[i]) base[i] = 260 + 0.55 * (trend - 260)
    const free = options.freedom(x, y)
    uplift[i] =
      (0.25 + Math.max(0, trend - 240) / 420) * (0.02 + 0.98 * free) * (1 + 0.35 * fractal(x, y, 5200, 2))
    // Bands of harder rock make scarps and gorges.
    erodibility[i] = Math.exp(0.5 * fractal(x + 31e3, y, 3400, 3))
  }
  for (let i = 0; i < count; i++) if (!Number.isNaN(base[i])) height[i] = base[i]

  // Water does not know our grid: diagonal ways are judged a little shorter or longer at random
  // (Rho8, Fairfield & Leymarie 1991).
  const bias = new Float64Array(count)
  for (let i = 0; i < count; i++) bias[i] = 1 / (1 + random.next() * 0.8)
  const receiver = new Int32Array(count)
  const drained = new Float64Array(count)
  const upward = new Int32Array(count)
  const timeStep = 26
  const strength = 0.00042 * timeStep
  for (let step = 0; step <= iterations; step++) {
    // Fill pits while ordering cells upwards (priority flood), so that every cell drains.
    if (step === iterations || step % 4 === 0) flood(raster, height, base, bias, receiver, upward)
    else steepest(raster, height, base, bias, receiver, upward)
    drained.fill(cell * cell)
    for (let k = count - 1; k >= 0; k--) {
      const i = upward[k]
      if (receiver[i] !== i) drained[receiver[i]] += drained[i]
    }
    if (step === iterations) break
    for (let k = 0; k < count; k++) {
      const i = upward[k]
      const to = receiver[i]
      if (to === i) continue
      const straight = Math.abs(i - to) === 1 || Math.abs(i - to) === columns
      const length = straight ? cell : cell * Math.SQRT2
      const power = (strength * erodibility[i] * drained[i] ** 0.45 * 8) / length
      height[i] = (height[i] + uplift[i] * timeStep * 0.115 + power * height[to]) / (1 + power)
    }
    creep(raster, height, base, raster.cell > 200 ? 0.01 : 0.03)
  }
  return { receiver, drained, river, upward }
}

/** Soil creep: one explicit step of diffusion, which rounds ridges and spurs. `share` below 0.25 is stable. */
function creep({ columns, rows }: Raster, height: Float64Array, base: Float64Array, share: number): void {
  let above = height.slice(0, columns)
  for (let r = 1; r + 1 < rows; r++) {
    const here = height.slice(r * columns, (r + 1) * columns)
    for (let c = 1; c + 1 < columns; c++) {
      const i = r * columns + c
      if (!Number.isNaN(base[i])) continue
      height[i] = here[c] + share * (here[c - 1] + here[c + 1] + above[c] + height[i + columns] - 4 * here[c])
    }
    above = here
  }
}

const heap = new Heap()

/** Priority flood (Barnes 2014): raises pits just enough, sets receivers and the upward order. */
function flood(
  raster: Raster,
  height: Float64Array,
  base: Float64Array,
  bias: Float64Array,
  receiver: Int32Array,
  upward: Int32Array,
): void {
  const { columns, rows } = raster
  const count = columns * rows
  const seen = new Uint8Array(count)
  heap.clear()
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(base[i])) continue
    seen[i] = 1
    receiver[i] = i
    heap.push(height[i], i)
  }
  let k = 0
  while (heap.size > 0) {
    const i = heap.pop()
    upward[k++] = i
    const c = i % columns
    const r = (i - c) / columns
    for (let d = 0; d < 8; d++) {
      const nc = c + stepColumn[d]
      const nr = r + stepRow[d]
      if (nc < 0 || nr < 0 || nc >= columns || nr >= rows) continue
      const j = nr * columns + nc
      if (seen[j]) continue
      seen[j] = 1
      receiver[j] = i
      if (height[j] <= height[i]) height[j] = height[i] + 0.01
      heap.push(height[j], j)
    }
  }
  settle(raster, height, base, bias, receiver)
  order(count, receiver, upward)
}

/** Steepest way down of every cell; keeps the receiver it has where nothing is lower. */
function settle(
  raster: Raster,
  height: Float64Array,
  base: Float64Array,
  bias: Float64Array,
  receiver: Int32Array,
): void {
  const { columns, rows } = raster
  const count = columns * rows
  for (let i = 0; i < count; i++) {
    if (!Number.isNaN(base[i])) {
      receiver[i] = i
      continue
    }
    const c = i % columns
    const r = (i - c) / columns
    let best = 0
    for (let d = 0; d < 8; d++) {
      const nc = c + stepColumn[d]
      const nr = r + stepRow[d]
      if (nc < 0 || nr < 0 || nc >= columns || nr >= rows) continue
      const j = nr * columns + nc
      const slope = (height[i] - height[j]) * (d & 1 ? bias[i] : 1)
      if (slope > best) {
        best = slope
        receiver[i] = j
      }
    }
  }
}

function steepest(
  raster: Raster,
  height: Float64Array,
  base: Float64Array,
  bias: Float64Array,
  receiver: Int32Array,
  upward: Int32Array,
): void {
  const count = raster.columns * raster.rows
  for (let i = 0; i < count; i++) receiver[i] = i
  settle(raster, height, base, bias, receiver)
  order(count, receiver, upward)
}

/** Every cell after the one it drains to. */
function order(count: number, receiver: Int32Array, upward: Int32Array): void {
  const start = new Int32Array(count + 1)
  for (let i = 0; i < count; i++) if (receiver[i] !== i) start[receiver[i] + 1]++
  for (let i = 0; i < count; i++) start[i + 1] += start[i]
  const donors = new Int32Array(start[count])
  const at = start.slice()
  for (let i = 0; i < count; i++) if (receiver[i] !== i) donors[at[receiver[i]]++] = i
  let size = 0
  const stack: number[] = []
  for (let i = 0; i < count; i++) {
    if (receiver[i] !== i) continue
    stack.push(i)
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      upward[size++] = top
      for (let k = start[top]; k < start[top + 1]; k++) stack.push(donors[k])
    }
  }
  if (size !== count) throw new RangeError(`expected ${count} cells to drain, ${size} do`)
}

/** Elevation between scattered nodes: inverse distance weighting (Shepard 1968), power 3. */
export function trendOf(nodes: readonly [number, number, number][]): (x: number, y: number) => number {
  if (nodes.length === 0) return () => 600
  return (x, y) => {
    let sum = 0
    let weights = 0
    for (const [nx, ny, metres] of nodes) {
      const d2 = ((x - nx) ** 2 + (y - ny) ** 2) / 25e6
      const w = 1 / (d2 * Math.sqrt(d2) + 0.05)
      sum += w * metres
      weights += w
    }
    return sum / weights
  }
}

/** Steepness (rise over run) at a cell. */
export function slopeAt(terrain: Terrain, i: number): number {
  const { columns, rows, cell, height } = terrain
  const c = Math.min(columns - 2, Math.max(1, i % columns))
  const r = Math.min(rows - 2, Math.max(1, Math.floor(i / columns)))
  const at = r * columns + c
  return Math.hypot(height[at + 1] - height[at - 1], height[at + columns] - height[at - columns]) / (2 * cell)
}

/** Streams as lines from their springs or confluences down to the next, metres, smoothed. */
export function streamsOf(
  terrain: Terrain,
  leastArea: number,
  inside: (x: number, y: number) => boolean,
): { line: Position[]; drained: number }[] {
  const { columns, cell, minX, minY, receiver, drained, river } = terrain
  const wet = new Uint8Array(receiver.length)
  const above = new Uint8Array(receiver.length)
  for (let i = 0; i < wet.length; i++) if (drained[i] >= leastArea && !river[i]) wet[i] = 1
  for (let i = 0; i < wet.length; i++) if (wet[i] && receiver[i] !== i) above[receiver[i]]++
  const at = (i: number): Position => [minX + (i % columns) * cell, minY + Math.floor(i / columns) * cell]
  const lines: { line: Position[]; drained: number }[] = []
  for (let i = 0; i < wet.length; i++) {
    if (!wet[i] || above[i] === 1) continue
    const line: Position[] = [at(i)]
    let j = i
    do {
      j = receiver[j]
      line.push(at(j))
    } while (wet[j] && above[j] === 1 && receiver[j] !== j)
    if (!line.some(([x, y]) => inside(x, y))) continue
    lines.push({ line: smooth(line, 3), drained: drained[i] })
  }
  return lines
}

/** Rounds the corners of a raster path, keeping its ends: moving averages, then every other point. */
export function smooth(line: readonly Position[], passes: number): Position[] {
  let points = line.map((p): Position => [p[0], p[1]])
  for (let pass = 0; pass < passes; pass++) {
    points = points.map((p, i): Position => {
      if (i === 0 || i === points.length - 1) return p
      const a = points[i - 1]
      const b = points[i + 1]
      return [(a[0] + 2 * p[0] + b[0]) / 4, (a[1] + 2 * p[1] + b[1]) / 4]
    })
  }
  // Chaikin's corner cutting once: curves instead of kinks.
  const curve: Position[] = [points[0]]
  for (let i = 1; i < points.length; i++) {
    const [ax, ay] = points[i - 1]
    const [bx, by] = points[i]
    if (i > 1) curve.push([ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25])
    if (i < points.length - 1) curve.push([ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75])
  }
  curve.push(points[points.length - 1])
  return curve
}

/** Mean distance of a place from lines, capped: a helper of suitability. */
export function nearestLine(lines: readonly Position[][], x: number, y: number): number {
  let best = Number.POSITIVE_INFINITY
  for (const line of lines) best = Math.min(best, lineDistance(line, x, y))
  return best
}

/**
 * Watersheds between the catchments of streams as lines, metres, smoothed.
 * @param leastArea square metres that must drain through a cell for it to count as a stream.
 */
export function ridgesOf(
  terrain: Terrain,
  leastArea: number,
  inside: (x: number, y: number) => boolean,
): Position[][] {
  const { columns, rows, cell, minX, minY, receiver, drained, river, upward } = terrain
  const count = columns * rows
  const wet = new Uint8Array(count)
  const above = new Uint8Array(count)
  for (let i = 0; i < count; i++) if (drained[i] >= leastArea && !river[i]) wet[i] = 1
  for (let i = 0; i < count; i++) if (wet[i] && receiver[i] !== i) above[receiver[i]]++
  // One catchment for each stretch of stream between confluences; 0 drains straight to a border river.
  const catchment = new Int32Array(count)
  let next = 1
  for (const i of upward) {
    const to = receiver[i]
    if (to === i || river[i]) continue
    if (wet[i]) catchment[i] = wet[to] && above[to] === 1 ? catchment[to] : next++
    else catchment[i] = catchment[to]
  }
  const width = columns + 1
  const links = new Map<number, number[]>()
  const link = (a: number, b: number) => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const list = links.get(from)
      if (list) list.push(to)
      else links.set(from, [to])
    }
  }
  for (let r = 1; r < rows; r++) {
    for (let c = 1; c < columns; c++) {
      const i = r * columns + c
      const x = minX + c * cell
      const y = minY + r * cell
      if (wet[i] || river[i] || !inside(x, y)) continue
      const west = i - 1
      const south = i - columns
      if (catchment[west] !== catchment[i] && !wet[west] && !river[west])
        link(r * width + c, (r + 1) * width + c)
      if (catchment[south] !== catchment[i] && !wet[south] && !river[south])
        link(r * width + c, r * width + c + 1)
    }
  }
  const at = (corner: number): Position => [
    minX + ((corner % width) - 0.5) * cell,
    minY + (Math.floor(corner / width) - 0.5) * cell,
  ]
  const lines: Position[][] = []
  const done = new Set<string>()
  for (const [start, list] of links) {
    if (list.length === 2) continue
    for (const second of list) {
      if (done.has(`${start},${second}`)) continue
      const chain = [start, second]
      let before = start
      let here = second
      for (let around = links.get(here) ?? []; around.length === 2; around = links.get(here) ?? []) {
        const onwards = around[0] === before ? around[1] : around[0]
        chain.push(onwards)
        before = here
        here = onwards
      }
      done.add(`${here},${before}`)
      if (chain.length < 7) continue
      lines.push(smooth(chain.map(at), 7))
    }
  }
  return lines
}
