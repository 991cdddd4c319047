import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { decodeMultiPolygon } from '../../db/geometry.ts'
import type { CellsRow, LevelRow } from '../../db/queries/catalog.ts'
import {
  areaShape,
  countBySquare,
  exposureByArea,
  type Located,
  levelShapes,
  placesAndTimes,
  type ShapeRow,
} from '../../db/queries/hotspots.ts'
import { viewAs } from '../../db/viewing.ts'
import type { Family, Right } from '../access.ts'
import { cellsOf, versionsOf } from '../catalog.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import { refuseDisputes } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import { Remembered } from '../remembered.ts'
import type { Window } from '../selection.ts'
import { falseShare, type HotspotClass } from '../statistics/areaHotspots.ts'
import { type CityGrid, cityGrid, inDegrees } from '../statistics/cityGrid.ts'
import { exposureOf } from '../statistics/exposure.ts'
import { falseDiscoveryRate } from '../statistics/falseDiscovery.ts'
import { type SpatialWeights, weightsAmong } from '../statistics/spatialWeights.ts'
import { sum } from './areaColumns.ts'
import { type AreaQuestion, byAreaInput, selectAreaQuestion } from './areaQuestion.ts'
import { countAreas, visibleIn } from './byArea.ts'
import type { Validation } from './hotspotTasks.ts'
import { inThread, TooMuchWork } from './hotspotThread.ts'
import { type CountContext, isoWindow, SOURCE } from './shared.ts'
import { seesSome } from './sight.ts'
import { cellsOfArea, type VisibleAreas } from './visibleAreas.ts'

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

