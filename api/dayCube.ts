import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Database, Queryable } from '../db/client.ts'
import type { Columns } from '../db/columns.ts'
import {
  type CellsRow,
  type CityRow,
  catalogChannel,
  type KindRow,
  listKinds,
} from '../db/queries/catalog.ts'
import { cityChannel } from '../db/queries/cities.ts'
import {
  type CellAreaRow,
  calendarAround,
  cellAreas,
  countByDayAndCell,
  countRows,
  type DayCountRow,
} from '../db/queries/dayCube.ts'
import { viewAs } from '../db/viewing.ts'
import { type CellLevel, type DayCube, type DayGrain, encodeDayCube } from '../geodata/dayCube.ts'
import { type Access, type CountScope, countScope } from './access.ts'
import { brotli } from './brotli.ts'
import { localTimeOf } from './catalog.ts'
import type { Viewer } from './context.ts'
import type { CountedCity } from './cube/countedCity.ts'
import { type DayEntries, entriesByDay, eventsByDay } from './cube/dayEvents.ts'

/** Years a browser plays through. */
const YEARS = 3
/** Kinds fit a byte. */
const MOST_KINDS = 256
/** Entries a browser takes: about 1.5 bytes each on the wire. */
const MOST_ENTRIES = 1_500_000
/** Cells × days: the browser's planes of one level take 2 or 4 bytes each. */
const MOST_PLANE_CELLS = 16_000_000
/** While nothing says that rows changed, an answer may be so old, in milliseconds. */
const FRESH_MS = 15_000
/** Bytes of the answers kept at once: one whole city is about five million, most are far smaller. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024
/** Brotli: 11 would take seconds, and the next change of a row makes it worthless. */
const QUALITY = 7

export interface DayCubeLimits {
  entries: number
  planeCells: number
}

interface PackedDays {
  etag: string
  bytes: Uint8Array
  compressed: Uint8Array
}

/**
 * The kinds that may be counted by day and cell in a browser's memory, those of its viewer: never disputes, whose
 * numbers are too small for that and have rules of their own (api/disputes.ts).
 */
function countedKinds(kinds: readonly KindRow[], { parts }: CountScope): KindRow[] {
  const seen = new Set(parts.flatMap((part) => part.kinds))
  return kinds.filter((kind) => !kind.dispute && seen.has(kind.code))
}

/** What each kind is counted under at a grain. */
function grained(kinds: readonly KindRow[], grain: DayGrain): { names: string[]; numbers: number[] } {
  const nameOf = {
    kind: (kind: KindRow) => kind.code,
    group: (kind: KindRow) => kind.kind_group,
    all: () => '',
  }
  const names = [...new Set(kinds.map(nameOf[grain]))]
  const place = new Map(names.map((name, index) => [name, index]))
  return { names, numbers: kinds.map((kind) => place.get(nameOf[grain](kind)) ?? 0) }
}

const DAY_MS = 86_400_000

function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The cells in which anything is counted, and the areas they lie in. */
function levelsOf(
  rows: Columns<CellAreaRow>,
  { parts }: CountScope,
): { cells: Uint32Array; levels: CellLevel[] } {
  const isSeen = (cell: number) => parts.some(({ scope }) => scope.cells === null || scope.cells.has(cell))
  const cells = Uint32Array.from(new Set(rows.cell_id)).filter(isSeen).sort()
  const place = new Map(Array.from(cells, (id, index) => [id, index]))
  const levels: CellLevel[] = []
  rows.area_id.forEach((areaId, row) => {
    const cell = place.get(rows.cell_id[row])
    if (cell === undefined) return
    const [version, name] = [rows.version[row], rows.level[row]]
    let level = levels.at(-1)
    if (level?.version !== version || level.level !== name) {
      level = { version, level: name, areaId: new Uint32Array(cells.length) }
      levels.push(level)
    }
    level.areaId[cell] = areaId
  })
  return { cells, levels }
}

/** Entries with cells as places, those in no cell last in their day. */
function entriesOf(rows: Columns<DayCountRow>, cells: Uint32Array, days: number): DayEntries {
  const place = new Map(Array.from(cells, (id, index) => [id, index]))
  const cellOf = (row: number) => place.get(rows.cell_id[row]) ?? cells.length
  // The rows come in this order but for cells that no area knows: next to nothing moves.
  const order = rows.day
    .map((_, row) => row)
    .sort((a, b) => rows.day[a] - rows.day[b] || cellOf(a) - cellOf(b) || rows.kind[a] - rows.kind[b])
  const dayStart = new Uint32Array(days + 1)
  for (const day of rows.day) dayStart[day + 1]++
  for (let day = 0; day < days; day++) dayStart[day + 1] += dayStart[day]
  return {
    dayStart,
    cell: Uint32Array.from(order, cellOf),
    kind: Uint8Array.from(order, (row) => rows.kind[row]),
    count: Uint32Array.from(order, (row) => rows.count[row]),
  }
}

