import { expect } from 'vitest'
import type { LiveIncident, LiveMessage } from '../../../api/live/messages.ts'
import { liveIncident } from '../../../api/live/things.ts'
import type { Database } from '../../../db/client.ts'
import { LIVE_INCIDENT_COLUMNS, type LiveIncidentRow } from '../../../db/queries/liveSnapshot.ts'
import { createRandom } from '../../../geodata/random.ts'
import type { TestServer } from '../http.ts'
import { append, incidentEvent } from './events.ts'
import { liveClient, Watcher } from './watcher.ts'

const city = 'shuifu'

/** An incident changes and says so, in one transaction; it takes its row first, as everybody does. */
async function change(database: Database, id: number, set: string): Promise<void> {
  await database.transaction(async (tx) => {
    const [row] = await tx.query<LiveIncidentRow>(
      `UPDATE incidents i SET ${set} WHERE city_code = $1 AND id = $2 RETURNING ${LIVE_INCIDENT_COLUMNS}`,
      [city, id],
    )
    const incident = liveIncident(row)
    await append(tx, incidentEvent(id, incident))
  })
}

const apply = (picture: Map<number, LiveIncident>, messages: readonly LiveMessage[]) => {
  for (const message of messages) {
    if (message.topic === 'incident') picture.set(message.incident.id, message.incident)
  }
  return picture
}
const sorted = (picture: Map<number, LiveIncident>) => [...picture.values()].sort((a, b) => a.id - b.id)

function isLast(messages: readonly LiveMessage[]): boolean {
  const message = messages.at(-1)
  return message?.topic === 'incident' && message.incident.id === 999_999
}

/** While incidents change: a snapshot with what came after it is the next snapshot, by question and by stream. */
export async function expectOnePicture(http: TestServer): Promise<void> {
  const random = createRandom(3)
  const { database } = http.api
  const rows = await database.query<{ id: number }>(
    `SELECT i.id FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
     WHERE i.city_code = $1 AND NOT k.dispute AND NOT k.sensitive ORDER BY i.id LIMIT 30`,
    [city],
  )
  const ids = rows.map(({ id }) => id)
  await database.query(
    `UPDATE incidents SET reported_at = now() - interval '1 hour', dispatched_at = NULL, arrived_at = NULL, closed_at = NULL,
       due_at = NULL, status = 'new' WHERE city_code = $1 AND id = ANY($2::bigint[])`,
    [city, ids],
  )
  const client = liveClient(http.server.url, http.cookie)
  // The instant at which the row is had, which is not that at which its transaction began.
  const changes = [
    "status = 'dispatched', dispatched_at = coalesce(dispatched_at, clock_timestamp())",
    "status = 'onScene', dispatched_at = coalesce(dispatched_at, clock_timestamp()), arrived_at = coalesce(arrived_at, clock_timestamp())",
    "status = 'closed', closed_at = clock_timestamp()",
    'level = 1 + (level % 4)',
  ]
  const working = Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let turn = 0; turn < 20; turn += 1) await change(database, random.pick(ids), random.pick(changes))
    }),
  )
  // In the middle of it all.
  const first = await client.live.snapshot.query({ city })
  const watcher = new Watcher(http.server.url, http.cookie, { from: first.eventId })
  const second = await client.live.snapshot.query({ city })
  await working
  await append(database, incidentEvent(999_999, { kind: '010100' }))
  await watcher.until(
    ({ messages }) => messages.some(({ topic }) => topic === 'incident') && isLast(messages),
  )
  const since = await client.live.since.query({ city, eventId: second.eventId })
  const last = await client.live.snapshot.query({ city })
  watcher.stop()

  const picture = (incidents: readonly LiveIncident[]) => new Map(incidents.map((each) => [each.id, each]))
  const due = picture(last.incidents)
  const streamed = apply(picture(first.incidents), watcher.messages)
  const asked = apply(picture(second.incidents), since.messages)
  for (const each of [streamed, asked]) {
    // The last one is told of only to say that all has been heard.
    expect(each.delete(999_999)).toBe(true)
    expect(sorted(each)).toEqual(sorted(due))
  }
  expect(since.whole).toBe(true)
  expect(due.size).toBeGreaterThanOrEqual(ids.length)
}
