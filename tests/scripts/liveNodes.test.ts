import { expect, test } from 'vitest'
import { cookiesOf } from '../api/http.ts'
import { liveClient, Watcher } from '../api/live/watcher.ts'
import { IncidentTeller } from '../factories/incidentTeller.ts'
import { createSource } from '../factories/ingestSources.ts'
import { startCuttingProxy } from '../setup/cuttingProxy.ts'
import { databaseKinds, openTestDatabase } from '../setup/database.ts'
import { runScript, wrongClock } from '../setup/process.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

const PASSWORD = 'journey-password-1'
const WATCHERS_EACH = 10

const OFF_S = 420

/** One of several servers on one database: a real process with a data directory and a wrong clock of its own. */
async function startNode(databaseUrl: string, clock: Record<string, string>) {
  const dir = temporaryDir('node')
  const command = runScript('scripts/start.ts', ['--without-web'], {
    DATA_DIR: dir.path,
    DATABASE_URL: databaseUrl,
    PORT: '0',
    GRIDWALL_ADMIN_PASSWORD: PASSWORD,
    // Nodes know each other's sessions by it.
    BETTER_AUTH_SECRET: 'one-secret-for-all-nodes-of-an-installation',
    RATE_LIMIT_FACTOR: '0',
    ...clock,
  })
  await command.says(/^ready /m)
  const url = /^ready (.*)$/m.exec(command.stdout())?.[1] ?? ''
  return {
    url,
    port: Number(new URL(url).port),
    jump: () => command.child.kill('SIGUSR2'),
    /** What it says of its own clock, seconds. */
    async clockOff(): Promise<number> {
      const answer: { clockAheadS?: number } = await (await fetch(`${url}/healthz`)).json()
      return answer.clockAheadS ?? 0
    },
    async kill() {
      command.child.kill('SIGKILL')
      await command.ended
      dir.remove()
    },
  }
}

test.runIf(databaseKinds().includes('postgres'))(
  'of two nodes with wrong clocks on one database each tells its clients everything, at the right time; when one is killed its clients go on at the other, and hear everything once',
  async () => {
    const db = await openTestDatabase({ kind: 'postgres', toy: true })
    const token = await createSource(db, 'ingest:110', 'incidents')
    const databaseUrl = db.databaseUrl ?? ''
    const [stays, goes] = await Promise.all([
      startNode(databaseUrl, wrongClock(OFF_S, -3 * OFF_S)),
      startNode(databaseUrl, wrongClock(-OFF_S)),
    ])
    expect(await stays.clockOff()).toBeCloseTo(OFF_S, -1)
    expect(await goes.clockOff()).toBeCloseTo(-OFF_S, -1)
    const answer = await fetch(`${stays.url}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: stays.url },
      body: JSON.stringify({ username: 'admin', password: PASSWORD }),
    })
    const cookie = cookiesOf(answer)
    // As a balancer stands before them: who was at the one that went is led to the other.
    const balancer = await startCuttingProxy({ port: goes.port })
    const watchers = Array.from(
      { length: 2 * WATCHERS_EACH },
      (_, i) =>
        new Watcher(i % 2 ? stays.url : `http://127.0.0.1:${balancer.port}`, cookie, { patient: true }),
    )
    for (const watcher of watchers) await watcher.until(({ frames }) => frames > 0)

    const teller = new IncidentTeller([stays.url, goes.url], token)
    for (let turn = 0; turn < 5; turn += 1) await teller.goesOn()
    stays.jump()
    // Both nodes told of what came in at either.
    for (const watcher of watchers) await watcher.until(({ messages }) => messages.length >= 4)
    await goes.kill()
    balancer.lead(stays.port)
    for (let turn = 0; turn < 10; turn += 1) await teller.goesOn()
    await teller.stop()

    const due = teller.acknowledged
    for (const watcher of watchers)
      await watcher.until(({ messages }) => messages.length >= due.length, 60_000)
    // Whatever is told twice is told before what comes behind it.
    const last = new IncidentTeller([stays.url], token, 'last')
    await last.goesOn()
    await last.stop()
    for (const watcher of watchers)
      await watcher.until(({ messages }) => messages.length >= due.length + last.acknowledged.length, 60_000)
    const names = new Map(
      (
        await db.query<{ id: number; source_id: string }>(
          "SELECT id::float8 AS id, source_id FROM incidents WHERE source = 'ingest:110'",
        )
      ).map(({ id, source_id }) => [id, source_id]),
    )
    const all = [...due, ...last.acknowledged].sort()
    const [order, ...others] = watchers.map(({ messages }) =>
      messages.map((message) => (message.topic === 'incident' ? names.get(message.incident.id) : '')),
    )
    expect([...names.values()].sort()).toEqual(all)
    expect([...order].sort()).toEqual(all)
    for (const other of others) expect(other).toEqual(order)
    expect(watchers.flatMap(({ reloads }) => reloads)).toEqual([])
    // All nodes go by the database's clock, which is this machine's, and say how wrong their own is.
    for (const { clockOff } of watchers) expect(clockOff.most - clockOff.least).toBeLessThan(5000)
    expect(await stays.clockOff()).toBeCloseTo(-3 * OFF_S, -1)
    const { feeds } = await liveClient(stays.url, cookie).live.snapshot.query({ city: 'shuifu' })
    expect(feeds).toMatchObject([{ source: 'ingest:110', state: 'live' }])
    const [{ ahead }] = await db.query<{ ahead: boolean }>(
      'SELECT bool_or(as_of > now()) AS ahead FROM cities',
    )
    expect(ahead).toBe(false)
    for (const [i, { connections }] of watchers.entries())
      if (i % 2 === 0) expect(connections).toBeGreaterThan(1)
    expect(teller.refusals).toBeGreaterThan(0)

    for (const watcher of watchers) watcher.stop()
    await balancer.close()
    await stays.kill()
    await db.close()
  },
)
