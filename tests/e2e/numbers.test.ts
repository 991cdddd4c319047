import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Journey, openJourney } from '../setup/journey.ts'

/** What stands on the screens: every number says what it rests on, and the same thing has the same number everywhere. */

let journey: Journey

beforeAll(async () => {
  journey = await openJourney()
})

afterAll(() => journey?.close())

/** A room with its first numbers on it. */
async function openRoom(path: string): Promise<Page> {
  const page = await journey.context.newPage()
  await page.goto(`${journey.url}${path}`)
  await page.locator('[data-number]').first().waitFor()
  await expect
    .poll(() => page.locator('.ant-skeleton, [aria-busy="true"]').count(), { timeout: 120_000 })
    .toBe(0)
  return page
}

/** Numbers of the page that stand outside the components which carry their base, and those that carry none. */
function strays(page: Page) {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const outside: string[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? ''
      const parent = node.parentElement
      if (!parent || parent.closest('[data-number], svg, script, style, [role="tooltip"]')) continue
      // A percentage, or a number that needs its thousands told apart.
      if (/\d\s?%/.test(text) || /^\d{1,3}(,\d{3})+$/.test(text)) outside.push(text)
    }
    const untold = [...document.querySelectorAll('[data-number]:not([data-told="true"])')]
    return { outside, untold: untold.map((element) => element.textContent) }
  })
}

describe('every number of a room', () => {
  test.each([
    '/',
    '/?panel=analysis',
    '/?hotspot=gi',
    '/?compare=1',
    '/wall?stay=3600',
    '/plan',
    '/brief',
    '/brief?period=12m',
    '/admin/data',
  ])('on %s stands in a component that knows its base', async (path) => {
    const page = await openRoom(path)
    const { outside, untold } = await strays(page)
    // Sentences that speak about percentages as such: the note of the briefing, the balance of the planner.
    expect(outside.filter((text) => !/Wilson|编制/.test(text))).toEqual([])
    expect(untold).toEqual([])
    await page.close()
  })
})

test('a figure says by keyboard what it counts, over which window and boundaries, from where and as of when', async () => {
  const page = await openRoom('/')
  const figure = page.locator('[data-testid="figure"] [data-number]')
  await figure.focus()
  const note = page.getByRole('tooltip')
  await note.waitFor()
  const text = await note.innerText()
  for (const word of ['口径', '时段', '边界', '来源', '数据截至']) expect(text).toContain(word)
  expect(text).toContain('2025 版')
  expect(text).toContain('合成演示数据')
  expect(await figure.getAttribute('aria-describedby')).toBe(await note.getAttribute('id'))
  await page.keyboard.press('Escape')
  await expect.poll(() => note.count(), { timeout: 60_000 }).toBe(0)

  // A table has one stop for all its cells.
  const about = page.getByRole('button', { name: '这些数字的口径' }).first()
  await about.focus()
  await note.waitFor()
  expect(await note.innerText()).toContain('边界')
  await page.close()
})

test('a verdict says the formula with its numbers, and the bar it was held against', async () => {
  const page = await openRoom('/')
  await page.locator('[data-number="change"]').first().focus()
  const text = await page.getByRole('tooltip').innerText()
  expect(text).toMatch(/z = 2\(√[\d,]+ − √[\d,]+\) = −?\d+\.\d/)
  expect(text).toContain('|z| ≥ 2.8')
  await page.close()
})

test('the city has one number in every room: map, list of areas, kinds and briefing', async () => {
  const map = await openRoom('/')
  const numbers = async (page: Page, selector: string) =>
    (await page.locator(selector).allInnerTexts()).map((text) => Number(text.replaceAll(',', '')))
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  const [figure] = await numbers(map, '[data-testid="figure"]')
  expect(figure).toBeGreaterThan(0)
  const listed = sum(await numbers(map, '[data-testid="child-count"]'))
  const outside = sum(await numbers(map, '[data-testid="outside"] [data-number]'))
  expect(listed + outside).toBe(figure)
  await map.close()
  const brief = await openRoom('/brief')
  const [total] = await numbers(brief, '[data-testid="total"] [data-number]')
  expect(total).toBe(figure)
  await brief.close()
})

test('on paper the notes stand as footnotes, each with its mark', async () => {
  const page = await openRoom('/brief?theme=light')
  await page.getByTestId('children-table').waitFor()
  await page.emulateMedia({ media: 'print' })
  const notes = page.getByRole('heading', { name: '数字口径' }).locator('xpath=..').getByRole('listitem')
  const count = await notes.count()
  expect(count).toBeGreaterThanOrEqual(4)
  const marks = await page.locator('sup').allInnerTexts()
  expect(new Set(marks)).toEqual(new Set(Array.from({ length: count }, (_, index) => String(index + 1))))
  for (const text of await notes.allInnerTexts()) expect(text).toMatch(/口径.*来源/s)
  await page.close()
})

test('the printed ratio that does not recompute shows both', async () => {
  const page = await openRoom('/brief')
  await page.getByText('原文印作 94.05 %，按所列件数重算为 94.06 %').waitFor()
  await page.close()
})
