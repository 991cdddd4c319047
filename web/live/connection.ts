import type { LiveData, LiveFeed, ReloadReason } from '../../api/live/messages.ts'
import type { LiveState, LiveStore } from './liveStore.ts'

/** The server as the connection talks to it; the real one is `liveServer.ts`. */
export interface LiveServer {
  snapshot(): Promise<LiveState & { at: string }>
  /**
   * Opens the stream behind an event. @returns closes it; nothing is called after that.
   * `ended` is called once, when it will bring nothing more by itself.
   */
  subscribe(
    lastEventId: string,
    hear: { data: (data: LiveData, eventId: string | null) => void; ended: (error: unknown) => void },
  ): () => void
  /** True where asking again is in vain until something else changes: no session, no right. */
  isFinal(error: unknown): boolean
  /** The server asked for this connection to begin anew. */
  reloaded(reason: ReloadReason): void
}

/** What the connection is doing. */
export type Phase = 'stopped' | 'connecting' | 'open' | 'waiting' | 'refused'

export interface ConnectionState {
  phase: Phase
  /** Tries in vain since the last word. */
  failures: number
  /** When it tries again while waiting; epoch milliseconds of this machine. */
  retryAt: number | null
  /** How often the whole state was asked for. */
  snapshots: number
}

/** How the feed is doing, in the four words the badge has. */
export type Liveness = 'connecting' | 'live' | 'late' | 'lost'

/** The server says something at least every 5 s. */
const lateAfterMs = 6_500
const lostAfterMs = 9_000
/** A stream that says nothing for so long is cut, whatever the browser believes of it. */
const cutAfterMs = 12_000
/** So long may the first word take, the whole state among it. */
const firstWordMs = 30_000
/** A cut that is mended sooner is not worth a word. */
const cutShownAfterMs = 1_500
const firstRetryMs = 500
const longestRetryMs = 30_000
const watchEveryMs = 1_000

/** Waiting time before the next try: doubles up to half a minute, spread by ±20 % so that browsers do not come back in step. */
export function retryMs(failures: number, random: number): number {
  const plain = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures, 16))
  return Math.round(plain * (0.8 + 0.4 * random))
}

/** @param heardAt when the server was last heard, null: never. Both are epoch milliseconds of this machine. */
export function livenessOf(
  { phase, failures }: Pick<ConnectionState, 'phase' | 'failures'>,
  heardAt: number | null,
  now: number,
): Liveness {
  if (phase === 'refused') return 'lost'
  if (heardAt === null) return failures > 0 ? 'lost' : 'connecting'
  const silentMs = now - heardAt
  if (phase !== 'open' && silentMs >= cutShownAfterMs && failures > 0) return 'lost'
  return silentMs >= lostAfterMs ? 'lost' : silentMs >= lateAfterMs ? 'late' : 'live'
}

/**
 * One stream for the tab: the whole state first, then every event after it. A cut is mended from the last event that was
 * taken, sooner at first and later each time; when the server says so, or the gap is too long, the whole state is asked
 * for again.
 */
export class LiveConnection {
  readonly #server: LiveServer
  readonly #store: LiveStore
  readonly #listeners = new Set<() => void>()
  #state: ConnectionState = { phase: 'stopped', failures: 0, retryAt: null, snapshots: 0 }
  #heardAt: number | null = null
  #triedAt = 0
  #lastEventId: string | null = null
  #close: (() => void) | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  /** Answers to questions of an earlier try are not taken. */
  #turn = 0

  constructor(server: LiveServer, store: LiveStore) {
    this.#server = server
    this.#store = store
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** When the server was last heard; epoch milliseconds of this machine. */
  get heardAt(): number | null {
    return this.#heardAt
  }

  /** Calls back when the state is another one; words heard are not told, there are many. @returns ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    if (this.#state.phase !== 'stopped') return
    this.#watch = setInterval(() => this.#look(), watchEveryMs)
    void this.#connect()
  }

  /** Ends the stream and forgets where it stood. */
  stop(): void {
    this.#cut()
    clearInterval(this.#watch)
    this.#lastEventId = null
    this.#heardAt = null
    this.#set({ phase: 'stopped', failures: 0, retryAt: null, snapshots: 0 })
  }

  /** The page is looked at again, or the network is back: what is silent or waiting tries at once. */
  wake(): void {
    const { phase } = this.#state
    const silent = this.#heardAt === null || Date.now() - this.#heardAt > lateAfterMs
    if (phase === 'waiting' || (phase === 'open' && silent)) {
      this.#cut()
      void this.#connect()
    }
  }

  #set(change: Partial<ConnectionState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }

  #cut(): void {
    this.#turn++
    clearTimeout(this.#timer)
    this.#close?.()
    this.#close = null
  }

  async #connect(): Promise<void> {
    const turn = this.#turn
    this.#triedAt = Date.now()
    this.#set({ phase: 'connecting', retryAt: null })
    try {
      if (this.#lastEventId === null) {
        const snapshot = await this.#server.snapshot()
        if (turn !== this.#turn) return
        this.#store.replace(snapshot)
        this.#setClock(snapshot.at)
        this.#lastEventId = snapshot.eventId
        this.#set({ snapshots: this.#state.snapshots + 1 })
      }
      const close = this.#server.subscribe(this.#lastEventId, {
        data: (data, eventId) => {
          if (turn === this.#turn) this.#hear(data, eventId)
        },
        ended: (error) => {
          if (turn === this.#turn) this.#retry(error)
        },
      })
      if (turn === this.#turn) this.#close = close
      else close()
    } catch (error) {
      if (turn === this.#turn) this.#retry(error)
    }
  }

  #hear(data: LiveData, eventId: string | null): void {
    if ('reload' in data) {
      this.#lastEventId = null
      this.#server.reloaded(data.reload)
      // Told again and again it must not become a loop.
      this.#retry(null)
      return
    }
    this.#setClock(data.at)
    if (data.messages.length > 0 && eventId !== null) this.#store.receive(eventId, data.messages)
    if (eventId !== null) this.#lastEventId = eventId
    if (data.feeds) this.#hearFeeds(data.feeds)
    this.#heardAt = Date.now()
    if (this.#state.phase !== 'open') this.#set({ phase: 'open', failures: 0, retryAt: null })
  }

  #hearFeeds(feeds: readonly LiveFeed[]): void {
    if (JSON.stringify(feeds) !== JSON.stringify(this.#store.feeds)) this.#store.setFeeds(feeds)
  }

  #setClock(at: string): void {
    this.#store.setClock(Date.parse(at) - Date.now())
  }

  #retry(error: unknown): void {
    this.#cut()
    if (error !== null && this.#server.isFinal(error)) {
      this.#lastEventId = null
      this.#set({ phase: 'refused', retryAt: null })
      return
    }
    const { failures } = this.#state
    const wait = retryMs(failures, Math.random())
    this.#set({ phase: 'waiting', failures: failures + 1, retryAt: Date.now() + wait })
    this.#timer = setTimeout(() => void this.#connect(), wait)
  }

  #look(): void {
    const { phase } = this.#state
    const now = Date.now()
    const silent = phase === 'open' && now - (this.#heardAt ?? now) > cutAfterMs
    if (silent || (phase === 'connecting' && now - this.#triedAt > firstWordMs)) this.#retry(null)
  }
}
