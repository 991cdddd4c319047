import { parseArgs } from 'node:util'
import { CityCube } from '../../api/cube/cityCube.ts'
import { KindTree, type SignedNode } from '../../api/cube/kindTree.ts'
import type { Database } from '../../db/client.ts'
import { listKinds } from '../../db/queries/catalog.ts'
import { countByCellFromPlanes, readCounted, rebuildPlanes } from '../../db/queries/cube.ts'
import { replaceCity } from '../seedCity.ts'
import { openBenchDatabase } from './shared/benchDatabase.ts'
import { benchHttp } from './shared/countingHttp.ts'
import { type CountingPeer, type CountQuestion, createPeers } from './shared/countingPeers.ts'
import { benchLocate } from './shared/countingPlaces.ts'
import { benchWrites } from './shared/countingWrites.ts'
import { interleaved, medians, ratioOf, type Task } from './shared/interleaved.ts'
import { multiplyIncidents } from './shared/manyIncidents.ts'
import { machine, roundTo } from './shared/measure.ts'

// Counts by micro-grid in any window: from memory and from the planes in SQL, beside the stored id with a covering
// index, a day rollup, ST_Contains and DuckDB over the same rows, and beside copying as many bytes as memory reads.
// DATABASE_URL: a PostgreSQL on which a database of the bench's own is made; absent: PGlite.

const { values } = parseArgs({
  options: {
    incidents: { type: 'string', default: '1000000' },
    /** Random windows compared with SQL over the rows. */
    checks: { type: 'string', default: '300' },
    /** Points whose micro-grid is compared with PostGIS. */
    points: { type: 'string' },
    /** Which of the cases, with commas; `memory` is `windows` without the other ways to count, which take minutes to prepare. */
    only: { type: 'string', default: 'equality,windows,growth,locate,writes,http' },
    /** A name under which a database on PostgreSQL is left for later runs, and found by them. */
    keep: { type: 'string' },
  },
})
const cases = new Set(values.only.split(','))
const incidents = Number(values.incidents)
const checks = Number(values.checks)
const points = Number(values.points ?? values.incidents)

const city = { code: 'shuifu', timeZone: 'Asia/Shanghai', version: '2025' }
/** Midnight in Shuifu after the last whole day of the data. */
const end = Date.parse('2026-11-21T16:00:00Z')
const DAY_MS = 86_400_000
/** Calls timed together, since one takes less than the clock can tell; each asks for a window of its own. */
const CALLS = 200
/** Windows end at random so many days before the end, and begin inside the data: no two calls read the same rows. */
const SPREAD_DAYS = 60

const note = (text: string) => process.stderr.write(`${text}\n`)
const print = (line: object) => console.log(JSON.stringify({ bench: 'aggregates', ...line, ...machine }))

interface Memory {
  cube: CityCube
  cells: (number | null)[]
}

/** Everything between asking the database and the first answer. */
async function buildMemory(
  database: Database,
  keep: (row: number) => boolean = () => true,
): Promise<Memory & { readMs: number; buildMs: number }> {
  const tree = new KindTree(await listKinds(database, city.code))
  const startedAt = performance.now()
  const rows = await readCounted(database, city.code)
  const readMs = performance.now() - startedAt
  const kindOf = Uint16Array.from(rows.kinds, (code) => tree.position(code) ?? 0)
  const all = Uint32Array.from(rows.milliseconds.keys())
  const kept = all.filter(keep)
  const whole = kept.length === all.length
  const events = {
    time: whole ? rows.milliseconds : Float64Array.from(kept, (row) => rows.milliseconds[row]),
    slot: Uint16Array.from(whole ? rows.cell : kept, (at) => (whole ? at : rows.cell[at])),
    kind: Uint16Array.from(whole ? rows.kind : kept, (at) => kindOf[whole ? at : rows.kind[at]]),
  }
  const beganAt = performance.now()
  const cube = await CityCube.build(tree, rows.cells.length, events, {
    budget: 256 * 2 ** 20,
    breathe: async () => {},
  })
  return { cube, cells: rows.cells, readMs, buildMs: performance.now() - beganAt }
}

interface Question extends CountQuestion {
  cover: SignedNode[]
}

function ask({ cube }: Memory, kinds: string[], from: number, to: number): Question {
  return { from: new Date(from), to: new Date(to), kinds, cover: cube.tree.cover(kinds) }
}

const repeat = (task: (call: number) => void) => () => {
  for (let call = 0; call < CALLS; call++) task(call)
}

