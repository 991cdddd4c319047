import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { BrowserContextOptions, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PURPOSE_HEADER } from '../../api/roles.ts'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, type JourneyOfMany, openJourneys } from '../setup/journey.ts'
import type { OwnJourneyServer } from '../setup/journeyServer.ts'

const patient = { timeout: 60_000 }

let journeys: JourneyOfMany<OwnJourneyServer>

beforeAll(async () => {
  journeys = await openJourneys({ demo: true })
})

afterAll(() => journeys?.close())

/** Somebody at work, and every answer that refused them something. */
interface Work extends Journey {
  page: Page
  refusals: string[]
}

async function at(userName: string | null, path: string, options?: BrowserContextOptions): Promise<Work> {
  const journey = await journeys.as(userName, options)
  const refusals: string[] = []
  journey.context.on('response', async (response: Response) => {
    if (response.status() >= 400) refusals.push(`${response.status()} ${response.url()}`)
    // One of several questions in a request was refused.
    if (response.status() === 207) refusals.push(`207 ${response.url()} ${await response.text()}`)
  })
  const page = await journey.context.newPage()
  await page.goto(`${journey.url}${path}`)
  return { ...journey, page, refusals }
}

const asked = (work: Work, procedure: string) =>
  work.requests.filter((url) => new URL(url).pathname.includes(procedure))
const figure = (page: Page) => page.getByTestId('counts').getByTestId('figure')
const numberOf = (text: string) => Number(text.replaceAll(/\D/g, ''))
const keep = (page: Page, name: string) => page.screenshot({ path: join(artifactsDir, `roles-${name}.png`) })

