import type { Database } from '../db/client.ts'
import { type Auth, viewerOf } from './auth.ts'
import type { Viewer } from './context.ts'

/** NOTIFY on this channel: a session has ended or changed. */
const sessionChannel = 'sessions'
/** A notice may be lost with its connection: then an ended session is refused after this time at the latest. */
const REMEMBERED_MS = 10_000
/** Sessions remembered at once; more are simply looked up. */
const MOST_REMEMBERED = 10_000

/**
 * Who sends a request. Looking a session up costs more than most answers, so that it is remembered for a few seconds,
 * and forgotten as soon as the database says that any session ended.
 */
export class Viewers {
  private readonly auth: Auth
  private readonly remembered = new Map<string, { viewer: Promise<Viewer | null>; until: number }>()
  private stop: () => Promise<void> = async () => undefined

  private constructor(auth: Auth) {
    this.auth = auth
  }

  static async start(auth: Auth, database: Database): Promise<Viewers> {
    const viewers = new Viewers(auth)
    viewers.stop = await database.listen(sessionChannel, () => viewers.forget())
    return viewers
  }

  of(cookie: string | undefined): Promise<Viewer | null> {
    if (!cookie) return Promise.resolve(null)
    const known = this.remembered.get(cookie)
    const now = Date.now()
    if (known && now < known.until) return known.viewer
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear()
    const viewer = viewerOf(this.auth, cookie)
    const entry = { viewer, until: now + REMEMBERED_MS }
    this.remembered.set(cookie, entry)
    const drop = () => {
      if (this.remembered.get(cookie) === entry) this.remembered.delete(cookie)
    }
    // Nobody is remembered as a stranger: signing in must be seen at once, and guesses must not fill the memory.
    viewer.then((found) => found ?? drop(), drop)
    return viewer
  }

  /** For whoever has just changed a session through this server: the next request must know. */
  forget(): void {
    this.remembered.clear()
  }

  close(): Promise<void> {
    return this.stop()
  }
}
