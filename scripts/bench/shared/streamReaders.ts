import { connect } from 'node:net'
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import type { AppRouter } from '../../../api/router.ts'

// A process of its own with many readers of one stream, so that what they cost is not the server's. Cheap ones are bare
// sockets that look for the instants that the bench wrote into each event and for nothing else; stock ones are tRPC's own
// client. Receives {url, path, cookies, cheap, stock}, answers {open}; then {collect: true} answers a StreamReport and
// begins anew.

export interface ReadersOrder {
  url: string
  /** Path and query of the stream for cheap readers. */
  path: string
  /** Taken in turn. */
  cookies: string[]
  cheap: number
  stock: number
}

export interface StreamReport {
  /** Events heard by each reader, in the order of readers. */
  heard: number[]
  /** Pieces that arrived, at cheap readers. */
  frames: number
  /** Milliseconds from the instant in the event to its arrival, a sample of all. */
  latencies: number[]
  /** Events a reader was told to reload instead of. */
  reloads: number
  ended: number
  /** What all of them have cost since the process began, CPU milliseconds. */
  cpuMs: number
}

/** Beside each event the bench writes the instant at which it was put down: …"channel":"at1732270000000"… */
const MARK = Buffer.from('"channel":"at')
const DIGITS = 13
const MARKED = MARK.length + DIGITS
const RELOAD = '{"reload"'
/** Latencies kept a report; after that every n-th. */
const MOST_LATENCIES = 200_000

let report: StreamReport = empty(0)
let arrivals = 0
let stride = 1

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function empty(readers: number): StreamReport {
  return {
    heard: new Array<number>(readers).fill(0),
    frames: 0,
    latencies: [],
    reloads: 0,
    ended: 0,
    cpuMs: cpuMs(),
  }
}

function heard(reader: number, at: number, now: number): void {
  report.heard[reader] += 1
  arrivals += 1
  if (arrivals % stride !== 0) return
  report.latencies.push(now - at)
  if (report.latencies.length < MOST_LATENCIES) return
  report.latencies = report.latencies.filter((_, index) => index % 2 === 0)
  stride *= 2
}

/** Sockets read one after the other, each into the same memory. */
const memory = Buffer.allocUnsafe(256 * 1024)

/** What one socket brings, piece by piece. */
class CheapReader {
  private readonly reader: number
  /** The end of the last piece, where a mark may be cut in two. */
  private rest: Buffer = Buffer.alloc(0)

  constructor(reader: number) {
    this.reader = reader
  }

  take(piece: Buffer): void {
    report.frames += 1
    const now = Date.now()
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece
    let from = 0
    for (;;) {
      const at = bytes.indexOf(MARK, from)
      if (at < 0 || at + MARKED > bytes.length) break
      from = at + MARKED
      heard(this.reader, Number(bytes.toString('latin1', at + MARK.length, from)), now)
    }
    if (bytes.length < 1000 && bytes.includes(RELOAD)) report.reloads += 1
    // A copy: the memory is the next one's.
    this.rest = Buffer.from(bytes.subarray(Math.max(from, bytes.length - MARKED + 1)))
  }
}

function openCheap(reader: number, { url, path, cookies }: ReadersOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const cheap = new CheapReader(reader)
    let open = false
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: memory,
        callback(length) {
          const piece = memory.subarray(0, length)
          if (!open) {
            open = true
            const line = piece.toString('latin1').split('\r\n', 1)[0]
            if (!line.includes(' 200 ')) reject(new Error(`A reader was answered ${line}.`))
            resolve()
          }
          cheap.take(piece)
          return true
        },
      },
    })
    socket.on('error', reject)
    socket.on('close', () => {
      report.ended += 1
    })
    const cookie = cookies[reader % cookies.length]
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncookie: ${cookie}\r\n\r\n`)
  })
}

function openStock(reader: number, { url, cookies }: ReadersOrder): Promise<void> {
  const cookie = cookies[reader % cookies.length]
  const client = createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: `${url}/trpc`,
        EventSource,
        eventSourceOptions: {
          fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, cookie } }),
        },
      }),
    ],
  })
  return new Promise((resolve, reject) => {
    client.live.subscribe.subscribe(
      { city: 'shuifu' },
      {
        onStarted: () => resolve(),
        onData: ({ data }) => {
          if ('reload' in data) {
            report.reloads += 1
            return
          }
          const now = Date.now()
          for (const message of data.messages) {
            // A simulated city tells of others beside those of the bench.
            if (message.topic === 'incident' && message.incident.channel.startsWith('at'))
              heard(reader, Number(message.incident.channel.slice(2)), now)
          }
        },
        onError: reject,
        onComplete: () => {
          report.ended += 1
        },
      },
    )
  })
}

async function open(order: ReadersOrder): Promise<void> {
  const readers = order.cheap + order.stock
  report = empty(readers)
  for (let reader = 0; reader < readers; reader += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, readers - reader) }, (_, index) =>
        reader + index < order.cheap ? openCheap(reader + index, order) : openStock(reader + index, order),
      ),
    )
  }
}

process.on('message', (message: ReadersOrder | { collect: true }) => {
  if ('collect' in message) {
    process.send?.({ ...report, cpuMs: cpuMs() })
    report = empty(report.heard.length)
    arrivals = 0
    stride = 1
    return
  }
  open(message).then(
    () => process.send?.({ open: true }),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
