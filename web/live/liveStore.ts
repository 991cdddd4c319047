import type {
  LiveAlert,
  LiveCount,
  LiveDispatch,
  LiveFeed,
  LiveFix,
  LiveIncident,
  LiveMessage,
  LiveUnit,
} from '../../api/live/messages.ts'
import { Newest } from './newest.ts'
import { Track } from './track.ts'

/** Ids of events begin with their number. */
const numberOf = (eventId: string) => Number.parseInt(eventId, 10)

/** Incidents kept at most; the closed ones go first, then the oldest. */
export const mostIncidents = 4_000
/** Counts kept at most: a wall's feed and a little more. */
const mostCounts = 64
/** An incident told of this long after it was reported is not news. Milliseconds. */
const newsMs = 120_000

/** Everything that is live at one instant, as `live.snapshot` answers or a replay makes it. */
export interface LiveState {
  eventId: string
  incidents: readonly LiveIncident[]
  counts: readonly LiveCount[]
  units: readonly LiveUnit[]
  dispatches: readonly LiveDispatch[]
  alerts: readonly LiveAlert[]
  feeds: readonly LiveFeed[]
}

/** What of one frame was news: for rings, sounds, and numbers to be asked for anew. */
export interface LiveNews {
  /** Incidents not known before and just reported. */
  incidents: readonly LiveIncident[]
  counts: readonly LiveCount[]
  alerts: readonly LiveAlert[]
  /** Incidents whose stage, place or kind changed, the new ones among them. */
  changed: ReadonlySet<number>
}

interface Told {
  number: number
  messages: readonly LiveMessage[]
}

