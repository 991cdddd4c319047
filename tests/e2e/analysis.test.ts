import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMPARE_FROM_HELD, COUNT_FROM_HELD } from '../../geodata/packed.ts'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, openJourney } from '../setup/journey.ts'

let journey: Journey
let page: Page

beforeAll(async () => {
  journey = await openJourney({ viewport: { width: 1180, height: 700 }, acceptDownloads: true })
  page = await journey.context.newPage()
  await page.goto(`${journey.url}/?level=village&window=90d&panel=analysis`)
  await headline().waitFor()
})

afterAll(() => journey?.close())

const headline = () => page.getByTestId('analysis-count')
const total = () => page.getByTestId('table-total')
const rows = () => page.getByTestId('area-table').locator('tbody tr:has(button)')
const parameter = (name: string) => new URL(page.url()).searchParams.get(name)
const numberOf = async (element: Locator) => Number((await element.innerText()).replaceAll(',', ''))

/** Waits until the figure has changed from `before` and the table's total agrees with it. */
async function agreed(before: number | null = null): Promise<number> {
  await expect
    .poll(
      async () => {
        const now = await numberOf(headline())
        return now !== before && now === (await numberOf(total()))
      },
      { timeout: 60_000 },
    )
    .toBe(true)
  return numberOf(headline())
}

/** Drags across an element, in shares of its width and height. */
async function drag(element: Locator, from: [number, number], to: [number, number]): Promise<void> {
  const box = await element.boundingBox()
  if (!box) throw new Error('Expected the chart to be on the screen.')
  await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height)
  await page.mouse.down()
  await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 8 })
  await page.mouse.up()
}

/** The file a choice of the export menu gives, as cells. */
async function exported(choice: string): Promise<string[][]> {
  await page.getByTestId('export').click()
  const coming = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: choice }).click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/^gridwall_shuifu_.*_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.(csv|xlsx)$/)
  const text = await readFile(await file.path(), 'utf8')
  return parse(text, { bom: true, relax_column_count: true })
}

