/** What the ground generator needs to know of a city. Everything published comes in here; the rest is generated. */
import type { LevelName, Names, Position, SiteKind } from '../../city.ts'

/** A published division (township, village …) of which only code and name are known, not the polygon. */
export interface Division {
  code: string
  name: Names
  /** Urban/rural class of the statistics bureau, or null. */
  urbanRural: string | null
  /** Where it is generated: a point inside; null: its children say. Degrees. */
  centre: Position | null
  /** Wanted number of households; null: as many as live around. */
  households: number | null
  children: Division[]
}

/** One generated level below the divisions. */
export interface GeneratedLevel {
  level: LevelName
  name: Names
  /** Areas in the whole city. */
  count: number
  /** Digits its sequence number adds to the parent's code. */
  digits: number
  /** How an area is called: parent's name and number. */
  title: (parent: Names, number: string) => Names
}

/** A river that follows the outline from one of its vertices to another, in the ring's direction. */
export interface BorderRiver {
  name: Names
  from: Position
  to: Position
  widthM: number
  /** False where the outline itself, a published line, is the course. */
  synthetic: boolean
  /** Metres above the sea at both ends. */
  elevation: [number, number]
}

export interface TownSpec {
  centre: Position
  /** Metres from the centre within which streets may be. */
  radius: number
  /** Share of all households on its streets. */
  share: number
  /** Names for its main streets. */
  streetNames: Names[]
}

/** Where a main road leaves the city. */
export interface Gateway {
  near: Position
  road: Names
}

export interface SiteSpec {
  kind: SiteKind
  name: Names
  /** Where it should be; the generator may move it to suitable ground nearby. Degrees. */
  near: Position
}

export interface GroundManifest {
  city: { code: string; divisionCode: string | null; name: Names; timeZone: string }
  /** Closed ring, degrees, published. */
  outline: Position[]
  version: { version: string; validFrom: string; source: string }
  cityLevel: Names
  /** Levels of the published divisions from coarse to fine; empty when there are none. */
  divisionLevels: { level: LevelName; name: Names }[]
  divisions: Division[]
  generatedLevels: GeneratedLevel[]
  people: { population: number; households: number; urbanShare: number | null }
  /** Elevation nodes [lng, lat, metres] of the large forms. */
  elevation: [number, number, number][]
  rivers: BorderRiver[]
  town: TownSpec | null
  /** Smaller centres with a few streets. */
  seats: { centre: Position; households: number }[]
  gateways: Gateway[]
  /** Wanted number of hamlets. */
  hamlets: number
  sites: SiteSpec[]
  /** Levels of the patrol hierarchy: districts, each with as many squads. */
  patrol: { districts: Names[]; squads: Names[] } | null
  /** An earlier version in which grids were fewer. */
  earlier: {
    version: string
    validFrom: string
    source: string
    divisionCode: string
    level: LevelName
    count: number
  } | null
}
