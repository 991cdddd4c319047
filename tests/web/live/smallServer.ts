import { once } from 'node:events'
import type { Server } from 'node:http'
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { initTRPC, TRPCError, tracked } from '@trpc/server'
import { createHTTPServer } from '@trpc/server/adapters/standalone'
import { EventSource } from 'eventsource'
import { z } from 'zod'
import type { LiveData, LiveMessage } from '../../../api/live/messages.ts'
import type { LiveServer } from '../../../web/live/connection.ts'
import { liveIncident, startedAt } from './liveThings.ts'

const t = initTRPC.create()

/**
 * A real HTTP server with a real tRPC stream over a list of events, that can be cut, stopped, started again on its port,
 * and told to ask its clients for anything the protocol knows.
 */
export class SmallServer {
  /** The event of number n is at n − 1; what it says is its whole. */
  readonly log: LiveMessage[] = []
  snapshots = 0
  /** The event each stream was asked to go on behind. */
  readonly resumed: string[] = []
  /** The next stream says this first. */
  reload: 'lag' | 'tooOld' | 'access' | null = null
  refused = false
  readonly reloads: string[] = []
  private server: Server | undefined
  private port = 0
  private tell: (() => void)[] = []
  private ending = new AbortController()

  readonly router = t.router({
    snapshot: t.procedure.query(() => {
      if (this.refused) throw new TRPCError({ code: 'UNAUTHORIZED' })
      this.snapshots++
      const incidents = new Map(
        this.log.flatMap((message) =>
          message.topic === 'incident' ? [[message.incident.id, message.incident] as const] : [],
        ),
      )
      return {
        eventId: String(this.log.length),
        at: new Date(startedAt).toISOString(),
        incidents: [...incidents.values()],
        counts: [],
        units: [],
        dispatches: [],
        alerts: [],
        feeds: [],
      }
    }),
    subscribe: t.procedure
      .input(z.object({ lastEventId: z.string() }))
      .subscription(({ input, signal }) => this.stream(input.lastEventId, signal)),
  })

  private async *stream(lastEventId: string, signal: AbortSignal | undefined) {
    this.resumed.push(lastEventId)
    const { signal: ended } = this.ending
    const at = new Date(startedAt + 1000).toISOString()
    if (this.reload) {
      const data: LiveData = { reload: this.reload }
      this.reload = null
      yield tracked(lastEventId, data)
      return
    }
    let next = Number(lastEventId)
    const beat: LiveData = { at, messages: [] }
    yield tracked(String(next), beat)
    while (!signal?.aborted && !ended.aborted) {
      if (next < this.log.length) {
        const data: LiveData = { at, messages: this.log.slice(next) }
        next = this.log.length
        yield tracked(String(next), data)
      }
      await new Promise<void>((resolve) => {
        this.tell.push(resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
        ended.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  async start(): Promise<void> {
    this.ending = new AbortController()
    this.server = createHTTPServer({ router: this.router })
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    const address = this.server.address()
    if (typeof address === 'object' && address) this.port = address.port
  }

  /** Every connection breaks off in the middle, and nobody answers any more. */
  async stop(): Promise<void> {
    const { server } = this
    if (!server) return
    this.ending.abort()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    this.server = undefined
  }

  report(id: number, status: 'new' | 'dispatched' | 'onScene' | 'closed' = 'new'): void {
    this.log.push({ topic: 'incident', incident: liveIncident({ id, status }) })
    for (const wake of this.tell.splice(0)) wake()
  }

  /** The stock client over it, as web/live/liveServer.ts has it over ours. */
  client(): LiveServer {
    const url = `http://127.0.0.1:${this.port}`
    const client = createTRPCClient<typeof this.router>({
      links: [
        splitLink({
          condition: ({ type }) => type === 'subscription',
          true: httpSubscriptionLink({ url, EventSource }),
          false: httpLink({ url }),
        }),
      ],
    })
    return {
      snapshot: () => client.snapshot.query(),
      subscribe(lastEventId, hear) {
        const stream = client.subscribe.subscribe(
          { lastEventId },
          {
            onData: ({ id, data }) => hear.data(data, id),
            onError: (error) => hear.ended(error),
            onComplete: () => hear.ended(null),
            onConnectionStateChange: ({ state, error }) => {
              if (state === 'connecting' && error) hear.ended(error)
            },
          },
        )
        return () => stream.unsubscribe()
      },
      isFinal: (error) => error instanceof Error && error.message === 'UNAUTHORIZED',
      reloaded: (reason) => {
        this.reloads.push(reason)
      },
    }
  }
}
