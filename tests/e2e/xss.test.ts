import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, type JourneyOfMany, openJourneys } from '../setup/journey.ts'

/** Asks for a picture and runs a script, wherever somebody takes text for HTML. */
const PAYLOAD = `"'><img src=/xss-probe onerror=pwned()><script>pwned()</script>{{7*7}}`
/** Columns of text that a screen may show and no join needs. */
const SHOWN =
  /^(name|name_zh|name_en|call_sign|reason|service_mode|licence|attribution|title_zh|title_en|text_zh|text_en|outcome|channel|resolved_level|type)$/
const PROBE = '/xss-probe'

let journeys: JourneyOfMany
/** What a script of somebody else's would have done, and what the policy had to stop. */
const ran: string[] = []
const violations: string[] = []
let filled = 0
const people: Journey[] = []

async function as(...who: Parameters<JourneyOfMany['as']>): Promise<Journey> {
  const journey = await journeys.as(...who)
  people.push(journey)
  return journey
}

/** Puts the payload into every text of the city that is shown, as an import of a hostile file would. */
async function poison(dataDir: string): Promise<void> {
  const db = await openDatabase({ dataDir, holder: { task: 'test' } })
  await migrate(db)
  const columns = await db.query<{ table_name: string; column_name: string }>(
    `SELECT c.table_name, c.column_name
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
       AND c.data_type IN ('text', 'character varying')`,
  )
  const tables = Map.groupBy(
    columns.filter(({ table_name, column_name }) => SHOWN.test(column_name) && table_name !== 'assets'),
    ({ table_name }) => table_name,
  )
  for (const [table, shown] of tables) {
    // The probe in front: what is cut for want of room is the old name.
    const texts = shown.map(({ column_name }) => `"${column_name}" = $1 || "${column_name}"`)
    if (table === 'incidents')
      texts.push("attributes = jsonb_build_object($1::text, $1::text, 'note', $1::text)")
    // Of the many only some: those that a list or a click comes upon.
    const some = table === 'incidents' || table === 'cameras' ? 'WHERE id % 15 = 0' : ''
    await db.query(`UPDATE "${table}" SET ${texts.join(', ')} ${some}`, [PAYLOAD])
    filled += shown.length
  }
  // One open alert, of a unit that has such a name.
  await db.query(
    `INSERT INTO alerts (city_code, kind, area_id, squad_id, unit_id, raised_at, synthetic)
     SELECT city_code, 'outsideFence', squad_id, squad_id, id, now(), true FROM units ORDER BY id LIMIT 1`,
  )
  await db.close()
}

async function open(journey: Journey, path: string): Promise<Page> {
  const page = await journey.context.newPage()
  await page.exposeBinding('pwned', ({ page }) => void ran.push(page.url()))
  await page.exposeBinding(
    'violated',
    ({ page }, what: string) => void violations.push(`${page.url()}: ${what}`),
  )
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell: unknown = Reflect.get(window, 'violated')
      if (typeof tell === 'function')
        tell(
          `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}:${event.columnNumber}`,
        )
    })
  })
  page.on('dialog', (dialog) => {
    ran.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(`${journeys.server.url}${path}`)
  return page
}

/** Waits until a room has answered all its questions. */
async function answered(page: Page): Promise<void> {
  await page.locator('#root > *').first().waitFor({ state: 'attached' })
  await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 120_000 }).toBe(0)
  await page.waitForTimeout(300)
}

/** Nothing of the payload became part of the page. */
async function checkPage(page: Page): Promise<void> {
  expect(await page.locator(`[onerror], [onload], img[src*="xss-probe"], #root script`).count()).toBe(0)
}

/** What an account sends, and the answer. */
async function post(journey: Journey, path: string, data: object): Promise<unknown> {
  const answer = await journey.context.request.post(`${journeys.server.url}/trpc/${path}`, { data })
  expect({ path, body: await answer.text(), ok: answer.ok() }).toMatchObject({ ok: true })
  return (await answer.json()).result.data
}

const keep = (page: Page, name: string) => page.screenshot({ path: join(artifactsDir, `xss-${name}.png`) })

beforeAll(async () => {
  journeys = await openJourneys({ demo: true, prepare: poison })
})
afterAll(() => journeys?.close())

