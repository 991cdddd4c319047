import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { AreaAnswer } from '../../../api/aggregates/byArea.ts'
import type { CityCube } from '../../../api/cube/cityCube.ts'
import { startServer } from '../../../api/server.ts'
import { checkOf, unpackAnswer } from '../../../geodata/packed.ts'
import type { BenchDatabase } from './benchDatabase.ts'
import type { Load, LoadReport } from './loadClient.ts'
import { median, roundTo } from './measure.ts'

const PASSWORD = 'gridwall-bench-2026'
const DAY_MS = 86_400_000
/** Windows asked in turn. The server keeps the answers of a few seconds ready to send: these it has … */
const WINDOWS = 60
/** … and of these, a second apart, it never has one twice. */
const NEW_WINDOWS = 200_000
/** More than are answered in a round. */
const MOST_ANSWERED = 12_000
const ROUNDS = 5
const SECONDS = 2
/** Before anything counts, each is asked so long that its code has been compiled: ours is more of it. */
const WARMING_SECONDS = 6

/** The counts alone, as 32-bit integers over plain HTTP: the least a server could do. With `br`, compressed as tRPC's answers are. */
async function startBare(cube: CityCube, from: (url: string) => number, to: number) {
  const cover = cube.tree.cover(null)
  const server = createServer((request, response) => {
    const out = new Int32Array(cube.slots)
    cube.countBySlot(out, cover, from(request.url ?? ''), to)
    const bytes = Buffer.from(out.buffer)
    if (!request.url?.startsWith('/br')) return response.end(bytes)
    response.setHeader('content-encoding', 'br')
    response.end(
      brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() }
}

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  })
  if (!answer.ok) throw new Error(`Signing in: ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function load(client: ChildProcess, work: Load): Promise<LoadReport & { cpuMs: number }> {
  // Handing thousands of addresses over is no part of answering them.
  client.send(work)
  const before = process.cpuUsage()
  const [report]: [LoadReport] = (await once(client, 'message')) as [LoadReport]
  const { user, system } = process.cpuUsage(before)
  return { ...report, cpuMs: (user + system) / 1000 / report.requests }
}

interface Window {
  from: string
  to: string
}

/** What a page says it holds of a window, and proves. */
type Given = Window & { check: number }

/** The questions of one city, as addresses of a server, and what its answers weigh. */
function questionsOf(server: string, city: string, headers: Record<string, string>) {
  const address = (asked: Window & { packed: boolean; given?: Given; compareTo?: Window }) => {
    const input = { city, level: 'microGrid', ...asked }
    return `${server}/trpc/aggregates.byArea?input=${encodeURIComponent(JSON.stringify(input))}`
  }
  return {
    address,
    async given(window: Window): Promise<Given> {
      const response = await fetch(address({ ...window, packed: true }), { headers })
      const { result } = (await response.json()) as { result: { data: AreaAnswer } }
      const { areaId, count } = unpackAnswer(result.data)
      return { ...window, check: checkOf(areaId, Int32Array.from(count, Number)) }
    },
    bytes(asked: Parameters<typeof address>[0]): Promise<number> {
      return new Promise((resolve, reject) => {
        request(address(asked), { headers }, (response) => {
          let bytes = 0
          response.on('data', (piece: Buffer) => {
            bytes += piece.length
          })
          response.on('end', () => resolve(bytes))
          response.on('error', reject)
        })
          .on('error', reject)
          .end()
      })
    },
  }
}

/** Bytes on the wire by days: alone, and for a page that holds some other days; beside a year the one before. */
async function sizes(
  { bytes, given }: ReturnType<typeof questionsOf>,
  windowOf: (days: number, endedBefore?: number) => Window,
): Promise<object> {
  const held = {
    alone: undefined,
    holding30Days: await given(windowOf(30)),
    holding60Days: await given(windowOf(60)),
    holdingTheYearBefore: await given(windowOf(365, 365)),
  }
  const byDays: Record<number, Record<string, number>> = {}
  for (const days of [1, 7, 30, 60, 365, 1095]) {
    byDays[days] = {}
    for (const [name, given] of Object.entries(held)) {
      byDays[days][name] = await bytes({ ...windowOf(days), packed: true, given })
    }
  }
  const compared = { ...windowOf(365), compareTo: windowOf(365, 365), packed: true }
  return {
    byDays,
    yearBesideTheOneBefore: {
      alone: await bytes(compared),
      holdingTheYear: await bytes({ ...compared, given: await given(windowOf(365)) }),
    },
  }
}

/**
 * Whole-city answers through tRPC beside the bare binary, CPU of the server a request, with 1 and 16 clients. `packed`,
 * `told` (packed, for a page that holds 30 days) and `columns` ask for new windows all the time, `kept` for those the server has ready.
 */
export async function benchHttp(
  bench: BenchDatabase,
  { city, cube, end }: { city: string; cube: CityCube; end: number },
  print: (line: object) => void,
): Promise<void> {
  const webDir = mkdtempSync(join(tmpdir(), 'gridwall-bench-web-'))
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>bench</title>')
  const server = await startServer({
    database: bench.database,
    host: '127.0.0.1',
    port: 0,
    dataDir: bench.dataDir,
    webDir,
    adminPassword: PASSWORD,
    limitFactor: 0,
  })
  const windows = Array.from({ length: WINDOWS }, (_, index) => end - 30 * DAY_MS - index * 3_600_000)
  const bare = await startBare(cube, (url) => Number(url.split('/').pop()), end)
  const client = fork(join(import.meta.dirname, 'loadClient.ts'), { stdio: 'inherit' })
  try {
    const headers = { cookie: await signIn(server.url), 'accept-encoding': 'br, gzip' }
    const asking = questionsOf(server.url, city, headers)
    const windowFrom = (from: number, to = end) => ({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })
    print({
      case: 'wire',
      database: bench.database.kind,
      ...(await sizes(asking, (days, endedBefore = 0) => {
        const to = end - endedBefore * DAY_MS
        return windowFrom(to - days * DAY_MS, to)
      })),
    })
    let asked = 0
    const newWindows = (count: number) =>
      Array.from({ length: count }, () => end - 60 * DAY_MS + 1000 * (asked++ % NEW_WINDOWS))
    const questions = (windows: readonly number[], how: { packed: boolean; given?: Given }) =>
      windows.map((from) => asking.address({ ...windowFrom(from), ...how }))
    const given = await asking.given(windowFrom(end - 30 * DAY_MS))
    /** How new windows are asked for. */
    const anew: Record<string, { packed: boolean; given?: Given }> = {
      packed: { packed: true },
      told: { packed: true, given },
      columns: { packed: false },
    }
    const works: Record<string, string[]> = {
      bare: windows.map((from) => `${bare.url}/raw/${from}`),
      bareCompressed: windows.map((from) => `${bare.url}/br/${from}`),
      packed: [],
      told: [],
      columns: [],
      kept: questions(windows, { packed: true }),
    }
    const loaded = (name: string, clients: number, seconds: number) => {
      const urls = name in anew ? questions(newWindows(MOST_ANSWERED), anew[name]) : works[name]
      return load(client, { urls, headers, clients, seconds })
    }
    for (const name of Object.keys(works)) await loaded(name, 16, WARMING_SECONDS)
    for (const clients of [1, 16]) {
      const reports: Record<string, Awaited<ReturnType<typeof load>>[]> = {}
      for (let round = 0; round < ROUNDS; round++)
        for (const name of Object.keys(works))
          reports[name] = [...(reports[name] ?? []), await loaded(name, clients, SECONDS)]
      const each = (pick: (report: LoadReport & { cpuMs: number }) => number, digits: number) =>
        Object.fromEntries(
          Object.entries(reports).map(([name, all]) => [name, roundTo(median(all.map(pick)), digits)]),
        )
      const ratio = (ours: string, theirs: string) =>
        roundTo(median(reports[ours].map(({ cpuMs }, round) => cpuMs / reports[theirs][round].cpuMs)), 2)
      print({
        case: 'http',
        database: bench.database.kind,
        clients,
        cpuMsARequest: each(({ cpuMs }) => cpuMs, 3),
        requestsASecond: each(({ requests, seconds }) => requests / seconds, 0),
        bytesAnAnswer: each(({ bytes, requests }) => bytes / requests, 0),
        packedToBareCompressed: ratio('packed', 'bareCompressed'),
        packedToBare: ratio('packed', 'bare'),
        toldToBareCompressed: ratio('told', 'bareCompressed'),
        keptToBareCompressed: ratio('kept', 'bareCompressed'),
        keptToBare: ratio('kept', 'bare'),
      })
    }
  } finally {
    client.kill()
    bare.close()
    await server.close()
    rmSync(webDir, { recursive: true, force: true })
  }
}
