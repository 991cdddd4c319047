import { decodeMultiPolygon } from '../../db/geometry.ts'
import type { Position } from '../../geodata/city.ts'
import {
  type AreaHotspots,
  areaHotspots,
  type HotspotMethod,
  hotspotScore,
} from '../statistics/areaHotspots.ts'
import { type CityGrid, coarser, insideMask } from '../statistics/cityGrid.ts'
import { kernelDensity, packedDensity, silvermanBandwidth } from '../statistics/kernelDensity.ts'
import { toMetres } from '../statistics/localPlane.ts'
import { type NearRepeatBands, type NearRepeatTable, nearRepeat } from '../statistics/nearRepeat.ts'
import { predictionAccuracy } from '../statistics/predictionAccuracy.ts'
import { type Contiguity, contiguity, type SpatialWeights } from '../statistics/spatialWeights.ts'

/**
 * The work behind `aggregates.hotspots` that takes longer than an answer may hold up others; done in a thread of its own
 * (hotspotThread.ts). Plain values in and out.
 */

/** How good a map was at naming where things happened next, beside the simplest map there is: the counts themselves. */
export interface Validation {
  /** Incidents of the period judged by: the N of every hit. */
  incidents: number
  cutoffs: {
    /** Share of the ground looked at, at most. */
    ground: number
    map: Accuracy
    counts: Accuracy
  }[]
}

export interface Accuracy {
  /** Areas or cells within that share of the ground. */
  areas: number
  groundShare: number
  /** Incidents that happened there, of `incidents`. */
  hits: number
  hitShare: number
  pai: number
  pei: number
}

const groundShares = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5]
/** The finest of them into which an area fits at all; large areas start later. */
const mostCutoffs = 4

function validate(
  score: ArrayLike<number>,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  ground: ArrayLike<number>,
): Validation | null {
  let hits = 0
  for (let i = 0; i < after.length; i++) hits += after[i]
  if (hits === 0) return null
  // Areas are ordered by density; a score is one already.
  const map = predictionAccuracy(
    after,
    Float64Array.from(score, (each, i) => each * ground[i]),
    ground,
  )
  const counts = predictionAccuracy(after, before, ground)
  const at = ({ groundShare, hitShare, pai, pei }: typeof map, share: number): Accuracy | null => {
    const within = groundShare.findIndex((each) => each > share + 1e-12)
    const areas = within < 0 ? groundShare.length : within
    if (areas === 0) return null
    const last = areas - 1
    return {
      areas,
      groundShare: groundShare[last],
      hits: Math.round(hitShare[last] * hits),
      hitShare: hitShare[last],
      pai: pai[last],
      pei: pei[last],
    }
  }
  const cutoffs = groundShares.flatMap((ground) => {
    const [ofMap, ofCounts] = [at(map, ground), at(counts, ground)]
    return ofMap && ofCounts ? [{ ground, map: ofMap, counts: ofCounts }] : []
  })
  return cutoffs.length > 0 ? { incidents: hits, cutoffs: cutoffs.slice(0, mostCutoffs) } : null
}

export interface AreasTask {
  method: HotspotMethod
  weights: SpatialWeights
  counts: number[]
  /** Counts a map is made from, and those it is judged by. */
  before: number[]
  after: number[]
  areaKm2: number[]
  permutations: number
  seed: number
}

export interface DensityTask {
  /** EWKB of the ground, in hexadecimal. */
  shapes: string[]
  finest: CityGrid
  /** Squares of the finest grid that hold incidents: of the window, of what the map is judged from (null: the same) and by. */
  squares: Squares
  before: Squares | null
  after: Squares
  /** Metres; null: by the rule. */
  bandwidth: number | null
  bandwidthRange: [least: number, most: number]
}

export interface Squares {
  east: number[]
  north: number[]
  n: number[]
}

export interface DensityResult {
  grid: CityGrid
  bandwidth: number
  /** Incidents per km² of a step, and steps row by row from the south-west. */
  perKm2: number
  steps: Uint16Array
  /** Sum of the packed densities times the area of a cell: the number of incidents. */
  mass: number
  validation: Validation | null
}

