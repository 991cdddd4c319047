import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { decodeMultiPolygon } from '../../db/geometry.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import {
  areaShape,
  countBySquare,
  exposureByArea,
  type Located,
  levelShapes,
  placesAndTimes,
  type ShapeRow,
  versionHash,
} from '../../db/queries/hotspots.ts'
import { levelsOf } from '../catalog.ts'
import { refuseDisputes } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import {
  selectArea,
  selectKinds,
  selectLevel,
  selectVersion,
  selectWindow,
  type Window,
} from '../selection.ts'
import { falseShare, type HotspotClass } from '../statistics/areaHotspots.ts'
import { type CityGrid, cityGrid, inDegrees } from '../statistics/cityGrid.ts'
import { exposureOf } from '../statistics/exposure.ts'
import { falseDiscoveryRate } from '../statistics/falseDiscovery.ts'
import { type SpatialWeights, weightsAmong } from '../statistics/spatialWeights.ts'
import { sum } from './areaColumns.ts'
import { byArea, byAreaInput } from './byArea.ts'
import type { Validation } from './hotspotTasks.ts'
import { inThread, TooMuchWork } from './hotspotThread.ts'
import { isoWindow, SOURCE } from './shared.ts'

/** Shuffles of the counts where none are asked for: q of thousands of areas needs p far below 1 / 1000. */
const PERMUTATIONS = { gi: 99_999, moran: 99_999, nearRepeat: 999 }
const LEAST_PERMUTATIONS = 99
const MOST_PERMUTATIONS = 99_999
/** Repeated with the answer, so that the same question answers the same. */
const SEED = 20261122

/** Cells of a density at most, and no finer than this many metres. */
const MOST_CELLS = 200_000
const LEAST_CELL_M = 10
const LEAST_BANDWIDTH_M = 50
const MOST_BANDWIDTH_M = 5_000

/** Incidents of one density. */
const MOST_MAPPED = 5_000_000
/** Incidents and near pairs of one near-repeat test; pairs × permutations is what takes time. */
const MOST_INCIDENTS = 200_000
const MOST_PAIRS = 5_000_000
const MOST_SHUFFLED_PAIRS = 400_000_000
/** Upper limits: the same place (a metre), then rings; the same day, then longer. */
const BANDS = { distancesM: [1, 100, 200, 300, 400], days: [1, 2, 4, 7, 14] }

function ascending(what: string, most: number) {
  return z
    .array(z.number().positive().max(most))
    .min(1)
    .max(10)
    .refine((limits) => limits.every((limit, index) => index === 0 || limits[index - 1] < limit), {
      error: `expected 1 to 10 ascending limits of ${what}, each above 0 and at most ${most}`,
    })
}

export const hotspotsInput = z.object({
  level: inputs.levelName,
  version: inputs.versionName.optional(),
  within: inputs.areaId.optional(),
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
  method: z.enum(['gi', 'moran', 'kde', 'nearRepeat'], {
    error: 'expected "gi", "moran", "kde" or "nearRepeat"',
  }),
  /** 'gi', 'moran': 'queen' counts areas that only touch in a point as neighbours, 'rook' does not. */
  contiguity: z.enum(['queen', 'rook'], { error: 'expected "queen" or "rook"' }).default('queen'),
  /** 'kde': standard deviation of the kernel, metres; absent: Silverman's rule. */
  bandwidthM: z
    .number()
    .min(LEAST_BANDWIDTH_M)
    .max(MOST_BANDWIDTH_M, {
      error: `expected a bandwidth from ${LEAST_BANDWIDTH_M} to ${MOST_BANDWIDTH_M} metres`,
    })
    .optional(),
  /** 'nearRepeat': upper limits of the bands, [0, first), [first, second) … */
  bands: z.object({ distancesM: ascending('metres', 2_000), days: ascending('days', 90) }).default(BANDS),
  permutations: z
    .number()
    .int()
    .min(LEAST_PERMUTATIONS)
    .max(MOST_PERMUTATIONS, {
      error: `expected ${LEAST_PERMUTATIONS} to ${MOST_PERMUTATIONS} permutations`,
    })
    .optional(),
})

