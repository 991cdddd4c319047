import type { Queryable } from '../client.ts'

/** Putting down what the live stream shall say. Numbering is liveNumbering.ts, reading liveReading.ts. */

/** A change as it will be told, with what decides who hears of it. */
export interface NewLiveEvent {
  city: string
  topic: 'incident' | 'position' | 'unit' | 'dispatch' | 'alert'
  /** Micro-grid of an incident; null: in none. */
  cellId: number | null
  /** Of an incident: its family decides who sees it. Null for all else. */
  kind: string | null
  unitId?: number
  incidentId?: number
  /** The whole new state, as `api/live/messages.ts` describes it (`StoredMessage`): {topic, [topic]: …}. */
  message: { topic: NewLiveEvent['topic'] }
}

/**
 * Puts events down in the transaction of the change they tell of: both happen or neither. Call it after the rows were
 * written, so that events of one thing come in the order of its changes. For the owner, gridwall_writer (inside
 * `ctx.change`) and gridwall_ingest alike; none of them may write the tables themselves.
 * @throws when a person (gridwall.person) tells of a city that they do not know.
 */
export async function appendEvents(tx: Queryable, events: readonly NewLiveEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx.query('SELECT append_live_events($1::json)', [JSON.stringify(events)])
}
