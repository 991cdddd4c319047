import { join } from 'node:path'
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, openJourney } from '../setup/journey.ts'

let journey: Journey
let page: Page

beforeAll(async () => {
  journey = await openJourney()
  page = await journey.context.newPage()
})

afterAll(() => journey?.close())

const patient = { timeout: 60_000 }

/** Holds every count back until told to let go. */
async function holdCounts(): Promise<() => Promise<void>> {
  const { promise: free, resolve: letGo } = Promise.withResolvers<void>()
  const held: Promise<void>[] = []
  const pattern = /\/trpc\/[^?]*(aggregates|operations)/
  const hold = (route: Route) => {
    const passed = free.then(() => route.continue())
    held.push(passed)
    return passed
  }
  await page.route(pattern, hold)
  return async () => {
    letGo()
    await Promise.all(held)
    await page.unroute(pattern, hold)
  }
}

const figure = () => page.getByTestId('counts').getByTestId('figure')
const numberOf = async () => Number((await figure().innerText()).replaceAll(/\D/g, ''))
/** The window a number says it is of, in the note it opens. */
async function windowOfFigure(): Promise<string> {
  await figure().locator('[data-told]').hover()
  const tip = page.getByRole('tooltip').filter({ hasText: '时段' })
  const text = await tip.innerText()
  await page.mouse.move(1, 1)
  await tip.waitFor({ state: 'detached' })
  return text
}

describe('answers to the question before', () => {
  test('another window: the last numbers stay dimmed under their own window, and say that they go', async () => {
    await page.goto(`${journey.url}/?level=village&window=90d`)
    await figure().waitFor()
    const before = await numberOf()
    const window = await windowOfFigure()
    const letGo = await holdCounts()
    await page.getByTestId('window').click()
    await page.getByRole('menuitem', { name: '近7天' }).click()
    await expect.poll(() => page.getByTestId('counts').getAttribute('aria-busy'), patient).toBe('true')
    expect(await numberOf()).toBe(before)
    expect(await page.getByTestId('counts').innerText()).toContain('正在更新')
    expect(await windowOfFigure()).toBe(window)
    expect(await page.getByTestId('legend').getAttribute('aria-busy')).toBe('true')
    await page.getByTestId('map-updating').getByText('正在更新').waitFor()
    await page.screenshot({ path: join(artifactsDir, 'fresh-1.png') })
    await letGo()
    await expect.poll(() => page.getByTestId('counts').getAttribute('aria-busy'), patient).toBe('false')
    expect(await numberOf()).toBeLessThan(before)
    expect(await page.getByTestId('updating').count()).toBe(0)
  })

  test('other kinds: nothing of the old answer stays', async () => {
    await page.goto(`${journey.url}/?level=village&window=90d`)
    await page.getByTestId('legend').waitFor()
    await figure().waitFor()
    const letGo = await holdCounts()
    await page.getByRole('button', { name: '刑事' }).click()
    await expect.poll(() => new URL(page.url()).searchParams.get('kinds')).not.toBeNull()
    await expect.poll(() => figure().count(), patient).toBe(0)
    expect(await page.getByTestId('legend').count()).toBe(0)
    await letGo()
    await figure().waitFor()
    await page.getByTestId('legend').waitFor()
  })

  test('no file is made of numbers that are about to change', async () => {
    await page.goto(`${journey.url}/?level=village&window=90d&panel=analysis`)
    const button = page.getByTestId('export')
    await expect.poll(() => button.isEnabled(), patient).toBe(true)
    const letGo = await holdCounts()
    await page.getByTestId('window').click()
    await page.getByRole('menuitem', { name: '近7天' }).click()
    await expect.poll(() => button.isDisabled(), patient).toBe(true)
    expect(await button.getAttribute('title')).toContain('正在更新')
    await letGo()
    await expect.poll(() => button.isEnabled(), patient).toBe(true)
  })
})
