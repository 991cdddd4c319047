import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, openJourney } from '../setup/journey.ts'
import { settled } from '../setup/picture.ts'

let journey: Journey

beforeAll(async () => {
  journey = await openJourney()
})

afterAll(() => journey?.close())

async function openRoom(path: string): Promise<Page> {
  const page = await journey.context.newPage()
  await page.goto(`${journey.url}${path}`)
  return page
}

/** Keeps a picture of the room once its large map has come to rest. */
async function keep(page: Page, name: string): Promise<void> {
  await settled(page.getByTestId('map').first())
  await page.screenshot({ path: join(artifactsDir, `rooms-${name}.png`) })
}

/** A page asks every half minute whether its session is still there; its clock goes faster, so that nobody waits. */
const untilAskedMs = 31_000

const numberOf = (text: string) => Number(text.replaceAll(',', ''))
const scene = (page: Page) => page.locator('main').getAttribute('data-scene')

/** The numbers of one column of a table's body, and of its foot. */
async function column(page: Page, testId: string, index: number): Promise<{ rows: number[]; foot: number }> {
  const table = page.getByTestId(testId)
  const rows = await table.locator(`tbody tr td:nth-child(${index})`).allInnerTexts()
  const foot = await table.locator(`tfoot tr td:nth-child(${index})`).innerText()
  return { rows: rows.map(numberOf), foot: numberOf(foot) }
}
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

describe('the wall', () => {
  let page: Page
  beforeAll(async () => {
    page = await openRoom('/wall?stay=3600')
  })
  afterAll(() => page?.close())

  test('five figures, at most seven lines, and it says what kind of data this is and how old', async () => {
    await page.getByTestId('kpi').first().waitFor()
    await page.getByTestId('feed-line').first().waitFor()
    expect(await page.getByTestId('kpi').count()).toBe(5)
    expect(await page.getByTestId('feed-line').count()).toBeLessThanOrEqual(7)
    const text = await page.locator('main').innerText()
    expect(text).toContain('演示数据')
    expect(text).toContain('数据截至 2026-11-22 14:32')
    expect(text).toContain('编制 260 人')
    await keep(page, 'wall-overview')
  })

  test('keys lead through the three scenes and round again', async () => {
    expect(await scene(page)).toBe('overview')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => scene(page)).toBe('town')
    await keep(page, 'wall-town')
    await page.keyboard.press('3')
    await expect.poll(() => scene(page)).toBe('patrol')
    await keep(page, 'wall-patrol')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => scene(page)).toBe('overview')
    await page.keyboard.press(' ')
    await page.getByText('已暂停').waitFor()
  })

  test('unattended, it tours by itself as often as the address says', async () => {
    const touring = await openRoom('/wall?stay=5&scene=2')
    await touring.getByTestId('kpi').first().waitFor()
    await expect.poll(() => scene(touring), { timeout: 60_000 }).toBe('patrol')
    await touring.close()
  })
})

describe('the planner', () => {
  let page: Page
  beforeAll(async () => {
    page = await openRoom('/plan')
    await page.getByTestId('squads').waitFor()
  })
  afterAll(() => page?.close())

  test('six squads add up to 260 on the roster and to every grid of the city', async () => {
    const strength = await column(page, 'squads', 2)
    expect(strength.rows).toHaveLength(6)
    expect(sum(strength.rows)).toBe(260)
    expect(strength.foot).toBe(260)
    const grids = await column(page, 'squads', 5)
    expect(sum(grids.rows)).toBe(797)
    await keep(page, 'plan')
  })

  test('a squad says what it carries and how much its routes cover, and Escape leads back', async () => {
    await page.getByRole('button', { name: '三中队' }).click()
    await page.getByRole('heading', { name: '三中队' }).waitFor()
    expect(new URL(page.url()).searchParams.get('selected')).toMatch(/^area\.\d+$/)
    await page.getByText('线路 200 米内的事件').waitFor()
    await page.getByText(/三中队有全市 \d+\s% 的编制/).waitFor()
    await keep(page, 'plan-squad')
    await page.keyboard.press('Escape')
    await page.getByText('点选一个中队').waitFor()
    expect(new URL(page.url()).searchParams.get('selected')).toBeNull()
  })
})

describe('the briefing', () => {
  let page: Page
  beforeAll(async () => {
    page = await openRoom('/brief?theme=light')
    // A headless browser has no print dialog: it would come and go at once.
    await page.evaluate(() => {
      window.print = () => undefined
    })
    await page.getByTestId('children-table').waitFor()
  })
  afterAll(() => page?.close())

  /** Every table of the page adds up to the headline figure, this year and last. */
  async function addsUp(): Promise<number> {
    const total = numberOf((await page.getByTestId('total').innerText()).replace(/[^\d,]/g, ''))
    for (const testId of ['kinds-table', 'children-table']) {
      for (const index of [2, 3]) {
        const { rows, foot } = await column(page, testId, index)
        expect(sum(rows)).toBe(foot)
        if (index === 2) expect(foot).toBe(total)
      }
    }
    return total
  }

  test('the tables add up to the figure in the headline, on the way from the city down to a grid', async () => {
    let above = await addsUp()
    for (let depth = 0; depth < 3; depth++) {
      const row = page.getByTestId('children-table').locator('tbody tr').first()
      const name = await row.getByRole('button').innerText()
      const listed = numberOf(await row.locator('td').first().innerText())
      await row.click()
      await expect
        .poll(() => page.getByTestId('total').innerText(), { timeout: 60_000 })
        .toContain(listed.toLocaleString('en-US'))
      await page.getByRole('heading', { level: 1 }).filter({ hasText: name }).waitFor()
      await expect.poll(() => page.locator('article').getAttribute('aria-busy')).toBe('false')
      const total = await addsUp()
      expect(total).toBe(listed)
      expect(total).toBeLessThanOrEqual(above)
      above = total
    }
    await keep(page, 'brief-grid')
  })

  test('cited figures stand apart, on the page of the city only', async () => {
    expect(await page.getByRole('heading', { name: '引用数据' }).count()).toBe(0)
    for (let depth = 0; depth < 3; depth++) await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: '引用数据' }).waitFor()
    await page.getByText('1,476 / 1,495').waitFor()
    await keep(page, 'brief')
  })

  test('P prints a page of A4 with the maps as pictures', async () => {
    await page.keyboard.press('p')
    await expect.poll(() => page.locator('img').count(), { timeout: 120_000 }).toBeGreaterThan(0)
    expect(journey.complaints).toEqual([])
    expect(await page.locator('img').count()).toBe(2)
    const sizes = await page
      .locator('img')
      .evaluateAll((images) => images.map((each) => (each as HTMLImageElement).naturalWidth))
    expect(Math.min(...sizes)).toBeGreaterThan(100)
    const paper = await page.pdf({ path: join(artifactsDir, 'rooms-brief.pdf'), preferCSSPageSize: true })
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-')
  })
})

test('no room asks anything of a foreign host, and none throws', () => {
  const foreign = journey.requests.filter((url) => !url.startsWith(journey.url) && !/^(blob|data):/.test(url))
  expect(foreign).toEqual([])
  expect(journey.complaints).toEqual([])
})

test('when the session ends the wall says so instead of showing old figures as new', async () => {
  const page = await journey.context.newPage()
  await page.clock.install()
  await page.goto(`${journey.url}/wall`)
  await page.getByTestId('kpi').first().waitFor()
  await journey.context.clearCookies()
  await page.clock.fastForward(untilAskedMs)
  await page.getByTestId('session-cover').waitFor()
  await page.getByText('登录已结束').waitFor()
  await page.close()
})
