/**
 * What the live stream says. Types alone, for the server and the browser. Positions are degrees of EPSG:4326, instants
 * ISO 8601 in UTC. Each message tells the whole state of its thing, so that the last one stands for all before it.
 */

export interface LiveIncident {
  id: number
  kind: string
  /** 1 red, 2 orange, 3 yellow, 4 blue. */
  level: 1 | 2 | 3 | 4
  /** 'recorded': it came with no course of its own. */
  status: 'new' | 'dispatched' | 'onScene' | 'closed' | 'recorded'
  lng: number
  lat: number
  /** The micro-grid; null: in none. */
  cellId: number | null
  source: string
  channel: string
  reportedAt: string
  dispatchedAt: string | null
  arrivedAt: string | null
  closedAt: string | null
  dueAt: string | null
  synthetic: boolean
}

/** Where a unit on duty was, by its own clock. */
export interface LiveFix {
  unitId: number
  lng: number
  lat: number
  at: string
  /** Degrees clockwise from north. */
  headingDeg: number | null
  /** Metres a second. */
  speedMs: number | null
  synthetic: boolean
}

/** A unit is a vehicle or a foot pair: a call sign and a strength, never people. */
export interface LiveUnit {
  id: number
  callSign: string
  kind: 'car' | 'motorcycle' | 'foot' | 'command'
  squadId: number
  strength: number
  state: 'offDuty' | 'free' | 'assigned' | 'enRoute' | 'onScene'
  /** null for whoever sees no incident one by one. */
  incidentId: number | null
  dutySince: string | null
  /** The last one of this duty; null for whoever sees no points. */
  fix: LiveFix | null
  synthetic: boolean
}

export interface LiveDispatch {
  id: number
  incidentId: number
  unitId: number
  squadId: number
  state: 'assigned' | 'acknowledged' | 'onScene' | 'done' | 'withdrawn'
  assignedAt: string
  acknowledgedAt: string | null
  arrivedAt: string | null
  doneAt: string | null
  /** Why it was withdrawn where nobody decided it. */
  because?: 'offDuty'
}

export interface LiveAlert {
  id: number
  kind: 'outsideFence' | 'insideFence' | 'sourceSilent' | 'leftIncident'
  areaId: number | null
  squadId: number | null
  unitId: number | null
  sourceCode: string | null
  /** The one that nobody is at any more; null for all other kinds, and for whoever sees no incident one by one. */
  incidentId: number | null
  raisedAt: string
  clearedAt: string | null
}

/** An incident for whoever sees counts and no single thing (a wall): its micro-grid, kind and time. */
export interface LiveCount {
  cellId: number | null
  kind: string
  reportedAt: string
}

/** One of the sources that live data come from, and whether it still speaks. */
export interface LiveFeed {
  /** 'ingest:110' */
  source: string
  kind: string
  /** Empty for 'beacons', which screens name themselves. */
  name: string
  /** Empty: it has the one name. */
  nameEn: string
  lastSeenAt: string | null
  state: 'live' | 'late' | 'silent' | 'never'
  /** Seconds in which it should speak; null: nobody knows. */
  expectedEveryS: number | null
  /** That is what its past says, and nobody's word. */
  learned: boolean
}

/** What is put down in the database and numbered there. */
export type StoredMessage =
  | { topic: 'incident'; incident: LiveIncident }
  | { topic: 'position'; fix: LiveFix }
  | { topic: 'unit'; unit: LiveUnit }
  | { topic: 'dispatch'; dispatch: LiveDispatch }
  | { topic: 'alert'; alert: LiveAlert }

export type LiveMessage = StoredMessage | { topic: 'count'; count: LiveCount }

/**
 * 'lag': this connection could not take what was sent; 'tooOld': what came since is no longer held; 'access': what may be
 * seen has changed, or the session has ended. The stream ends with it: ask for a snapshot and subscribe from there.
 */
export type ReloadReason = 'lag' | 'tooOld' | 'access'

/** One event of the stream. `at` is the server's clock; `feeds` comes with every beat, at least every five seconds. */
export type LiveData = { at: string; messages: LiveMessage[]; feeds?: LiveFeed[] } | { reload: ReloadReason }
