import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { replaceCity } from '../seedCity.ts'
import { type BenchDatabase, openBenchDatabase } from './shared/benchDatabase.ts'
import type { WritingOrder, WritingReport } from './shared/eventWriter.ts'
import { machine, median, medianInterval, roundTo } from './shared/measure.ts'
import type { ReadersOrder, StreamReport } from './shared/streamReaders.ts'
import type { Memory, ServeOrder, Usage } from './shared/streamServer.ts'

// From an event that is put down in the database to every client that hears it: how long it takes and what it costs, for
// our hub and for the least that could do it (LISTEN, one frame a tenth of a second written to every response; with the
// event in the notice, 'bare', and with the event in a row that is read, 'rows'), one after the other in every round. Server, writer and readers are processes of their own. Needs a PostgreSQL: DATABASE_URL, on
// which a database of the bench's own is made. --profile DIR: CPU profiles of both servers.

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '10,100,1000' },
    clients: { type: 'string', default: '1,50,200,1000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    /** Of the clients so many are tRPC's own; a fifth at most. */
    stock: { type: 'string', default: '10' },
    /** Of memory, grid, highest. */
    cases: { type: 'string', default: 'memory,grid,highest' },
    /** Instead of the cases: a simulated city at sixty times its pace for so many minutes, and whether memory stays flat. */
    soak: { type: 'string' },
    'soak-clients': { type: 'string', default: '200' },
    profile: { type: 'string' },
  },
})
const numbers = (text: string) => text.split(',').map(Number)
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const stockClients = Number(values.stock)

/** CPU a delivery over the bare loop's, where there are many. */
const AIM_RATIO = 1.3
/** Insert to client, milliseconds, the slowest of a hundred: 100 events a second, 500 clients. */
const AIM_P99_MS = 250

const note = (text: string) => process.stderr.write(`${text}\n`)
const print = (line: object) =>
  console.log(
    JSON.stringify({ bench: 'live', ...line, load: loadavg().map((each) => roundTo(each, 1)), ...machine }),
  )

