import type { LiveEventRow } from '../../db/queries/liveReading.ts'
import type { LiveCount, LiveMessage, StoredMessage } from './messages.ts'

/** Messages with something left out, as JSON; made once an event, whoever asks. */

const counts = new WeakMap<LiveEventRow, string>()
const bare = new WeakMap<LiveEventRow, string>()

function stored(event: LiveEventRow): StoredMessage {
  return JSON.parse(event.text)
}

function remembered(
  event: LiveEventRow,
  known: WeakMap<LiveEventRow, string>,
  make: (message: StoredMessage) => LiveMessage,
): string {
  const text = known.get(event) ?? JSON.stringify(make(stored(event)))
  known.set(event, text)
  return text
}

function mistaken(event: LiveEventRow): Error {
  return new Error(`live event ${event.number} of topic ${event.topic} holds something else`)
}

/** An incident for whoever sees no single one. */
export function countOf(event: LiveEventRow): string {
  return remembered(event, counts, (message) => {
    if (message.topic !== 'incident') throw mistaken(event)
    const { cellId, kind, reportedAt } = message.incident
    const count: LiveCount = { cellId, kind, reportedAt }
    return { topic: 'count', count }
  })
}

/** A unit without its place and the incident it was sent to, an alert without its incident. */
export function withoutPoints(event: LiveEventRow): string {
  return remembered(event, bare, (message) => {
    if (message.topic === 'alert') return { topic: 'alert', alert: { ...message.alert, incidentId: null } }
    if (message.topic !== 'unit') throw mistaken(event)
    return { topic: 'unit', unit: { ...message.unit, fix: null, incidentId: null } }
  })
}
