import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artifactsDir } from '../setup/artifacts.ts'
import { openBrowser, sharedServer } from '../setup/journey.ts'
import type { JourneyServer } from '../setup/journeyServer.ts'
import { differentShare, settled } from '../setup/picture.ts'

const desk = { width: 1366, height: 768 }

let server: JourneyServer
let browser: Browser
let context: BrowserContext
let page: Page
/** Every request of every page and worker of the journey. */
const requests: string[] = []
/** What a person would see as red in the console. */
const complaints: string[] = []

beforeAll(async () => {
  server = sharedServer()
  browser = await openBrowser()
  context = await browser.newContext({ viewport: desk, locale: 'zh-CN', reducedMotion: 'reduce' })
  context.on('request', (request) => requests.push(request.url()))
  context.on('weberror', (error) => complaints.push(String(error.error())))
  page = await context.newPage()
  page.setDefaultTimeout(120_000)
})

afterAll(async () => {
  await browser?.close()
})

const map = () => page.getByTestId('map')
const headline = () => page.getByTestId('counts')
const steps = () => page.getByTestId('breadcrumb').getByTestId('step')
const keep = (name: string) => page.screenshot({ path: join(artifactsDir, `main-${name}.png`) })

/** The large number of the selection panel. */
async function headlineCount(): Promise<number> {
  return Number((await headline().getByTestId('figure').innerText()).replaceAll(',', ''))
}

/** Clicks the busiest area of the list and waits until the panel speaks about it. */
async function drillIntoBusiest(): Promise<{ name: string; count: number; listed: number }> {
  const row = page.getByTestId('children').getByRole('button').first()
  const listed = await countOf(row)
  const name = (await row.getByTestId('child-name').getAttribute('title')) ?? ''
  await row.click()
  await page.getByRole('heading', { level: 2, name, exact: true }).waitFor()
  await headline().waitFor()
  return { name, listed, count: await headlineCount() }
}

async function countOf(row: Locator): Promise<number> {
  const count = row.getByTestId('child-count')
  await expect.poll(() => count.innerText(), { timeout: 60_000 }).toMatch(/^[\d,]+$/)
  return Number((await count.innerText()).replaceAll(',', ''))
}

