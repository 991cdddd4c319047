import type { Database } from '../../db/client.ts'
import { type Keeper, keepDoing } from '../../db/keeper.ts'
import { catalogChannel } from '../../db/queries/catalog.ts'
import { forgetEvents } from '../../db/queries/liveNumbering.ts'
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
  /** How the sources of a city are. Absent: none are told. */
  feedsOf?: (city: string, now: Date) => Promise<LiveFeed[]>
  onError?: (what: string, error: unknown) => void
}

/** A client hears at least so often, also when nothing happens. */
const BEAT_MS = 4000
/** The last number is asked for though nobody said that it grew: a notice may be lost with its connection. */
const LOOK_EVERY_MS = 1000
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
    const now = Date.now()
    if (now - (said.get(sentence) ?? 0) < SAY_AGAIN_MS) return
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
  private through: LivePlace = { number: 0, moment: 0 }
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
    hub.stops.push(await database.listen(liveChannel, () => hub.follow()))
    hub.stops.push(await database.listen(forgottenChannel, (payload) => hub.forget(payload)))
    hub.stops.push(await database.listen(sessionChannel, () => hub.standing.sessionsChanged()))
    hub.stops.push(await database.listen(catalogChannel, () => hub.standing.look()))
    await hub.begin()
    const numberer = await Numberer.start(database, (error) =>
      hub.onError('live events could not be numbered', error),
    )
    hub.stops.push(() => numberer.stop())
    hub.keepers.push(
      keepDoing(
        () => hub.look(),
        LOOK_EVERY_MS,
        (error) => hub.onError('live events', error),
      ),
      keepDoing(
        () => hub.beat(),
        BEAT_MS,
        (error) => hub.onError('live beat', error),
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
    if (room.feeds === undefined) await this.askFeeds(client.viewer.city, room, new Date())
    const from = after ?? this.through
    const joined =
      this.rounds.has(from) &&
      room.join(client, connectedFrame(), { after: from.number, through: this.through, at: new Date() })
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
      const from = this.through
      const events = await eventsAfter(this.database, from, READ_AT_ONCE)
      // Started over meanwhile, or to be: what was read is of no use.
      this.more ||= this.through !== from || events === null || events.length === READ_AT_ONCE
      if (this.through !== from) continue
      if (events === null) this.startOver(await lastPlace(this.database))
      else this.take(events)
    }
  }

  /** One turn of the event loop: nobody joins between. */
  private take(events: readonly LiveEventRow[], through: LivePlace | undefined = events.at(-1)): void {
    if (!through) return
    const at = new Date()
    this.through = { number: through.number, moment: through.moment }
    this.rounds.add(events.length > 0 ? events : [through])
    for (const [city, own] of byCity(events)) this.roomOf(city).tell(own, this.through, at)
  }

  private async reach(number: number): Promise<void> {
    const until = Date.now() + AHEAD_MS
    while (this.through.number < number && !this.closed && Date.now() < until) {
      const before = this.through
      await this.follow()
      // The other node has read a number that is committed, so that it is here too, or the client's is none.
      if (this.through === before) return
    }
  }

  private async look(): Promise<void> {
    const before = this.through
    const last = await lastPlace(this.database)
    if (last.number > this.through.number) await this.follow()
    // Numbers only grow, and are given once.
    const another =
      last.number < before.number || (last.number === before.number && last.moment !== before.moment)
    if (another) this.startOver(last)
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
    const now = new Date()
    const oldest = new Date(now.getTime() - BACKFILL_MS)
    this.rounds.thin(oldest)
    for (const [city, room] of this.rooms) {
      room.recent.thin(oldest)
      if (room.isEmpty) continue
      await this.askFeeds(city, room, now)
      room.beat(this.through, new Date())
    }
    this.standing.lookOver()
  }

  /** What was known before stays where the sources cannot be asked: that the stream goes on is told all the same. */
  private async askFeeds(city: string, room: Room, now: Date): Promise<void> {
    if (!this.options.feedsOf) return
    try {
      room.feeds = feedsText(await this.options.feedsOf(city, now))
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