describe('a city full of hostile names', () => {
  let admin: Journey
  beforeAll(async () => {
    // The browser's own name is shown with its session.
    admin = await as('admin', { userAgent: `Chromium ${PAYLOAD}` })
  })
  afterAll(() => admin?.close())

  test('was filled in every text that is shown', () => {
    expect(filled).toBeGreaterThan(12)
  })

  const rooms = [
    '/',
    '/?selected=area.1&panel=analysis&window=thisYear',
    '/?layers=incidents,cameras,routes,posts,centres,sites,halls&level=village',
    '/wall?stay=3600',
    '/wall?stay=3600&scene=3',
    '/plan',
    '/brief',
    '/admin',
  ]
  // Every second room in English, so that the names of both languages are seen.
  test.each(rooms.map((path, at) => [path, at % 2 === 0 ? 'zh' : 'en']))(
    '%s shows them as they are (%s)',
    async (path, language) => {
      const page = await open(admin, `${path}${path.includes('?') ? '&' : '?'}language=${language}`)
      await answered(page)
      await checkPage(page)
      if (path !== '/admin') {
        await expect
          .poll(() => page.locator('body').innerText(), { timeout: 60_000 })
          .toContain('<img src=/xss-probe')
      }
      await keep(page, `room-${rooms.indexOf(path)}`)
      await page.close()
    },
  )

  test('panels, menus, the search, the analysis and its export open without harm', async () => {
    const page = await open(admin, '/?window=thisYear')
    await answered(page)
    await page.getByTestId('kinds').click()
    await page.waitForTimeout(500)
    await checkPage(page)
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.getByTestId('search').fill('<img')
    await page.getByRole('dialog').getByRole('button').first().waitFor()
    await checkPage(page)
    await page.getByTestId('search').fill(PAYLOAD)
    await page.waitForTimeout(500)
    await checkPage(page)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.waitForTimeout(500)
    await page.keyboard.press('Escape')
    await page.getByTestId('map').click({ button: 'right', position: { x: 600, y: 300 } })
    await page.waitForTimeout(1_000)
    await checkPage(page)
    await page.keyboard.press('Escape')
    await page.getByTestId('map').hover({ position: { x: 640, y: 330 } })
    await page.waitForTimeout(500)
    await checkPage(page)
    await keep(page, 'panels')
    await page.close()
    const analysis = await open(admin, '/?panel=analysis&level=village&window=90d')
    await answered(analysis)
    await analysis
      .locator('canvas')
      .last()
      .hover({ position: { x: 120, y: 40 } })
    await analysis.getByTestId('export').click()
    await analysis.waitForTimeout(500)
    await checkPage(analysis)
    await keep(analysis, 'analysis')
    await analysis.close()
  })

  test('addresses full of payloads are read as text, or not at all', async () => {
    const value = encodeURIComponent(PAYLOAD)
    const names =
      'window kinds selected level version from to panel layers language theme city zoom center compare purpose error next stay scene'
    const query = names
      .split(' ')
      .map((name) => `${name}=${value}`)
      .join('&')
    for (const path of ['/', '/wall', '/plan', '/brief', '/admin', `/${value}`]) {
      const page = await open(admin, `${path}?${query}#${value}`)
      await answered(page)
      await checkPage(page)
      await page.close()
    }
  })
})

describe('accounts and screens with hostile names', () => {
  test('administrators see them as they are', async () => {
    const system = await as('demo-systemadmin')
    const security = await as('demo-securityadmin')
    await post(system, 'people.create', { userName: 'hostile', name: PAYLOAD.slice(0, 60) })
    await post(system, 'sources.create', {
      city: 'shuifu',
      code: 'ingest:hostile',
      kind: 'positions',
      name: PAYLOAD.slice(0, 60),
    })
    await post(system, 'devices.issue', { city: 'shuifu', unitId: 1 })
    await post(security, 'kiosks.create', { name: PAYLOAD.slice(0, 60), city: 'shuifu', days: 1 })
    const audit = await as('demo-auditadmin')
    for (const [journey, paths, shows] of [
      [system, ['/admin/people', '/admin/sessions', '/admin/sources'], true],
      [security, ['/admin/roles', '/admin/kiosks', '/admin/rules'], true],
      [audit, ['/admin/audit', '/admin/data'], false],
    ] as const) {
      for (const path of paths) {
        const page = await open(journey, path)
        await answered(page)
        await checkPage(page)
        if (shows && /people|kiosks|sources/.test(path))
          expect(await page.locator('body').innerText()).toContain('<img src=/xss')
        await keep(page, path.replaceAll('/', '-').slice(1))
        await page.close()
      }
      await journey.close()
    }
  })

  test('the sign-in says what was typed as it was typed', async () => {
    const stranger = await as(null)
    const page = await open(stranger, `/?error=${encodeURIComponent(PAYLOAD)}&next=javascript:pwned()`)
    await page.locator('#username').fill(PAYLOAD)
    await page.locator('#password').fill(PAYLOAD)
    await page.keyboard.press('Enter')
    await page.getByRole('alert').first().waitFor()
    await checkPage(page)
    await page.close()
    await stranger.close()
  })
})