/** Where the counts come from: rows, or the cube in memory. */
interface DaySource {
  kinds: KindRow[]
  cells: Uint32Array
  levels: CellLevel[]
  /** The local date after the last one counted. */
  after: string
  /** The first local date with an incident, and how many there are from it on. */
  first: string | null
  count: number
  /** From a local date on, each kind under its number. */
  entries(from: string, numbers: readonly number[]): Promise<DayEntries>
}

function calendarOf(db: Queryable, city: CityRow): Promise<{ earliest: string; after: string }> {
  return calendarAround(db, { instant: city.as_of, timeZone: city.time_zone, years: YEARS })
}

async function daysOfRows(db: Queryable, city: CityRow, seen: CountScope): Promise<DaySource> {
  const kinds = countedKinds(await listKinds(db, city.code), seen)
  const { cells, levels } = levelsOf(await cellAreas(db, city.code), seen)
  const { earliest, after } = await calendarOf(db, city)
  const scope = {
    city: city.code,
    timeZone: city.time_zone,
    to: after,
    codes: kinds.map((kind) => kind.code),
    kinds: kinds.map((_, place) => place),
    parts: kinds.map(({ code }) => seen.parts.findIndex((part) => part.kinds.includes(code))),
    cells: seen.parts.map(({ scope: { cells: ids } }) => ids && [...ids]),
  }
  return {
    kinds,
    cells,
    levels,
    after,
    ...(await countRows(db, { ...scope, from: earliest })),
    async entries(from, numbers) {
      const rows = await countByDayAndCell(db, { ...scope, from, kinds: numbers })
      return entriesOf(rows, cells, dayNumber(after) - dayNumber(from))
    },
  }
}

async function daysOfMemory(
  db: Queryable,
  counted: CountedCity,
  { city, seen }: { city: CityRow; seen: CountScope },
): Promise<DaySource> {
  const { earliest, after } = await calendarOf(db, city)
  // From here on nothing is waited for: all of one moment.
  const kinds = countedKinds(counted.catalog.kinds, seen)
  const { cells, levels } = levelsOf(cellColumns(counted.ground.cells), seen)
  const clock = localTimeOf(city)
  const firstDay = dayNumber(earliest)
  const days = Float64Array.from({ length: dayNumber(after) - firstDay + 1 }, (_, day) =>
    clock.toInstant((firstDay + day) * DAY_MS),
  )
  const codes = kinds.map(({ code }) => code)
  const events = eventsByDay(counted, { days, cells, codes, seen })
  const first = events.start.findIndex((before) => before > 0) - 1
  return {
    kinds,
    cells,
    levels,
    after,
    first: first < 0 ? null : dateOf(firstDay + first),
    count: events.kind.length,
    entries: async (from, numbers) => entriesByDay(events, dayNumber(from) - firstDay, numbers),
  }
}

