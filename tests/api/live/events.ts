import type { LiveIncident, StoredMessage } from '../../../api/live/messages.ts'
import type { Queryable } from '../../../db/client.ts'
import { appendEvents, type NewLiveEvent } from '../../../db/queries/liveEvents.ts'
import { takeEvents } from '../../../db/queries/liveNumbering.ts'

export type TestEvent = NewLiveEvent & { message: StoredMessage }

export function incidentEvent(id: number, about: Partial<LiveIncident> = {}): TestEvent {
  const incident: LiveIncident = {
    id,
    kind: '010100',
    level: 3,
    status: 'new',
    lng: 104.4,
    lat: 28.6,
    cellId: null,
    source: 'test',
    channel: '110',
    reportedAt: new Date().toISOString(),
    dispatchedAt: null,
    arrivedAt: null,
    closedAt: null,
    dueAt: null,
    synthetic: true,
    ...about,
  }
  return {
    city: 'shuifu',
    topic: 'incident',
    cellId: incident.cellId,
    kind: incident.kind,
    incidentId: id,
    message: { topic: 'incident', incident },
  }
}

export function positionEvent(unitId: number, at: Date): TestEvent {
  const fix = {
    unitId,
    lng: 104.4,
    lat: 28.6,
    at: at.toISOString(),
    headingDeg: null,
    speedMs: null,
    synthetic: true,
  }
  return {
    city: 'shuifu',
    topic: 'position',
    cellId: null,
    kind: null,
    unitId,
    message: { topic: 'position', fix },
  }
}

export function append(db: Queryable, ...events: TestEvent[]): Promise<void> {
  return appendEvents(db, events)
}

/** One round of numbering. @returns how many; null: another is at it, or has been within the spacing. */
export async function numberEvents(db: Queryable, spacingMs: number): Promise<number | null> {
  const { busy, events } = await takeEvents(db, spacingMs)
  return busy ? null : events.length
}
