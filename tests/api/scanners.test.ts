import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSource } from '../factories/ingestSources.ts'
import { grant } from '../factories/people.ts'
import { findCommand } from '../setup/commands.ts'
import { type CountingProxy, startCountingProxy } from '../setup/countingProxy.ts'
import { databaseKinds } from '../setup/database.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { openTestServer, PASSWORD, type TestServer } from './http.ts'

/** Each scanner is stopped after this time, in seconds: what it has tried by then counts. */
const SECONDS = 100

const scanners = { sqlmap: findCommand('sqlmap'), wapiti: findCommand('wapiti') }

/** Runs a scanner in an empty home, so that nothing of an earlier run is remembered. @returns everything it said. */
function scan(command: string, args: string[], home: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('timeout', ['-k', '5', String(SECONDS), command, ...args], {
      env: { ...process.env, HOME: home, PYTHONUNBUFFERED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    child.once('error', reject)
    child.once('close', () => resolve(said))
  })
}

/** What wapiti found, by kind. */
type Findings = Record<string, { info: string; path: string }[]>

/** Browsers' own filters are switched off (0) because they did harm, and HSTS belongs to TLS (tests/api/tls.test.ts). */
const EXPECTED = new Set(['X-XSS-Protection is not set', 'Strict-Transport-Security is not set'])

/** The question as an address; `*` marks where sqlmap puts what it tries. */
function question(procedure: string, input: Record<string, unknown>): string {
  return `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input)).replaceAll('%2A', '*')}`
}

const box = [104, 28, 105, 29]
const window = { from: '2025-01-01', to: '2026-02-01' }

// Without the scanners these tests are skipped, but never in CI (scripts/test.ts installs them there).
describe.skipIf(!process.env.CI && (!scanners.sqlmap || !scanners.wapiti))('scanners from outside', () => {
  let http: TestServer
  let proxy: CountingProxy
  let cookie: string
  /** Of one source a door. */
  const tokens = { incidents: '', positions: '', duties: '' }
  let dir: ReturnType<typeof temporaryDir>

  beforeAll(async () => {
    dir = temporaryDir('scan')
    const kind = databaseKinds().at(-1) ?? 'pglite'
    http = await openTestServer(kind)
    cookie = (await http.signIn([grant('planner'), grant('leader')])).cookie
    for (const kind of ['incidents', 'positions', 'duties'] as const) {
      tokens[kind] = await createSource(http.api.database, `ingest:${kind}`, kind, { ratePerSecond: 1000 })
    }
    proxy = await startCountingProxy(http.server.url)
  })
  afterAll(async () => {
    await proxy?.close()
    await http?.close()
    dir?.remove()
  })

  test('are installed', () => {
    expect(scanners).toEqual({ sqlmap: expect.any(String), wapiti: expect.any(String) })
  })

  /** What sqlmap said, after it had really tried. */
  async function tried(
    name: string,
    path: string,
    headers: readonly string[],
    body?: string,
  ): Promise<string> {
    const before = proxy.total()
    const said = await scan(
      scanners.sqlmap ?? '',
      [
        '-u',
        `${proxy.url}${path}`,
        `--headers=${[...headers, ...(body ? ['Content-Type: application/json'] : [])].join('\n')}`,
        ...(body ? [`--data=${body}`] : []),
        '--batch',
        '--flush-session',
        '--disable-coloring',
        `--output-dir=${join(dir.path, 'sqlmap')}`,
        '--dbms=PostgreSQL',
        '--technique=BEUS',
        '--level=1',
        '--risk=2',
        '--threads=4',
        '--timeout=20',
        '--retries=0',
        '--keep-alive',
        '--ignore-code=*',
        '--skip-heuristics',
        '--drop-set-cookie',
      ],
      dir.path,
    )
    expect({ name, said, asked: proxy.total() - before > 20 }).toMatchObject({ asked: true })
    return said
  }

  function expectNothing(said: string): void {
    expect(said).not.toMatch(/identified the following injection|is vulnerable|appears to be .*injectable$/im)
    expect(said).toMatch(/all tested parameters do not appear to be injectable/)
  }

  test.each([
    ['a city', question('areas.summary', { city: 'shuifu*' }), undefined],
    ['a level', question('aggregates.byArea', { city: 'shuifu', level: 'grid*', ...window }), undefined],
    [
      'a kind',
      question('incidents.inView', { city: 'shuifu', bbox: box, ...window, kinds: ['010000*'] }),
      undefined,
    ],
    ['a version', question('areas.tree', { city: 'shuifu', version: '2025*' }), undefined],
    [
      'a page of the list',
      question('incidents.latest', {
        city: 'shuifu',
        limit: 5,
        before: { reportedAt: '2026-01-01T00:00:00Z*', id: 1 },
      }),
      undefined,
    ],
    ['the name of a bundle', '/bundles/areas/x*.bin', undefined],
    ['a user name', '/api/auth/sign-in/username', JSON.stringify({ username: 'admin*', password: PASSWORD })],
    ['the cookie', '/trpc/session.me', undefined],
  ])('sqlmap finds no injection in %s', async (name, path, body) => {
    const session = name === 'the cookie' ? `Cookie: ${cookie}*` : `Cookie: ${cookie}`
    expectNothing(await tried(name, path, [session], body))
  })

  // Several places a run: starting sqlmap takes longer than trying one.
  const at = '2026-01-01T00:00:00Z'
  test.each([
    [
      'the live stream, dispatch, replay and drills',
      `/trpc/live.since,dispatch.of,replay.tracks,drills.scenario?batch=1&input=${encodeURIComponent(
        JSON.stringify({
          0: { city: 'shuifu', eventId: '1-a*' },
          1: { city: 'shuifu*', incidentId: 1 },
          2: { city: 'shuifu', from: `${at}*`, to: '2026-01-01T01:00:00Z' },
          3: { city: 'shuifu', code: 'festival-crowd*' },
        }),
      ).replaceAll('%2A', '*')}`,
      null,
      undefined,
    ],
    // Of a city that there is, the stream would never end.
    [
      'who asks for the stream',
      question('live.subscribe', { city: 'nowhere*', lastEventId: '1-a*' }),
      null,
      undefined,
    ],
    [
      'incidents that are brought',
      '/ingest/incidents',
      'incidents',
      { id: 'a*', kind: '020200*', lng: 104.4, lat: 28.6, reportedAt: at, text: 'x*' },
    ],
    ['the unit of a position', '/ingest/positions', 'positions', { unit: '1*', lng: 104.4, lat: 28.6, at }],
    ['a duty', '/ingest/duties', 'duties', { unit: '1*', state: 'on', at }],
    ['a dispatch', '/ingest/dispatches', 'duties', { unit: '1*', incident: 'a*', state: 'assigned', at }],
    [
      'a beacon and its token',
      '/ingest/positions?id=x*&lat=28.6&lon=104.4*&timestamp=1767225600',
      null,
      undefined,
    ],
    ['the key of messages', '/ingest/sms?key=x*', null, { text: 'x' }],
  ] as const)('sqlmap finds no injection in %s', async (name, path, bearer, body) => {
    const holder = bearer ? `Authorization: Bearer ${tokens[bearer]}` : `Cookie: ${cookie}`
    if (bearer && body) {
      const answer = await http.post(path, body, { authorization: `Bearer ${tokens[bearer]}` })
      // Behind the door: what is asked is looked at, not only the token.
      expect([200, 400]).toContain(answer.status)
    }
    expectNothing(await tried(name, path, [holder], body && JSON.stringify(body)))
  })

  test('wapiti finds nothing', async () => {
    const report = join(dir.path, 'wapiti.json')
    const before = proxy.total()
    const starts = [
      '/wall?city=shuifu&language=zh&window=30d',
      '/?selected=area.1&kinds=traffic&level=grid',
      question('areas.summary', { city: 'shuifu' }),
      question('incidents.inView', { city: 'shuifu', bbox: box, ...window, limit: 5 }),
      '/bundles/areas/x.bin?v=1',
      '/api/auth/get-session?disableRefresh=true',
      '/healthz?x=1',
      // Of a city that there is, the stream would never end.
      question('live.subscribe', { city: 'nowhere' }),
      question('replay.tracks', { city: 'shuifu', from: at, to: '2026-01-01T01:00:00Z' }),
      question('dispatch.of', { city: 'shuifu', incidentId: 1 }),
      question('drills.scenario', { city: 'shuifu', code: 'festival-crowd' }),
      `/ingest/positions?id=${tokens.positions}&lat=28.6&lon=104.4&timestamp=1767225600`,
    ]
    const said = await scan(
      scanners.wapiti ?? '',
      [
        '-u',
        `${proxy.url}/`,
        ...starts.flatMap((path) => ['-s', `${proxy.url}${path}`]),
        '-H',
        `Cookie: ${cookie}`,
        '-m',
        // The rest asks a host of the scanner's makers.
        'backup,blindsql,cookieflags,crlf,csp,exec,file,http_headers,methods,redirect,sql,xss',
        '--scope',
        'domain',
        '--max-scan-time',
        '40',
        '--max-attack-time',
        '12',
        '--flush-session',
        '--no-bugreport',
        '-f',
        'json',
        '-o',
        report,
      ],
      dir.path,
    )
    expect({ said, asked: proxy.total() - before > 100 }).toMatchObject({ asked: true })
    const found: { vulnerabilities: Findings; anomalies: Findings } = JSON.parse(readFileSync(report, 'utf8'))
    const findings = [found.vulnerabilities, found.anomalies]
      .flatMap((kinds) => Object.values(kinds).flat())
      .filter(({ info }) => !EXPECTED.has(info))
    expect(findings).toEqual([])
  })

  test('nothing that they sent made the server fail, and it is still well', async () => {
    expect(proxy.total()).toBeGreaterThan(500)
    expect(proxy.failures).toEqual([])
    expect((await http.get('/healthz')).status).toBe(200)
  })
})