/** Random numbers from 0 to 1 that are the same in every run. */
function lottery(): () => number {
  let state = 7
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Windows of so many days whose ends both lie at random; three years are a little less, to lie inside the data. */
function randomWindows(cube: CityCube, days: number): { from: number; to: number }[] {
  const random = lottery()
  const { from: earliest } = cube.trimmed({ from: 0, to: end })
  return Array.from({ length: CALLS }, () => {
    const to = end - random() * SPREAD_DAYS * DAY_MS
    return { from: Math.max(to - days * DAY_MS, earliest + random() * SPREAD_DAYS * DAY_MS), to }
  })
}

/** Copies two planes at random out of as many bytes; few bytes stay in the processor's caches, many do not. */
function copying(cube: CityCube, bytes: number, windows: number): Task {
  const source = new Uint16Array(Math.max(2 * cube.slots, bytes / Uint16Array.BYTES_PER_ELEMENT)).fill(1)
  const plane = new Uint16Array(cube.slots)
  const random = lottery()
  return repeat(() => {
    for (let copy = 0; copy < 2 * windows; copy++) {
      const start = Math.floor(random() * (source.length - cube.slots))
      plane.set(source.subarray(start, start + cube.slots))
    }
  })
}

/** One line a window, choice of kinds and comparison. */
async function benchWindows(database: Database, memory: Memory, peers: CountingPeer[]): Promise<void> {
  const { cube } = memory
  const out = new Int32Array(cube.slots)
  const compared = new Int32Array(cube.slots)
  const choices: Record<string, string[]> = {
    one: ['030100'],
    eight: cube.tree.codes.filter((code) => /^0[1-8]01/.test(code)).slice(0, 8),
    all: cube.tree.codes,
  }
  // Three years are set beside one day, and beside 30: a day may be so few rows that they are walked, without any plane.
  const shorter = new Map<string, number[]>()
  for (const days of [1, 7, 30, 365, 1095]) {
    for (const [choice, kinds] of Object.entries(choices)) {
      for (const compare of [false, true]) {
        const now = ask(memory, kinds, end - days * DAY_MS, end)
        const before = ask(memory, kinds, end - 2 * days * DAY_MS, end - days * DAY_MS)
        const rows = kinds.reduce(
          (sum, code) =>
            sum + cube.countKind(cube.tree.position(code) ?? 0, null, now.from.getTime(), now.to.getTime()),
          0,
        )
        const both = <Answer>(answer: (question: Question) => Promise<Answer>) =>
          compare ? async () => [await answer(now), await answer(before)] : () => answer(now)
        const windows = randomWindows(cube, days)
        const read = now.cover.length * (compare ? 2 : 1)
        const times = await interleaved({
          memory: repeat((call) => {
            const { from, to } = windows[call]
            cube.countBySlot(out, now.cover, from, to)
            if (compare) cube.countBySlot(compared, before.cover, from - days * DAY_MS, from)
          }),
          memcpy: copying(cube, cube.bytes, read),
          memcpyCached: copying(cube, 0, read),
          planes: both((question) => countByCellFromPlanes(database, { city: city.code, ...question })),
          ...Object.fromEntries(
            peers.filter((peer) => rows <= peer.mostRows).map((peer) => [peer.name, both(peer.count)]),
          ),
        })
        for (const name of ['memory', 'memcpy', 'memcpyCached'])
          times[name] = times[name].map((ms) => ms / CALLS)
        const key = (days: number) => `${choice}/${compare}/${days}`
        shorter.set(key(days), times.memory)
        const threeYearsTo = (days: number) => ratioOf(times.memory, shorter.get(key(days)) ?? []).ratio
        print({
          case: 'window',
          database: database.kind,
          incidents,
          days,
          kinds: choice,
          compare,
          rows,
          ms: medians(times, 5),
          memoryToMemcpy: ratioOf(times.memory, times.memcpy),
          ...(times.storedId && {
            storedIdToMemory: roundTo(ratioOf(times.storedId, times.memory).ratio, 0),
          }),
          ...(days === 1095 && { threeYearsToOneDay: threeYearsTo(1), threeYearsTo30Days: threeYearsTo(30) }),
        })
      }
    }
  }
}

/** Random windows, whatever the second they begin in, against the rows. @throws at the first difference. */
async function checkWindows(memory: Memory, peers: CountingPeer[]): Promise<void> {
  const { cube, cells } = memory
  const peer = peers.find(({ name }) => name === 'storedId')
  if (!peer) throw new Error('There is nothing to check against.')
  const drawn = lottery()
  const random = (below: number) => Math.floor(drawn() * below)
  const out = new Int32Array(cube.slots)
  for (let check = 0; check < checks; check++) {
    const to = end - random(1095 * 86_400) * 1000
    const from = to - (1 + random(check % 3 === 0 ? 1095 * 86_400 : 40 * 86_400)) * 1000
    const kinds = cube.tree.codes.filter(() => random(1 + (check % 5)) === 0)
    if (kinds.length === 0) continue
    const question = ask(memory, kinds, from, to)
    cube.countBySlot(out, question.cover, from, to)
    const expected = new Map((await peer.count(question)).map(({ cell, n }) => [cell, n]))
    for (const [slot, cell] of cells.entries()) {
      if (cell !== null && out[slot] !== (expected.get(cell) ?? 0))
        throw new Error(
          `Window ${question.from.toISOString()} … ${question.to.toISOString()}, micro-grid ${cell}: ${out[slot]} in memory, ${expected.get(cell) ?? 0} in the rows.`,
        )
    }
  }
  print({ case: 'equality', incidents, windows: checks, differences: 0 })
}

/** The same questions of a cube of all rows and of one of a tenth of them. */
async function benchGrowth(database: Database, memory: Memory): Promise<void> {
  const tenth = await buildMemory(database, (row) => row % 10 === 0)
  const out = new Int32Array(memory.cube.slots)
  const task = ({ cube }: Memory, kinds: string[], days: number) => {
    const cover = cube.tree.cover(kinds)
    const windows = randomWindows(cube, days)
    return repeat((call) => cube.countBySlot(out, cover, windows[call].from, windows[call].to))
  }
  for (const [choice, kinds] of [
    ['one', ['030100']],
    ['all', memory.cube.tree.codes],
  ] as const) {
    for (const days of [1, 7, 30, 365, 1095]) {
      const times = await interleaved({
        whole: task(memory, [...kinds], days),
        tenth: task(tenth, [...kinds], days),
        // What the processor's caches make of it: the same bytes out of as many as each cube holds.
        copyWhole: copying(memory.cube, memory.cube.bytes, 1),
        copyTenth: copying(memory.cube, tenth.cube.bytes, 1),
      })
      for (const [name, all] of Object.entries(times)) times[name] = all.map((ms) => ms / CALLS)
      print({
        case: 'growth',
        incidents,
        kinds: choice,
        days,
        ms: medians(times, 5),
        ...ratioOf(times.whole, times.tenth),
        copying: ratioOf(times.copyWhole, times.copyTenth).ratio,
      })
    }
  }
}

/** The demo city with as many incidents as asked for, and its planes. */
async function prepare(database: Database): Promise<void> {
  note(`seeding on ${database.kind} …`)
  await replaceCity(
    database,
    { city: city.code, seed: 7, incidents: 60_000, asOf: Date.parse('2026-11-22T06:32:00Z') },
    () => {},
  )
  await multiplyIncidents(database, city.code, incidents, (rows) => note(`${rows} incidents`))
  note('planes …')
  const startedAt = performance.now()
  await rebuildPlanes(database, city.code)
  print({
    case: 'rebuildPlanes',
    database: database.kind,
    incidents,
    seconds: roundTo((performance.now() - startedAt) / 1000, 1),
  })
}

const bench = await openBenchDatabase({ keep: values.keep })
const { database } = bench
try {
  if (!bench.found) await prepare(database)
  const memory = await buildMemory(database)
  print({
    case: 'startUp',
    database: database.kind,
    incidents: memory.cube.length,
    readSeconds: roundTo(memory.readMs / 1000, 2),
    buildSeconds: roundTo(memory.buildMs / 1000, 2),
    megabytes: Math.round(memory.cube.bytes / 2 ** 20),
  })
  if (cases.has('equality') || cases.has('windows')) {
    const peers = await createPeers(database, city, (name) => note(`preparing ${name} …`))
    if (cases.has('equality')) await checkWindows(memory, peers)
    if (cases.has('windows')) await benchWindows(database, memory, peers)
    for (const peer of peers) await peer.close?.()
  }
  if (cases.has('memory')) await benchWindows(database, memory, [])
  if (cases.has('growth')) await benchGrowth(database, memory)
  if (cases.has('locate')) await benchLocate(database, city, points, print)
  if (cases.has('writes')) await benchWrites(database, city.code, print)
  if (cases.has('http')) await benchHttp(bench, { city: city.code, cube: memory.cube, end }, print)
} finally {
  await bench.close()
}