type Input = z.output<typeof hotspotsInput>
/** What counting by area needs, so that hotspots count with it. */
type Context = Parameters<typeof byArea>[0]

interface Question {
  ctx: Context
  db: Queryable
  city: CityRow
  input: Input
  version: string
  level: string
  within: number | null
  kinds: string[]
  window: Window
  judging: Judging
}

/**
 * What a map is judged by: the window that follows, where the data reach so far; else the window is split, and the map
 * made anew from its first two thirds is judged by the last.
 */
interface Judging {
  how: 'following' | 'split'
  before: Window
  after: Window
}

/** What every answer begins with. */
interface Head {
  level: string
  version: string
  from: string
  to: string
  asOf: string
  /** The codes as asked; null: every kind but disputes. */
  kinds: string[] | null
  source: string
}

/** The map set against what came after it, and against the plain counts, which any map must beat to be worth its name. */
export type Judged = Validation & { how: Judging['how']; madeFrom: Window; judgedBy: Window }

/** Columns, one entry an area, in order of area id; null where there is nothing to test. */
export interface AreaHotspotAnswer extends Head {
  method: 'gi' | 'moran'
  contiguity: 'queen' | 'rook'
  permutations: number
  seed: number
  /** Called where q is at most this. */
  falseShare: number
  /** Areas with a test, and areas without any neighbour. */
  tested: number
  islands: number
  areaId: number[]
  count: number[]
  statistic: (number | null)[]
  z: (number | null)[]
  p: (number | null)[]
  q: (number | null)[]
  class: HotspotClass[]
  exposure: {
    /** Minutes all patrol routes spend in the area when each is gone once: what is planned for a day. */
    patrolMinutes: number[]
    cameras: number[]
    /** Share of the areas of the level with less of it, 0 … 1. */
    patrolRank: number[]
    cameraRank: number[]
    /** In the top tenth of either: counts may be high because more was looked. */
    lookedMore: boolean[]
    /** Rank correlation of the counts with each over all areas: how far counts follow looking. */
    patrolCorrelation: number | null
    cameraCorrelation: number | null
  }
  totals: { count: number; outside: number | null }
  validation: Judged | null
}

export interface DensityAnswer extends Head {
  method: 'kde'
  bandwidthM: number
  /** 'silverman' where none was asked for. */
  bandwidthRule: 'silverman' | 'asked'
  bandwidthRangeM: [least: number, most: number]
  grid: {
    /** South-west corner, [lng, lat], EPSG:4326, degrees. */
    origin: [lng: number, lat: number]
    cellM: number
    /** Size of a cell, degrees. */
    cellLng: number
    cellLat: number
    columns: number
    rows: number
  }
  /** Whole steps, row by row from the south-west, little-endian 16 bit, base64; zero outside the city. */
  steps: string
  /** Incidents per km² of one step. */
  perKm2: number
  /** Highest density, incidents per km². */
  most: number
  /** Density times area, summed over the cells as packed, and the incidents it stands for. */
  mass: number
  count: number
  validation: Judged | null
}

/** Tables by distance band (rows) and time band (columns). */
export interface NearRepeatAnswer extends Head {
  method: 'nearRepeat'
  /** Upper limits of the bands. */
  distancesM: number[]
  days: number[]
  count: number
  nearPairs: number
  permutations: number
  seed: number
  observed: number[][]
  expected: number[][]
  /** Observed over expected; null where nothing was expected. */
  ratio: (number | null)[][]
  p: number[][]
  q: number[][]
  falseShare: number
}

export type HotspotsAnswer = AreaHotspotAnswer | DensityAnswer | NearRepeatAnswer

