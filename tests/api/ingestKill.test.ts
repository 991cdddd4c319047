import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyDirectory } from '../../db/cache.ts'
import { openDatabase } from '../../db/client.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { createSource } from '../factories/ingestSources.ts'
import { openTestDatabase } from '../setup/database.ts'
import { runScript } from '../setup/process.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

// What PostgreSQL has committed is on its disk; what an embedded one has is this process's to keep.
test('what was answered survives kill -9, with its live event and its audit row', {
  timeout: 120_000,
}, async () => {
  const made = await openTestDatabase({ kind: 'pglite', toy: true })
  const token = await createSource(made, 'ingest:kill', 'incidents', { ratePerSecond: 1000 })
  await made.query('CHECKPOINT')
  const dir = temporaryDir('ingest-kill')
  copyDirectory(join(made.dataDir, pgliteDirName), join(dir.path, pgliteDirName))
  await made.close()
  const server = runScript('tests/setup/ingestServer.ts', [dir.path], {})
  await server.says(/ready http/)
  const [, url] = /ready (\S+)/.exec(server.stdout()) ?? []
  const answered: string[] = []
  // Four at once, until the process is gone.
  await Promise.all(
    [0, 1, 2, 3].map(async (writer) => {
      for (let n = 0; ; n++) {
        const ids = Array.from({ length: 1 + (n % 5) }, (_, k) => `${writer}-${n}-${k}`)
        const answer = await fetch(`${url}/ingest/incidents`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(
            ids.map((id) => ({
              id,
              kind: '020000',
              lng: 104.405,
              lat: 28.505,
              reportedAt: '2026-11-22T01:00:00Z',
            })),
          ),
        }).catch(() => null)
        if (answer === null) return
        expect(answer.status).toBe(200)
        answered.push(...ids)
        if (answered.length > 120) server.child.kill('SIGKILL')
      }
    }),
  )
  expect((await server.ended).signal).toBe('SIGKILL')
  const db = await openDatabase({ dataDir: dir.path, holder: { task: 'test' } })
  try {
    const rows = await db.query<{ id: number; source_id: string }>(
      "SELECT id::float8 AS id, source_id FROM incidents WHERE source = 'ingest:kill'",
    )
    const kept = new Set(rows.map(({ source_id }) => source_id))
    expect(answered.filter((id) => !kept.has(id))).toEqual([])
    // Of each row there is one event, and the audit tells of as many: all or nothing of a batch.
    const events = await db.query<{ id: number }>(
      `SELECT incident_id::float8 AS id FROM (
         SELECT incident_id FROM live_events WHERE topic = 'incident' UNION ALL
         SELECT incident_id FROM live_waiting WHERE topic = 'incident') e ORDER BY 1`,
    )
    expect(events.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).sort((a, b) => a - b))
    const [{ told }] = await db.query<{ told: number }>(
      "SELECT sum(rows)::int AS told FROM audit WHERE action = 'incidents.ingest'",
    )
    expect(told).toBe(rows.length)
  } finally {
    await db.close()
    dir.remove()
  }
})
