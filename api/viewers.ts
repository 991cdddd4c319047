import type { Database, Queryable } from '../db/client.ts'
import { grantsOf } from '../db/queries/grants.ts'
import { type Grant, isRole } from './access.ts'
import type { Account, Viewer } from './context.ts'

/** NOTIFY on this channel: a session has ended or changed, or somebody's grants have. */
export const sessionChannel = 'sessions'
/** A notice may be lost with its connection: then an ended session is refused after this time at the latest. */
const REMEMBERED_MS = 10_000
/** Sessions remembered at once; more are simply looked up. */
const MOST_REMEMBERED = 10_000

/** Whose cookies these are; null: nobody's. One for people's sessions, one for kiosks' tokens. */
export type AccountOf = (cookie: string) => Promise<Account | null>

/** The grants of an account that hold now; a role that this program does not know gives nothing. */
export async function grantsHeld(db: Queryable, userId: string): Promise<Grant[]> {
  const rows = await grantsOf(db, userId)
  return rows.flatMap(({ role, city_code, area_id }) =>
    isRole(role) ? { role, city: city_code, areaId: area_id } : [],
  )
}

/** An account with its grants, as remembered between requests: purpose and address are each request's own. */
export type KnownViewer = Omit<Viewer, 'purpose' | 'address'>

/**
 * Who sends a request. Looking a session up costs more than most answers, so that it is remembered for a few seconds
 * with its grants, and forgotten as soon as the database says that any session ended or any grant changed.
 */
export class Viewers {
  private readonly database: Database
  private readonly accounts: readonly AccountOf[]
  private readonly clock: () => Date
  private readonly remembered = new Map<string, { viewer: Promise<KnownViewer | null>; until: number }>()
  private stop: () => Promise<void> = async () => undefined

  private constructor(database: Database, accounts: readonly AccountOf[], clock: () => Date) {
    this.database = database
    this.accounts = accounts
    this.clock = clock
  }

  /** @param accounts Asked in this order; the first that knows the cookies is believed. */
  static async start(
    database: Database,
    accounts: readonly AccountOf[],
    clock: () => Date = () => new Date(),
  ): Promise<Viewers> {
    const viewers = new Viewers(database, accounts, clock)
    viewers.stop = await database.listen(sessionChannel, () => viewers.forget())
    return viewers
  }

  of(cookie: string | undefined): Promise<KnownViewer | null> {
    if (!cookie) return Promise.resolve(null)
    const known = this.remembered.get(cookie)
    const now = this.clock().getTime()
    if (known && now < known.until) return known.viewer
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear()
    const viewer = this.lookUp(cookie)
    const entry = { viewer, until: now + REMEMBERED_MS }
    this.remembered.set(cookie, entry)
    const drop = () => {
      if (this.remembered.get(cookie) === entry) this.remembered.delete(cookie)
    }
    // Nobody is remembered as a stranger: signing in must be seen at once, and guesses must not fill the memory.
    viewer.then((found) => found ?? drop(), drop)
    return viewer
  }

  private async lookUp(cookie: string): Promise<KnownViewer | null> {
    for (const accountOf of this.accounts) {
      const account = await accountOf(cookie)
      if (account) return { ...account, grants: await grantsHeld(this.database, account.userId) }
    }
    return null
  }

  /** For whoever has just changed a session through this server: the next request must know. */
  forget(): void {
    this.remembered.clear()
  }

  close(): Promise<void> {
    return this.stop()
  }
}