/**
 * Where incidents gather more than chance makes them, by one of four methods: Getis–Ord Gi* or local Moran of the counts
 * of a level (Benjamini–Hochberg corrected), kernel density on a metric grid, or Knox's near-repeat test. Duplicates are
 * left out; disputes are refused. `within` keeps to the ground of one area. Counts, not rates: where more people are,
 * more happens.
 */
export async function hotspots(ctx: Context, input: Input): Promise<HotspotsAnswer> {
  const { database: db, city } = ctx
  const within = input.within === undefined ? null : await selectArea(db, city, input.within)
  const version = await selectVersion(db, city, { version: input.version ?? within?.version })
  if (within && within.version !== version) {
    throw badRequest(
      `within: expected an area of version "${version}", got area ${within.id} of version "${within.version}"`,
    )
  }
  const { level } = await selectLevel(db, city, version, input.level)
  const kinds = await selectKinds(db, city, input.kinds)
  refuseDisputes(kinds, 'no hotspots are made of disputes: a hotspot of few would point at households')
  const { window } = selectWindow(city, input)
  const question: Question = {
    ctx,
    db,
    city,
    input,
    version,
    level: level.level,
    within: within?.id ?? null,
    kinds: kinds.codes,
    window,
    judging: judgingOf(window, city.as_of),
  }
  const head: Head = {
    level: level.level,
    version,
    ...isoWindow(window),
    asOf: city.as_of.toISOString(),
    kinds: kinds.asked,
    source: SOURCE,
  }
  switch (input.method) {
    case 'gi':
    case 'moran':
      return { ...head, ...(await ofAreas(question, input.method)) }
    case 'kde':
      return { ...head, ...(await ofDensity(question)) }
    case 'nearRepeat':
      return { ...head, ...(await ofNearRepeats(question)) }
  }
}

function judgingOf({ from, to }: Window, asOf: Date): Judging {
  const length = to.getTime() - from.getTime()
  const end = new Date(to.getTime() + length)
  if (end <= asOf) return { how: 'following', before: { from, to }, after: { from: to, to: end } }
  const parting = new Date(from.getTime() + (2 / 3) * length)
  return { how: 'split', before: { from, to: parting }, after: { from: parting, to } }
}

function judged(validation: Validation | null, { how, before, after }: Judging): Judged | null {
  return validation && { ...validation, how, madeFrom: before, judgedBy: after }
}

/** Ten digits are more than the statistics mean, and keep an answer of thousands of areas short. */
function digits(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toPrecision(10))
}

async function ofAreas(
  question: Question,
  method: 'gi' | 'moran',
): Promise<Omit<AreaHotspotAnswer, keyof Head>> {
  const { db, city, input, version, level, window, judging } = question
  const countsIn = (of: Window) => counted(question, of)
  const now = await countsIn(window)
  const before = judging.how === 'split' ? await countsIn(judging.before) : now
  const after = await countsIn(judging.after)
  const { shapes, weights } = await levelWeights(question)
  const place = new Map(shapes.map((shape, index) => [shape.id, index]))
  const chosen = now.areaId.map((id) => place.get(id) ?? -1)
  const among = weightsAmong(weights, chosen)
  const permutations = input.permutations ?? PERMUTATIONS[method]
  const { hotspots: found, validation } = await inThread('areas', {
    method,
    weights: among,
    counts: now.count,
    before: before.count,
    after: after.count,
    areaKm2: chosen.map((index) => shapes[index].area_km2),
    permutations,
    seed: SEED,
  })
  const exposure = new Map(
    (await exposureByArea(db, { city: city.code, version, level })).map((row) => [row.area_id, row]),
  )
  const { patrolRank, cameraRank, lookedMore, patrolCorrelation, cameraCorrelation, ...looked } = exposureOf(
    now.areaId.map((id) => exposure.get(id)?.patrol_minutes ?? 0),
    now.areaId.map((id) => exposure.get(id)?.cameras ?? 0),
    now.count,
  )
  const columns = (values: Float64Array) => Array.from(values, digits)
  return {
    method,
    contiguity: input.contiguity,
    permutations,
    seed: SEED,
    falseShare,
    tested: found.p.reduce((sum, p) => sum + (Number.isNaN(p) ? 0 : 1), 0),
    islands: chosen.reduce((sum, _, i) => sum + (among.start[i] === among.start[i + 1] ? 1 : 0), 0),
    areaId: now.areaId,
    count: now.count,
    statistic: columns(found.statistic),
    z: columns(found.z),
    p: columns(found.p),
    q: columns(found.q),
    class: found.class,
    exposure: {
      patrolMinutes: looked.patrolMinutes.map((minutes) => Math.round(minutes * 10) / 10),
      cameras: looked.cameras,
      patrolRank: patrolRank.map((rank) => Math.round(rank * 1000) / 1000),
      cameraRank: cameraRank.map((rank) => Math.round(rank * 1000) / 1000),
      lookedMore,
      patrolCorrelation: digits(patrolCorrelation),
      cameraCorrelation: digits(cameraCorrelation),
    },
    totals: { count: sum(now.count), outside: now.totals.outside },
    validation: judged(validation, judging),
  }
}

