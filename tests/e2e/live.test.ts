import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, type JourneyOfMany, openJourneys } from '../setup/journey.ts'
import type { OwnJourneyServer } from '../setup/journeyServer.ts'

let journeys: JourneyOfMany<OwnJourneyServer>
let journey: Journey
let map: Page
let wall: Page
let token: string

beforeAll(async () => {
  journeys = await openJourneys({ demo: true })
  token = JSON.parse(readFileSync(join(journeys.server.dataDir, 'simulation.json'), 'utf8')).tokens.incidents
  journey = await journeys.as('admin')
  map = await journey.context.newPage()
  // The real thing, counted: when it is made, and each tone it begins.
  await map.addInitScript(() => {
    const heard = { contexts: [] as AudioContext[], tones: 0 }
    Object.assign(window, { heard })
    window.AudioContext = class extends AudioContext {
      constructor() {
        super()
        heard.contexts.push(this)
      }
      override createOscillator() {
        heard.tones++
        return super.createOscillator()
      }
    }
  })
  await map.goto(`${journey.url}/?live=1&lng=104.402&lat=28.622&zoom=15`)
  const walls = await journeys.as('demo-wall')
  wall = await walls.context.newPage()
  await wall.goto(`${journey.url}/wall?stay=3600`)
  await badge(map, connected)
  await badge(wall, connected)
})

afterAll(() => journeys?.close())

const patient = { timeout: 60_000 }

/** Connected: a source may have been silent meanwhile, which is not the stream's. */
const connected = ['live', 'silent']

function badge(page: Page, states: readonly string[]) {
  const shown = states.map((state) => `[data-testid="live-badge"][data-state="${state}"]`)
  return page.locator(shown.join(', ')).waitFor(patient)
}

/** What the 110 desk tells: the same incident again with what has become of it. */
async function tell(change: Record<string, unknown>): Promise<{ accepted: number; changed: number }> {
  const answer = await fetch(`${journey.url}/ingest/incidents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'journey-1', kind: '020200', lng: 104.402, lat: 28.622, level: 1, ...change }),
  })
  expect(answer.status).toBe(200)
  return answer.json()
}

const lines = () => map.getByTestId('live-line')

/** What the server answers the admin. */
async function ask(procedure: string, input?: object) {
  const wanted = encodeURIComponent(JSON.stringify({ city: 'shuifu', ...input }))
  const answer = await journey.context.request.get(`${journey.url}/trpc/${procedure}?input=${wanted}`)
  return (await answer.json()).result.data
}

/** Tab, until the focus is there. */
const tabTo = async (to: Locator) => {
  await to.waitFor({ ...patient, state: 'attached' })
  for (let presses = 0; presses < 150; presses++) {
    if (await to.evaluate((element) => element === document.activeElement)) return
    await map.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${to}.`)
}
const press = async (to: Locator) => {
  await expect.poll(() => to.isEnabled(), patient).toBe(true)
  await tabTo(to)
  await map.keyboard.press('Enter')
}

/** The pixel in the middle of the map's picture, where the incident is told to be. */
const middleOf = (page: Page) =>
  page.getByTestId('map').evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect()
    return { x: left + width / 2, y: top + height / 2 }
  })

