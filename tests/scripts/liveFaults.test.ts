import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { copyDirectory } from '../../db/cache.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { cookiesOf } from '../api/http.ts'
import { Watcher } from '../api/live/watcher.ts'
import { IncidentTeller } from '../factories/incidentTeller.ts'
import { createSource } from '../factories/ingestSources.ts'
import { startCuttingProxy } from '../setup/cuttingProxy.ts'
import { databaseKinds } from '../setup/database.ts'
import { findPostgres, freePort, startPostgres } from '../setup/postgresServer.ts'
import { type RunningCommand, runScript, wrongClock } from '../setup/process.ts'
import { canMount, limitedFiles, mountSmallDisk } from '../setup/smallDisk.ts'
import { pgliteTemplate, writeContent } from '../setup/templates.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

/**
 * Real processes, a real network between them, and what befalls them: while somebody tells of incidents and others watch,
 * every incident that was acknowledged is heard of by everybody, once.
 */

const PASSWORD = 'journey-password-1'
const WATCHERS = 50

/** Asks PostgreSQL to begin its log anew until it no longer can. */
async function fillLog(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  let failure: unknown
  // Its end is told by the question that fails.
  client.on('error', () => undefined)
  for (let turn = 0; turn < 64 && failure === undefined; turn += 1) {
    try {
      if (turn === 0) await client.connect()
      await client.query("SELECT pg_logical_emit_message(false, 'log', 'full'), pg_switch_wal()")
    } catch (error) {
      failure = error
    }
  }
  expect(failure).toBeDefined()
}

test.for(databaseKinds())(
  'nothing is lost or doubled whatever fails, on %s',
  { timeout: 600_000 },
  async (kind, { onTestFinished }) => {
    const dir = temporaryDir('faults')
    const bin = findPostgres()
    const small = canMount ? mountSmallDisk(400) : undefined
    onTestFinished(() => small?.remove())
    const postgres =
      kind === 'postgres' && bin
        ? await startPostgres(bin, { synchronous_commit: 'on' }, small?.path)
        : undefined
    // What a server keeps beside a PostgreSQL is little, and on another disk.
    const dataDir = postgres ? dir.path : (small?.path ?? dir.path)
    if (!postgres) copyDirectory(await pgliteTemplate('toyCity'), join(dataDir, pgliteDirName))
    const inDatabase = async <T>(run: (db: Database) => Promise<T>): Promise<T> => {
      const db = await openDatabase({
        databaseUrl: postgres?.url,
        dataDir,
        holder: { task: 'test' },
      })
      try {
        return await run(db)
      } finally {
        await db.close()
      }
    }
    const token = await inDatabase(async (db) => {
      if (postgres) await writeContent(db, 'toyCity')
      return createSource(db, 'ingest:110', 'incidents')
    })

    const port = await freePort()
    let api: RunningCommand
    let apiEnded = false
    const disk = small ?? limitedFiles(() => postgres?.pids() ?? [Number(api.child.pid)])
    // Each start with another clock, and the first jumps. An embedded database goes by it: back, but never behind the teller.
    const clocks = postgres ? [420, -420, 900] : [300, 60, 180]
    let starts = 0
    const startApi = async () => {
      apiEnded = false
      const [offS, jumpsToS] = [clocks[starts % 3], clocks[(starts + 1) % 3]]
      starts += 1
      api = runScript('scripts/start.ts', ['--without-web'], {
        DATA_DIR: dataDir,
        DATABASE_URL: postgres?.url ?? '',
        PORT: String(port),
        GRIDWALL_ADMIN_PASSWORD: PASSWORD,
        RATE_LIMIT_FACTOR: '0',
        ...wrongClock(offS, jumpsToS),
      })
      void api.ended.then(() => {
        apiEnded = true
      })
      await api.says(/^ready /m)
    }
    const jumpClock = () => api.child.kill('SIGUSR2')
    const killApi = async () => {
      api.child.kill('SIGKILL')
      await api.ended
    }
    await startApi()
    const url = `http://127.0.0.1:${port}`
    const network = await startCuttingProxy({ port })
    const answer = await fetch(`${url}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ username: 'admin', password: PASSWORD }),
    })
    const cookie = cookiesOf(answer)
    // Half of them beyond a network that fails.
    const watchers = Array.from(
      { length: WATCHERS },
      (_, i) => new Watcher(i % 2 ? url : `http://127.0.0.1:${network.port}`, cookie, { patient: true }),
    )
    for (const watcher of watchers) await watcher.until(({ frames }) => frames > 0)

    const teller = new IncidentTeller([url], token)
    await wait(500)
    jumpClock()
    network.cut()
    await wait(300)
    await killApi()
    await startApi()
    await wait(300)
    if (postgres) {
      await postgres.crash()
      await wait(300)
      await postgres.start()
      await wait(300)
    }
    await teller.goesOn()
    const { refusals } = teller
    disk.fill()
    while (teller.refusals < refusals + 3) await wait(50)
    if (postgres) await fillLog(postgres.url)
    disk.empty()
    const going = teller.goesOn()
    for (let over = false; !over; ) {
      over = await Promise.race([going.then(() => true), wait(100, false)])
      if (!over && postgres?.hasEnded()) {
        await postgres.crash()
        await postgres.start()
      }
      // With an embedded database it ends where its log cannot be written; on a disk that is only full it may refuse and stay.
      if (!over && apiEnded) await startApi()
    }
    network.break()
    await wait(700)
    network.mend()
    await wait(300)
    if (postgres) {
      // Killed once more, in the middle of everybody's coming back.
      await killApi()
      await startApi()
      await wait(500)
    }
    await teller.stop()

    const due = [...teller.acknowledged].sort()
    for (const watcher of watchers)
      await watcher.until(({ messages }) => messages.length >= due.length, 60_000)
    // What comes too often comes a little later.
    await wait(500)
    const stored = await (async () => {
      await killApi()
      return inDatabase((db) =>
        db.query<{ id: number; source_id: string }>(
          "SELECT id::float8 AS id, source_id FROM incidents WHERE source = 'ingest:110'",
        ),
      )
    })()
    const names = new Map(stored.map(({ id, source_id }) => [id, source_id]))
    const heard = watchers.map(({ messages }) =>
      messages.map((message) =>
        message.topic === 'incident' ? names.get(message.incident.id) : message.topic,
      ),
    )
    const hash = (list: readonly unknown[]) => createHash('sha256').update(JSON.stringify(list)).digest('hex')
    expect([...names.values()].sort()).toEqual(due)
    expect(heard.map(({ length }) => length)).toEqual(watchers.map(() => due.length))
    expect(heard.map((list) => hash([...list].sort()))).toEqual(watchers.map(() => hash(due)))
    // All in the same order.
    expect(new Set(heard.map(hash)).size).toBe(1)
    expect(watchers.flatMap(({ reloads }) => reloads)).toEqual([])
    // The faults were felt.
    expect(teller.refusals).toBeGreaterThan(0)
    for (const { connections } of watchers) expect(connections).toBeGreaterThan(1)

    for (const watcher of watchers) watcher.stop()
    await network.close()
    await postgres?.stop()
    dir.remove()
  },
)