/** Instants of one form are in the order of their text; parsing thousands of them in one frame would be felt. */
function earlier(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** The oldest first; of one instant in an order of their own, so that it is the same however they came. */
function inTime(a: LiveCount, b: LiveCount): number {
  return (
    earlier(a.reportedAt, b.reportedAt) || (a.cellId ?? 0) - (b.cellId ?? 0) || (a.kind < b.kind ? -1 : 1)
  )
}

/**
 * What is live now, outside React: maps by id and columns of fixes. Messages wait until the next frame and are then taken
 * together; who listens is called once a frame. In whatever order and how often messages come, the state is the same:
 * of each thing the word with the highest event number stands.
 */
export class LiveStore {
  /** Grow whenever something of the kind changed. */
  readonly versions = { incidents: 0, units: 0, fixes: 0, dispatches: 0, alerts: 0, counts: 0, feeds: 0 }
  feeds: readonly LiveFeed[] = []
  /** How fast time passes here, against the time of whoever watches: 1 live, more in a replay. */
  pace = 1
  #incidents = new Newest<LiveIncident>()
  #units = new Newest<LiveUnit>()
  #dispatches = new Newest<LiveDispatch>()
  #alerts = new Newest<LiveAlert>()
  #tracks = new Map<number, Track>()
  /** The last event that said of a unit that it is off duty. */
  #offDuty = new Map<number, number>()
  #counts: readonly LiveCount[] = []
  #waiting: Told[] = []
  #asked = false
  readonly #listeners = new Set<() => void>()
  readonly #newsListeners = new Set<(news: LiveNews) => void>()
  readonly #nextFrame: (run: () => void) => void
  readonly #clock: () => number
  #ahead = 0
  /** Events up to this one are in the state that was put here whole. */
  #since = Number.NEGATIVE_INFINITY

  /**
   * @param nextFrame calls back before the next frame is drawn, or soon where none is drawn.
   * @param clock epoch milliseconds of this machine.
   */
  constructor(nextFrame: (run: () => void) => void, clock: () => number = Date.now) {
    this.#nextFrame = nextFrame
    this.#clock = clock
  }

  get incidents(): Pick<Newest<LiveIncident>, 'get' | 'values' | 'size'> {
    return this.#incidents
  }
  get units(): Pick<Newest<LiveUnit>, 'get' | 'values' | 'size'> {
    return this.#units
  }
  get dispatches(): Pick<Newest<LiveDispatch>, 'get' | 'values' | 'size'> {
    return this.#dispatches
  }
  get alerts(): Pick<Newest<LiveAlert>, 'get' | 'values' | 'size'> {
    return this.#alerts
  }
  /** Newest last. */
  get counts(): readonly LiveCount[] {
    return this.#counts
  }
  /** The fixes of a unit on duty. */
  track(unitId: number): Track | undefined {
    return this.#tracks.get(unitId)
  }

  /** Epoch milliseconds on the server's clock, which all instants of live things are of. */
  now(): number {
    return this.#clock() + this.#ahead
  }

  /** @param ahead milliseconds by which the server's clock is ahead of this machine's. */
  setClock(ahead: number): void {
    this.#ahead = ahead
  }

  /** Calls back after each frame in which something changed. @returns ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls back with what was news of a frame; a snapshot is none. @returns ends it. */
  onNews(listener: (news: LiveNews) => void): () => void {
    this.#newsListeners.add(listener)
    return () => this.#newsListeners.delete(listener)
  }

  /** Takes messages in the next frame. @param eventId of the last of the events that brought them. */
  receive(eventId: string, messages: readonly LiveMessage[]): void {
    this.#waiting.push({ number: numberOf(eventId), messages })
    this.#ask()
  }

  setFeeds(feeds: readonly LiveFeed[]): void {
    this.feeds = feeds
    this.versions.feeds++
    this.#ask()
  }

  #ask(): void {
    if (this.#asked) return
    this.#asked = true
    this.#nextFrame(() => this.flush())
  }

  /** Takes everything that waits, at once. */
  flush(): void {
    this.#asked = false
    const told = this.#waiting
    this.#waiting = []
    const news = { incidents: [] as LiveIncident[], counts: [] as LiveCount[], alerts: [] as LiveAlert[] }
    const changed = new Set<number>()
    for (const { number, messages } of told) {
      if (number <= this.#since) continue
      for (const message of messages) this.#take(message, number, news, changed)
    }
    if (this.#incidents.size > 1.1 * mostIncidents) this.#dropIncidents()
    for (const listener of this.#listeners) listener()
    if (changed.size + news.counts.length + news.alerts.length > 0)
      for (const listener of this.#newsListeners) listener({ ...news, changed })
  }

  #take(
    message: LiveMessage,
    number: number,
    news: { incidents: LiveIncident[]; counts: LiveCount[]; alerts: LiveAlert[] },
    changed: Set<number>,
  ): void {
    switch (message.topic) {
      case 'incident': {
        const { incident } = message
        const known = this.#incidents.get(incident.id)
        if (!this.#incidents.put(incident.id, incident, number)) return
        this.versions.incidents++
        changed.add(incident.id)
        if (!known && this.#isNews(incident.reportedAt)) news.incidents.push(incident)
        return
      }
      case 'count':
        if (this.#addCount(message.count)) {
          this.versions.counts++
          if (this.#isNews(message.count.reportedAt)) news.counts.push(message.count)
        }
        return
      case 'position':
        this.#addFix(message.fix, number)
        return
      case 'unit':
        this.#putUnit(message.unit, number)
        return
      case 'dispatch':
        if (this.#dispatches.put(message.dispatch.id, message.dispatch, number)) this.versions.dispatches++
        return
      case 'alert': {
        const known = this.#alerts.get(message.alert.id)
        if (!this.#alerts.put(message.alert.id, message.alert, number)) return
        this.versions.alerts++
        if (!known && message.alert.clearedAt === null) news.alerts.push(message.alert)
        return
      }
    }
  }

  #isNews(reportedAt: string): boolean {
    return Math.abs(this.now() - Date.parse(reportedAt)) < newsMs
  }

  #putUnit(unit: LiveUnit, number: number): void {
    if (unit.state === 'offDuty') {
      this.#offDuty.set(unit.id, Math.max(number, this.#offDuty.get(unit.id) ?? number))
      const track = this.#tracks.get(unit.id)
      track?.forgetBefore(number)
      if (track?.count === 0) this.#tracks.delete(unit.id)
      this.versions.fixes++
    }
    if (this.#units.put(unit.id, unit, number)) this.versions.units++
    if (unit.fix) this.#addFix(unit.fix, number)
  }

  #addFix(fix: LiveFix, number: number): void {
    if (number <= (this.#offDuty.get(fix.unitId) ?? Number.NEGATIVE_INFINITY)) return
    let track = this.#tracks.get(fix.unitId)
    if (!track) {
      track = new Track()
      this.#tracks.set(fix.unitId, track)
    }
    const { lng, lat, headingDeg: heading, speedMs: speed } = fix
    if (track.add({ lng, lat, at: Date.parse(fix.at), heading, speed }, number)) this.versions.fixes++
  }

  /** Two words about the same cell, kind and instant are one: nothing else tells counts apart. */
  #addCount(count: LiveCount): boolean {
    const same = (other: LiveCount) =>
      other.reportedAt === count.reportedAt && other.cellId === count.cellId && other.kind === count.kind
    if (this.#counts.some(same)) return false
    const all = [...this.#counts, count].sort(inTime)
    this.#counts = all.slice(-mostCounts)
    return this.#counts.includes(count)
  }

  #dropIncidents(): void {
    const open = (incident: LiveIncident) =>
      incident.status === 'closed' || incident.status === 'recorded' ? 0 : 1
    const worth = [...this.#incidents.values()].sort(
      (a, b) => open(a) - open(b) || earlier(a.reportedAt, b.reportedAt) || a.id - b.id,
    )
    for (const { id } of worth.slice(0, worth.length - mostIncidents)) this.#incidents.delete(id)
    this.versions.incidents++
  }

  /** Puts a whole state in the place of what is there. The fixes of units that go on keep their trail. */
  replace(state: LiveState): void {
    const number = numberOf(state.eventId)
    const tracks = this.#tracks
    this.#since = number
    this.#waiting = []
    this.#incidents = new Newest()
    this.#units = new Newest()
    this.#dispatches = new Newest()
    this.#alerts = new Newest()
    this.#tracks = new Map()
    this.#offDuty = new Map()
    for (const incident of state.incidents) this.#incidents.put(incident.id, incident, number)
    for (const dispatch of state.dispatches) this.#dispatches.put(dispatch.id, dispatch, number)
    for (const alert of state.alerts) this.#alerts.put(alert.id, alert, number)
    for (const unit of state.units) {
      const track = unit.state === 'offDuty' ? undefined : tracks.get(unit.id)
      // A state of an earlier time has no trail that runs ahead of it.
      if (track && unit.fix && track.at[track.last] <= Date.parse(unit.fix.at))
        this.#tracks.set(unit.id, track)
      this.#putUnit(unit, number)
    }
    this.#counts = [...state.counts].sort(inTime).slice(-mostCounts)
    this.feeds = state.feeds
    for (const name of Object.keys(this.versions) as (keyof typeof this.versions)[]) this.versions[name]++
    for (const listener of this.#listeners) listener()
  }

  /** Forgets everything: somebody else, or another city, is looked at. */
  clear(): void {
    this.#tracks = new Map()
    this.replace({
      eventId: '0',
      incidents: [],
      counts: [],
      units: [],
      dispatches: [],
      alerts: [],
      feeds: [],
    })
  }
}
