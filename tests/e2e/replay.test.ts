import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Journey, openJourney } from '../setup/journey.ts'

/** The seeded city speaks up to 2026-11-22 06:32 UTC. */
const DAY = '2026-11-21T06:00Z/2026-11-22T06:00Z'

/** Software drawing on a busy machine takes its time. */
const eventually = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 60_000 })

let journey: Journey
let page: Page

beforeAll(async () => {
  journey = await openJourney({ viewport: { width: 1120, height: 640 } })
  page = await journey.context.newPage()
})
afterAll(() => journey?.close())

describe('the past again, and what never was', () => {
  test('a link replays a day: it says which instant, plays, jumps to the next incident, and goes back to now', async () => {
    await page.goto(`${journey.url}/?language=en&replay=${encodeURIComponent(DAY)}`)
    const instant = page.getByTestId('replay-instant')
    await eventually(() => instant.getAttribute('datetime')).toBe('2026-11-21T06:00:00.000Z')
    expect(await page.getByTestId('replay-mark').innerText()).toContain('回放 REPLAY')
    expect(await instant.innerText()).toBe('2026-11-21 14:00:00')

    // Once the incidents are there.
    const next = page.getByTestId('replay-next')
    await eventually(() => next.isEnabled()).toBe(true)
    await next.click()
    const first = Date.parse((await instant.getAttribute('datetime')) ?? '')
    expect(first).toBeGreaterThan(Date.parse('2026-11-21T06:00:00Z'))
    // What was at that instant is counted beside.
    expect(Number(await page.locator('[data-figure=new] strong').innerText())).toBeGreaterThan(0)
    await page.keyboard.press('n')
    const second = Date.parse((await instant.getAttribute('datetime')) ?? '')
    expect(second).toBeGreaterThan(first)
    await page.keyboard.press(',')
    await eventually(async () => Date.parse((await instant.getAttribute('datetime')) ?? '')).toBe(
      second - 10_000,
    )

    // The whole day by the scrubber, by keys and by a pointer.
    const scrubber = page.getByTestId('replay-scrubber')
    await scrubber.focus()
    const told = async () => (await instant.getAttribute('datetime')) ?? ''
    await page.keyboard.press('End')
    await eventually(told).toBe('2026-11-22T06:00:00.000Z')
    await page.keyboard.press('Home')
    await eventually(told).toBe('2026-11-21T06:00:00.000Z')
    const { width, height } = (await scrubber.boundingBox()) ?? { width: 0, height: 0 }
    await scrubber.click({ position: { x: width / 2, y: height / 2 } })
    await eventually(async () => (await told()).slice(0, 13)).toMatch(/2026-11-21T1[78]/)

    const mark = page.getByTestId('replay-mark')
    for (let i = 0; i < 4; i++) await page.keyboard.press('[')
    await eventually(() => mark.innerText()).toMatch(/\b1×/)
    for (let i = 0; i < 7; i++) await page.keyboard.press(']')
    await eventually(() => mark.innerText()).toMatch(/\b120×/)
    const before = Date.parse(await told())
    await page.getByTestId('replay-play').click()
    await eventually(async () => Date.parse((await instant.getAttribute('datetime')) ?? '')).toBeGreaterThan(
      before + 60_000,
    )
    await page.keyboard.press(' ')
    await page.getByTestId('replay-close').click()
    await page.getByTestId('replay-mark').waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.has('replay')).toBe(false)
  })

  test('a drill is marked everywhere, answered by clicks, and ends with a score sheet', async () => {
    await page.goto(`${journey.url}/?language=en&drill=list`)
    await page.getByTestId('drill-start-flood-road-closure').click()
    expect(await page.getByTestId('drill-mark').innerText()).toContain('演练 DRILL')
    // A unit of the drill drives to where it is sent.
    const unit = page.getByTestId('drill-unit-0')
    await unit.getByRole('combobox').click()
    await page.keyboard.press('Enter')
    await page.getByTestId('drill-send-0').click()
    await eventually(() => unit.getAttribute('data-state')).not.toBe('stands')
    await page.getByTestId('respond-1a').click()
    await eventually(() => page.getByTestId('expected-1a').getAttribute('data-state')).toBe('done')
    await page.getByTestId('drill-end').click()
    await page.locator('.ant-popconfirm').getByRole('button', { name: 'End the drill' }).click()
    await eventually(() => page.getByTestId('expected-1b').getAttribute('data-state')).toBe('missed')
    expect(await page.getByTestId('drill-score').innerText()).toMatch(
      /In time\s+1\s*\/2\s+Late\s+0\s*\/2\s+Missed\s+1\s*\/2/,
    )
    await page.getByTestId('drill-sheet').click()
    const sheet = page.getByTestId('drill-sheet-page')
    expect(await sheet.locator('tbody tr').count()).toBe(2)
    const download = page.waitForEvent('download')
    await page.getByTestId('drill-csv').click()
    const sheetFile = await download
    expect(sheetFile.suggestedFilename()).toMatch(/^gridwall_shuifu_drill-\d+_.*\.csv$/)
    expect(await readFile(await sheetFile.path(), 'utf8')).toMatch(/演练 DRILL/)
    expect(await page.getByRole('dialog').innerText()).toMatch(/演练 DRILL/)
    await page.keyboard.press('Escape')
    await page.getByTestId('drill-close').click()
    await page.getByTestId('drill-mark').waitFor({ state: 'detached' })
    expect(journey.complaints).toEqual([])
  })
})
