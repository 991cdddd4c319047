import type { Database } from '../../db/client.ts'
import { standingSessions } from '../../db/queries/sessions.ts'
import { isRole } from '../access.ts'
import { blockOf } from '../context.ts'
import type { KnownViewer } from '../viewers.ts'
import type { LiveClient } from './liveClient.ts'
import { grantsKey, sightOf } from './liveViewer.ts'

export interface KnowsViewers {
  of(cookie: string): Promise<KnownViewer | null>
}

/** Notices come in bursts. Nobody is told an event meanwhile. */
const GATHER_MS = 500
/** Of all clients, those whose session is looked up anew at each beat: a session that ends by not being used says nothing. */
const SHARE_A_BEAT = 1 / 10

/** The id of no event: there is no going on from here. */
const NOWHERE = '0'

/** Whether those who listen may still hear what they hear. Who may not, or may hear something else, is told to ask anew. */
export class StandingViewers {
  private readonly database: Database
  private readonly viewers: KnowsViewers
  private readonly onError: (what: string, error: unknown) => void
  private readonly clients = new Set<LiveClient>()
  /** What may stand between each and its rights, as last looked at: a password to change, a second factor to set up. */
  private readonly states = new WeakMap<LiveClient, string>()
  private timer: NodeJS.Timeout | undefined
  /** What changed so far, and up to which change everybody has been looked at. */
  private changes = 0
  private looked = 0
  private sightsChanged = false
  private working: Promise<void> = Promise.resolve()

  constructor(database: Database, viewers: KnowsViewers, onError: (what: string, error: unknown) => void) {
    this.database = database
    this.viewers = viewers
    this.onError = onError
  }

  add(client: LiveClient): void {
    this.clients.add(client)
    client.whenGone(() => this.clients.delete(client))
    // What changed while it was being let in was told to nobody.
    this.sessionsChanged()
  }

  /** Whether nothing changed since everybody was looked at. */
  get isSure(): boolean {
    return this.looked === this.changes
  }

  /** Some session ended or changed, or some grant did. */
  sessionsChanged(): void {
    // Whoever comes later is looked at then.
    if (this.clients.size === 0) return
    this.changes += 1
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.settle().catch(this.failed)
    }, GATHER_MS)
  }

  /** Areas or kinds changed. */
  sightsMayChange(): void {
    this.sightsChanged = true
    this.sessionsChanged()
  }

  /** Looks at once at what changed. @throws when it cannot: then nobody is sure. */
  settle(): Promise<void> {
    return this.inTurn(() => this.lookAtChanges())
  }

  /** A share of the clients after the other, so that each is looked at now and then, at a cost that nobody notices. */
  lookOver(): void {
    const share = Math.ceil(this.clients.size * SHARE_A_BEAT)
    const next = [...this.clients].slice(0, share)
    for (const client of next) {
      this.clients.delete(client)
      this.clients.add(client)
    }
    this.inTurn(() => this.lookUp(next)).catch(this.failed)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.clients.clear()
  }

  private inTurn(run: () => Promise<void>): Promise<void> {
    const done = this.working.then(run)
    this.working = done.catch(() => undefined)
    return done
  }

  /** The next look tries again; until then no event is told. */
  private readonly failed = (error: unknown) => this.onError('whether live streams may go on', error)

  private async lookAtChanges(): Promise<void> {
    const { changes, sightsChanged } = this
    if (this.looked === changes) return
    this.sightsChanged = false
    try {
      await (sightsChanged ? this.lookUp([...this.clients]) : this.lookAtSessions())
    } catch (error) {
      this.sightsChanged ||= sightsChanged
      throw error
    }
    this.looked = changes
  }

  /** All sessions in one question; only those that differ from before are looked up. */
  private async lookAtSessions(): Promise<void> {
    const clients = [...this.clients]
    const ids = [...new Set(clients.map(({ viewer }) => viewer.sessionId))]
    const standing = new Map<string, { grants: string; state: string }>()
    for (const { id, grants, state } of await standingSessions(this.database, ids)) {
      const known = grants.filter(({ role }) => isRole(role))
      const key = grantsKey(
        known.map(({ role, city_code, area_id }) => ({ role, city: city_code, areaId: area_id })),
      )
      standing.set(id, { grants: key, state })
    }
    await this.lookUp(
      clients.filter((client) => {
        const { sessionId, grants } = client.viewer
        const now = standing.get(sessionId)
        const same = now?.grants === grantsKey(grants) && now.state === this.states.get(client)
        if (now) this.states.set(client, now.state)
        return !same
      }),
    )
  }

  private async lookUp(clients: readonly LiveClient[]): Promise<void> {
    for (const client of clients) {
      const { viewer } = client
      const known = await this.viewers.of(viewer.cookie)
      const open = known !== null && blockOf(known) === null
      const sight = open
        ? await sightOf(this.database, { grants: known.grants, purpose: viewer.purpose }, viewer.city)
        : null
      if (sight?.key !== viewer.sight.key) client.reload('access', NOWHERE)
      else if (known) client.viewer.grants = known.grants
    }
  }
}