describe('a journey on the main map', () => {
  test('a stranger sees nothing but the sign-in, and a wrong password says so', async () => {
    await page.goto(`${server.url}/?window=thisYear`)
    await page.locator('#username').fill(server.userName)
    await page.locator('#password').fill('not the password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: '用户名或密码不对' }).waitFor()
    expect(await map().count()).toBe(0)
    await keep('1-sign-in')
  })

  test('signing in opens the map where the address points', async () => {
    await page.locator('#password').fill(server.password)
    await page.keyboard.press('Enter')
    await headline().waitFor()
    await expect.poll(() => new URL(page.url()).searchParams.get('zoom'), { timeout: 60_000 }).not.toBeNull()
    expect(new URL(page.url()).searchParams.get('window')).toBe('thisYear')
    expect(await page.getByText('演示数据').count()).toBeGreaterThan(0)
    await settled(map())
    await keep('2-city')
  })

  test('drilling from the city to a micro-grid shows in each panel the number that its row promised', async () => {
    const whole = await headlineCount()
    let above = whole
    for (const depth of [2, 3, 4, 5]) {
      const { count, listed } = await drillIntoBusiest()
      expect(count).toBe(listed)
      expect(count).toBeLessThanOrEqual(above)
      expect(count).toBeGreaterThan(0)
      expect(await steps().count()).toBe(depth)
      above = count
    }
    expect(new URL(page.url()).searchParams.get('selected')).toMatch(/^area\.\d+$/)
    await settled(map())
    await keep('3-micro-grid')
  })

  test('Escape goes up one level at a time', async () => {
    await page.keyboard.press('Escape')
    await expect.poll(() => steps().count(), { timeout: 60_000 }).toBe(4)
    await page.keyboard.press('Escape')
    await expect.poll(() => steps().count(), { timeout: 60_000 }).toBe(3)
  })

  test('filtering kinds lowers the count, and "back" takes the filter away again', async () => {
    await headline().waitFor()
    const all = await headlineCount()
    await page.getByTestId('kinds').click()
    await page.getByTestId('only-traffic').click()
    await page.getByTestId('kinds').click()
    await page.getByTestId('only-traffic').waitFor({ state: 'hidden' })
    await expect.poll(() => new URL(page.url()).searchParams.get('kinds')).toBe('traffic')
    await expect.poll(headlineCount, { timeout: 60_000 }).toBeLessThan(all)
    const traffic = await headlineCount()
    await page.goBack()
    await expect.poll(() => new URL(page.url()).searchParams.get('kinds')).toBeNull()
    await expect.poll(headlineCount, { timeout: 60_000 }).toBe(all)
    await page.goForward()
    await expect.poll(headlineCount, { timeout: 60_000 }).toBe(traffic)
  })

  test('reloading the address gives the same picture', async () => {
    await page.mouse.move(4, 4)
    await settled(map())
    const before = {
      url: page.url(),
      count: await headlineCount(),
      steps: await steps().allInnerTexts(),
      picture: await map().screenshot(),
    }
    await page.reload()
    await headline().waitFor()
    await page.mouse.move(4, 4)
    await settled(map())
    expect(page.url()).toBe(before.url)
    expect(await headlineCount()).toBe(before.count)
    expect(await steps().allInnerTexts()).toEqual(before.steps)
    const share = await differentShare(context, before.picture, await map().screenshot())
    await keep('4-reloaded')
    expect(share).toBeLessThan(0.01)
  })

  test('search finds a grid by the first digits of its code, from memory', async () => {
    const asked = requests.length
    await page.keyboard.press('/')
    await page.getByTestId('search').fill('530681001')
    const first = page.getByRole('dialog').getByRole('button').first()
    await first.waitFor()
    expect(await first.innerText()).toContain('530681001')
    expect(requests.slice(asked).filter((url) => url.includes('/trpc/areas'))).toEqual([])
    await page.keyboard.press('Escape')
  })

  test('light and English are a click away and stay in the address', async () => {
    await page.getByTestId('theme').click()
    await page.getByTestId('language').click()
    await expect.poll(() => new URL(page.url()).searchParams.get('language')).toBe('en')
    expect(new URL(page.url()).searchParams.get('theme')).toBe('light')
    await page.getByText('Synthetic', { exact: true }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await settled(map())
    await keep('5-light-english')
  })

  test.each([
    ['/wall', 'wall'],
    ['/plan', 'plan'],
    ['/brief', 'brief'],
    ['/admin', 'admin'],
    ['/nowhere', 'not-found'],
  ])('%s opens in the same session', async (path, name) => {
    await page.goto(`${server.url}${path}?theme=dark&language=zh`)
    await page.getByRole('heading').first().waitFor()
    await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 120_000 }).toBe(0)
    expect(await page.locator('#username').count()).toBe(0)
    await keep(`6-${name}`)
  })

  test('the map fills a wall of 3840 × 2160', async () => {
    const wide = await context.newPage()
    await wide.setViewportSize({ width: 3840, height: 2160 })
    await wide.goto(`${server.url}/?theme=dark&language=zh`)
    await wide.getByTestId('counts').waitFor({ timeout: 120_000 })
    await settled(wide.getByTestId('map'))
    await wide.screenshot({ path: join(artifactsDir, 'main-7-3840x2160.png') })
    const box = await wide.getByTestId('map').boundingBox()
    expect(box?.width).toBe(3840)
    expect(await wide.evaluate(() => document.documentElement.scrollWidth)).toBe(3840)
    // What the pointer meets on the wall lies at half the way on a screen of half its size.
    const tip = wide.getByRole('tooltip')
    await wide.mouse.move(1800, 1300)
    await tip.waitFor()
    const met = await tip.textContent()
    expect(met).toContain('村')
    const besidePointer = ((await tip.boundingBox())?.x ?? 0) - 1800
    expect(Math.abs(besidePointer)).toBeLessThan(80)
    await wide.setViewportSize({ width: 1920, height: 1080 })
    await settled(wide.getByTestId('map'))
    await wide.mouse.move(900, 650)
    await expect.poll(() => tip.textContent()).toBe(met)
    await wide.close()
  })

  test('no request of any page ever left the origin, and nothing failed silently', () => {
    const origin = new URL(server.url).origin
    const foreign = requests.filter(
      (url) =>
        new URL(url).origin !== origin && !url.startsWith('data:') && !url.startsWith(`blob:${origin}`),
    )
    expect(requests.length).toBeGreaterThan(50)
    expect(foreign).toEqual([])
    expect(complaints).toEqual([])
  })
})
