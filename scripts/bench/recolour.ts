import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'
import { brotli } from '../../api/brotli.ts'
import { encodeDayCube } from '../../geodata/dayCube.ts'
import type { Pairs } from './recolourPage/page.ts'
import { chromiumFlags, scriptSeconds, serve } from './shared/chromiumPage.ts'
import { areaBytes, benchCity } from './shared/demoCity.ts'
import { demoDays } from './shared/demoDays.ts'
import { machine, median, medianInterval, roundTo } from './shared/measure.ts'

// From a new window of time to painted areas, in Chromium without a GPU at 1366×768: our map as the player does it (one
// texel an area), our map told a new scene, and deck.gl's polygon layer with colours as vertex attributes. Every frame
// that recolours stands beside one of the same page that draws the same again, so that what a step adds stands alone on
// a busy machine too; medians. Last, the player through three years.

const pages = ['texture', 'scene', 'vertices'] as const
type PageName = (typeof pages)[number]

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    pairs: { type: 'string', default: '40' },
    level: { type: 'string', default: 'microGrid' },
    speed: { type: 'string', default: '16' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
})
const rounds = Number(options.rounds)
const pairs = Number(options.pairs)
const asOf = Date.parse('2026-11-22T06:32:00Z')
const mark = `--gridwall-bench=${process.pid}`

async function open(browser: Browser, url: string, name: PageName) {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`))
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(`${url}/?page=${name}&level=${options.level}`)
  await page.waitForFunction(() => window.recolour?.ready, undefined, { timeout: 120_000 })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  return { page, session, requests }
}

async function measure(browser: Browser, url: string, name: PageName): Promise<Pairs> {
  const { page } = await open(browser, url, name)
  // Just-in-time compilers and caches warm up first.
  await page.evaluate(() => window.recolour.pairs(10))
  const measured = await page.evaluate((count) => window.recolour.pairs(count), pairs)
  await page.close()
  return measured
}

const dir = await mkdtemp(join(tmpdir(), 'gridwall-recolour-'))
console.error('making the demo city and the page')
const { ground, things } = benchCity()
const days = encodeDayCube(demoDays(ground, things, asOf))
const compressed = (await brotli(days, 7)).length
await build({
  configFile: false,
  root: join(import.meta.dirname, 'recolourPage'),
  logLevel: 'error',
  worker: { format: 'es' },
  build: { outDir: join(dir, 'page'), emptyOutDir: true, target: 'es2023' },
})
const { server, url } = await serve(
  new Map([
    ['/data/areas.bin', areaBytes(ground)],
    ['/data/days.bin', days],
  ]),
  join(dir, 'page'),
)
const browser = await chromium.launch({ executablePath: options.chromium, args: [...chromiumFlags, mark] })
try {
  const samples: Record<PageName, Pairs[]> = { texture: [], scene: [], vertices: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of pages) {
      console.error(`round ${round + 1} of ${rounds}: ${name}`)
      samples[name].push(await measure(browser, url, name))
    }
  }
  const added = (name: PageName) =>
    samples[name].flatMap(({ recoloured, same }) => recoloured.map((each, pair) => each - same[pair]))
  for (const name of pages) {
    const all = (part: keyof Pairs) => samples[name].flatMap((round) => round[part])
    const steps = added(name)
    console.log(
      JSON.stringify({
        bench: 'recolour',
        case: name,
        level: options.level,
        // From the window to what is handed to the map.
        handMs: roundTo(median(all('hand')), 3),
        // What a step adds to the script of a frame, the hand-over included.
        addedMs: roundTo(median(steps), 3),
        addedInterval: medianInterval(steps).map((each) => roundTo(each, 3)),
        frameMs: roundTo(median(all('recoloured')), 2),
        sameFrameMs: roundTo(median(all('same')), 2),
        uploadedBytes: median(all('uploaded')) - median(all('uploadedSame')),
        toTexture: roundTo(median(steps) / median(added('texture')), 1),
        pairs: steps.length,
        ...machine,
      }),
    )
  }
  const { page, session, requests } = await open(browser, url, 'texture')
  const asked = requests.length
  const script = await scriptSeconds(session)
  const played = await page.evaluate((speed) => window.recolour.playThrough(speed), Number(options.speed))
  const scriptMs = 1000 * ((await scriptSeconds(session)) - script)
  const facts = await page.evaluate(() => {
    const { areas, days, decodeMs, planesMs } = window.recolour
    return { areas, days, decodeMs, planesMs }
  })
  console.log(
    JSON.stringify({
      bench: 'recolour',
      case: 'player',
      level: options.level,
      speed: Number(options.speed),
      areas: facts.areas,
      days: facts.days,
      bundleBytes: days.length,
      bundleBrotliBytes: compressed,
      decodeMs: roundTo(facts.decodeMs, 1),
      planesMs: roundTo(facts.planesMs, 1),
      shownSteps: played.steps,
      seconds: roundTo(played.wallMs / 1000, 1),
      scriptMsPerStep: roundTo(scriptMs / played.steps, 3),
      scriptShare: roundTo(scriptMs / played.wallMs, 3),
      requestsWhilePlaying: requests.length - asked,
      ...machine,
    }),
  )
} finally {
  await browser.close()
  server.close()
  await rm(dir, { recursive: true, force: true })
}
