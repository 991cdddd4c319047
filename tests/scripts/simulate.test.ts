import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulatedCity } from '../../geodata/simulation/city.ts'
import { course } from '../../geodata/simulation/course.ts'
import { bodyOf } from '../../geodata/simulation/request.ts'
import { readEnvironment } from '../../scripts/environment.ts'
import { simulateOptions } from '../../scripts/simulate.ts'
import { Sender } from '../../scripts/simulationSender.ts'
import { openTestServer, type TestServer } from '../api/http.ts'
import { createSource } from '../factories/ingestSources.ts'
import { databaseKinds } from '../setup/database.ts'
import { runScript } from '../setup/process.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

const tokens = { incidents: 'a', positions: 'b', duties: 'c' }
const quiet = () => undefined

describe('npm run simulate', () => {
  test('takes what it is told, and says what it cannot take', () => {
    const env = readEnvironment({ PORT: '9000', DATA_DIR: '/tmp/x' })
    expect(
      simulateOptions(['--rate', '2.5', '--minutes', '3', '--seed', '9', '--speed', '60'], env),
    ).toMatchObject({
      perMinute: 2.5,
      minutes: 3,
      seed: 9,
      speed: 60,
      units: 24,
      url: 'http://127.0.0.1:9000',
      tokensFile: '/tmp/x/simulation.json',
      clock: Date.parse('2026-11-20T19:55:00+08:00'),
    })
    for (const [args, said] of [
      [['--speed', '0.5'], /--speed must be a number from 1 to 600 but is "0.5"/],
      [['--clock', '25:00'], /--clock must be an hour such as 19:55/],
      [['--url', 'localhost'], /--url must be an address/],
      [['--city', 'nowhere'], /no demo city named "nowhere"/],
      [['--fast'], /usage: npm run simulate/],
    ] as const)
      expect(() => simulateOptions([...args], env)).toThrow(said)
  })

  test('says in a sentence that there are no tokens, or no server', async () => {
    const dir = temporaryDir('simulate')
    const run = async (args: string[]) => {
      const command = runScript('scripts/simulate.ts', args, { DATA_DIR: dir.path })
      const { code } = await command.ended
      return { code, stderr: command.stderr() }
    }
    const without = await run([])
    expect(without).toMatchObject({ code: 1 })
    expect(without.stderr).toMatch(/GRIDWALL_DEMO=1, which writes those of the demo sources/)
    writeFileSync(join(dir.path, 'simulation.json'), JSON.stringify({ city: 'shuifu', tokens }))
    // Nothing listens on port 1.
    const nobody = await run(['--url', 'http://127.0.0.1:1'])
    expect(nobody).toMatchObject({ code: 1 })
    expect(nobody.stderr).toMatch(/No server answers at http:\/\/127.0.0.1:1/)
    expect(nobody.stderr).not.toMatch(/ at .*\.ts/)
    dir.remove()
  })

  test('waits as long as the server asks, and sends the same again after a cut', async () => {
    const bodies: string[] = []
    const server = createServer((request, answer) => {
      let body = ''
      request.on('data', (part) => {
        body += part
      })
      request.on('end', () => {
        bodies.push(body)
        if (bodies.length === 1) answer.writeHead(429, { 'retry-after': '1' }).end()
        else if (bodies.length === 2) request.socket.destroy()
        else answer.writeHead(200, { 'content-type': 'application/json' }).end('{"accepted":1,"rejected":[]}')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const sender = new Sender({
      url: `http://127.0.0.1:${port}`,
      tokens,
      signal: new AbortController().signal,
      tell: quiet,
    })
    expect(await sender.send('duties', '[1]', 1)).toBe(true)
    expect(bodies).toEqual(['[1]', '[1]', '[1]'])
    expect(sender.retries).toBe(1)
    expect(sender.totals).toEqual({ duties: { requests: 1, items: 1, rejected: 0, accepted: 1 } })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
})

describe.each(databaseKinds())('the ingest endpoints on %s', (kind) => {
  let http: TestServer
  beforeAll(async () => {
    http = await openTestServer(kind)
  })
  afterAll(() => http?.close())

  test('take a simulated evening as it is sent, and refuse nothing of it', async () => {
    const { database, ground, things } = http.api
    const city = simulatedCity(ground, { ...things, patrolRoutes: [] }, 7)
    const held = {
      incidents: await createSource(database, 'ingest:sim-110', 'incidents'),
      positions: await createSource(database, 'ingest:sim-gps', 'positions'),
      duties: await createSource(database, 'ingest:sim-duty', 'duties'),
    }
    const sender = new Sender({
      url: http.server.url,
      tokens: held,
      signal: new AbortController().signal,
      tell: quiet,
    })
    const minutes = 4
    const run = { anchor: Date.now() - minutes * 60_000, name: 'test' }
    const clock = Date.parse('2026-11-20T19:58:00+08:00')
    const fixes = new Set<string>()
    for (const request of course(city, { seed: 7, minutes, perMinute: 3, units: 6, clock })) {
      await sender.send(request.source, bodyOf(request, run), request.items.length)
      if (request.source === 'positions') for (const { unit, at } of request.items) fixes.add(`${unit} ${at}`)
    }
    expect(sender.reasons).toEqual({})
    expect(sender.totals.incidents).toMatchObject({ accepted: 12, rejected: 0 })
    const [rows] = await database.query(
      `SELECT (SELECT count(*)::int FROM unit_positions) AS fixes, (SELECT count(*)::int FROM incidents WHERE source = 'ingest:sim-110') AS incidents,
         (SELECT count(*)::int FROM unit_duties WHERE ended_at IS NULL) AS open,
         (SELECT count(*)::int FROM dispatches WHERE ended_at IS NULL) AS "stillSent", (SELECT count(*)::int FROM dispatches) AS sent,
         (SELECT count(*)::int FROM incidents WHERE source = 'ingest:sim-110' AND status <> 'new') AS further,
         (SELECT bool_and(synthetic) FROM incidents WHERE source = 'ingest:sim-110') AS synthetic`,
    )
    expect(rows).toMatchObject({ fixes: fixes.size, incidents: 12, open: 0, stillSent: 0, synthetic: true })
    expect((rows as { sent: number }).sent).toBeGreaterThan(0)
    expect((rows as { further: number }).further).toBeGreaterThan(2)
    const wrong = new Sender({
      url: http.server.url,
      tokens: { ...held, positions: 'nobody' },
      signal: new AbortController().signal,
      tell: quiet,
    })
    await expect(wrong.send('positions', '[]', 0)).rejects.toThrow(
      /refused the token of the source for positions \(401\)/,
    )
  })
})
