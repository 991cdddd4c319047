import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { placeOf } from '../../../api/live/eventId.ts'
import { STANDARD_RULES } from '../../../api/people/rules.ts'
import { startServer } from '../../../api/server.ts'
import { openDatabase } from '../../../db/client.ts'
import { lastPlace } from '../../../db/queries/liveReading.ts'
import { writeAccountRules } from '../../../db/queries/rules.ts'
import { createRandom } from '../../../geodata/random.ts'
import { grant, grantTo } from '../../factories/people.ts'
import { startCuttingProxy } from '../../setup/cuttingProxy.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestServer, PASSWORD, type TestServer } from '../http.ts'
import { append, incidentEvent, numberEvents } from './events.ts'
import { expectOnePicture } from './picture.ts'
import { liveClient, Watcher } from './watcher.ts'

const hash = (watcher: Watcher) => createHash('sha256').update(JSON.stringify(watcher.messages)).digest('hex')
const incidentIds = (watcher: Watcher) =>
  watcher.messages.flatMap((message) => (message.topic === 'incident' ? [message.incident.id] : []))

describe.each(databaseKinds())('the live stream on %s', (kind) => {
  let api: TestServer
  const watchers: Watcher[] = []
  const watch = (...args: ConstructorParameters<typeof Watcher>) => {
    const watcher = new Watcher(...args)
    watchers.push(watcher)
    return watcher
  }
  const listening = async (...args: ConstructorParameters<typeof Watcher>) =>
    watch(...args).until(({ frames }) => frames > 0)

  beforeAll(async () => {
    api = await openTestServer(kind)
  })
  afterAll(async () => {
    for (const watcher of watchers) watcher.stop()
    await api?.close()
  })

  test('the stock client hears what is committed, each once, and how the sources are', async () => {
    const watcher = await listening(api.server.url, api.cookie)
    const { database } = api.api
    await append(database, incidentEvent(1), incidentEvent(2))
    await database
      .transaction(async (tx) => {
        await append(tx, incidentEvent(3))
        throw new Error('rolled back')
      })
      .catch(() => undefined)
    await append(database, incidentEvent(4))
    await watcher.until(({ messages }) => messages.length >= 3)
    expect(incidentIds(watcher)).toEqual([1, 2, 4])
    expect(watcher.feeds).toEqual([])
    watcher.stop()
  })

  test('whoever is cut off again and again hears everything once, whatever order transactions end in', async () => {
    const random = createRandom(11)
    const proxy = await startCuttingProxy({ port: Number(new URL(api.server.url).port) })
    const url = `http://127.0.0.1:${proxy.port}`
    const steady = await listening(api.server.url, api.cookie)
    const { eventId: start } = await liveClient(api.server.url, api.cookie).live.snapshot.query({
      city: 'shuifu',
    })
    const cutOff = await Promise.all(Array.from({ length: 4 }, () => listening(url, api.cookie)))
    const { database } = api.api
    const WRITERS = 8
    const EACH = 12
    const told: number[] = []
    const writing = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let turn = 0; turn < EACH; turn += 1) {
        const id = 1000 + writer * EACH + turn
        const kept = random.chance(0.85)
        await database
          .transaction(async (tx) => {
            await append(tx, incidentEvent(id))
            // Whoever drew the smaller number may well commit later.
            if (kind === 'postgres') await wait(random.int(0, 120))
            if (!kept) throw new Error('rolled back')
            await append(tx, incidentEvent(id, { status: 'dispatched' }))
          })
          .catch((error: Error) => expect(error.message).toBe('rolled back'))
        if (kept) told.push(id, id)
        await wait(random.int(0, 120))
      }
    })
    const cutting = (async () => {
      for (let cuts = 0; cuts < 6; cuts += 1) {
        await wait(random.int(50, 400))
        proxy.cut()
      }
    })()
    await Promise.all([...writing, cutting])
    await steady.until(({ messages }) => messages.length >= told.length)
    // They were cut off in truth, and came back.
    for (const watcher of cutOff)
      await watcher.until(({ messages, connections }) => messages.length >= told.length && connections > 1)
    const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b)
    expect(sorted(incidentIds(steady))).toEqual(sorted(told))
    expect(cutOff.map((each) => each.messages.length)).toEqual(cutOff.map(() => told.length))
    expect(cutOff.map(hash)).toEqual(cutOff.map(() => hash(steady)))
    expect(cutOff.map(({ reloads }) => reloads)).toEqual(cutOff.map(() => []))
    // The back-fill by question says the same as the stream did.
    const { messages, whole } = await liveClient(api.server.url, api.cookie).live.since.query({
      city: 'shuifu',
      eventId: start,
    })
    expect(whole).toBe(true)
    expect(messages).toEqual(steady.messages)
    for (const watcher of [steady, ...cutOff]) watcher.stop()
    await proxy.close()
  })

  test('a snapshot with what came after it is the next snapshot, by question and by stream', () =>
    expectOnePicture(api))

  test('a client that takes nothing is left behind, and holds up nobody', async () => {
    const others = await Promise.all([1, 2].map(() => listening(api.server.url, api.cookie)))
    const { port } = new URL(api.server.url)
    const input = encodeURIComponent(JSON.stringify({ city: 'shuifu' }))
    const slow = connect(Number(port), '127.0.0.1')
    slow.write(
      `GET /trpc/live.subscribe?input=${input} HTTP/1.1\r\nhost: localhost\r\ncookie: ${api.cookie}\r\n\r\n`,
    )
    await new Promise((resolve) => slow.once('data', resolve))
    slow.pause()
    // Until the buffers of both ends of the connection are full, a piece at a time: what is one piece is not left half sent.
    const heavy = 'x'.repeat(1_000_000)
    // Those of earlier tests have gone.
    await expect.poll(() => api.server.liveClients, { timeout: 15_000 }).toBe(others.length + 1)
    let told = 0
    while (api.server.liveClients > others.length) {
      told += 1
      // No connection holds as much.
      expect(told).toBeLessThan(60)
      await append(api.api.database, incidentEvent(5000 + told, { channel: heavy }))
      for (const watcher of others) await watcher.until(({ messages }) => messages.length === told)
    }
    for (const watcher of others) {
      expect(watcher.reloads).toEqual([])
      watcher.stop()
    }
    // It hears that it lags once it listens again.
    let heard = ''
    slow.setEncoding('utf8').on('data', (text) => {
      heard = `${heard.slice(-200)}${text}`.slice(-2000)
    })
    const ended = new Promise((resolve) => slow.once('close', resolve))
    slow.resume()
    await ended
    expect(heard).toContain('data: {"reload":"lag"}')
    expect(heard).toMatch(/event: return\ndata: \n\n$/)
  })

  test('what is too long ago, or comes from elsewhere, asks for a snapshot', async () => {
    const { database } = api.api
    const steady = await listening(api.server.url, api.cookie)
    await append(database, incidentEvent(9000))
    await steady.until((watcher) => incidentIds(watcher).includes(9000))
    const seen = steady.lastId ?? ''
    await append(database, incidentEvent(9001))
    await steady.until((watcher) => incidentIds(watcher).includes(9001))
    steady.stop()
    const client = liveClient(api.server.url, api.cookie)
    const { number } = placeOf(seen)
    expect(await client.live.since.query({ city: 'shuifu', eventId: seen })).toMatchObject({ whole: true })
    // Ahead of all, and numbers of another history or of none.
    for (const from of ['999999999-k', '999999999', `${number}-k`, String(number)]) {
      const elsewhere = watch(api.server.url, api.cookie, { from })
      await elsewhere.until(({ ended }) => ended)
      expect(elsewhere.reloads).toEqual(['tooOld'])
      expect(elsewhere.messages).toEqual([])
      const asked = await client.live.since.query({ city: 'shuifu', eventId: from })
      expect(asked).toMatchObject({ messages: [], whole: false })
    }
    // A second server that knows nothing of what was forgotten.
    await database.query('DELETE FROM live_events WHERE number = $1', [number + 1])
    expect(await client.live.since.query({ city: 'shuifu', eventId: seen })).toMatchObject({ whole: false })
    const { eventId } = await client.live.snapshot.query({ city: 'shuifu' })
    const behind = await listening(api.server.url, api.cookie, { from: eventId })
    await append(database, incidentEvent(9002))
    await behind.until(({ messages }) => messages.length > 0)
    expect(incidentIds(behind)).toEqual([9002])
    behind.stop()
  })

  test('where the database is a copy of an earlier time everybody asks for a snapshot, though its numbers are past theirs', async () => {
    const { database } = api.api
    const client = liveClient(api.server.url, api.cookie)
    const backup = await lastPlace(database)
    const watching = await listening(api.server.url, api.cookie)
    await append(database, incidentEvent(9300), incidentEvent(9301))
    await watching.until(({ messages }) => messages.length === 2)
    const seen = watching.lastId
    // What a restored backup holds, and what came after it, in the blink of an eye: no look finds the number fallen.
    await database.transaction(async (tx) => {
      await tx.query('DELETE FROM live_events WHERE number > $1', [backup.number])
      await tx.query('UPDATE live_head SET last_number = $1', [backup.number])
      await append(tx, incidentEvent(9310), incidentEvent(9311), incidentEvent(9312))
      expect(await numberEvents(tx, 0)).toBe(3)
    })
    await watching.until(({ ended }) => ended)
    const away = watch(api.server.url, api.cookie, { from: seen })
    await away.until(({ ended }) => ended)
    for (const { reloads } of [watching, away]) expect(reloads).toEqual(['tooOld'])
    expect(incidentIds(watching)).toEqual([9300, 9301])
    expect(away.messages).toEqual([])
    const { eventId } = await client.live.snapshot.query({ city: 'shuifu' })
    const anew = await listening(api.server.url, api.cookie, { from: eventId })
    await append(database, incidentEvent(9320))
    await anew.until(({ messages }) => messages.length > 0)
    expect(incidentIds(anew)).toEqual([9320])
    anew.stop()
  })

  test('rights that change and sessions that end are told, and nothing is told after them', async () => {
    const { database, ground } = api.api
    const squad = ground.areas.find(({ level }) => level === 'squad')
    const { viewer, cookie } = await api.signIn([grant('planner', 'shuifu')])
    const planner = await listening(api.server.url, cookie)
    await grantTo(database, viewer.userId, [grant('squadLeader', 'shuifu', squad?.id)])
    await planner.until(({ ended }) => ended)
    expect(planner.reloads).toEqual(['access'])
    const leader = await listening(api.server.url, cookie)
    // In no cell: not in the squad's area.
    await append(database, incidentEvent(9100))
    await database.query('DELETE FROM sessions WHERE user_id = $1', [viewer.userId])
    await leader.until(({ ended }) => ended)
    expect(leader.messages).toEqual([])
    // Put down right behind the change, and seen before it.
    const other = await api.signIn([grant('planner', 'shuifu')])
    const late = await listening(api.server.url, other.cookie)
    await grantTo(database, other.viewer.userId, [grant('squadLeader', 'shuifu', squad?.id)])
    await append(database, incidentEvent(9101))
    await late.until(({ ended }) => ended)
    expect(late.messages).toEqual([])
    const stranger = watch(api.server.url, cookie)
    await stranger.until(({ errors }) => errors.length > 0)
    expect(stranger.frames).toBe(0)
  })

  test('whatever else comes between a session and its rights ends its stream at once, and no other', async () => {
    const { database } = api.api
    const other = await listening(api.server.url, api.cookie)
    const role = 'officer'
    const ends: Record<string, (userId: string) => Promise<unknown>> = {
      revoked: (id) => database.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [id]),
      disabled: (id) => database.query('UPDATE users SET disabled_at = now() WHERE id = $1', [id]),
      password: (id) => database.query('UPDATE users SET must_change_password = true WHERE id = $1', [id]),
      role: (id) => grantTo(database, id, []),
      'second factor': (id) =>
        database.transaction((tx) =>
          writeAccountRules(tx, { ...STANDARD_RULES, secondFactorRoles: [role] }, id),
        ),
    }
    for (const [what, end] of Object.entries(ends)) {
      const { viewer, cookie } = await api.signIn([grant(role, 'shuifu')])
      const watcher = await listening(api.server.url, cookie)
      await end(viewer.userId)
      await watcher.until(({ ended }) => ended)
      expect([what, watcher.reloads]).toEqual([what, ['access']])
    }
    await database.query('DELETE FROM account_rules')
    expect(other).toMatchObject({ reloads: [], connections: 1 })
    other.stop()
  })

  // It waits for beats, and nothing of it is the database's.
  test.runIf(kind === 'pglite')(
    'a session that runs out, and an account that has to do something first, end their streams though nobody says so; others hear that theirs go on',
    async () => {
      const { database } = api.api
      const idle = await listening(api.server.url, api.cookie)
      const people = await Promise.all([1, 2].map(() => api.signIn([grant('planner', 'shuifu')])))
      const [out, blocked] = await Promise.all(people.map(({ cookie }) => listening(api.server.url, cookie)))
      const ids = people.map(({ viewer }) => viewer.userId)
      await database.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [ids[0]])
      await database.query('UPDATE users SET must_change_password = true WHERE id = $1', [ids[1]])
      for (const watcher of [out, blocked]) {
        // One client after the other is looked at with each beat.
        await watcher.until(({ ended }) => ended, 60_000)
        expect(watcher.reloads).toEqual(['access'])
      }
      // The first frame, and a beat that looked at each of the two.
      await idle.until(({ frames }) => frames > 2, 60_000)
      expect(idle).toMatchObject({ messages: [], reloads: [], connections: 1 })
      idle.stop()
    },
  )

  test('a refusal reaches the stock client as tRPC says it', async () => {
    const { cookie, viewer } = await api.signIn([grant('systemAdmin')])
    const refused = watch(api.server.url, cookie)
    await refused.until(({ errors }) => errors.length > 0)
    expect(refused.errors[0]).toMatchObject({ data: { code: 'NOT_FOUND' } })
    const told = await api.api.database.query(
      "SELECT city_code AS city, detail FROM audit WHERE person_id = $1 AND action = 'question.refuse' LIMIT 1",
      [viewer.userId],
    )
    expect(told).toEqual([{ city: 'shuifu', detail: { procedure: 'live.subscribe', reason: 'notFound' } }])
    const leader = await api.signIn([grant('department', 'shuifu')])
    const misspelt = watch(api.server.url, leader.cookie, { city: 'no such city' })
    await misspelt.until(({ errors }) => errors.length > 0)
    expect(misspelt.errors[0]).toMatchObject({ data: { code: 'BAD_REQUEST' } })
  })

  test('opening a stream that shows points is audited once, also where it is cut off, and is no use of the session', async () => {
    const { database } = api.api
    const { viewer, cookie } = await api.signIn([grant('leader', 'shuifu')])
    const proxy = await startCuttingProxy({ port: Number(new URL(api.server.url).port) })
    const url = `http://127.0.0.1:${proxy.port}`
    await database.query("UPDATE sessions SET used_at = used_at - interval '5 minutes' WHERE user_id = $1", [
      viewer.userId,
    ])
    const used = () => database.query('SELECT used_at FROM sessions WHERE user_id = $1', [viewer.userId])
    const before = await used()
    const counting = await listening(api.server.url, cookie)
    const looking = await listening(url, cookie, { purpose: 'briefing' })
    await append(database, incidentEvent(9200))
    await looking.until(({ messages }) => messages.length > 0)
    await counting.until(({ messages }) => messages.length > 0)
    proxy.cut()
    await looking.until(({ connections }) => connections > 1)
    expect(looking.messages[0].topic).toBe('incident')
    expect(counting.messages[0]).toMatchObject({ topic: 'count', count: { cellId: null } })
    const opened = await database.query<{ purpose: string; action: string }>(
      "SELECT action, purpose FROM audit WHERE person_id = $1 AND action LIKE 'live.%'",
      [viewer.userId],
    )
    expect(opened).toEqual([{ action: 'live.open', purpose: 'briefing' }])
    expect(await used()).toEqual(before)
    for (const watcher of [counting, looking]) watcher.stop()
    await proxy.close()
  })

  test('a stream lasts as long as the purpose it was opened for; one that needs none goes on', async () => {
    const short = await openTestServer(kind, { limitFactor: 0, purposeMs: 300 })
    const { cookie } = await short.signIn([grant('leader', 'shuifu')])
    const counting = await listening(short.server.url, cookie)
    const looking = await listening(short.server.url, cookie, { purpose: 'briefing' })
    // The stock client comes back by itself, saying its purpose again.
    await looking.until(({ connections }) => connections > 2)
    expect(looking.errors).toEqual([])
    expect(counting.connections).toBe(1)
    for (const watcher of [counting, looking]) watcher.stop()
    await short.close()
  })

  test.runIf(kind === 'postgres')('several servers on one database tell the same', async () => {
    const { database } = api.api
    const second = await openDatabase({ databaseUrl: database.databaseUrl, dataDir: database.dataDir })
    const other = await startServer({
      database: second,
      host: '127.0.0.1',
      port: 0,
      dataDir: database.dataDir,
      webDir: `${database.dataDir}/web`,
      adminPassword: PASSWORD,
      limitFactor: 0,
    })
    const [here, there] = await Promise.all([
      listening(api.server.url, api.cookie),
      listening(other.url, api.cookie),
    ])
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => append(i % 2 ? database : second, incidentEvent(7000 + i))),
    )
    for (const watcher of [here, there]) await watcher.until(({ messages }) => messages.length >= 60)
    expect(hash(there)).toBe(hash(here))
    expect(there.messages.length).toBe(60)
    // One that was at the first goes on at the second.
    there.stop()
    await append(database, incidentEvent(7100))
    const moved = await listening(other.url, api.cookie, { from: here.ids[29] })
    await moved.until(({ messages }) => messages.length > 0 && incidentIds(moved).includes(7100))
    const after = here.messages.filter((_, i) => placeOf(here.ids[i]).number > placeOf(here.ids[29]).number)
    expect(moved.messages.slice(0, after.length)).toEqual(after)
    for (const watcher of [here, moved]) watcher.stop()
    await other.close()
    await second.close()
  })
})
