import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artifactsDir } from '../setup/artifacts.ts'
import { openBrowser, sharedServer } from '../setup/journey.ts'
import type { JourneyServer } from '../setup/journeyServer.ts'
import { differentShare, settled } from '../setup/picture.ts'

/** Small: software drawing pays by the pixel. */
const small = { width: 1120, height: 640 }

let server: JourneyServer
let browser: Browser
let context: BrowserContext
let page: Page
const requests: string[] = []
const complaints: string[] = []

beforeAll(async () => {
  server = sharedServer()
  browser = await openBrowser()
  context = await browser.newContext({ viewport: small, locale: 'zh-CN' })
  context.on('request', (request) => requests.push(request.url()))
  context.on('weberror', (error) => complaints.push(String(error.error())))
  // How many canvases were ever given a drawing context of WebGL.
  await context.addInitScript(() => {
    const drawing = new Set<HTMLCanvasElement>()
    const original = HTMLCanvasElement.prototype.getContext
    Object.assign(HTMLCanvasElement.prototype, {
      getContext(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
        const made = Reflect.apply(original, this, [kind, ...rest])
        if (kind.startsWith('webgl') && made) drawing.add(this)
        Object.assign(window, { drawingCanvases: drawing.size })
        return made
      },
    })
  })
  page = await context.newPage()
  page.setDefaultTimeout(120_000)
  await page.goto(`${server.url}/?theme=dark&language=zh`)
  await page.locator('#username').fill(server.userName)
  await page.locator('#password').fill(server.password)
  await page.keyboard.press('Enter')
  await page.getByTestId('counts').waitFor()
  await settled(page.getByTestId('map'))
})

afterAll(async () => {
  await browser?.close()
})

const keep = (name: string) => page.screenshot({ path: join(artifactsDir, `player-${name}.png`) })
/** Slow machines take their time. */
const poll = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 100_000 })
const number = (text: string) => Number(text.replaceAll(',', ''))
const parameter = (name: string) => new URL(page.url()).searchParams.get(name)
const played = async () => ({
  date: await page.getByTestId('played-date').innerText(),
  count: number(await page.getByTestId('played-count').innerText()),
})
/** The large number of the panel, which the API answers for the window in the address. */
const headline = async () => number(await page.getByTestId('counts').getByTestId('figure').innerText())

