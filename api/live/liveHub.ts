import type { Database } from '../../db/client.ts'
import { type Keeper, keepDoing } from '../../db/keeper.ts'
import { catalogChannel } from '../../db/queries/catalog.ts'
import { forgetEvents, type NumberingRound } from '../../db/queries/liveNumbering.ts'
import {
  eventsAfter,
  forgottenChannel,
  type LiveEventRow,
  type LivePlace,
  lastPlace,
  latestEvents,
  liveChannel,
} from '../../db/queries/liveReading.ts'
import { sessionChannel } from '../viewers.ts'
import { eventIdOf } from './eventId.ts'
import { connectedFrame, feedsText } from './frames.ts'
import type { LiveClient } from './liveClient.ts'
import type { LiveFeed } from './messages.ts'
import { Numberer } from './numberer.ts'
import { BACKFILL_MINUTES } from './recentEvents.ts'
import { Room } from './room.ts'
import { Rounds } from './rounds.ts'
import { type KnowsViewers, StandingViewers } from './standingViewers.ts'

export interface LiveHubOptions {
  viewers: KnowsViewers
  /** How the sources of a city are, and when one of them turns if it stays silent. Absent: none are told. */
  feedsOf?: (city: string, now: Date) => Promise<{ feeds: LiveFeed[]; turnAt: number | null }>
  /** The clock that everybody is told; the database's, which numbered the events. */
  now?: () => Date
  onError?: (what: string, error: unknown) => void
}

/** A client hears at least so often, also when nothing happens. */
const BEAT_MS = 4000
/** A source that falls silent is told within so long, whenever the next beat is. */
const WATCH_FEEDS_EVERY_MS = 500
const READ_AT_ONCE = 5000
const HELD_AT_START = 20_000
const FORGET_EVERY_MS = 5 * 60_000
/** A client that has seen more than this node has comes from another one: how long it is waited for. */
const AHEAD_MS = 3000

const BACKFILL_MS = BACKFILL_MINUTES * 60_000
const SAY_AGAIN_MS = 60_000

