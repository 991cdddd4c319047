/**
 * What the simulated city sends to the ingest endpoints. Instants are whole milliseconds of simulated time since the start
 * of the run, never negative; positions degrees, EPSG:4326, rounded to 1e-6.
 */
import type { Channel, IncidentLevel, IncidentStatus } from '../things.ts'

/** The state of an incident at some instant: the same number again says what has become of it. */
export interface SimulatedIncident {
  /** 1, 2, 3 … within the run. */
  number: number
  kind: string
  level: IncidentLevel
  channel: Channel
  lng: number
  lat: number
  status: IncidentStatus
  reportedAt: number
  dispatchedAt: number | null
  arrivedAt: number | null
  closedAt: number | null
  dueAt: number
  outcome: string | null
}

export interface SimulatedFix {
  /** `id` of the unit in its city. */
  unit: number
  lng: number
  lat: number
  at: number
  /** Degrees clockwise from north; null while it stands. */
  headingDeg: number | null
  speedMs: number
}

export interface SimulatedDuty {
  unit: number
  state: 'on' | 'off'
  at: number
}

/** What a unit with a beacon does at an incident, as the dispatch system of record tells it. */
export interface SimulatedDispatch {
  unit: number
  /** `number` of the incident. */
  incident: number
  state: 'assigned' | 'acknowledged' | 'onScene' | 'done' | 'withdrawn'
  at: number
}

/** One request; `sentAt` is not before any instant in it, except a deadline. */
export type SimulatedRequest = { sentAt: number } & (
  | { source: 'incidents'; items: SimulatedIncident[] }
  | { source: 'positions'; items: SimulatedFix[] }
  | { source: 'duties'; items: SimulatedDuty[] }
  | { source: 'dispatches'; items: SimulatedDispatch[] }
)

export type SimulatedSource = SimulatedRequest['source']

/** When a run is: simulated milliseconds become instants by adding `anchor`, epoch milliseconds. */
export interface Run {
  anchor: number
  /** Sets the run's incidents apart from those of other runs. */
  name: string
}

/** What an incident of a run is called at its source. */
const nameOf = (name: string, number: number) => `${name}-${String(number).padStart(6, '0')}`

/** The JSON body of a request, as `POST /ingest/<source>` takes it. */
export function bodyOf(request: SimulatedRequest, { anchor, name }: Run): string {
  const iso = (instant: number) => new Date(anchor + instant).toISOString()
  const orNull = (instant: number | null) => (instant === null ? undefined : iso(instant))
  switch (request.source) {
    case 'incidents':
      return JSON.stringify(
        request.items.map(({ number, outcome, ...item }) => ({
          id: nameOf(name, number),
          ...item,
          reportedAt: iso(item.reportedAt),
          dispatchedAt: orNull(item.dispatchedAt),
          arrivedAt: orNull(item.arrivedAt),
          closedAt: orNull(item.closedAt),
          dueAt: iso(item.dueAt),
          outcome: outcome ?? undefined,
        })),
      )
    case 'positions':
      return JSON.stringify(
        request.items.map(({ headingDeg, ...fix }) => ({
          ...fix,
          at: iso(fix.at),
          headingDeg: headingDeg ?? undefined,
        })),
      )
    case 'duties':
      return JSON.stringify(request.items.map((duty) => ({ ...duty, at: iso(duty.at) })))
    case 'dispatches':
      return JSON.stringify(
        request.items.map((sent) => ({ ...sent, incident: nameOf(name, sent.incident), at: iso(sent.at) })),
      )
  }
}