export interface NearRepeatTask {
  grid: CityGrid
  lng: number[]
  lat: number[]
  day: number[]
  bands: NearRepeatBands
  permutations: number
  seed: number
  mostPairs: number
  mostShuffledPairs: number
}

/** A kernel needs no finer cells than this part of its bandwidth. */
const cellsPerBandwidth = 6

export const hotspotTasks = {
  contiguity: ({ shapes, rule }: { shapes: string[]; rule: Contiguity }): SpatialWeights =>
    contiguity(shapes.map(decodeMultiPolygon), rule),

  areas({ method, weights, counts, before, after, areaKm2, permutations, seed }: AreasTask): {
    hotspots: AreaHotspots
    validation: Validation | null
  } {
    const hotspots = areaHotspots(method, counts, weights, { permutations, seed })
    const same = before.every((count, index) => count === counts[index])
    const judged = same ? hotspots : areaHotspots(method, before, weights, { permutations, seed })
    return { hotspots, validation: validate(hotspotScore(judged, method, before), before, after, areaKm2) }
  },

  density({
    shapes,
    finest,
    squares,
    before,
    after,
    bandwidth: asked,
    bandwidthRange,
  }: DensityTask): DensityResult {
    const [least, most] = bandwidthRange
    const bandwidth = asked ?? rule(finest, squares, least, most)
    const grid = coarser(finest, Math.max(1, Math.floor(bandwidth / cellsPerBandwidth / finest.grid.cell)))
    const polygons: Position[][][] = shapes.flatMap(decodeMultiPolygon)
    const inside = insideMask(polygons, grid)
    const [now, past, next] = [squares, before ?? squares, after].map((each) => counted(each, finest, grid))
    // A place right at the border may lie in a square whose middle does not.
    for (let cell = 0; cell < inside.length; cell++) {
      if (now[cell] + past[cell] + next[cell] > 0) inside[cell] = 1
    }
    const density = kernelDensity(now, inside, grid.grid, bandwidth)
    const { steps, step } = packedDensity(density)
    let mass = 0
    for (const each of steps) mass += each
    const ground = [...inside.keys()].filter((cell) => inside[cell] === 1)
    const of = (values: ArrayLike<number>) => Float64Array.from(ground, (cell) => values[cell])
    const judged = before === null ? density : kernelDensity(past, inside, grid.grid, bandwidth)
    return {
      grid,
      bandwidth,
      perKm2: step * 1e6,
      steps,
      mass: mass * step * grid.grid.cell ** 2,
      validation: validate(of(judged), of(past), of(next), new Float64Array(ground.length).fill(1)),
    }
  },

  nearRepeat({ grid, lng, lat, day, bands, ...options }: NearRepeatTask): NearRepeatTable {
    const metres = lng.map((each, index) => toMetres(grid.plane, [each, lat[index]]))
    return nearRepeat(
      metres.map(([east]) => east),
      metres.map(([, north]) => north),
      day,
      bands,
      options,
    )
  },
}

export type HotspotTasks = typeof hotspotTasks

/** Silverman's rule to the nearest 10 m, within what may be asked for. */
function rule({ grid }: CityGrid, { east, north, n }: Squares, least: number, most: number): number {
  const metres = (cells: number[]) => cells.map((cell) => (cell + 0.5) * grid.cell)
  const bandwidth = silvermanBandwidth(metres(east), metres(north), n)
  return Number.isNaN(bandwidth) ? least : Math.min(most, Math.max(least, Math.round(bandwidth / 10) * 10))
}

function counted({ east, north, n }: Squares, from: CityGrid, to: CityGrid): Float64Array {
  const factor = Math.round(to.grid.cell / from.grid.cell)
  const counts = new Float64Array(to.grid.columns * to.grid.rows)
  n.forEach((each, index) => {
    const column = Math.floor(east[index] / factor)
    const row = Math.floor(north[index] / factor)
    counts[row * to.grid.columns + column] += each
  })
  return counts
}