describe('a journey through what is live', () => {
  const reportedAt = new Date().toISOString()
  const before = { incident: '' }

  test('what the desk reports is on every screen without reloading', async () => {
    await map.getByTestId('live-count').waitFor()
    expect(await tell({ reportedAt })).toMatchObject({ accepted: 1 })
    const first = lines().first()
    await expect.poll(() => first.locator('time').getAttribute('datetime'), patient).toBe(reportedAt)
    expect(await first.getAttribute('data-stage')).toBe('new')
    before.incident = (await first.getAttribute('data-incident')) ?? ''
    // A wall that only counts names the micro-grid and nothing else.
    const line = wall.getByTestId('count-line').first()
    await line.waitFor(patient)
    expect(await line.innerText()).toMatch(/网格/)
    expect(await wall.getByTestId('count-line').count()).toBeLessThanOrEqual(7)
  })

  test('it stands on the map where it was reported: a click there opens it', async () => {
    const { x, y } = await middleOf(map)
    // Once the map has drawn it.
    const picked = async () => {
      await map.mouse.click(x, y)
      return new URL(map.url()).searchParams.get('selected')
    }
    await expect.poll(picked, { ...patient, interval: 1000 }).toBe(`incident.${before.incident}`)
    await map.screenshot({ path: join(artifactsDir, 'live-1-new.png') })
  })

  test('it moves through its stages, in the list and in its panel', async () => {
    const at = (minutes: number) => new Date(Date.parse(reportedAt) + minutes).toISOString()
    const stage = () => map.locator(`[data-incident="${before.incident}"]`).getAttribute('data-stage')
    expect(await tell({ reportedAt, dispatchedAt: at(1) })).toMatchObject({ changed: 1 })
    await expect.poll(stage, patient).toBe('dispatched')
    await tell({ reportedAt, dispatchedAt: at(1), arrivedAt: at(2) })
    await expect.poll(stage, patient).toBe('onScene')
    await map.getByLabel('选中事件').getByText('处置中').first().waitFor(patient)
    await tell({ reportedAt, dispatchedAt: at(1), arrivedAt: at(2), closedAt: at(3) })
    await expect.poll(stage, patient).toBe('closed')
    // Told twice it changes nothing.
    expect(await tell({ reportedAt, dispatchedAt: at(1), arrivedAt: at(2), closedAt: at(3) })).toMatchObject({
      changed: 0,
    })
  })

  test('nothing sounds before a person asks for it; then what is new does, until it is muted', async () => {
    const heard = () =>
      map.evaluate(() => {
        const { contexts, tones } = Reflect.get(window, 'heard') as {
          contexts: AudioContext[]
          tones: number
        }
        return { contexts: contexts.length, state: contexts[0]?.state, tones }
      })
    expect(await heard()).toMatchObject({ contexts: 0, tones: 0 })
    await map.getByTestId('sound').click()
    expect(await heard()).toMatchObject({ contexts: 1 })
    const { tones } = await heard()
    expect(tones).toBeGreaterThan(0)
    let reports = 0
    // Again and again: what comes while a sound is heard is in it.
    const reportAgain = async () => {
      await tell({ id: `journey-sound-${reports++}`, reportedAt: new Date().toISOString() })
      return (await heard()).tones
    }
    await expect.poll(reportAgain, { ...patient, interval: 2000 }).toBeGreaterThan(tones)
    await map.getByTestId('sound').click()
    await expect.poll(async () => (await heard()).state, patient).toBe('suspended')
    const { tones: muted } = await heard()
    const last = new Date().toISOString()
    await tell({ id: 'journey-muted', reportedAt: last })
    const first = map.getByTestId('live-line').first()
    await expect.poll(() => first.locator('time').getAttribute('datetime'), patient).toBe(last)
    expect((await heard()).tones).toBe(muted)
    before.incident = (await first.getAttribute('data-incident')) ?? ''
  })

  test('somebody reports from the map, and everybody has it', async () => {
    const { x, y } = await middleOf(map)
    await map.mouse.click(x + 120, y - 60, { button: 'right' })
    await map.getByTestId('menu-report').click()
    const form = map.getByTestId('report')
    await form.getByRole('combobox').click()
    await map.keyboard.press('ArrowDown')
    await map.keyboard.press('Enter')
    await map.getByRole('dialog').getByRole('button', { name: '上报', exact: true }).click()
    await expect
      .poll(async () => Number(await lines().first().getAttribute('data-incident')), patient)
      .not.toBe(Number(before.incident))
    expect(await lines().first().getAttribute('data-stage')).toBe('new')
  })

  test('a unit goes on duty, is sent by a key, called back, sent again, arrives; the incident follows to its end', async () => {
    await map.goto(`${journey.url}/?live=1&dispatch=duties&lng=104.402&lat=28.622&zoom=15`)
    const duty = map.locator('[data-testid^="duty-"]').first()
    await duty.getByRole('button', { name: '上勤' }).click()
    await duty.getByText('空闲').waitFor(patient)
    await tell({ id: 'journey-dispatch', reportedAt: new Date().toISOString() })
    await map.locator('[data-testid="live-line"][data-stage="new"]').first().click()
    const id = new URL(map.url()).searchParams.get('selected')?.split('.')[1]
    const stage = () => map.locator(`[data-incident="${id}"]`).getAttribute('data-stage')
    await map.getByTestId('suggestions').waitFor(patient)
    await map.keyboard.press('1')
    const sent = map.getByTestId('dispatches')
    await sent.getByText('已派出').waitFor(patient)
    await expect.poll(stage, patient).toBe('dispatched')
    await map.locator('.ant-message').getByRole('button', { name: '撤回' }).click()
    await expect.poll(stage, patient).toBe('new')
    await map.locator('[data-testid^="send-"]').first().click()
    await sent.getByRole('button', { name: '接令' }).click()
    // The rest from the unit's own panel, and back to the incident.
    await sent.locator('li button').first().click()
    const own = map.getByTestId('unit-dispatches')
    await own.getByRole('button', { name: '到场' }).click()
    await expect.poll(stage, patient).toBe('onScene')
    await own.locator('li button').first().click()
    await map.getByLabel('处置结果').click()
    await map.keyboard.press('Enter')
    await map.getByTestId('close-incident').click()
    await expect.poll(stage, patient).toBe('closed')
  })

  test('a source that should speak every second is shown broken on the map and on the wall, one of slow rhythm says it', async () => {
    const expectEvery = async (expectedEveryS: number) => {
      const answer = await journey.context.request.post(`${journey.url}/trpc/sources.change`, {
        data: { city: 'shuifu', code: 'ingest:sim-110', expectedEveryS },
        headers: { origin: journey.url },
      })
      expect(answer.status()).toBe(200)
    }
    await expectEvery(1)
    await tell({ id: 'journey-heard', reportedAt: new Date().toISOString() })
    for (const page of [map, wall]) {
      await badge(page, ['silent'])
      expect(await page.getByTestId('live-badge').innerText()).toMatch(/模拟110接处警 静默 \d+ 秒/)
    }
    await expectEvery(1800)
    // Nothing is said of those that speak as they should before somebody asks.
    const sources = map.getByTestId('live-sources')
    await sources.getByText('个正常').click(patient)
    await sources.getByText(/正常 · 应每 30 分 · 最近 \d+ 秒前/).waitFor(patient)
    await badge(map, ['live'])
  })

  test('by keys alone: an incident is picked, sent to, taken back, sent to again, handed over and ended; the unit is followed', async () => {
    const button = (name: string) => map.getByLabel('选中事件').getByRole('button', { name, exact: true })
    const choose = async (name: string) => {
      await tabTo(map.getByRole('combobox', { name }))
      await map.keyboard.press('ArrowDown')
      await map.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').waitFor(patient)
      await map.keyboard.press('Enter')
    }
    const reportedAt = new Date().toISOString()
    await tell({ id: 'journey-keys', reportedAt })
    const first = map.getByTestId('live-line').first()
    await expect.poll(() => first.locator('time').getAttribute('datetime'), patient).toBe(reportedAt)
    await map.keyboard.press('Escape')
    await map.keyboard.press('i')
    await map.keyboard.press('Home')
    await expect
      .poll(() => first.getByRole('button').evaluate((it) => it === document.activeElement))
      .toBe(true)
    await map.keyboard.press('Enter')
    const id = await first.getAttribute('data-incident')
    expect(new URL(map.url()).searchParams.get('selected')).toBe(`incident.${id}`)
    const stage = () => map.locator(`[data-incident="${id}"]`).getAttribute('data-stage')

    await map.getByTestId('suggestions').waitFor(patient)
    // What was sent before can no longer be taken back.
    const undo = map.locator('.ant-message').getByRole('button', { name: '撤回' })
    await expect.poll(() => undo.count(), patient).toBe(0)
    await map.keyboard.press('1')
    await expect.poll(stage, patient).toBe('dispatched')
    await undo.waitFor(patient)
    await map.keyboard.press('Control+z')
    await expect.poll(stage, patient).toBe('new')
    await press(map.locator('[data-testid^="send-"]').first())
    await expect.poll(stage, patient).toBe('dispatched')
    await press(button('接令'))
    await map.getByTestId('dispatches').getByText('已接令').first().waitFor(patient)
    await press(button('到场'))
    await expect.poll(stage, patient).toBe('onScene')
    await choose('移交给中队')
    await press(button('移交'))
    await map.getByText(/^[\d:]{8} 移交：.+ → .+/).waitFor(patient)
    await press(button('完成'))
    await map.getByText('尚未派出单元。').waitFor(patient)
    await choose('处置结果')
    await press(map.getByTestId('close-incident'))
    await expect.poll(stage, patient).toBe('closed')

    // To the unit that was there, and with it to where it says it is.
    const { units } = await ask('duties.list')
    const unit = units.find(({ state }: { state: string }) => state !== 'offDuty')
    await press(map.getByLabel('选中事件').getByRole('button', { name: unit.callSign }).first())
    const { tokens } = JSON.parse(readFileSync(join(journeys.server.dataDir, 'simulation.json'), 'utf8'))
    const drive = (lng: number) =>
      journey.context.request.post(`${journey.url}/ingest/positions`, {
        headers: { authorization: `Bearer ${tokens.positions}` },
        data: { unit: unit.callSign, lng, lat: 28.622, at: new Date().toISOString() },
      })
    expect((await drive(104.404)).status()).toBe(200)
    await expect.poll(() => map.getByTestId('follow').isEnabled(), patient).toBe(true)
    const east = () => Number(new URL(map.url()).searchParams.get('lng'))
    const stood = east()
    await map.keyboard.press('g')
    await expect.poll(east, patient).not.toBe(stood)
    const there = east()
    await drive(104.409)
    await expect.poll(() => east() - there, patient).toBeCloseTo(0.005, 3)
    await map.keyboard.press('g')
    expect(await map.getByTestId('follow').getAttribute('aria-pressed')).toBe('false')
  })

  test('the list shows what its filters ask for, and everything again', async () => {
    const filters = map.getByTestId('live-filters')
    const levels = () =>
      lines().evaluateAll((all) => [...new Set(all.map((line) => line.getAttribute('data-stage')))])
    await tell({ id: 'journey-filters', reportedAt: new Date().toISOString() })
    await map.locator('[data-testid="live-line"][data-stage="new"]').first().waitFor(patient)
    await map.locator('[data-testid="live-line"][data-stage="closed"]').first().waitFor(patient)
    await filters.getByRole('combobox', { name: '阶段' }).click()
    await map.locator('.ant-select-item-option').getByText('已办结', { exact: true }).click()
    await expect.poll(levels, patient).toEqual(['closed'])
    await map.keyboard.press('Escape')
    await filters.locator('.ant-select-clear').click()
    await map.locator('[data-testid="live-line"][data-stage="new"]').first().waitFor(patient)
  })

  test('a unit not heard for long says so; it is where it should be for no fence, and that alert is acknowledged by keys alone', async () => {
    const { units } = await ask('duties.list')
    const { id, callSign, squadId } = units.find(({ state }: { state: string }) => state === 'offDuty')
    const minutesAgo = (minutes: number) => new Date(Date.now() - 60_000 * minutes).toISOString()
    const bring = async (door: string, token: string, data: object) => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await journey.context.request.post(`${journey.url}/ingest/${door}`, { headers, data })
      expect(answer.status()).toBe(200)
    }
    const { tokens } = JSON.parse(readFileSync(join(journeys.server.dataDir, 'simulation.json'), 'utf8'))
    await bring('duties', tokens.duties, { unit: callSign, state: 'on', at: minutesAgo(20) })
    await bring('positions', tokens.positions, {
      unit: callSign,
      lng: 104.402,
      lat: 28.622,
      at: minutesAgo(9),
    })
    await map.goto(`${journey.url}/?live=1&selected=unit.${id}&lng=104.402&lat=28.622&zoom=15`)
    await expect
      .poll(() => map.getByTestId('fix-age').innerText(), patient)
      .toMatch(/^定位中断 · (9|1\d) 分前$/)

    // Who has not been heard of for five minutes is nowhere.
    const fence = await journey.context.request.post(`${journey.url}/trpc/fences.set`, {
      headers: { origin: journey.url },
      data: {
        city: 'shuifu',
        name: '全程在区',
        areaIds: [squadId],
        squadIds: [squadId],
        unitIds: [id],
        rule: 'inside',
        demand: 'each',
        schedule: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 }],
        graceS: 0,
      },
    })
    expect(fence.status()).toBe(200)
    await press(map.getByTestId('alert-badge'))
    const alert = map.locator('[data-testid^="alert-"]').filter({ hasText: `${callSign} 不在` })
    await press(alert.getByRole('button', { name: '确认' }))
    await alert.getByText(/^已确认 /).waitFor(patient)
  })

  test('the badge turns when the server is killed, and what came meanwhile is there after it is back', async () => {
    await journeys.server.kill()
    await badge(map, ['lost'])
    await badge(wall, ['lost'])
    expect(await map.getByTestId('live-badge').innerText()).toMatch(/中断.*秒|重连/)
    await map.screenshot({ path: join(artifactsDir, 'live-2-lost.png') })
    await journeys.server.startAgain()
    const since = new Date().toISOString()
    expect(await tell({ id: 'journey-2', reportedAt: since })).toMatchObject({
      accepted: 1,
    })
    await badge(map, connected)
    await badge(wall, connected)
    await expect.poll(() => lines().first().locator('time').getAttribute('datetime'), patient).toBe(since)
    const ids = await lines().evaluateAll((all) => all.map((line) => line.getAttribute('data-incident')))
    expect(new Set(ids).size).toBe(ids.length)
    await wall.screenshot({ path: join(artifactsDir, 'live-3-wall.png') })
  })
})