/** As `cellAreas` reads them. */
function cellColumns(rows: readonly CellsRow[]): Columns<CellAreaRow> {
  const ordered = rows.toSorted((a, b) => compare(a.version, b.version) || compare(a.level, b.level))
  return {
    version: ordered.flatMap(({ version, cell_ids }) => cell_ids.map(() => version)),
    level: ordered.flatMap(({ level, cell_ids }) => cell_ids.map(() => level)),
    cell_id: ordered.flatMap(({ cell_ids }) => cell_ids),
    area_id: ordered.flatMap(({ area_ids }) => area_ids),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** Bounded whatever the installation holds. */
async function bounded(city: CityRow, source: DaySource, limits: DayCubeLimits): Promise<DayCube> {
  const { kinds, cells, levels, after } = source
  const wholeFrom = source.first ?? dateOf(dayNumber(after) - 1)
  const mostDays = Math.max(1, Math.floor(limits.planeCells / (cells.length + 1)))
  let from = dateOf(Math.max(dayNumber(wholeFrom), dayNumber(after) - mostDays))
  const read = (grain: DayGrain) => source.entries(from, grained(kinds, grain).numbers)

  let grain: DayGrain = kinds.length <= MOST_KINDS && source.count <= limits.entries ? 'kind' : 'group'
  let entries = await read(grain)
  if (entries.cell.length > limits.entries) {
    grain = 'all'
    entries = await read(grain)
  }
  if (entries.cell.length > limits.entries) {
    // The days after the one in which the last entry that is too many lies.
    const last = entries.cell.length - limits.entries - 1
    from = dateOf(dayNumber(from) + entries.dayStart.findIndex((start) => start > last))
    entries = await read(grain)
  }
  return {
    firstDay: from,
    days: dayNumber(after) - dayNumber(from),
    asOf: city.as_of.toISOString(),
    grain,
    cut: from > wholeFrom,
    kinds: grained(kinds, grain).names,
    cells,
    levels,
    ...entries,
  }
}

const LIMITS: DayCubeLimits = { entries: MOST_ENTRIES, planeCells: MOST_PLANE_CELLS }

/**
 * What of the counts of the last three years a viewer sees, by local day, cell and kind: where there are too many kinds or
 * rows, kinds are counted by group and then together, and at last older days are left out; the cube says which.
 */
export async function packDays(
  db: Queryable,
  city: CityRow,
  seen: CountScope,
  limits = LIMITS,
): Promise<DayCube> {
  return bounded(city, await daysOfRows(db, city, seen), limits)
}

/** The same out of memory. */
export async function packDaysFromMemory(
  db: Queryable,
  counted: CountedCity,
  whose: { city: CityRow; seen: CountScope },
  limits = LIMITS,
): Promise<DayCube> {
  return bounded(whose.city, await daysOfMemory(db, counted, whose), limits)
}

/** A city as somebody sees it. */
export interface SeenDays {
  city: CityRow
  access: Access
}

export interface DayCubes {
  /** The packed cube of a city as a viewer sees it. Whoever sees the same gets the same, and nobody else does. */
  pack(viewer: Pick<Viewer, 'userId'>, seen: SeenDays): Promise<PackedDays>
  close(): Promise<void>
}

interface Kept {
  since: number
  bytes: number
  packing: Promise<PackedDays>
}

/**
 * Keeps the last answers for a moment, so that many browsers asking at once cost one packing.
 * @param countsOf A city's counts in memory; null or absent: rows are counted.
 */
export async function createDayCubes(
  database: Database,
  countsOf: (city: string) => Promise<CountedCity | null> = async () => null,
): Promise<DayCubes> {
  /** By city, and what is seen of it. */
  const kept = new Map<string, Kept>()
  const forget = (code: string) => {
    for (const name of kept.keys()) if (code === '' || name.startsWith(`${code} `)) kept.delete(name)
  }
  // Written anew, or kinds that now belong to the other family.
  const stops = [await database.listen(cityChannel, forget), await database.listen(catalogChannel, forget)]

  async function dayCube(userId: string, city: CityRow, seen: CountScope): Promise<DayCube> {
    const counted = await countsOf(city.code)
    if (counted) return packDaysFromMemory(database, counted, { city, seen })
    // One snapshot: counts and areas belong together.
    const viewing = viewAs(database, { id: userId }, 'counts', { snapshot: true })
    try {
      const cube = await packDays(viewing.rows, city, seen)
      await viewing.end()
      return cube
    } catch (error) {
      await viewing.abandon()
      throw error
    }
  }

  async function pack(
    { userId }: Pick<Viewer, 'userId'>,
    city: CityRow,
    seen: CountScope,
  ): Promise<PackedDays> {
    const cube = await dayCube(userId, city, seen)
    const bytes = encodeDayCube(cube)
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
    return { etag, bytes, compressed: await brotli(bytes, QUALITY) }
  }

  /** The oldest go first. */
  function makeRoom(): void {
    let bytes = 0
    for (const [name, entry] of [...kept].reverse()) {
      bytes += entry.bytes
      if (bytes > MOST_KEPT_BYTES) kept.delete(name)
    }
  }

  return {
    async pack(viewer, { city, access }) {
      const seen = countScope(access)
      const name = `${city.code} ${seen.key}`
      const known = kept.get(name)
      if (known && Date.now() - known.since < FRESH_MS) return known.packing
      const packing = pack(viewer, city, seen)
      const entry: Kept = { since: Date.now(), bytes: 0, packing }
      kept.delete(name)
      kept.set(name, entry)
      packing.then(
        ({ bytes, compressed }) => {
          entry.bytes = bytes.byteLength + compressed.byteLength
          makeRoom()
        },
        // A failure is told to whoever asked, and tried again at the next question.
        () => kept.get(name) === entry && kept.delete(name),
      )
      return packing
    },
    async close() {
      for (const stop of stops) await stop()
    },
  }
}

/**
 * `GET /bundles/days/{city}.bin` (geodata/dayCube.ts). Rows change, so that the browser asks each time whether what it
 * holds is still the same; the tag is the content's.
 * @param seen What a viewer sees of a city; undefined where there is no such city, or none for them.
 */
export function serveDayCubes(
  app: FastifyInstance,
  cubes: DayCubes,
  seen: (viewer: Viewer | null, city: string) => Promise<SeenDays | undefined>,
): void {
  app.get<{ Params: { name: string } }>('/bundles/days/:name', async (request, reply) => {
    const match = /^([A-Za-z0-9_-]{1,40})\.bin$/.exec(request.params.name)
    const { viewer } = request
    const found = match && (await seen(viewer, match[1]))
    if (!viewer || !found || countScope(found.access).parts.length === 0) return reply.callNotFound()
    const packed = await cubes.pack(viewer, found)
    reply
      .header('etag', packed.etag)
      .header('cache-control', 'private, no-cache')
      .header('vary', 'accept-encoding, cookie')
    if (request.headers['if-none-match']?.includes(packed.etag)) return reply.code(304).send()
    reply.type('application/octet-stream')
    const acceptsBrotli = /\bbr\b/.test(request.headers['accept-encoding']?.toString() ?? '')
    return acceptsBrotli
      ? reply.header('content-encoding', 'br').send(Buffer.from(packed.compressed))
      : reply.send(Buffer.from(packed.bytes))
  })
}
