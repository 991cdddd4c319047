import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../../api/server.ts'
import { type Database, openDatabase } from '../../../db/client.ts'

// A process of its own that serves one stream, ours or the least that could, with rows or without: so that its CPU time and memory are nobody
// else's. Receives {serve, databaseUrl} first, answers {url, path, cookies}; then {usage: true} answers Usage, and
// {memory: true} answers Memory.

export interface ServeOrder {
  /**
   * 'bare': LISTEN, and one prepared frame a tenth of a second written to every response; 'rows': the same, but a notice
   * only says that there are rows, which are read from a table, so that an event outlives whoever missed its notice.
   */
  serve: 'ours' | Baseline
  databaseUrl: string
}

export type Baseline = 'bare' | 'rows'

export interface Usage {
  /** Since the process began. */
  cpuMs: number
  /** Of the PostgreSQL beside it, all its processes, those that have ended too. */
  databaseCpuMs: number
}

export interface Memory {
  rss: number
  /** Of JavaScript, with the buffers outside its heap, after a full collection. */
  held: number
}

const PASSWORD = 'gridwall-bench-2026'
const BATCH_MS = 100

/** Events since it was asked last. */
type Take = () => Promise<string[]>

async function takeNotices(database: Database, ring: () => void): Promise<Take> {
  let waiting: string[] = []
  await database.listen('bench_plain', (payload) => {
    waiting.push(payload)
    ring()
  })
  return async () => {
    const taken = waiting
    waiting = []
    return taken
  }
}

async function takeRows(database: Database, ring: () => void): Promise<Take> {
  await database.script(
    'CREATE TABLE bench_rows (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, message text NOT NULL)',
  )
  let last = 0
  await database.listen('bench_rows', ring)
  return async () => {
    const rows = await database.query<{ number: number; message: string }>(
      'SELECT number, message FROM bench_rows WHERE number > $1 ORDER BY number',
      [last],
    )
    last = rows.at(-1)?.number ?? last
    return rows.map(({ message }) => message)
  }
}

async function serveBaseline(databaseUrl: string, baseline: Baseline) {
  const database = await openDatabase({ databaseUrl, dataDir: '' })
  const clients = new Set<ServerResponse>()
  let number = 0
  let timer: NodeJS.Timeout | undefined
  const ring = () => {
    if (timer === undefined) timer = setTimeout(tell, BATCH_MS)
  }
  const take = await (baseline === 'bare' ? takeNotices : takeRows)(database, ring)
  async function tell() {
    timer = undefined
    const messages = await take()
    number += messages.length
    const frame = Buffer.from(
      `data: {"at":"${new Date().toISOString()}","messages":[${messages.join(',')}]}\nid: ${number}\n\n`,
    )
    for (const client of clients) client.write(frame)
  }
  const server = createServer((_request, response) => {
    // As lean as ours: no chunks around each frame.
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' })
    response.write('event: connected\ndata: {}\n\n')
    clients.add(response)
    response.on('close', () => clients.delete(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  return { url: `http://127.0.0.1:${address.port}`, path: '/', cookies: [''] }
}

async function serveOurs(databaseUrl: string) {
  const database = await openDatabase({ databaseUrl, dataDir: '' })
  const dir = mkdtempSync(join(tmpdir(), 'gridwall-bench-live-'))
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>bench</title>')
  const { url } = await startServer({
    database,
    host: '127.0.0.1',
    port: 0,
    dataDir: dir,
    webDir: dir,
    adminPassword: PASSWORD,
    limitFactor: 0,
    // Sources for a simulated city, and their tokens in a file.
    demo: true,
  })
  const answer = await fetch(`${url}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  })
  if (!answer.ok) throw new Error(`Signing in: ${answer.status}`)
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const input = encodeURIComponent(JSON.stringify({ city: 'shuifu' }))
  return {
    url,
    path: `/trpc/live.subscribe?input=${input}`,
    cookies: [cookie],
    tokens: join(dir, 'simulation.json'),
  }
}

/** A tick of /proc/PID/stat, milliseconds (sysconf(_SC_CLK_TCK) is 100 on every Linux). */
const TICK_MS = 10

/** CPU of all processes of that name, and of their children that have ended, milliseconds. */
function cpuOfAll(name: string): number {
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      if (!stat.includes(`(${name})`)) continue
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      // utime, stime, cutime, cstime
      for (const field of fields.slice(11, 15)) ticks += Number(field)
    } catch (error) {
      // It ended while we looked.
      if (!(error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))))
        throw error
    }
  }
  return ticks * TICK_MS
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, databaseCpuMs: cpuOfAll('postgres') }
}

function memory(): Memory {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, held: heapUsed + external }
}

process.on('message', (message: ServeOrder | { usage: true } | { memory: true }) => {
  if ('usage' in message) {
    process.send?.(usage())
    return
  }
  if ('memory' in message) {
    process.send?.(memory())
    return
  }
  const { serve, databaseUrl } = message
  const serving = serve === 'ours' ? serveOurs(databaseUrl) : serveBaseline(databaseUrl, serve)
  serving.then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
// Whoever is left alone ends.
process.on('disconnect', () => process.exit(0))
