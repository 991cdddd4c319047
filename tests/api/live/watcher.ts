import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import type { LiveData, LiveMessage } from '../../../api/live/messages.ts'
import type { Purpose } from '../../../api/roles.ts'
import type { AppRouter } from '../../../api/router.ts'

/** The stock tRPC client, as a browser tab has it: its own reconnecting, its own event ids. */
export function liveClient(url: string, cookie: string) {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          EventSource,
          eventSourceOptions: {
            fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, cookie } }),
          },
        }),
        false: httpLink({ url: `${url}/trpc`, headers: { cookie } }),
      }),
    ],
  })
}

export interface WatchOptions {
  city?: string
  purpose?: Purpose
  /** Goes on behind this event; absent: from now on. */
  from?: string
  /** Subscribes anew, behind the last event heard, where the stream was refused: as a tab does that wants to go on. */
  patient?: boolean
}

const TRY_AGAIN_MS = 300

/** Somebody who watches the stream and writes down what they hear. */
export class Watcher {
  readonly messages: LiveMessage[] = []
  /** Beside each message the number of the event it came with. */
  readonly ids: string[] = []
  readonly reloads: string[] = []
  readonly errors: unknown[] = []
  /** Frames with sources in them. */
  feeds: Extract<LiveData, { at: string }>['feeds']
  frames = 0
  /** The server's clock, as each frame told it, less this machine's: milliseconds, the least and the most. */
  readonly clockOff = { least: 0, most: 0 }
  lastId: string | undefined
  connections = 0
  ended = false
  private stream: { unsubscribe(): void }
  private wake: () => void = () => undefined
  private stopped = false

  constructor(url: string, cookie: string, options: WatchOptions = {}) {
    this.lastId = options.from
    this.stream = this.subscribe(url, cookie, options)
  }

  private subscribe(url: string, cookie: string, options: WatchOptions): { unsubscribe(): void } {
    const { city = 'shuifu', purpose, patient = false } = options
    return liveClient(url, cookie).live.subscribe.subscribe(
      { city, purpose, lastEventId: this.lastId },
      {
        onStarted: () => {
          this.connections += 1
          this.wake()
        },
        onData: ({ id, data }) => {
          this.lastId = id
          this.frames += 1
          if ('reload' in data) this.reloads.push(data.reload)
          else {
            this.messages.push(...data.messages)
            this.ids.push(...data.messages.map(() => id))
            this.feeds = data.feeds ?? this.feeds
            const off = Date.parse(data.at) - Date.now()
            this.clockOff.least = Math.min(this.clockOff.least, off)
            this.clockOff.most = Math.max(this.clockOff.most, off)
          }
          this.wake()
        },
        onError: (error) => {
          this.errors.push(error)
          this.wake()
          if (!patient) return
          setTimeout(() => {
            if (!this.stopped) this.stream = this.subscribe(url, cookie, options)
          }, TRY_AGAIN_MS)
        },
        onComplete: () => {
          this.ended = true
          this.wake()
        },
      },
    )
  }

  /** Waits until something holds of what was heard. @throws after so many milliseconds, with what was. */
  async until(holds: (watcher: this) => boolean, ms = 15_000): Promise<this> {
    const end = Date.now() + ms
    while (!holds(this)) {
      const left = end - Date.now()
      if (left <= 0) {
        const { frames, connections, lastId, reloads, errors, ended } = this
        const heard = { messages: this.messages.length, frames, connections, lastId, reloads, ended }
        throw new Error(`heard only ${JSON.stringify(heard)} ${errors.map(String).join('; ')}`)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 1000))
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return this
  }

  stop(): void {
    this.stopped = true
    this.stream.unsubscribe()
  }
}
