import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, openJourney } from '../setup/journey.ts'
import { settled } from '../setup/picture.ts'

let journey: Journey
let page: Page

beforeAll(async () => {
  journey = await openJourney()
  page = await journey.context.newPage()
  await page.goto(`${journey.url}/?window=thisYear&level=grid&kinds=030000`)
})

afterAll(() => journey?.close())

const parameter = (name: string) => new URL(page.url()).searchParams.get(name)
const rows = () => page.getByTestId('hotspot-list').getByRole('button')
const keep = async (name: string) => {
  await settled(page.getByTestId('map'))
  await page.screenshot({ path: join(artifactsDir, `hotspots-${name}.png`) })
}

describe('a journey through hotspots', () => {
  test('the key h opens them, each beside its patrol minutes and cameras, most certain first', async () => {
    await page.getByTestId('map').waitFor()
    await page.getByTestId('counts').waitFor()
    await page.keyboard.press('h')
    await rows().first().waitFor()
    expect(parameter('hotspot')).toBe('gi')
    expect(await rows().first().innerText()).toMatch(/q .*\d.*巡逻 [\d,.]+ 分\/日.*探头 [\d,]+/s)
    await page.getByTestId('hotspot-verdict').waitFor()
    await keep('1-gi')
  })

  test('picking one flies there and keeps the list', async () => {
    const before = await rows().allInnerTexts()
    await rows().nth(1).click()
    await expect.poll(() => parameter('selected'), { timeout: 60_000 }).toMatch(/^area\./)
    expect(parameter('level')).toBe('grid')
    await expect.poll(() => rows().nth(1).getAttribute('aria-current'), { timeout: 60_000 }).toBe('true')
    expect(await rows().allInnerTexts()).toEqual(before)
    await keep('2-picked')
  })

  test('where to look and what is a neighbour are chosen, and kept in the address', async () => {
    const patient = { timeout: 60_000 }
    const scope = page.getByTestId('hotspot-scope')
    const answered = (what: RegExp) =>
      page.waitForResponse((answer) => what.test(decodeURIComponent(answer.url())), { timeout: 120_000 })
    const rook = answered(/"contiguity":"rook"/)
    await scope.getByText('仅共边', { exact: true }).click()
    await expect.poll(() => parameter('neighbours'), patient).toBe('rook')
    expect((await rook).status()).toBe(200)
    const inside = answered(/"within":\d+/)
    await scope.getByRole('combobox', { name: '在哪里找热点' }).click()
    await page.locator('.ant-select-item-option[title^="仅"]').first().click()
    await expect.poll(() => parameter('hotspotIn'), patient).toMatch(/^\d+$/)
    expect((await inside).status()).toBe(200)
    await scope.getByRole('combobox', { name: '在哪里找热点' }).click()
    await page.locator('.ant-select-item-option[title="全市"]').click()
    await expect.poll(() => parameter('hotspotIn'), patient).toBeNull()
  })

  test('the bandwidth of a density is shown, follows the slider and is kept in the address', async () => {
    await page.getByText('密度', { exact: true }).click()
    const bandwidth = page.getByTestId('bandwidth')
    await bandwidth.filter({ hasText: 'Silverman' }).waitFor()
    const ruled = Number.parseInt(await bandwidth.innerText(), 10)
    const slider = page.getByTestId('hotspots').getByRole('slider')
    await slider.focus()
    for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight')
    await bandwidth.filter({ hasText: `${ruled + 50} m` }).waitFor()
    await expect.poll(() => parameter('bandwidth'), { timeout: 60_000 }).toBe(String(ruled + 50))
    await keep('3-density')
  })

  test('near repeats say in words what their table means', async () => {
    await page.getByText('近重复', { exact: true }).click()
    await page.getByTestId('near-repeat-verdict').waitFor()
    expect(await page.getByTestId('near-repeat-verdict').innerText()).toMatch(/巧合/)
    await keep('4-near-repeats')
  })

  test('closing them brings the area back, and nothing complained', async () => {
    await page.getByRole('button', { name: '关闭热点分析' }).click()
    await page.getByTestId('counts').waitFor()
    expect(parameter('hotspot')).toBeNull()
    expect(journey.complaints).toEqual([])
  })
})