describe('linked charts and the table', () => {
  let whole = 0

  test('the table adds up to the figure above it', async () => {
    whole = await agreed()
    expect(whole).toBeGreaterThan(1000)
    await page.screenshot({ path: join(artifactsDir, 'analysis-1.png') })
  })

  test('what one chart points at is marked in all others, and adds up to the same number', async () => {
    const partOf = (testId: string) =>
      page
        .getByTestId(testId)
        .locator('[data-part]')
        .evaluateAll((marks) => marks.reduce((sum, mark) => sum + Number(mark.getAttribute('data-part')), 0))
    const series = () => page.getByTestId('series-chart').getAttribute('data-part')
    const kind = page.getByTestId('analysis-kinds').getByRole('button').nth(1)
    const promised = Number((await kind.innerText()).replaceAll(',', '').match(/\d+$/)?.[0])
    await kind.hover()
    await expect.poll(series).toBe(String(promised))
    await expect.poll(() => partOf('week-grid')).toBe(promised)
    await expect.poll(() => partOf('area-table')).toBeGreaterThan(0)
    await expect.poll(() => partOf('analysis-top')).toBeGreaterThan(0)
    expect(await partOf('analysis-kinds')).toBe(0)

    const area = page.getByTestId('analysis-top').getByRole('button').first()
    const held = Number((await area.innerText()).replaceAll(',', '').match(/\d+$/)?.[0])
    await area.hover()
    await expect.poll(series).toBe(String(held))
    await expect.poll(() => partOf('week-grid')).toBe(held)
    await expect.poll(() => partOf('analysis-kinds')).toBe(held)
    expect(await rows().first().getAttribute('data-pointed')).toBe('true')

    await page.getByTestId('week-grid').hover({ position: { x: 200, y: 60 } })
    await expect.poll(async () => (await series()) === String(await partOf('analysis-kinds'))).toBe(true)
    await headline().hover()
    await expect.poll(series).toBeNull()
  })

  test('dragging across the series sets the window for everything', async () => {
    await drag(page.getByRole('region', { name: '分析' }).locator('canvas'), [0.3, 0.5], [0.7, 0.5])
    await expect.poll(() => parameter('from')).not.toBeNull()
    const part = await agreed(whole)
    expect(part).toBeLessThan(whole)
    expect(part).toBeGreaterThan(0)
  })

  test('choosing hours filters everything, and Ctrl+Z takes it back', async () => {
    const before = await numberOf(headline())
    await drag(page.getByTestId('week-grid'), [0.35, 0.1], [0.72, 0.65])
    await expect.poll(() => parameter('hours')).toMatch(/^0-4\.8-17$/)
    const part = await agreed(before)
    expect(part).toBeLessThan(before)
    await page.getByTestId('chips').getByText('周一–周五 08:00–18:00').waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(() => parameter('hours')).toBeNull()
    expect(await agreed(part)).toBe(before)
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(() => parameter('hours')).not.toBeNull()
    expect(await agreed(before)).toBe(part)
  })

  test('a kind clicked filters everything but its own chart', async () => {
    const before = await numberOf(headline())
    const kind = page.getByTestId('analysis-kinds').getByRole('button').first()
    const promised = Number((await kind.innerText()).replaceAll(',', '').match(/\d+$/)?.[0])
    await kind.click()
    await expect.poll(() => parameter('kinds')).not.toBeNull()
    expect(await agreed(before)).toBe(promised)
    expect(await page.getByTestId('analysis-kinds').getByRole('button').count()).toBeGreaterThan(3)
  })

  test('a row picked is the area the charts speak about', async () => {
    const row = rows().nth(1)
    const promised = Number((await row.locator('td').first().innerText()).replaceAll(',', ''))
    await row.locator('td').first().click()
    await expect.poll(() => parameter('selected')).toMatch(/^area\.\d+$/)
    await expect.poll(() => numberOf(headline()), { timeout: 60_000 }).toBe(promised)
    expect(parameter('level')).toBe('village')
  })

  test('chips take the filters away one by one, until all is as it was', async () => {
    const chips = page.getByTestId('chips').getByRole('button')
    // All but the window of 90 days that the address came with.
    for (const parameterName of ['selected', 'kinds', 'hours', 'from']) {
      const name = { selected: '区域', kinds: '类别', hours: '时段', from: '时间' }[parameterName] ?? ''
      await chips.filter({ hasText: name }).first().click()
      await expect.poll(() => parameter(parameterName)).toBeNull()
    }
    await page.goto(`${journey.url}/?level=village&window=90d&panel=analysis`)
    expect(await agreed()).toBe(whole)
  })

  test('a row under the pointer is marked on the legend, a class of the legend filters the rows', async () => {
    await rows().first().hover()
    await page.getByTestId('legend').getByTitle('指针处').waitFor({ state: 'attached' })
    const top = page.getByTestId('legend').getByRole('button').last()
    const promised = Number((await top.innerText()).match(/^\d+/)?.[0])
    await top.click()
    await expect.poll(() => parameter('inClass')).not.toBeNull()
    await expect.poll(() => rows().count()).toBe(promised)
    await page.keyboard.press('Control+z')
    await expect.poll(() => parameter('inClass')).toBeNull()
  })

  test('the table sorts, filters by name and is walked by keyboard', async () => {
    await page.getByRole('columnheader', { name: '去年' }).getByRole('button').click()
    const counts = await rows().locator('td:nth-of-type(2)').allInnerTexts()
    const numbers = counts.map((text) => Number(text.replaceAll(',', '')))
    expect(numbers.length).toBeGreaterThan(3)
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
    await page.getByTestId('table-filter').fill('社区')
    const shown = await rows().first().getByRole('button').innerText()
    expect(shown).toContain('社区')
    await rows().first().getByRole('button').focus()
    await page.keyboard.press('ArrowDown')
    const second = rows().nth(1).getByRole('button')
    await expect.poll(() => second.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await expect.poll(() => parameter('selected')).not.toBeNull()
    await page.keyboard.press('Control+z')
    await expect.poll(() => parameter('selected')).toBeNull()
    await page.getByTestId('table-filter').fill('')
  })

  test('the file holds the numbers of the screen', async () => {
    await page.getByRole('columnheader', { name: '件数' }).getByRole('button').click()
    await agreed()
    const cells = await exported('表格（CSV）')
    const text = cells.flat().join('\n')
    for (const word of ['水富市', '2025 版', '合成演示数据', '数据截至']) expect(text).toContain(word)
    const head = cells.findIndex((row) => row[0] === '名称')
    const column = cells[head].indexOf('件数')
    const areas = cells.slice(head + 1, -1)
    expect(areas).toHaveLength(30)
    expect(areas.reduce((sum, row) => sum + Number(row[column]), 0)).toBe(whole)
    expect(Number(cells.at(-1)?.[column])).toBe(whole)
    const shown = await rows().locator('td:nth-of-type(1)').allInnerTexts()
    expect(shown.length).toBeGreaterThan(3)
    expect(areas.slice(0, shown.length).map((row) => row[column])).toEqual(
      shown.map((count) => count.replaceAll(',', '')),
    )
    const series = await exported('时序（CSV）')
    const from = series.findIndex((row) => row[0] === '开始')
    expect(series.slice(from + 1).reduce((sum, row) => sum + Number(row[1]), 0)).toBe(whole)
  })

  test('a workbook is made in the browser, under the content policy', async () => {
    await page.getByTestId('export').click()
    const coming = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: '表格与图表' }).click()
    const bytes = await readFile(await (await coming).path())
    expect([...bytes.subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4])
  })

  test('own limits of classes stand in the address and in the legend', async () => {
    await page.goto(`${journey.url}/?level=village&window=90d&panel=analysis&classes=fixed.50,100,200`)
    const legend = page.getByTestId('legend')
    await legend.getByRole('button').first().waitFor()
    await expect.poll(() => legend.getByRole('button').count()).toBe(4)
    expect(await legend.innerText()).toContain('200+')
    await page.screenshot({ path: join(artifactsDir, 'analysis-2.png') })
  })

  test('another window comes told by the counts the page holds, and says what it says to whoever holds none', async () => {
    await page.goto(`${journey.url}/?level=grid&window=thisYear&panel=analysis`)
    const before = await agreed()
    // Most of last year was set beside this one.
    const coming = page.waitForResponse((answer) => decodeURIComponent(answer.url()).includes('"given"'))
    await page.getByTestId('window').click()
    await page.getByRole('menuitem', { name: '去年' }).click()
    const response = await coming
    await agreed(before)
    // A batch: its inputs by number, its answers in that order.
    const inputs: Record<string, { given?: object }> = JSON.parse(
      new URL(response.url()).searchParams.get('input') ?? '',
    )
    const [at, { given, ...asked }] =
      Object.entries(inputs).find(([, input]) => input.given !== undefined) ??
      expect.fail('Nothing was given.')
    const { packed } = (await response.json())[at].result.data
    const flags = Buffer.from(packed, 'base64')[0]
    expect(flags & (COUNT_FROM_HELD | COMPARE_FROM_HELD)).not.toBe(0)
    const plain = await page.request.get(
      `${journey.url}/trpc/aggregates.byArea?input=${encodeURIComponent(JSON.stringify({ ...asked, packed: false }))}`,
    )
    const { count } = (await plain.json()).result.data as { count: number[] }
    await page.getByRole('columnheader', { name: '件数' }).getByRole('button').click()
    const shown = await rows().locator('td:nth-of-type(1)').allInnerTexts()
    expect(shown.length).toBeGreaterThan(3)
    const sorted = count.toSorted((a, b) => b - a)
    const numbers = shown.map((text) => Number(text.replaceAll(',', '')))
    const ascending = numbers[0] < numbers[numbers.length - 1]
    expect(numbers).toEqual((ascending ? sorted.toReversed() : sorted).slice(0, numbers.length))
  })

  test('nothing failed silently', () => {
    expect(journey.complaints).toEqual([])
  })
  test('a part that cannot be loaded is missing alone: the map stays', async () => {
    const broken = await journey.context.newPage()
    await broken.route('**/AnalysisDrawer-*.js', (route) => route.abort())
    await broken.goto(`${journey.url}/?level=village&panel=analysis`)
    // Loaded again once, in case that the server had been updated; then said.
    await broken.getByRole('alert').getByRole('button').waitFor()
    expect(await broken.getByTestId('map').count()).toBe(1)
    await broken.getByTestId('legend').getByRole('button').first().waitFor()
    await broken.screenshot({ path: join(artifactsDir, 'analysis-3.png') })
    await broken.close()
  })
})