async function choosePurpose(page: Page, purpose: string): Promise<void> {
  const dialog = page.getByTestId('purpose-dialog')
  await dialog.getByText(purpose).click()
  await page.getByRole('button', { name: '确定' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

describe('a grid worker', () => {
  let work: Work
  beforeAll(async () => {
    work = await at('demo-gridworker', '/')
    await figure(work.page).waitFor()
  })
  afterAll(() => work?.close())

  test('begins in the own village, and reads which kinds are counted and what lies outside', async () => {
    const { page } = work
    await page.getByText('我的辖区').first().waitFor()
    expect(await page.getByTestId('kinds').innerText()).toContain('治理类事件')
    const lines = page.getByTestId('legend-sight')
    await lines.waitFor()
    expect(await lines.innerText()).toContain('仅治理类事件')
    expect(numberOf((await lines.innerText()).split('辖区外')[1])).toBeGreaterThan(100)
    await keep(page, 'grid-worker')
  })

  test('is offered no layer and no room that the role has not, and asks nothing that is refused', async () => {
    const { page } = work
    expect(await page.getByTestId('layer-cameras').count()).toBe(0)
    await page.getByText('未对您的岗位开放：探头、巡逻线路').waitFor()
    await page.getByRole('button', { name: '菜单' }).or(page.getByText('☰')).first().click()
    await page.getByRole('menuitem', { name: '大屏' }).waitFor()
    expect(await page.getByRole('menuitem', { name: '规划' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    expect(asked(work, 'patrols.')).toEqual([])
    expect(asked(work, 'cameras.')).toEqual([])
    expect(work.refusals).toEqual([])
  })

  test('sees the same number on the map, in the table and in the briefing', async () => {
    const { page } = work
    const shown = numberOf(await figure(page).innerText())
    await page.goto(`${work.url}/?panel=analysis&level=grid`)
    await expect
      .poll(async () => numberOf(await page.getByTestId('analysis-count').innerText()), patient)
      .toBe(shown)
    await expect
      .poll(async () => numberOf(await page.getByTestId('table-total').innerText()), patient)
      .toBe(shown)
    await page.goto(`${work.url}/brief`)
    const total = page.getByTestId('total')
    await total.waitFor()
    expect(numberOf((await total.innerText()).split('\n')[0])).toBe(shown)
    expect(work.refusals).toEqual([])
  })

  test('reads at a closed door what is missing and whom to ask', async () => {
    await work.page.goto(`${work.url}/plan`)
    await work.page.getByText('这个房间不对您的岗位开放').waitFor()
    await work.page.getByText('巡逻部署').waitFor()
    expect(asked(work, 'operations.squads')).toEqual([])
    expect(work.refusals).toEqual([])
  })

  test('an area outside has a name and no number', async () => {
    const { page } = work
    await page.goto(`${work.url}/`)
    await figure(page).waitFor()
    await page.keyboard.press('/')
    await page.getByTestId('search').fill('太平村')
    await page
      .getByRole('button', { name: /太平村/ })
      .first()
      .click()
    await page.getByTestId('sight').waitFor()
    expect(await page.getByTestId('sight').innerText()).toContain('不在您的辖区内')
    expect(await figure(page).count()).toBe(0)
    expect(work.refusals).toEqual([])
  })
})

describe('a squad leader', () => {
  test('begins in the squad and drills down in its hierarchy; the city is seen in part', async () => {
    const work = await at('demo-squadleader', '/')
    const { page } = work
    await page.getByRole('heading', { name: '二中队' }).waitFor()
    await page.getByTestId('drill').waitFor()
    expect(await page.getByTestId('children').locator('li').count()).toBeGreaterThan(5)
    await page.goto(`${work.url}/plan`)
    const rows = page.getByTestId('squads').locator('tbody tr[aria-selected]')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(1)
    expect(work.refusals).toEqual([])
    await work.close()
  })
})

describe('a leader', () => {
  test('gives a purpose before single incidents are shown, and ends it', async () => {
    const work = await at('demo-leader', '/')
    const { page } = work
    await figure(page).waitFor()
    const layer = page.getByTestId('layer-incidents')
    expect(await layer.isChecked()).toBe(false)
    expect(asked(work, 'incidents.')).toEqual([])
    const coming = page.waitForRequest((request) => request.url().includes('incidents.inView'))
    await page.getByTestId('purpose-incidents').click()
    await choosePurpose(page, '督导检查')
    expect((await coming).headers()[PURPOSE_HEADER]).toBe('inspection')
    await expect.poll(() => layer.isChecked(), patient).toBe(true)
    await page.getByTestId('purpose').getByText('用途：督导检查').waitFor()
    await keep(page, 'leader')
    // It lasts through a reload of the page.
    await page.reload()
    await page.getByTestId('purpose').waitFor()
    await page.getByTestId('purpose-end').click()
    await page.getByTestId('purpose-incidents').waitFor()
    expect(await page.getByTestId('purpose').count()).toBe(0)
    expect(work.refusals).toEqual([])
    await work.close()
  })

  test('a single incident by its address waits for the purpose too', async () => {
    const work = await at('demo-leader', '/?selected=incident.1')
    await work.page.getByText('看这一项需要先说明用途。').waitFor()
    expect(asked(work, 'incidents.get')).toEqual([])
    await work.close()
  })
})

describe('files', () => {
  test('an officer may not export, and reads why', async () => {
    const work = await at('demo-officer', '/?panel=analysis&level=grid')
    const button = work.page.getByTestId('export')
    await button.waitFor()
    expect(await button.isDisabled()).toBe(true)
    expect(await button.getAttribute('title')).toContain('不能导出')
    await work.page.goto(`${work.url}/brief`)
    const print = work.page.getByRole('button', { name: '打印' })
    await print.waitFor()
    expect(await print.isDisabled()).toBe(true)
    await work.close()
  })

  test('a department names a purpose first; the file names its number and who took it', async () => {
    const work = await at('demo-department', '/?panel=analysis&level=village', { acceptDownloads: true })
    const { page } = work
    await page.getByTestId('analysis-count').waitFor()
    await page.getByTestId('export').click()
    await choosePurpose(page, '督导检查')
    await expect.poll(() => page.getByTestId('export').getAttribute('title'), patient).toBeNull()
    await page.getByTestId('export').click()
    const coming = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: '表格（CSV）' }).click()
    const text = await readFile(await (await coming).path(), 'utf8')
    const cells: string[][] = parse(text, { bom: true, relax_column_count: true })
    const said = new Map(cells.filter((line) => line.length === 2).map(([name, words]) => [name, words]))
    expect(said.get('导出编号')).toMatch(/^\d+$/)
    expect(said.get('导出账户')).toBe('demo-department')
    expect(said.get('导出时间')).toMatch(/^\d{4}-\d\d-\d\d/)
    expect(work.refusals).toEqual([])
    await work.close()
  })
})

describe('an auditor', () => {
  test('is led to the audit; the map has no numbers', async () => {
    const work = await at('demo-auditor', '/')
    const { page } = work
    await expect.poll(() => new URL(page.url()).pathname, patient).toMatch(/^\/admin/)
    await page.getByRole('link', { name: /回到地图/ }).click()
    await page.getByTestId('no-numbers').waitFor()
    expect(asked(work, 'aggregates.')).toEqual([])
    expect(asked(work, 'incidents.')).toEqual([])
    await work.close()
  })
})

describe('a wall', () => {
  /** The 110 desk tells of an incident. */
  async function report(): Promise<void> {
    const { tokens } = JSON.parse(await readFile(join(journeys.server.dataDir, 'simulation.json'), 'utf8'))
    const answer = await fetch(`${journeys.server.url}/ingest/incidents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.incidents}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 'roles-1',
        kind: '020200',
        lng: 104.402,
        lat: 28.622,
        level: 1,
        reportedAt: new Date().toISOString(),
      }),
    })
    expect(await answer.json()).toMatchObject({ accepted: 1 })
  }

  /** Asks a procedure that changes something, as somebody. */
  async function change<Answer>(work: Journey, procedure: string, input: object): Promise<Answer> {
    const answer = await work.context.request.post(`${work.url}/trpc/${procedure}`, {
      data: input,
      headers: { origin: work.url },
    })
    const body = await answer.json()
    if (!answer.ok()) throw new Error(`${procedure} was answered with ${JSON.stringify(body)}.`)
    return body.result.data
  }

  test('enters by its link, shows no single incident, outlives reloads, and says when it was withdrawn', async () => {
    const security = await journeys.as('demo-securityadmin')
    const kiosk = await change<{ id: string; url: string }>(security, 'kiosks.create', {
      name: '指挥大厅一号屏',
      city: 'shuifu',
      days: 30,
    })
    const work = await at(null, kiosk.url)
    const { page } = work
    await page.getByTestId('kpi').first().waitFor()
    expect(new URL(page.url()).hash).toBe('')
    // Kinds and micro-grids of what was told last, none of it one by one.
    await report()
    await page.getByTestId('live-counts').waitFor()
    expect(await page.getByTestId('count-line').count()).toBeGreaterThan(0)
    expect(asked(work, 'incidents.')).toEqual([])
    await keep(page, 'kiosk')

    // Another start of the browser, without the fragment.
    await page.goto(`${work.url}/`)
    await page.getByTestId('kpi').first().waitFor()
    expect(new URL(page.url()).pathname).toBe('/wall')

    await change(security, 'kiosks.revoke', { id: kiosk.id })
    await page.goto(`${work.url}/wall`)
    await page.getByText('这块大屏的链接已被收回或已到期').waitFor()
    // Only the fragment is another: the page hears of it, is refused and takes it out of the address.
    await page.goto(`${work.url}${kiosk.url}`)
    await page.getByText('这个大屏链接无效').waitFor()
    await page.getByRole('button', { name: '改用账户登录' }).click()
    await page.getByLabel('用户名').waitFor()
    await security.close()
    await work.close()
  })
})