/** The same counting as the map's: what a hotspot says it counts is what the map says. */
async function counted({ ctx, input, version, level, within }: Question, window: Window) {
  const { areaId, count, totals } = await byArea(
    ctx,
    byAreaInput.parse({
      level,
      version,
      within: within ?? undefined,
      ...isoWindow(window),
      kinds: input.kinds,
    }),
  )
  return { areaId, count: count.map((each) => each ?? 0), totals }
}

interface LevelWeights {
  shapes: Pick<ShapeRow, 'id' | 'area_km2'>[]
  weights: SpatialWeights
}

/** Who borders on whom, by what it was made from; borders of a version never change under one hash. */
const knownWeights = new Map<string, Promise<LevelWeights>>()
const MOST_KNOWN = 12

async function levelWeights({ db, city, input, version, level }: Question): Promise<LevelWeights> {
  const key = [city.code, version, await versionHash(db, city.code, version), level, input.contiguity].join(
    ' ',
  )
  const known = knownWeights.get(key)
  if (known) return known
  const made = levelShapes(db, city.code, version, level).then(async (rows) => ({
    shapes: rows.map(({ id, area_km2 }) => ({ id, area_km2 })),
    weights: await inThread('contiguity', { shapes: rows.map((row) => row.geom), rule: input.contiguity }),
  }))
  knownWeights.set(key, made)
  made.catch(() => knownWeights.delete(key))
  const [oldest] = knownWeights.keys()
  if (knownWeights.size > MOST_KNOWN) knownWeights.delete(oldest)
  return made
}

/** The ground incidents are looked at on: one area, or the whole city. */
async function groundOf({
  db,
  city,
  version,
  within,
}: Question): Promise<{ shapes: string[]; finest: CityGrid }> {
  const coarsest = (await levelsOf(db, city))
    .filter((row) => row.version === version)
    .sort((a, b) => a.rank - b.rank || (a.hierarchy < b.hierarchy ? -1 : 1))[0]
  const rows =
    within === null
      ? await levelShapes(db, city.code, version, coarsest.level)
      : await areaShape(db, city.code, within)
  const shapes = rows.map((row) => row.geom)
  return { shapes, finest: cityGrid(shapes.flatMap(decodeMultiPolygon), MOST_CELLS, LEAST_CELL_M) }
}

function located({ city, kinds, within }: Question, window: Window): Located {
  return { city: city.code, kinds, within, ...window }
}

