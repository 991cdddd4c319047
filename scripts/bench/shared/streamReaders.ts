import { request } from 'node:http'
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import type { AppRouter } from '../../../api/router.ts'

// A process of its own with many readers of one stream, so that what they cost is not the server's. Cheap ones look for
// the instants that the bench wrote into each event and for nothing else; stock ones are tRPC's own client.
// Receives {url, path, cookies, cheap, stock}, answers {open}; then {collect: true} answers a StreamReport and begins anew.

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
}

/** Beside each event the bench writes the instant at which it was put down: …"channel":"at1732270000000"… */
const MARK = Buffer.from('"channel":"at')
const DIGITS = 13
/** Latencies kept a report; after that every n-th. */
const MOST_LATENCIES = 200_000

let report: StreamReport = empty(0)
let arrivals = 0
let stride = 1

function empty(readers: number): StreamReport {
  return { heard: new Array<number>(readers).fill(0), frames: 0, latencies: [], reloads: 0, ended: 0 }
}

function heard(reader: number, at: number): void {
  report.heard[reader] += 1
  arrivals += 1
  if (arrivals % stride !== 0) return
  report.latencies.push(Date.now() - at)
  if (report.latencies.length < MOST_LATENCIES) return
  report.latencies = report.latencies.filter((_, index) => index % 2 === 0)
  stride *= 2
}

function openCheap(reader: number, { url, path, cookies }: ReadersOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, {
      headers: { cookie: cookies[reader % cookies.length] },
      agent: false,
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      let rest: Buffer = Buffer.alloc(0)
      let open = false
      response.on('data', (chunk: Buffer) => {
        if (!open) {
          open = true
          resolve()
        }
        report.frames += 1
        const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
        let from = 0
        for (;;) {
          const at = bytes.indexOf(MARK, from)
          if (at < 0 || at + MARK.length + DIGITS > bytes.length) {
            rest = bytes.subarray(at < 0 ? Math.max(from, bytes.length - MARK.length) : at)
            break
          }
          from = at + MARK.length + DIGITS
          heard(reader, Number(bytes.toString('latin1', at + MARK.length, from)))
        }
        if (bytes.includes('"reload"', Math.max(0, bytes.length - 200))) report.reloads += 1
      })
      response.on('close', () => {
        report.ended += 1
      })
      // A cut is told by 'close'.
      response.on('error', () => undefined)
    })
    asked.end()
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
        onData: ({ data }) => {
          resolve()
          if ('reload' in data) {
            report.reloads += 1
            return
          }
          for (const message of data.messages) {
            if (message.topic === 'incident') heard(reader, Number(message.incident.channel.slice(2)))
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
    process.send?.(report)
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