async function ask<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  const over = new AbortController()
  const { signal } = over
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A process of the bench ended with ${code}.`)
  })
  const answered = once(child, 'message', { signal })
  child.send(message)
  try {
    const [answer] = await Promise.race([answered, ended])
    return answer
  } finally {
    // Whichever did not come is waited for no longer.
    for (const each of [answered, ended]) each.catch(() => undefined)
    over.abort()
  }
}

const start = (name: string, execArgv: string[] = []) =>
  fork(join(import.meta.dirname, 'shared', name), { stdio: ['ignore', 2, 2, 'ipc'], execArgv })

type Served = Pick<ReadersOrder, 'url' | 'path' | 'cookies'> & { tokens?: string }

/** One of the two ways, with its clients. */
class Stream {
  readonly name: ServeOrder['serve']
  private readonly server: ChildProcess
  readonly served: Served
  private readers: ChildProcess | undefined

  private constructor(name: ServeOrder['serve'], server: ChildProcess, served: Served) {
    this.name = name
    this.server = server
    this.served = served
  }

  static async start(serve: ServeOrder['serve'], databaseUrl: string): Promise<Stream> {
    const profiling = values.profile ? ['--cpu-prof', '--cpu-prof-dir', join(values.profile, serve)] : []
    const server = start('streamServer.ts', ['--expose-gc', ...profiling])
    return new Stream(serve, server, await ask<Served>(server, { serve, databaseUrl }))
  }

  async open(clients: number): Promise<void> {
    await this.leave()
    this.readers = start('streamReaders.ts')
    const stock = Math.min(stockClients, Math.floor(clients / 5))
    await ask(this.readers, { ...this.served, stock, cheap: clients - stock })
  }

  usage(): Promise<Usage> {
    return ask(this.server, { usage: true })
  }

  /** After a full collection. */
  memory(): Promise<Memory> {
    return ask(this.server, { memory: true })
  }

  collect(): Promise<StreamReport> {
    if (!this.readers) throw new Error('Nobody reads.')
    return ask(this.readers, { collect: true })
  }

  /** Closes all its clients. */
  async leave(): Promise<void> {
    const { readers } = this
    if (!readers) return
    this.readers = undefined
    readers.kill()
    await once(readers, 'exit')
    await wait(500)
  }

  async close(): Promise<void> {
    await this.leave()
    const ended = once(this.server, 'exit')
    // It ends by itself, and writes its profile.
    this.server.disconnect()
    await ended
  }
}

interface Measured extends WritingReport {
  heard: number
  lost: number
  reloads: number
  cpuMs: number
  databaseCpuMs: number
  readersCpuMs: number
  latencies: number[]
}

/** How long what was written is waited for, before it counts as lost. */
const PATIENCE_MS = 20_000

/** Events at a rate for some seconds, and what became of them. */
async function measure(
  stream: Stream,
  writer: ChildProcess,
  order: Omit<WritingOrder, 'serve'>,
): Promise<Measured> {
  const { cpuMs: readBefore } = await stream.collect()
  const before = await stream.usage()
  const written = await ask<WritingReport>(writer, { ...order, serve: stream.name })
  // The last ones are on their way.
  await wait(1500)
  const after = await stream.usage()
  let heard = 0
  let reloads = 0
  let due = 0
  let readersCpuMs = 0
  const latencies: number[] = []
  const end = Date.now() + PATIENCE_MS
  do {
    // Readers that wait for a core are late, and have lost nothing.
    if (due > 0) await wait(500)
    const report = await stream.collect()
    due = written.written * report.heard.length
    heard += report.heard.reduce((sum, each) => sum + each, 0)
    reloads += report.reloads
    readersCpuMs = report.cpuMs - readBefore
    for (const each of report.latencies) latencies.push(each)
  } while (heard < due && Date.now() < end)
  const cpuMs = after.cpuMs - before.cpuMs
  const databaseCpuMs = after.databaseCpuMs - before.databaseCpuMs
  return {
    ...written,
    heard,
    lost: due - heard,
    reloads,
    cpuMs,
    databaseCpuMs,
    readersCpuMs,
    latencies,
  }
}

/** CPU of a server whose clients hear of nothing but that it is there: milliseconds a second. */
async function idleCpu(stream: Stream): Promise<number> {
  const before = await stream.usage()
  await wait(seconds * 1000)
  return ((await stream.usage()).cpuMs - before.cpuMs) / seconds
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function cores(all: readonly Measured[], cpu: (one: Measured) => number): number {
  return roundTo(median(all.map((each) => cpu(each) / 1000 / (each.seconds + 1.5))), 3)
}

function summary(all: readonly Measured[]) {
  const latencies = all.flatMap((each) => each.latencies).sort((a, b) => a - b)
  return {
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    worstMs: percentile(latencies, 1),
    eventsASecond: roundTo(median(all.map((each) => each.written / each.seconds)), 1),
    cpuMicrosADelivery: roundTo(median(all.map((each) => (each.cpuMs * 1000) / each.heard)), 2),
    coresOfCpu: {
      server: cores(all, ({ cpuMs }) => cpuMs),
      database: cores(all, ({ databaseCpuMs }) => databaseCpuMs),
      readers: cores(all, ({ readersCpuMs }) => readersCpuMs),
    },
    lost: all.reduce((sum, each) => sum + each.lost, 0),
    reloads: all.reduce((sum, each) => sum + each.reloads, 0),
  }
}

async function benchGrid(ours: Stream, baselines: readonly Stream[], writer: ChildProcess): Promise<void> {
  const streams = [...baselines, ours]
  for (const clients of numbers(values.clients)) {
    const idle = new Map<Stream, number>()
    for (const stream of streams) {
      await stream.open(clients)
      await wait(1000)
      idle.set(stream, await idleCpu(stream))
    }
    for (const rate of numbers(values.rates)) {
      const found = new Map(streams.map((stream) => [stream, [] as Measured[]]))
      for (let round = 0; round < rounds; round += 1) {
        for (const [stream, all] of found) all.push(await measure(stream, writer, { rate, seconds }))
      }
      const of = (stream: Stream) => found.get(stream) ?? []
      const costs = (stream: Stream, idleMs = 0) =>
        of(stream).map((one) => (one.cpuMs - idleMs * (one.seconds + 1.5)) / one.heard)
      const ratios = (baseline: Stream, overIdle: boolean) => {
        const bare = costs(baseline, overIdle ? idle.get(baseline) : 0)
        return costs(ours, overIdle ? idle.get(ours) : 0).map((cost, round) => cost / bare[round])
      }
      print({
        case: 'grid',
        clients,
        rate,
        ...Object.fromEntries(streams.map((stream) => [stream.name, summary(of(stream))])),
        // A server has more to do than to stream, also while nothing comes.
        cpuRatios: Object.fromEntries(
          baselines.map((baseline) => [
            baseline.name,
            {
              all: roundTo(median(ratios(baseline, false)), 2),
              interval: medianInterval(ratios(baseline, false)).map((each) => roundTo(each, 2)),
              overIdle: roundTo(median(ratios(baseline, true)), 2),
            },
          ]),
        ),
        idleCpuMsASecond: Object.fromEntries(
          streams.map((stream) => [stream.name, roundTo(idle.get(stream) ?? Number.NaN, 1)]),
        ),
        aimRatio: AIM_RATIO,
        aimP99Ms: AIM_P99_MS,
      })
    }
  }
}

/** Twice the rate again and again, until clients no longer hear within a second, or are told to reload. */
async function benchHighest(stream: Stream, writer: ChildProcess, clients: number): Promise<void> {
  await stream.open(clients)
  let highest: object | null = null
  for (let rate = 500; rate <= 32_000; rate *= 2) {
    const measured = await measure(stream, writer, { rate, seconds })
    const { p99Ms, lost, reloads, ...rest } = summary([measured])
    note(
      `${rate} events/s to ${clients} clients: p99 ${p99Ms} ms, lost ${lost}, behind ${measured.behind.toFixed(1)} s`,
    )
    if (lost > 0 || reloads > 0 || p99Ms > 1000 || measured.behind > seconds * 0.2) break
    highest = { rate, p99Ms, ...rest }
  }
  print({ case: 'highest', clients, highest })
}

async function benchMemory(stream: Stream): Promise<void> {
  const clients = 1000
  await stream.leave()
  await wait(2000)
  const before = await stream.memory()
  await stream.open(clients)
  await wait(2000)
  const after = await stream.memory()
  print({
    case: 'memory',
    serves: stream.name,
    clients,
    heldKbAClient: roundTo((after.held - before.held) / clients / 1024, 2),
    rssKbAClient: roundTo((after.rss - before.rss) / clients / 1024, 2),
  })
}

/** A simulated city at sixty times its pace, and events beside it that are counted: memory in the second half over the first. */
async function soak(stream: Stream, writer: ChildProcess, minutes: number, clients: number): Promise<void> {
  await stream.open(clients)
  const { url, tokens = '', cookies } = stream.served
  const simulated = ['--speed', '60', '--minutes', String(minutes * 60), '--url', url, '--tokens', tokens]
  const city = fork(join(import.meta.dirname, '..', 'simulate.ts'), simulated, {
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const held: number[] = []
  const resident: number[] = []
  const found: Measured[] = []
  for (let minute = 0; minute < minutes; minute += 1) {
    const measured = await measure(stream, writer, { rate: 20, seconds: 58 })
    found.push({ ...measured, latencies: measured.latencies.filter((_, index) => index % 100 === 0) })
    // A session that only listens ends after half an hour; a tab asks for things beside.
    await (await fetch(`${url}/trpc/cities.list`, { headers: { cookie: cookies[0] } })).text()
    const memory = await stream.memory()
    held.push(memory.held)
    resident.push(memory.rss)
    const [heldMb, residentMb] = [memory.held, memory.rss].map((bytes) => Math.round(bytes / 2 ** 20))
    note(`minute ${minute + 1}: ${heldMb} MB held, ${residentMb} MB resident, lost ${measured.lost}`)
  }
  city.kill()
  const half = Math.floor(held.length / 2)
  print({
    case: 'soak',
    minutes,
    clients,
    ours: summary(found),
    simulatedHours: minutes,
    heldMb: held.map((each) => roundTo(each / 2 ** 20, 1)),
    residentMb: resident.map((each) => Math.round(each / 2 ** 20)),
    growth: roundTo(median(held.slice(half)) / median(held.slice(0, Math.max(1, half))), 3),
  })
}

const bench: BenchDatabase = await openBenchDatabase()
const children: { close(): Promise<void> }[] = []
const writer = start('eventWriter.ts')
try {
  const { database, databaseUrl } = bench
  if (!databaseUrl) throw new Error('This bench needs a PostgreSQL: set DATABASE_URL.')
  note('writing a city')
  await replaceCity(
    database,
    { city: 'shuifu', seed: 7, incidents: 5000, asOf: Date.parse('2026-11-22T06:32:00Z') },
    () => undefined,
  )
  await ask(writer, { databaseUrl })
  const ours = await Stream.start('ours', databaseUrl)
  children.push(ours)
  // What a server does at its start is not what is measured.
  await wait(5000)
  if (values.soak) {
    await soak(ours, writer, Number(values.soak), Number(values['soak-clients']))
  } else {
    const bare = await Stream.start('bare', databaseUrl)
    const rows = await Stream.start('rows', databaseUrl)
    children.push(bare, rows)
    const cases = values.cases.split(',')
    for (const stream of cases.includes('memory') ? [ours, bare] : []) await benchMemory(stream)
    await bare.leave()
    if (cases.includes('grid')) await benchGrid(ours, [bare, rows], writer)
    for (const baseline of [bare, rows]) await baseline.leave()
    if (cases.includes('highest')) await benchHighest(ours, writer, 200)
  }
} finally {
  for (const child of children) await child.close()
  writer.kill()
  await wait(500)
  await bench.close()
}