test('fences, alerts, units on duty, a reported incident and a drill of hostile names are shown as they are', async () => {
  const city = 'shuifu'
  const words = { zh: PAYLOAD, en: PAYLOAD }
  const areas = ['530681001']
  const planner = await as('admin')
  const asked = new URLSearchParams({ input: JSON.stringify({ city }) })
  const duties = await planner.context.request.get(`${journeys.server.url}/trpc/duties.list?${asked}`)
  const { squadId } = (await duties.json()).result.data.units[0]
  await post(planner, 'fences.set', {
    city,
    name: PAYLOAD.slice(0, 40),
    areaIds: [squadId],
    squadIds: [squadId],
    rule: 'inside',
    schedule: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 }],
  })
  await post(planner, 'incidents.report', { city, kind: '020200', lng: 104.402, lat: 28.622, text: PAYLOAD })
  await post(planner, 'drills.importScenario', {
    city,
    scenario: {
      code: 'hostile',
      name: words,
      summary: words,
      minutes: 10,
      units: [{ callSign: PAYLOAD.slice(0, 20), kind: 'car', strength: 2, place: { areas } }],
      injects: [
        {
          code: '1',
          atMinute: 0,
          kind: '020200',
          level: 1,
          channel: '110',
          place: { areas },
          text: words,
          expected: [{ code: '1a', what: words, role: 'officer', withinMinutes: 5 }],
        },
      ],
    },
  })
  // What signing in by a provider would have left goes.
  const page = await open(planner, '/?dispatch=fences&drill=list&live=1&twoFactor=1')
  await answered(page)
  await expect.poll(() => page.url()).not.toContain('twoFactor')
  const shown = async (testId: string) => {
    const text = () => page.getByTestId(testId).innerText()
    await expect.poll(text, { timeout: 60_000 }).toContain('<img src=/xss-probe')
    await checkPage(page)
  }
  await shown('dispatch-panel')
  await page.locator('[data-testid^="fence-"]').getByRole('button').nth(1).click()
  const name = page.getByTestId('fence-editor').getByRole('textbox').first()
  await expect.poll(() => name.inputValue()).toBe(PAYLOAD.slice(0, 40))
  await checkPage(page)
  await page.locator('.ant-modal-close').click()
  const tabs = page.getByTestId('dispatch-panel').locator('.ant-segmented-item')
  await tabs.nth(0).click()
  await page.locator('[data-testid^="duty-"]').first().waitFor()
  await shown('dispatch-panel')
  await tabs.nth(2).click()
  await page.locator('[data-testid^="alert-"]').first().waitFor()
  await shown('dispatch-panel')

  await page.getByTestId('drill-edit-hostile').click()
  const scenario = page.getByTestId('drill-import-text')
  await expect.poll(() => scenario.inputValue()).toContain('<img src=/xss-probe')
  // What is wrong with a scenario quotes it.
  await scenario.fill(JSON.stringify({ code: PAYLOAD, [PAYLOAD]: PAYLOAD }))
  await page.getByTestId('drill-import-save').click()
  await shown('drill-import-faults')
  await keep(page, 'scenario')
  await page.locator('.ant-modal-close:visible').click()
  await page.getByTestId('drill-start-hostile').click()
  await shown('expected-1a')
  await page.getByTestId('drill-sheet').click()
  await shown('drill-sheet-page')
  await keep(page, 'drill')
  await page.close()
  await planner.close()
})

test('the policy is there, no page asked for anything against it, and no foreign script ran', async () => {
  const stranger = await journeys.as(null)
  const page = await stranger.context.newPage()
  const answer = await page.goto(journeys.server.url)
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  // The wire is alive: a script and a style that the policy must stop are told.
  const told = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const directives = new Set<string>()
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          directives.add(effectiveDirective)
          if (directives.size === 3) resolve([...directives].sort())
        })
        const probe = document.createElement('div')
        document.body.append(probe)
        probe.innerHTML = '<p style="color:red">x</p><img src="data:," onerror="pwned()">'
        const style = document.createElement('style')
        style.textContent = 'p { color: red }'
        document.head.append(style)
      }),
  )
  expect(told).toEqual(['script-src-attr', 'style-src-attr', 'style-src-elem'])
  await stranger.close()
  expect(violations).toEqual([])
  expect(ran).toEqual([])
})

test('no picture of a payload was ever asked for', () => {
  const requests = people.flatMap((journey) => journey.requests)
  expect(requests.length).toBeGreaterThan(100)
  expect(requests.filter((url) => new URL(url).pathname === PROBE)).toEqual([])
})
