import type { Database } from '../db/client.ts'
import type { Cubes } from './cube/cubes.ts'

/** Who is asking: one signed-in account. */
export interface Viewer {
  userId: string
  userName: string
  sessionId: string
}

/** Everything a procedure may use. Needs no HTTP, so that a test makes one in a line. */
export interface Context {
  database: Database
  /** Counts in memory; absent: every question counts rows in the database, and answers the same. */
  cubes?: Cubes
  /** null while nobody is signed in. */
  viewer: Viewer | null
  /** Immutable files of a city by name of their URLs; see bundles.ts. */
  bundleUrls: (cityCode: string) => Promise<BundleUrls>
}

/** Content-addressed URLs of a city's immutable files: the same URL always answers the same bytes. */
export interface BundleUrls {
  /** Boundary version → URL of all its areas (geodata/areaBundle.ts). */
  areas: Record<string, string>
  /** All cameras (geodata/cameraBundle.ts). */
  cameras: string
  /** Roads, water and residential blocks as lines (geodata/lineBundle.ts). */
  ground: string
  /** Counts by day, cell and kind (geodata/dayCube.ts). The one URL here whose content may change. */
  days: string
  /** Shaded relief: a PNG and its box [west, south, east, north], degrees; null when the city has none. */
  relief: { url: string; bounds: [number, number, number, number] } | null
}