describe('playing through time', () => {
  test('the window moves by itself and asks the server nothing', async () => {
    await page.getByTestId('play').click()
    await poll(() => page.getByTestId('play').getAttribute('aria-pressed')).toBe('true')
    const first = await played()
    const asked = requests.length
    await poll(async () => (await played()).date).not.toBe(first.date)
    const second = await played()
    await poll(async () => (await played()).date).not.toBe(second.date)
    expect(requests.slice(asked).filter((url) => /\/(trpc|bundles)\//.test(url))).toEqual([])
    expect(parameter('play')).toBe('30d.day')
    await keep('1-playing')
  })

  test('space pauses; then the panel, which the API fills, says what the player says', async () => {
    await page.keyboard.press(' ')
    await poll(() => page.getByTestId('play').getAttribute('aria-pressed')).toBe('false')
    const { date, count } = await played()
    expect(count).toBeGreaterThan(0)
    await poll(headline).toBe(count)
    const [from, to] = date.split(' – ')
    expect(new Date(Date.parse(parameter('from') ?? '') + 8 * 3_600_000).toISOString()).toBe(
      `${from}T00:00:00.000Z`,
    )
    const end = Date.parse(`${to}T00:00:00Z`) + 86_400_000
    expect(Date.parse(parameter('to') ?? '') + 8 * 3_600_000).toBe(end)
  })

  test('any step has the number of the API, and another picture', async () => {
    const map = page.getByTestId('map')
    await page.getByTestId('scrubber').focus()
    await page.keyboard.press('Home')
    const { date, count } = await played()
    await poll(headline).toBe(count)
    await settled(map)
    const before = await map.screenshot()
    for (let i = 0; i < 12; i++) await page.keyboard.press('PageUp')
    await poll(async () => (await played()).date).not.toBe(date)
    const later = await played()
    await poll(headline).toBe(later.count)
    await settled(map)
    expect(await differentShare(context, before, await map.screenshot())).toBeGreaterThan(0.01)
    await keep('2-scrubbed')
  })

  test('a window chosen elsewhere ends the play', async () => {
    await page.getByTestId('scrubber').focus()
    await page.keyboard.press('End')
    await poll(() => parameter('to')).not.toBeNull()
    await page.getByTestId('window').click()
    await page.getByRole('menuitem', { name: '近7天' }).click()
    await page.getByTestId('player').waitFor({ state: 'detached' })
    expect(parameter('play')).toBeNull()
    expect(parameter('window')).toBe('7d')
  })

  test('less motion: one step a second at most, and no loop', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(`${server.url}/?theme=dark&language=zh&play=7d.week`)
    await page.getByTestId('player').waitFor()
    await page.getByText('每秒一步').waitFor()
    expect(await page.getByRole('button', { name: '循环播放' }).count()).toBe(0)
    await page.emulateMedia({ reducedMotion: null })
  })
})

describe('boundary versions', () => {
  test('the same incidents are counted on both, and a micro-grid leads to the grid that held it', async () => {
    await page.goto(`${server.url}/?theme=dark&language=zh&window=thisYear`)
    await page.getByTestId('counts').waitFor()
    const whole = await headline()
    await page.goto(`${server.url}/?theme=dark&language=zh&window=thisYear&version=2018`)
    await page.getByTestId('version-note').waitFor()
    await poll(headline).toBe(whole)
    expect(await page.getByTestId('version-note').innerText()).toContain('521')
    await page.getByRole('button', { name: '回到 2025 版' }).click()
    await page.getByTestId('version-note').waitFor({ state: 'detached' })
    for (const depth of [2, 3, 4, 5]) {
      await page.getByTestId('children').getByRole('button').first().click()
      await poll(() => page.getByTestId('breadcrumb').getByTestId('step').count()).toBe(depth)
    }
    const selected = parameter('selected')
    await page.getByTestId('version').click()
    await page.getByText('2018 版边界').last().click()
    await poll(() => parameter('version')).toBe('2018')
    await poll(() => parameter('selected')).not.toBe(selected)
    expect(parameter('selected')).toMatch(/^area\.\d+$/)
    await page.getByTestId('version-note').getByText('属于').waitFor()
    // City, township, village, grid: the same way up in the other version.
    await poll(() => page.getByTestId('breadcrumb').getByTestId('step').count()).toBe(4)
    await keep('3-version-2018')
  })
})

describe('comparing two maps', () => {
  const totals = async () => (await page.getByTestId('side-total').allInnerTexts()).map(number)
  const ready = () => poll(async () => (await totals()).filter((total) => total > 0).length).toBe(2)

  test('C opens this year beside last year, with both totals and a verdict', async () => {
    await page.goto(`${server.url}/?theme=dark&language=zh&window=thisYear`)
    await page.getByTestId('counts').waitFor()
    const whole = await headline()
    await settled(page.getByTestId('map'))
    await page.keyboard.press('c')
    await ready()
    expect(parameter('compare')).toBe('1')
    const [left, right] = await totals()
    expect(left).toBe(whole)
    expect(right).not.toBe(left)
    const sentence = page.getByTestId('compare-sentence')
    await poll(() => sentence.innerText()).toMatch(/正常波动|异常/)
    const said = (await sentence.innerText()).match(/\d[\d,]*(?= 件)/g)?.map(number)
    expect(said?.slice(0, 2)).toEqual([left, right])
    await settled(page.getByTestId('map'))
    await keep('4-compared')
  })

  test('the second map carries the first along, and the pointer shows on both', async () => {
    const box = await page.getByTestId('second-map').boundingBox()
    if (!box) throw new Error('The second map has no place.')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const before = parameter('lng')
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 120, y, { steps: 6 })
    await page.mouse.up()
    await poll(() => parameter('lng')).not.toBe(before)
    await page.mouse.move(x + 3, y + 3)
    await page.mouse.move(x, y, { steps: 3 })
    // The cross itself has no size, only what it draws.
    await page.getByTestId('hover-cross').waitFor({ state: 'attached' })
  })

  test('swapping exchanges the sides, and the address keeps them', async () => {
    const [left, right] = await totals()
    await page.getByTestId('compare-swap').click()
    await poll(totals).toEqual([right, left])
    await page.reload()
    await poll(totals).toEqual([right, left])
  })

  test('two boundary versions count the same incidents', async () => {
    await page.goto(`${server.url}/?theme=dark&language=zh&compare=1&compareWindow=30d&compareVersion=2018`)
    await ready()
    const [left, right] = await totals()
    expect(left).toBe(right)
    await poll(() => page.getByTestId('compare-sentence').innerText()).toContain('合计相同')
  })

  test('closed and opened again it takes no further drawing context', async () => {
    const contexts = () => page.evaluate(() => Number(Reflect.get(window, 'drawingCanvases')))
    await page.getByTestId('compare-close').click()
    await page.getByTestId('compare-bar').waitFor({ state: 'detached' })
    expect(parameter('compare')).toBeNull()
    const once = await contexts()
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('c')
      await ready()
      await page.keyboard.press('c')
      await page.getByTestId('compare-bar').waitFor({ state: 'detached' })
    }
    expect(await contexts()).toBe(once)
  })

  test('nothing failed silently', () => {
    expect(complaints).toEqual([])
  })
})