/** Says the same once a minute: a database that is away fails everything every second. */
function reporter(): (what: string, error: unknown) => void {
  const said = new Map<string, number>()
  return (what, error) => {
    const sentence = `${what}: ${error instanceof Error ? error.message : error}`
    const now = performance.now()
    if (now - (said.get(sentence) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_MS) return
    if (said.size > 100) said.clear()
    said.set(sentence, now)
    console.error(sentence)
  }
}

/**
 * Reads live events in the order of their numbers and tells them to everybody who may hear of them. A node has one. It is
 * always at one place, `through`: all up to it has been told to every client, nothing after it to any.
 */
export class LiveHub {
  private readonly database: Database
  private readonly options: LiveHubOptions
  private readonly onError: (what: string, error: unknown) => void
  private readonly rooms = new Map<string, Room>()
  private readonly standing: StandingViewers
  private readonly stops: (() => Promise<void>)[] = []
  private readonly keepers: Keeper[] = []
  private numberer: Numberer | undefined
  private through: LivePlace = { number: 0, moment: 0 }
  /** The greatest number that was said to be given. */
  private said = 0
  /** Those that led here. */
  private readonly rounds = new Rounds()
  /** Nothing is missing behind this number, for cities that no event has come from. */
  private floor = 0
  private following: Promise<void> | undefined
  private more = false
  private closed = false

  private constructor(database: Database, options: LiveHubOptions) {
    this.database = database
    this.options = options
    this.onError = options.onError ?? reporter()
    this.standing = new StandingViewers(database, options.viewers, this.onError)
  }

  /** Reads what happened last, so that clients of a server that was started anew go on where they were. */
  static async start(database: Database, options: LiveHubOptions): Promise<LiveHub> {
    const hub = new LiveHub(database, options)
    hub.stops.push(await database.listen(liveChannel, (payload) => hub.hear(payload)))
    hub.stops.push(await database.listen(forgottenChannel, (payload) => hub.forget(payload)))
    hub.stops.push(await database.listen(sessionChannel, () => hub.standing.sessionsChanged()))
    hub.stops.push(await database.listen(catalogChannel, () => hub.standing.sightsMayChange()))
    await hub.begin()
    const numberer = await Numberer.start(database, {
      onRound: (round) => hub.takeRound(round),
      onFailure: (error) => hub.onError('live events could not be numbered', error),
      isHeard: () => hub.isHeard,
    })
    hub.numberer = numberer
    hub.stops.push(() => numberer.stop())
    hub.keepers.push(
      keepDoing(
        () => hub.beat(),
        BEAT_MS,
        (error) => hub.onError('live beat', error),
      ),
      keepDoing(
        () => hub.watchFeeds(),
        WATCH_FEEDS_EVERY_MS,
        (error) => hub.onError('sources of live data', error),
      ),
      keepDoing(
        async () => {
          await forgetEvents(database)
        },
        FORGET_EVERY_MS,
        (error) => hub.onError('old live events', error),
      ),
    )
    return hub
  }

  get clientCount(): number {
    return this.allClients.length
  }

  /**
   * Tells a client what came after the place where it was (null: from now on), and then everything as it comes. Where that
   * is not possible it is told to ask for a snapshot.
   */
  async join(client: LiveClient, after: LivePlace | null): Promise<void> {
    if (after !== null && after.number > this.through.number) await this.reach(after.number)
    if (this.closed) return client.end()
    const room = this.roomOf(client.viewer.city)
    if (room.feeds === undefined) await this.askFeeds(client.viewer.city, room)
    const from = after ?? this.through
    const joined =
      this.rounds.has(from) &&
      room.join(client, connectedFrame(), { after: from.number, through: this.through, at: this.now() })
    if (!joined) {
      client.begin([connectedFrame()])
      client.reload('tooOld', eventIdOf(this.through))
      return
    }
    this.standing.add(client)
  }

  /** Ends all streams, and takes no more; their clients come back by themselves, to this server or another. */
  endStreams(): void {
    this.closed = true
    for (const client of this.allClients) client.end()
  }

  async close(): Promise<void> {
    this.endStreams()
    this.standing.stop()
    for (const keeper of this.keepers) await keeper.stop()
    for (const stop of this.stops) await stop()
    await this.following
  }

  private get isHeard(): boolean {
    for (const room of this.rooms.values()) if (!room.isEmpty) return true
    return false
  }

  private get allClients(): LiveClient[] {
    return [...this.rooms.values()].flatMap(({ clients }) => clients)
  }

  private roomOf(city: string): Room {
    const room = this.rooms.get(city) ?? new Room(this.floor)
    this.rooms.set(city, room)
    return room
  }

  private async begin(): Promise<void> {
    const last = await lastPlace(this.database)
    const events = await latestEvents(this.database, BACKFILL_MINUTES, HELD_AT_START)
    this.floor = events.length > 0 ? events[0].number - 1 : last.number
    this.take(events)
    // What was told last may be kept no longer.
    if (last.number > this.through.number) this.take([], last)
  }

  /** @param payload the last number that was given; empty where notices may have been lost. */
  private hear(payload: string): void {
    this.said = payload === '' ? Number.POSITIVE_INFINITY : Math.max(this.said, Number(payload))
    // What this node numbers itself it need not read.
    if (!this.numberer?.isAsking) this.catchUp()
  }

  /** Reads what was said to be there and has not been told. */
  private catchUp(): void {
    const missing = this.said > this.through.number
    this.said = 0
    if (missing) void this.follow()
  }

  /**
   * What this node numbered is told as it is where it comes next and everybody may still hear it; rights that changed before
   * an event was put down were told before it. A round is also a look, once a second while somebody hears, at what
   * another node numbered and no notice said; and at the history itself: numbers only grow, and are given once.
   */
  private takeRound({ before, events }: NumberingRound): void {
    if (this.closed) return
    const { number, moment } = this.through
    const isNext = before.number === number && before.moment === moment
    if (isNext && this.standing.isSure) this.take(events)
    else if (isNext || before.number > number) this.said = before.number + events.length
    else void this.lookAnew()
    this.catchUp()
  }

  /** Whether this is still the history that was told. What was read meanwhile may have gone on in it. */
  private async lookAnew(): Promise<void> {
    await this.following
    const through = this.through
    try {
      const last = await lastPlace(this.database)
      if (this.through !== through) return
      if (last.number > through.number) await this.follow()
      else if (last.number < through.number || last.moment !== through.moment) this.startOver(last)
    } catch (error) {
      this.onError('live events', error)
    }
  }

  /** Reads what there is, one read after the other; whoever asks meanwhile is served by the next. */
  private follow(): Promise<void> {
    this.more = true
    this.following ??= this.readAll()
      .catch((error: unknown) => this.onError('live events could not be read', error))
      .finally(() => {
        this.following = undefined
      })
    return this.following
  }

  private async readAll(): Promise<void> {
    while (this.more && !this.closed) {
      this.more = false
      if (!this.standing.isSure) await this.standing.settle()
      const from = this.through
      const events = await eventsAfter(this.database, from, READ_AT_ONCE)
      // Started over meanwhile, or to be, or not for all of them any more: what was read is of no use.
      const isUseless = this.through !== from || !this.standing.isSure
      this.more ||= isUseless || events === null || events.length === READ_AT_ONCE
      if (isUseless) continue
      if (events === null) this.startOver(await lastPlace(this.database))
      else this.take(events)
    }
  }

  /** One turn of the event loop: nobody joins between. */
  private take(events: readonly LiveEventRow[], through: LivePlace | undefined = events.at(-1)): void {
    if (!through) return
    const at = this.now()
    this.through = { number: through.number, moment: through.moment }
    this.rounds.add(events.length > 0 ? events : [through])
    for (const [city, own] of byCity(events)) this.roomOf(city).tell(own, this.through, at)
  }

  private async reach(number: number): Promise<void> {
    const until = performance.now() + AHEAD_MS
    while (this.through.number < number && !this.closed && performance.now() < until) {
      const before = this.through
      await this.follow()
      // The other node has read a number that is committed, so that it is here too, or the client's is none.
      if (this.through === before) return
    }
  }

  /** A copy of an earlier time stands in the place of the database that was read before. */
  private startOver(last: LivePlace): void {
    for (const client of this.allClients) client.reload('tooOld', eventIdOf(last))
    this.rooms.clear()
    this.rounds.clear()
    this.floor = last.number
    this.take([], last)
  }

  private async beat(): Promise<void> {
    const oldest = new Date(this.now().getTime() - BACKFILL_MS)
    this.rounds.thin(oldest)
    for (const [city, room] of this.rooms) {
      room.recent.thin(oldest)
      if (room.isEmpty) continue
      await this.askFeeds(city, room)
      room.beat(this.through, this.now())
    }
    this.standing.lookOver()
  }

  /** Says at once what a source has come to that should have spoken by now. Nobody is asked before that instant. */
  private async watchFeeds(): Promise<void> {
    for (const [city, room] of this.rooms) {
      if (room.isEmpty || this.now().getTime() <= room.feedsTurnAt) continue
      const before = room.feedStates
      await this.askFeeds(city, room)
      if (room.feedStates !== before) room.beat(this.through, this.now())
    }
  }

  private now(): Date {
    return this.options.now?.() ?? new Date()
  }

  /** What was known before stays where the sources cannot be asked: that the stream goes on is told all the same. */
  private async askFeeds(city: string, room: Room): Promise<void> {
    if (!this.options.feedsOf) return
    try {
      const { feeds, turnAt } = await this.options.feedsOf(city, this.now())
      room.feeds = feedsText(feeds)
      room.feedStates = feeds.map(({ source, state }) => `${source} ${state}`).join()
      room.feedsTurnAt = turnAt ?? Number.POSITIVE_INFINITY
    } catch (error) {
      this.onError('sources of live data', error)
    }
  }

  private forget(payload: string): void {
    if (payload === '') return
    const { city, unitId, from }: { city: string; unitId: number; from: string } = JSON.parse(payload)
    this.rooms.get(city)?.recent.forgetFixes(unitId, new Date(from))
  }
}

function byCity(events: readonly LiveEventRow[]): Map<string, LiveEventRow[]> {
  const cities = new Map<string, LiveEventRow[]>()
  for (const event of events) {
    const own = cities.get(event.city_code)
    if (own) own.push(event)
    else cities.set(event.city_code, [event])
  }
  return cities
}
