import { setTimeout as wait } from 'node:timers/promises'
import type { LiveIncident } from '../../../api/live/messages.ts'
import { openDatabase } from '../../../db/client.ts'
import { appendEvents } from '../../../db/queries/liveEvents.ts'
import type { ServeOrder } from './streamServer.ts'

// A process of its own that writes live events at a rate, one transaction each up to a hundred a second and ten at once
// above, so that what writing costs is not the server's.
// Receives {databaseUrl} first, then {rate, seconds, serve}; answers {written, seconds} when it is done.

export interface WritingOrder {
  /** Events a second. */
  rate: number
  seconds: number
  /** For 'bare' NOTIFY with the event as its payload, and no table; for 'rows' a row and NOTIFY. */
  serve: ServeOrder['serve']
}

export interface WritingReport {
  written: number
  seconds: number
  /** What could not be written in time is written late; so many seconds at the end. */
  behind: number
}

const TICK_MS = 20

function incident(id: number): LiveIncident {
  const now = Date.now()
  return {
    id,
    kind: '010100',
    level: 3,
    status: 'new',
    lng: 104.41 + (id % 1000) / 1e5,
    lat: 28.62 + (id % 777) / 1e5,
    cellId: (id % 3000) + 1,
    source: 'ingest:bench',
    channel: `at${now}`,
    reportedAt: new Date(now).toISOString(),
    dispatchedAt: null,
    arrivedAt: null,
    closedAt: null,
    dueAt: null,
    synthetic: true,
  }
}

let database: Awaited<ReturnType<typeof openDatabase>> | undefined
let next = 1

async function writeSome(count: number, serve: ServeOrder['serve']): Promise<void> {
  if (!database) throw new Error('No database yet.')
  const incidents = Array.from({ length: count }, () => incident(next++))
  if (serve !== 'ours') {
    const texts = incidents.map((each) => JSON.stringify({ topic: 'incident', incident: each }))
    await database.query(
      serve === 'bare'
        ? "SELECT pg_notify('bench_plain', t) FROM unnest($1::text[]) t"
        : `WITH made AS (INSERT INTO bench_rows (message) SELECT t FROM unnest($1::text[]) t RETURNING 1)
           SELECT pg_notify('bench_rows', '') FROM (SELECT count(*) FROM made) m`,
      [texts],
    )
    return
  }
  await appendEvents(
    database,
    incidents.map((each) => ({
      city: 'shuifu',
      topic: 'incident',
      cellId: each.cellId,
      kind: each.kind,
      incidentId: each.id,
      message: { topic: 'incident', incident: each },
    })),
  )
}

async function write({ rate, seconds, serve }: WritingOrder): Promise<WritingReport> {
  const startedAt = performance.now()
  const most = rate > 100 ? 10 : 1
  const wanted = Math.round(rate * seconds)
  let written = 0
  const running = new Set<Promise<void>>()
  while (written < wanted) {
    const due = Math.min(wanted, Math.floor(((performance.now() - startedAt) / 1000) * rate))
    while (written < due) {
      const count = Math.min(most, due - written)
      written += count
      const one = writeSome(count, serve).finally(() => running.delete(one))
      running.add(one)
      // Rows whose numbers are drawn before their commit: one at a time, or the loop that reads them would miss some.
      if (running.size >= (serve === 'rows' ? 1 : 8)) await Promise.race(running)
    }
    await wait(TICK_MS)
  }
  await Promise.all(running)
  const took = (performance.now() - startedAt) / 1000
  return { written, seconds: took, behind: Math.max(0, took - seconds) }
}

process.on('message', (message: { databaseUrl: string } | WritingOrder) => {
  const working =
    'databaseUrl' in message
      ? openDatabase({ databaseUrl: message.databaseUrl, dataDir: '' }).then((opened) => {
          database = opened
          return { ready: true }
        })
      : write(message)
  working.then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