interface Question {
  ctx: CountContext
  input: Input
  asked: AreaQuestion
  /** Counts in memory; null: rows are counted. */
  counted: CountedCity | null
  /** The areas that are seen; null: all. */
  visible: VisibleAreas | null
  cells: readonly CellsRow[]
  /** What the borders of the version are known by. */
  hash: string
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
  /** The codes as asked; null: every kind but disputes of the families counted. */
  kinds: string[] | null
  /** Families of kinds that are counted. */
  families: Family[]
  /** True where only a part of the city is counted, and nothing else taken into account. */
  limited: boolean
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
  /** Only where a part of the city is counted: areas of which only a part is, which are not tested. */
  partial?: boolean[]
  count: number[]
  statistic: (number | null)[]
  z: (number | null)[]
  p: (number | null)[]
  q: (number | null)[]
  class: HotspotClass[]
  /** null: whoever asks sees neither patrols nor cameras on all of this ground; of one they do not see, its columns are. */
  exposure: {
    /** Minutes all patrol routes that are seen spend in the area when each is gone once: what is planned for a day. */
    patrolMinutes: number[] | null
    cameras: number[] | null
    /** Share of the areas answered with less of it, 0 … 1. */
    patrolRank: number[] | null
    cameraRank: number[] | null
    /** In the top tenth of either: counts may be high because more was looked. */
    lookedMore: boolean[]
    /** Rank correlation of the counts with each over all areas: how far counts follow looking. */
    patrolCorrelation: number | null
    cameraCorrelation: number | null
  } | null
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
 * more happens. Who may count in a part of the city gets the hotspots of that part: neighbours, shuffles and ranks know
 * nothing else.
 */
export async function hotspots(ctx: CountContext, input: Input): Promise<HotspotsAnswer> {
  const { database, cubes, city } = ctx
  const { level, version, within, from, to, kinds } = input
  // What a hotspot says it counts is what the map says.
  const asked = await selectAreaQuestion(ctx, byAreaInput.parse({ level, version, within, from, to, kinds }))
  refuseDisputes(asked.kinds, 'no hotspots are made of disputes: a hotspot of few would point at households')
  const counted = (await cubes?.of(city.code)) ?? null
  const versions = await versionsOf(database, city)
  const question: Question = {
    ctx,
    input,
    asked,
    counted,
    visible: await visibleIn(database, counted, asked),
    cells: counted?.ground.cells ?? (await cellsOf(database, city)),
    hash: versions.find((row) => row.version === asked.version)?.content_hash ?? '',
    judging: judgingOf(asked.window, city.as_of),
  }
  const head: Head = {
    level: asked.level.level,
    version: asked.version,
    ...isoWindow(asked.window),
    asOf: city.as_of.toISOString(),
    kinds: asked.kinds.asked,
    families: asked.sight.families,
    limited: asked.sight.limited,
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

/**
 * Reads rows as the viewer in a transaction of their own, over before anything is computed from them: that may take
 * seconds, and the embedded database has one session.
 */
async function reading<T>(
  { database, viewer, signal }: CountContext,
  run: (rows: Queryable) => Promise<T>,
): Promise<T> {
  const viewing = viewAs(database, { id: viewer.userId }, 'counts', { signal })
  try {
    const read = await run(viewing.rows)
    await viewing.end()
    return read
  } catch (error) {
    await viewing.abandon()
    throw error
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
  const { ctx, input, asked, judging } = question
  const { now, before, after, looked } = await reading(ctx, async (rows) => {
    const now = await countIn(question, rows, asked.window)
    return {
      now,
      before: judging.how === 'split' ? await countIn(question, rows, judging.before) : now,
      after: await countIn(question, rows, judging.after),
      looked: await exposureIn(question, rows, now.areaId, now.count),
    }
  })
  const { shapes, weights } = await levelWeights(question)
  // Of an area seen in part the count says nothing beside those of whole areas.
  const tested = [...now.areaId.keys()].filter((index) => !now.partial?.[index])
  const place = new Map(shapes.map((shape, index) => [shape.id, index]))
  const chosen = tested.map((index) => place.get(now.areaId[index]) ?? -1)
  const among = weightsAmong(weights, chosen)
  const permutations = input.permutations ?? PERMUTATIONS[method]
  const task = {
    method,
    weights: among,
    counts: tested.map((index) => now.count[index]),
    before: tested.map((index) => before.count[index]),
    after: tested.map((index) => after.count[index]),
    areaKm2: chosen.map((index) => shapes[index].area_km2),
    permutations,
    seed: SEED,
  }
  const { hotspots: found, validation } = await inThread('areas', task, ctx.signal)
  const columns = (values: Float64Array) =>
    spread(Array.from(values, digits), tested, now.areaId.length, null)
  return {
    method,
    contiguity: input.contiguity,
    permutations,
    seed: SEED,
    falseShare,
    tested: found.p.reduce((sum, p) => sum + (Number.isNaN(p) ? 0 : 1), 0),
    islands: chosen.reduce((sum, _, i) => sum + (among.start[i] === among.start[i + 1] ? 1 : 0), 0),
    areaId: now.areaId,
    partial: now.partial,
    count: now.count,
    statistic: columns(found.statistic),
    z: columns(found.z),
    p: columns(found.p),
    q: columns(found.q),
    class: spread(found.class, tested, now.areaId.length, 'none'),
    exposure: looked,
    totals: { count: sum(now.count), outside: now.totals.outside },
    validation: judged(validation, judging),
  }
}

/** Values of some places of a list, the others filled. */
function spread<T>(values: readonly T[], places: readonly number[], length: number, filling: T): T[] {
  if (values.length === length) return [...values]
  const all = new Array<T>(length).fill(filling)
  places.forEach((place, index) => {
    all[place] = values[index]
  })
  return all
}

/** The same counting as the map's. */
async function countIn({ asked, counted, visible }: Question, rows: Queryable, window: Window) {
  const of = { ...asked, window, compare: null }
  const { areaId, count, partial, totals } = await countAreas({ rows: () => rows }, counted, of, visible)
  return { areaId, count: count.map((each) => each ?? 0), partial, totals }
}

/** How much areas are looked at, as far as whoever asks may know it of all of them. */
async function exposureIn(
  question: Question,
  rows: Queryable,
  areaId: readonly number[],
  count: number[],
): Promise<AreaHotspotAnswer['exposure']> {
  const { city, version, level } = question.asked
  const patrols = seesGround(question, 'patrols')
  const cameras = seesGround(question, 'cameras.counts')
  if (!patrols && !cameras) return null
  const exposure = new Map(
    (await exposureByArea(rows, { city: city.code, version, level: level.level })).map((row) => [
      row.area_id,
      row,
    ]),
  )
  const { patrolRank, cameraRank, lookedMore, patrolCorrelation, cameraCorrelation, ...looked } = exposureOf(
    areaId.map((id) => (patrols && exposure.get(id)?.patrol_minutes) || 0),
    areaId.map((id) => (cameras && exposure.get(id)?.cameras) || 0),
    count,
  )
  const ranks = (rank: number[]) => rank.map((each) => Math.round(each * 1000) / 1000)
  return {
    patrolMinutes: patrols ? looked.patrolMinutes.map((minutes) => Math.round(minutes * 10) / 10) : null,
    cameras: cameras ? looked.cameras : null,
    patrolRank: patrols ? ranks(patrolRank) : null,
    cameraRank: cameras ? ranks(cameraRank) : null,
    lookedMore,
    patrolCorrelation: patrols ? digits(patrolCorrelation) : null,
    cameraCorrelation: cameras ? digits(cameraCorrelation) : null,
  }
}

/** Whether a right holds wherever something is counted. */
function seesGround({ ctx: { access }, asked: { sight } }: Question, right: Right): boolean {
  const { cells } = access.scope(right)
  if (cells === null) return true
  return sight.parts.every(({ cells: { ids } }) => ids !== null && [...ids].every((id) => cells.has(id)))
}

interface LevelWeights {
  shapes: Pick<ShapeRow, 'id' | 'area_km2'>[]
  weights: SpatialWeights
}

/**
 * Who borders on whom, by what it was made from; borders of a version never change under one hash. The same for all
 * viewers: borders are nobody's secret.
 */
const knownWeights = new Remembered<Promise<LevelWeights>>(12)

function levelWeights({ ctx, asked, input, hash }: Question): Promise<LevelWeights> {
  const { city, version } = asked
  const { level } = asked.level
  const key = [city.code, version, hash, level, input.contiguity].join(' ')
  return knownWeights.get(key, () => {
    // For everybody who asks: not over when the first of them leaves.
    const lasting = { ...ctx, signal: undefined }
    const made = reading(lasting, (rows) => levelShapes(rows, city.code, version, level)).then(
      async (rows) => ({
        shapes: rows.map(({ id, area_km2 }) => ({ id, area_km2 })),
        weights: await inThread('contiguity', {
          shapes: rows.map((row) => row.geom),
          rule: input.contiguity,
        }),
      }),
    )
    made.catch(() => knownWeights.delete(key))
    return made
  })
}

/** The ground incidents are looked at on: one area, or the city, as far as anything is counted there. */
async function groundOf(
  question: Question,
  rows: Queryable,
): Promise<{ shapes: string[]; finest: CityGrid }> {
  const { city, version, within } = question.asked
  const { level, areaIds } = levelOfGround(question)
  const shapes =
    within !== null && areaIds === null
      ? await areaShape(rows, city.code, within.id)
      : await levelShapes(rows, city.code, version, level)
  const seen = shapes.filter(({ id }) => areaIds?.has(id) !== false).map((row) => row.geom)
  return { shapes: seen, finest: cityGrid(seen.flatMap(decodeMultiPolygon), MOST_CELLS, LEAST_CELL_M) }
}

/**
 * The coarsest level whose areas make up the ground, and which of them (null: all); the finest, where none does so
 * exactly.
 */
function levelOfGround({ asked, cells }: Question): { level: string; areaIds: Set<number> | null } {
  const { version, within, sight } = asked
  const levels = asked.levels.toSorted((a, b) => a.rank - b.rank || (a.hierarchy < b.hierarchy ? -1 : 1))
  const inside = within && cellsOfArea(cells, within)
  const isSeen = (cell: number) => seesSome(sight, cell) && inside?.has(cell) !== false
  if (!sight.limited || (inside && [...inside].every(isSeen)))
    return { level: levels[0].level, areaIds: null }
  for (const { level } of levels) {
    const { whole, cut } = areasBySeen(cells, { version, level }, isSeen)
    if (cut.size === 0) return { level, areaIds: whole }
  }
  const finest = levels[levels.length - 1].level
  const { whole, cut } = areasBySeen(cells, { version, level: finest }, isSeen)
  return { level: finest, areaIds: new Set([...whole, ...cut]) }
}

/** Areas of a level all of whose cells are seen, and those of which only some are. */
function areasBySeen(
  cells: readonly CellsRow[],
  { version, level }: Pick<LevelRow, 'version' | 'level'>,
  isSeen: (cell: number) => boolean,
): { whole: Set<number>; cut: Set<number> } {
  const row = cells.find((each) => each.version === version && each.level === level)
  const seen = new Set<number>()
  const hidden = new Set<number>()
  row?.cell_ids.forEach((cell, index) => {
    ;(isSeen(cell) ? seen : hidden).add(row.area_ids[index])
  })
  const ids = [...seen]
  return {
    whole: new Set(ids.filter((id) => !hidden.has(id))),
    cut: new Set(ids.filter((id) => hidden.has(id))),
  }
}

function located({ asked: { city, kinds, within } }: Question, window: Window): Located {
  return { city: city.code, kinds: kinds.codes, within: within?.id ?? null, ...window }
}

/** Before rows are read: that takes seconds where there are millions, counting them by area milliseconds. */
async function requireAtMost(most: number, question: Question, rows: Queryable): Promise<void> {
  const { asked, input } = question
  const count = sum((await countIn(question, rows, asked.window)).count)
  if (count <= most) return
  throw badRequest(
    `${input.method}: expected at most ${most} incidents, got ${count}; shorten the window, choose fewer kinds or a smaller area.`,
  )
}

async function ofDensity(question: Question): Promise<Omit<DensityAnswer, keyof Head>> {
  const { ctx, input, asked, judging } = question
  const read = await reading(ctx, async (db) => {
    await requireAtMost(MOST_MAPPED, question, db)
    const { shapes, finest } = await groundOf(question, db)
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
    return {
      shapes,
      finest,
      range,
      squares: await squaresIn(asked.window),
      before: judging.how === 'split' ? await squaresIn(judging.before) : null,
      after: await squaresIn(judging.after),
    }
  })
  const { shapes, finest, range, squares, before, after } = read
  const task = {
    shapes,
    finest,
    squares,
    before,
    after,
    bandwidth: input.bandwidthM ?? null,
    bandwidthRange: range,
  }
  const result = await inThread('density', task, ctx.signal)
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
  const { ctx, input, asked } = question
  const { distancesM, days } = input.bands
  const { points, finest } = await reading(ctx, async (rows) => {
    await requireAtMost(MOST_INCIDENTS, question, rows)
    // A few more may have come since they were counted.
    const points = await placesAndTimes(rows, located(question, asked.window), 2 * MOST_INCIDENTS)
    return { points, finest: (await groundOf(question, rows)).finest }
  })
  const task = {
    grid: finest,
    ...points,
    bands: { distances: distancesM, days },
    permutations: input.permutations ?? PERMUTATIONS.nearRepeat,
    seed: SEED,
    mostPairs: MOST_PAIRS,
    mostShuffledPairs: MOST_SHUFFLED_PAIRS,
  }
  const table = await inThread('nearRepeat', task, ctx.signal).catch((error: unknown) => {
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