async function ofDensity(question: Question): Promise<Omit<DensityAnswer, keyof Head>> {
  const { db, input, window, judging } = question
  // Counting by area is a matter of milliseconds, reading every row is not.
  const rows = sum((await counted(question, window)).count)
  if (rows > MOST_MAPPED) {
    throw badRequest(
      `kde: expected at most ${MOST_MAPPED} incidents, got ${rows}; shorten the window, choose fewer kinds or a smaller area.`,
    )
  }
  const { shapes, finest } = await groundOf(question)
  // A kernel narrower than two cells would be a picture of the cells.
  const range: [number, number] = [Math.max(LEAST_BANDWIDTH_M, 2 * finest.grid.cell), MOST_BANDWIDTH_M]
  if (input.bandwidthM !== undefined && input.bandwidthM < range[0]) {
    throw badRequest(
      `bandwidthM: expected at least ${range[0]} m on this ground (two cells of ${finest.grid.cell} m), got ${input.bandwidthM}; ask within a smaller area for a finer grid.`,
    )
  }
  const { origin, cellLng, cellLat } = inDegrees(finest)
  const squaresIn = (of: Window) =>
    countBySquare(db, located(question, of), {
      west: origin[0],
      south: origin[1],
      cellLng,
      cellLat,
      columns: finest.grid.columns,
      rows: finest.grid.rows,
    })
  const squares = await squaresIn(window)
  const result = await inThread('density', {
    shapes,
    finest,
    squares,
    before: judging.how === 'split' ? await squaresIn(judging.before) : null,
    after: await squaresIn(judging.after),
    bandwidth: input.bandwidthM ?? null,
    bandwidthRange: range,
  })
  const { steps, grid } = result
  const degrees = inDegrees(grid)
  return {
    method: 'kde',
    bandwidthM: result.bandwidth,
    bandwidthRule: input.bandwidthM === undefined ? 'silverman' : 'asked',
    bandwidthRangeM: range,
    grid: {
      origin: degrees.origin,
      cellM: grid.grid.cell,
      cellLng: degrees.cellLng,
      cellLat: degrees.cellLat,
      columns: grid.grid.columns,
      rows: grid.grid.rows,
    },
    steps: Buffer.from(steps.buffer, steps.byteOffset, steps.byteLength).toString('base64'),
    perKm2: result.perKm2,
    most: steps.reduce((most, step) => Math.max(most, step), 0) * result.perKm2,
    mass: result.mass,
    count: squares.n.reduce((sum, n) => sum + n, 0),
    validation: judged(result.validation, judging),
  }
}

async function ofNearRepeats(question: Question): Promise<Omit<NearRepeatAnswer, keyof Head>> {
  const { db, input, window } = question
  const { distancesM, days } = input.bands
  const points = await placesAndTimes(db, located(question, window), MOST_INCIDENTS + 1)
  if (points.lng.length > MOST_INCIDENTS) {
    throw badRequest(
      `nearRepeat: expected at most ${MOST_INCIDENTS} incidents, got more; shorten the window, choose fewer kinds or a smaller area.`,
    )
  }
  const { finest } = await groundOf(question)
  const table = await inThread('nearRepeat', {
    grid: finest,
    ...points,
    bands: { distances: distancesM, days },
    permutations: input.permutations ?? PERMUTATIONS.nearRepeat,
    seed: SEED,
    mostPairs: MOST_PAIRS,
    mostShuffledPairs: MOST_SHUFFLED_PAIRS,
  }).catch((error: unknown) => {
    if (!(error instanceof TooMuchWork)) throw error
    throw badRequest(
      `nearRepeat: ${points.lng.length} incidents make more than ${MOST_PAIRS} pairs within ${distancesM.at(-1)} m; shorten the window, choose fewer kinds, a smaller area or smaller distances.`,
    )
  })
  const q = falseDiscoveryRate(table.p.flat())
  return {
    method: 'nearRepeat',
    distancesM,
    days,
    count: points.lng.length,
    nearPairs: table.nearPairs,
    permutations: table.permutations,
    seed: SEED,
    observed: table.observed,
    expected: table.expected,
    ratio: table.observed.map((row, distance) =>
      row.map((pairs, time) =>
        table.expected[distance][time] > 0 ? pairs / table.expected[distance][time] : null,
      ),
    ),
    p: table.p,
    q: table.p.map((row, distance) => row.map((_, time) => q[distance * days.length + time])),
    falseShare,
  }
}
