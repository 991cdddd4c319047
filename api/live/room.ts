import type { LiveEventRow, LivePlace } from '../../db/queries/liveReading.ts'
import { eventIdOf } from './eventId.ts'
import { dataFrame } from './frames.ts'
import type { LiveClient } from './liveClient.ts'
import { RecentEvents } from './recentEvents.ts'
import type { LiveSight } from './sight.ts'

/** Messages a frame of a back-fill holds, so that a screen can draw between two. */
const MOST_A_FRAME = 500

/** Clients that hear the same. */
interface Group {
  sight: LiveSight
  clients: Set<LiveClient>
}

/** One city: who listens, by what they hear, and the last events. */
export class Room {
  readonly recent: RecentEvents
  /** As the last beat told them, JSON. */
  feeds: string | undefined
  /** The state of each, in one text. */
  feedStates = ''
  /** Epoch milliseconds at which the first of them turns if none says anything. */
  feedsTurnAt = Number.POSITIVE_INFINITY
  private readonly groups = new Map<string, Group>()

  constructor(floor: number) {
    this.recent = new RecentEvents(floor)
  }

  get clients(): LiveClient[] {
    return [...this.groups.values()].flatMap(({ clients }) => [...clients])
  }

  get isEmpty(): boolean {
    return this.groups.size === 0
  }

  /**
   * Tells a client what came after the number it has seen, and whatever comes from now on: in one turn of the event loop,
   * so that nothing comes between and nothing comes twice.
   * @param through everything up to it is in `recent`.
   * @returns false when some of it is no longer held.
   */
  join(
    client: LiveClient,
    first: Buffer,
    { after, through, at }: { after: number; through: LivePlace; at: Date },
  ): boolean {
    const missed = this.recent.after(after)
    if (!missed) return false
    const { sight } = client.viewer
    const frames: Buffer[] = [first]
    for (let from = 0; from < missed.length; from += MOST_A_FRAME) {
      const part = missed.slice(from, from + MOST_A_FRAME)
      const messages = textsFor(sight, part)
      if (messages.length > 0) frames.push(dataFrame({ at, messages }, eventIdOf(part[part.length - 1])))
    }
    // A client that missed nothing learns at once that it is up to date, and how the feeds are.
    frames.push(dataFrame({ at, messages: [], feeds: this.feeds }, eventIdOf(through)))
    client.begin(frames)
    this.add(client)
    return true
  }

  /** Makes one frame for each that hears something else, and writes it to all of them. */
  tell(events: readonly LiveEventRow[], through: LivePlace, at: Date): void {
    this.recent.add(events)
    const id = eventIdOf(through)
    for (const { sight, clients } of this.groups.values()) {
      const messages = textsFor(sight, events)
      if (messages.length === 0) continue
      const frame = dataFrame({ at, messages }, id)
      for (const client of clients) client.send(frame, id)
    }
  }

  /** To all of them the same: that the stream goes on, up to which number, and how the feeds are. */
  beat(through: LivePlace, at: Date): void {
    const id = eventIdOf(through)
    const frame = dataFrame({ at, messages: [], feeds: this.feeds }, id)
    for (const client of this.clients) client.send(frame, id)
  }

  private add(client: LiveClient): void {
    const { sight } = client.viewer
    const group = this.groups.get(sight.key) ?? { sight, clients: new Set() }
    // The latest knows the areas and kinds as they are now.
    group.sight = sight
    group.clients.add(client)
    this.groups.set(sight.key, group)
    client.whenGone(() => {
      group.clients.delete(client)
      if (group.clients.size === 0 && this.groups.get(sight.key) === group) this.groups.delete(sight.key)
    })
  }
}

function textsFor(sight: LiveSight, events: readonly LiveEventRow[]): string[] {
  const texts: string[] = []
  for (const event of events) {
    const text = sight.textOf(event)
    if (text !== null) texts.push(text)
  }
  return texts
}
