import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Database, Queryable } from '../db/client.ts'
import type { Columns } from '../db/columns.ts'
import { type CityRow, findCity, type KindRow, listKinds } from '../db/queries/catalog.ts'
import { cityChannel } from '../db/queries/cities.ts'
import {
  type CellAreaRow,
  calendarAround,
  cellAreas,
  countByDayAndCell,
  countRows,
  type DayCountRow,
} from '../db/queries/dayCube.ts'
import { type CellLevel, type DayCube, type DayGrain, encodeDayCube } from '../geodata/dayCube.ts'
import { brotli } from './brotli.ts'

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
 * The kinds that may be counted by day and cell in a browser's memory: all but disputes, whose numbers are too small
 * for that and have rules of their own (api/disputes.ts).
 */
function countedKinds(kinds: readonly KindRow[]): KindRow[] {
  return kinds.filter((kind) => !kind.dispute)
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

function levelsOf(rows: Columns<CellAreaRow>): { cells: Uint32Array; levels: CellLevel[] } {
  const cells = Uint32Array.from(new Set(rows.cell_id)).sort()
  const place = new Map(Array.from(cells, (id, index) => [id, index]))
  const levels: CellLevel[] = []
  rows.area_id.forEach((areaId, row) => {
    const [version, name] = [rows.version[row], rows.level[row]]
    let level = levels.at(-1)
    if (level?.version !== version || level.level !== name) {
      level = { version, level: name, areaId: new Uint32Array(cells.length) }
      levels.push(level)
    }
    level.areaId[place.get(rows.cell_id[row]) ?? 0] = areaId
  })
  return { cells, levels }
}

/** Entries with cells as places, those in no cell last in their day. */
function entriesOf(
  rows: Columns<DayCountRow>,
  cells: Uint32Array,
  days: number,
): Pick<DayCube, 'dayStart' | 'cell' | 'kind' | 'count'> {
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

/**
 * Counts of the last three years by local day, cell and kind, bounded whatever the installation holds: where there are
 * too many kinds or rows, kinds are counted by group and then together, and at last older days are left out; the cube
 * says which.
 */
export async function packDays(
  db: Queryable,
  city: CityRow,
  limits: DayCubeLimits = { entries: MOST_ENTRIES, planeCells: MOST_PLANE_CELLS },
): Promise<DayCube> {
  const kinds = countedKinds(await listKinds(db, city.code))
  const codes = kinds.map((kind) => kind.code)
  const { cells, levels } = levelsOf(await cellAreas(db, city.code))
  const { earliest, after } = await calendarAround(db, {
    instant: city.as_of,
    timeZone: city.time_zone,
    years: YEARS,
  })
  const scope = { city: city.code, timeZone: city.time_zone, to: after, codes }
  const whole = await countRows(db, { ...scope, from: earliest })
  const wholeFrom = whole.first ?? dateOf(dayNumber(after) - 1)
  const mostDays = Math.max(1, Math.floor(limits.planeCells / (cells.length + 1)))
  let from = dateOf(Math.max(dayNumber(wholeFrom), dayNumber(after) - mostDays))

  let grain: DayGrain = kinds.length <= MOST_KINDS && whole.count <= limits.entries ? 'kind' : 'group'
  let rows = await countByDayAndCell(db, { ...scope, from, kinds: grained(kinds, grain).numbers })
  if (rows.day.length > limits.entries) {
    grain = 'all'
    rows = await countByDayAndCell(db, { ...scope, from, kinds: grained(kinds, grain).numbers })
  }
  if (rows.day.length > limits.entries) {
    // Rows are in order of day: the first one kept begins a day.
    const tooOld = rows.day[rows.day.length - limits.entries - 1]
    from = dateOf(dayNumber(from) + tooOld + 1)
    rows = await countByDayAndCell(db, { ...scope, from, kinds: grained(kinds, grain).numbers })
  }
  const days = dayNumber(after) - dayNumber(from)
  return {
    firstDay: from,
    days,
    asOf: city.as_of.toISOString(),
    grain,
    cut: from > wholeFrom,
    kinds: grained(kinds, grain).names,
    cells,
    levels,
    ...entriesOf(rows, cells, days),
  }
}

export interface DayCubes {
  /** The packed cube of a city, undefined when there is no such city. */
  find(city: string): Promise<PackedDays | undefined>
  close(): Promise<void>
}

/** Keeps the last answer of each city for a moment, so that many browsers asking at once cost one packing. */
export async function createDayCubes(database: Database): Promise<DayCubes> {
  const kept = new Map<string, { since: number; packing: Promise<PackedDays> }>()
  const stop = await database.listen(cityChannel, (code) => kept.delete(code))

  async function pack(city: CityRow): Promise<PackedDays> {
    // One snapshot: counts and areas belong together.
    const cube = await database.transaction(async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
      return packDays(tx, city)
    })
    const bytes = encodeDayCube(cube)
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
    return { etag, bytes, compressed: await brotli(bytes, QUALITY) }
  }

  return {
    async find(name) {
      const city = await findCity(database, name)
      if (!city) return undefined
      const known = kept.get(city.code)
      if (known && Date.now() - known.since < FRESH_MS) return known.packing
      const packing = pack(city)
      kept.set(city.code, { since: Date.now(), packing })
      // A failure is told to whoever asked, and tried again at the next question.
      packing.catch(() => kept.delete(city.code))
      return packing
    },
    close: stop,
  }
}

/**
 * `GET /bundles/days/{city}.bin` (geodata/dayCube.ts). Rows change, so that the browser asks each time whether what it
 * holds is still the same; the tag is the content's.
 */
export function serveDayCubes(app: FastifyInstance, cubes: DayCubes): void {
  app.get<{ Params: { name: string } }>('/bundles/days/:name', async (request, reply) => {
    const match = /^([A-Za-z0-9_-]{1,40})\.bin$/.exec(request.params.name)
    const packed = match && (await cubes.find(match[1]))
    if (!packed) return reply.callNotFound()
    reply
      .header('etag', packed.etag)
      .header('cache-control', 'private, no-cache')
      .header('vary', 'accept-encoding')
    if (request.headers['if-none-match']?.includes(packed.etag)) return reply.code(304).send()
    reply.type('application/octet-stream')
    const acceptsBrotli = /\bbr\b/.test(request.headers['accept-encoding']?.toString() ?? '')
    return acceptsBrotli
      ? reply.header('content-encoding', 'br').send(Buffer.from(packed.compressed))
      : reply.send(Buffer.from(packed.bytes))
  })
}
