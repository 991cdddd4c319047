import type { Database } from '../db/client.ts'
import type { Access, Grant, Purpose } from './access.ts'
import type { AuditKeeper } from './audit/keeper.ts'
import type { Cubes } from './cube/cubes.ts'

/** An account that has shown who it is: a person's session, or a kiosk's token. */
export interface Account {
  userId: string
  userName: string
  /** What the account is called on screens: a post, never a person's name. */
  name: string
  sessionId: string
  kind: 'person' | 'kiosk'
  /** The password has run out or was given by somebody else: nothing but changing it is answered. */
  mustChangePassword: boolean
  twoFactor: { enabled: boolean; required: boolean }
  /** Minutes without use after which the session ends; null: never for that. */
  idleMinutes: number | null
  /** Instant (ISO) at which it ends whatever happens. */
  expiresAt: string
}

/** Who is asking, with what they are granted. */
export interface Viewer extends Account {
  grants: readonly Grant[]
  /** What for, as this very request says; null when it does not. */
  purpose: Purpose | null
  /** Address of the socket the request came through. */
  address: string
}

/** What stands between an account and its rights; null: nothing. */
export function blockOf({ mustChangePassword, twoFactor }: Account): 'changePassword' | 'twoFactor' | null {
  if (mustChangePassword) return 'changePassword'
  return twoFactor.required && !twoFactor.enabled ? 'twoFactor' : null
}

/** Everything a procedure may use. Needs no HTTP, so that a test makes one in a line. */
export interface Context {
  database: Database
  /** Counts in memory; absent: every question counts rows in the database, and answers the same. */
  cubes?: Cubes
  /** The clock of sessions, waits and ages; absent: the machine's. */
  now?: () => Date
  /** Seconds by which this machine's clock is ahead of the database's, null where it agrees; absent: no server runs here. */
  clockOffByS?: () => number | null
  /** Tends the audit of a running server; absent: nobody seals here. */
  auditKeeper?: AuditKeeper
  /** null while nobody is signed in. */
  viewer: Viewer | null
  /** The secret behind the name of a key that requests are signed with; absent: no server runs here. */
  secretOf?: (keyName: string) => string
  /** Immutable files of a city, those the viewer may fetch, by name of their URLs; see bundles.ts. */
  bundleUrls: (viewer: Viewer, access: Access) => Promise<BundleUrls>
}

/** Content-addressed URLs of a city's immutable files: the same URL always answers the same bytes. */
export interface BundleUrls {
  /** Boundary version → URL of all its areas (geodata/areaBundle.ts). */
  areas: Record<string, string>
  /** The cameras this viewer sees (geodata/cameraBundle.ts); null: they may see none one by one. */
  cameras: string | null
  /** Roads, water and residential blocks as lines (geodata/lineBundle.ts). */
  ground: string
  /**
   * Counts by day, cell and kind as this viewer sees them (geodata/dayCube.ts); null: they see no counts. The one URL
   * here whose content may change.
   */
  days: string | null
  /** Shaded relief: a PNG and its box [west, south, east, north], degrees; null when the city has none. */
  relief: { url: string; bounds: [number, number, number, number] } | null
}
