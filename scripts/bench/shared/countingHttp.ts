import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { CityCube } from '../../../api/cube/cityCube.ts'
import { startServer } from '../../../api/server.ts'
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

/**
 * Whole-city answers through tRPC beside the bare binary, CPU of the server a request, with 1 and 16 clients. `packed` and
 * `columns` ask for new windows all the time, `kept` for those the server has ready.
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
    const cookie = await signIn(server.url)
    let asked = 0
    const newWindows = (count: number) =>
      Array.from({ length: count }, () => end - 60 * DAY_MS + 1000 * (asked++ % NEW_WINDOWS))
    const questions = (packed: boolean, windows: readonly number[]) =>
      windows.map((from) => {
        const input = {
          city,
          level: 'microGrid',
          from: new Date(from).toISOString(),
          to: new Date(end).toISOString(),
          packed,
        }
        return `${server.url}/trpc/aggregates.byArea?input=${encodeURIComponent(JSON.stringify(input))}`
      })
    const works: Record<string, string[]> = {
      bare: windows.map((from) => `${bare.url}/raw/${from}`),
      bareCompressed: windows.map((from) => `${bare.url}/br/${from}`),
      packed: [],
      columns: [],
      kept: questions(true, windows),
    }
    const headers = { cookie, 'accept-encoding': 'br, gzip' }
    const loaded = (name: string, clients: number, seconds: number) => {
      const known = works[name]
      const urls = known.length > 0 ? known : questions(name === 'packed', newWindows(MOST_ANSWERED))
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
