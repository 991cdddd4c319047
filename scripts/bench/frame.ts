import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import type { Ground, Position } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import type { PageData } from './framePage/page.ts'
import { chromiumFlags, drawCpu, scriptSeconds, serve } from './shared/chromiumPage.ts'
import { areaBytes, benchCity, cameraBytes, lineBytes } from './shared/demoCity.ts'
import { machine, median, roundTo } from './shared/measure.ts'

// Frames a second of our map with its default layers, of an empty MapLibre page and of a bare deck.gl page with the same
// layers, panning and zooming at five zooms from the city to a micro-grid, in Chromium without a GPU at 1366×768. The
// pages take turns, so that all meet the same machine. Beside the frame rate stand script time and, where there is
// /proc, the drawing process's CPU time a frame, which a busy machine disturbs less. `--live`: one and the same page of our map
// with what is live switched off and on in turns, 500 units at 1 Hz and 100 incidents a second.

type PageName = 'empty' | 'map' | 'deck'
const zooms = [11, 12.5, 14, 15.5, 17]
const town: Position = [104.402, 28.622]
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    live: { type: 'boolean', default: false },
    width: { type: 'string', default: '1366' },
    height: { type: 'string', default: '768' },
  },
})
const pages: readonly PageName[] = ['empty', 'map', 'deck']
const rounds = Number(options.rounds)
const milliseconds = Number(options.seconds) * 1000
const viewport = { width: Number(options.width), height: Number(options.height) }

interface Sample {
  framesPerSecond: number
  scriptMs: number
  drawCpuMs: number | null
}

function pageData(ground: Ground, things: Things, asOf: number): PageData {
  // Disputes never come as points.
  const groups = new Map(things.kinds.filter((kind) => !kind.dispute).map((kind) => [kind.code, kind.group]))
  const month = 30 * 86_400_000
  return {
    relief: ground.relief ? { url: '/data/relief.png', bounds: ground.relief.bounds } : null,
    incidents: things.incidents.flatMap(({ kind, point, level, cellId, reportedAt }, id) => {
      const group = groups.get(kind)
      return group && reportedAt > asOf - month ? [{ id, point, level, cellId, group }] : []
    }),
    posts: things.places.filter(({ category }) => category === 'post'),
    centres: things.places.filter(({ category }) => category === 'centre' || category === 'hall'),
    routes: things.patrolRoutes.map(({ id, squadId, name, line }) => ({ id, squadId, name, line })),
  }
}

/** Moves the view along a figure of eight, zooming in and out by a third of a level, one step a frame. */
async function travel(page: Page, zoom: number): Promise<{ frames: number; wallMs: number }> {
  return page.evaluate(
    async ({ zoom, town, milliseconds }) => {
      const span = (0.4 * innerWidth * 360) / (512 * 2 ** zoom)
      const startedAt = performance.now()
      let frames = 0
      for (;;) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
        const share = (now - startedAt) / milliseconds
        if (share >= 1) return { frames, wallMs: now - startedAt }
        const turn = 2 * Math.PI * share
        window.bench.jump(
          [town[0] + span * Math.sin(2 * turn), town[1] + 0.5 * span * (Math.cos(2 * turn) - 1)],
          zoom + 0.3 * Math.sin(turn),
        )
        frames++
      }
    },
    { zoom, town, milliseconds },
  )
}

async function openPage(browser: Browser, address: string): Promise<{ page: Page; session: CDPSession }> {
  const page = await browser.newPage({ viewport })
  page.on('pageerror', (error) => console.error(`${address}: ${error.message}`))
  await page.goto(address)
  await page.waitForFunction(() => window.bench?.ready, undefined, { timeout: 120_000 })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  return { page, session }
}

/** Travels once and tells what a frame cost. */
async function sample(page: Page, session: CDPSession, zoom: number, mark: string): Promise<Sample> {
  const [scriptBefore, cpuBefore] = [await scriptSeconds(session), drawCpu(mark)]
  const { frames, wallMs } = await travel(page, zoom)
  const [scriptAfter, cpuAfter] = [await scriptSeconds(session), drawCpu(mark)]
  return {
    framesPerSecond: (1000 * frames) / wallMs,
    scriptMs: (1000 * (scriptAfter - scriptBefore)) / frames,
    drawCpuMs: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / frames,
  }
}

async function goTo(page: Page, zoom: number): Promise<void> {
  await page.evaluate(([center, z]) => window.bench.jump(center, z), [town, zoom] as const)
  // Meshes of this zoom arrive from the worker.
  await page.waitForTimeout(1500)
}

async function measurePage(browser: Browser, url: string, name: PageName, mark: string): Promise<Sample[]> {
  const { page, session } = await openPage(browser, `${url}/?page=${name}`)
  const samples: Sample[] = []
  for (const zoom of zooms) {
    await goTo(page, zoom)
    samples.push(await sample(page, session, zoom, mark))
  }
  await page.close()
  return samples
}

/** Of each zoom so many pairs of the map without and with what is live, the one or the other first in turns. */
async function measureLive(browser: Browser, url: string, mark: string): Promise<void> {
  const { page, session } = await openPage(browser, `${url}/?page=map&live`)
  for (const zoom of zooms) {
    await goTo(page, zoom)
    const pairs: { map: Sample; live: Sample }[] = []
    for (let round = 0; round < rounds; round++) {
      const measured: Partial<Record<'map' | 'live', Sample>> = {}
      for (const on of round % 2 === 0 ? [false, true] : [true, false]) {
        await page.evaluate((now) => window.bench.live?.(now), on)
        // The last rings end; fixes come in and are glided to.
        await page.waitForTimeout(1500)
        measured[on ? 'live' : 'map'] = await sample(page, session, zoom, mark)
      }
      const { map, live } = measured
      if (map && live) pairs.push({ map, live })
    }
    const ratio = (read: (sample: Sample) => number) =>
      roundTo(median(pairs.map(({ map, live }) => read(live) / read(map))), 2)
    const line = {
      bench: 'frame',
      zoom,
      units: 500,
      fixesPerSecond: 500,
      incidentsPerSecond: 100,
      ...viewport,
      map: middle(pairs.map(({ map }) => map)),
      live: middle(pairs.map(({ live }) => live)),
      rateToMap: ratio((each) => each.framesPerSecond),
      drawCpuToMap: ratio((each) => each.drawCpuMs ?? Number.NaN),
      scriptToMap: ratio((each) => each.scriptMs),
      rounds,
      ...machine,
    }
    console.log(JSON.stringify(line))
  }
  await page.close()
}

function middle(samples: readonly Sample[]): Sample {
  const cpu = median(samples.map((each) => each.drawCpuMs ?? Number.NaN))
  return {
    framesPerSecond: roundTo(median(samples.map((each) => each.framesPerSecond)), 1),
    scriptMs: roundTo(median(samples.map((each) => each.scriptMs)), 2),
    drawCpuMs: Number.isNaN(cpu) ? null : roundTo(cpu, 1),
  }
}

/** Our page beside an empty and a bare one, each zoom a line. */
async function measurePages(browser: Browser, url: string, mark: string): Promise<void> {
  const samples: Record<PageName, Sample[][]> = { empty: [], map: [], deck: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of pages) {
      console.error(`round ${round + 1} of ${rounds}: ${name}`)
      samples[name].push(await measurePage(browser, url, name, mark))
    }
  }
  zooms.forEach((zoom, at) => {
    const of = (name: PageName) => middle(samples[name].map((round) => round[at]))
    // Ratios are taken inside a round, where the machine was the same.
    const ratio = (over: PageName, under: PageName, read: (sample: Sample) => number) =>
      roundTo(median(samples[over].map((round, i) => read(round[at]) / read(samples[under][i][at]))), 2)
    console.log(
      JSON.stringify({
        bench: 'frame',
        zoom,
        ...viewport,
        empty: of('empty'),
        map: of('map'),
        deck: of('deck'),
        rateToEmpty: ratio('map', 'empty', (each) => each.framesPerSecond),
        drawCpuOfEmpty: ratio('empty', 'map', (each) => each.drawCpuMs ?? Number.NaN),
        scriptToDeck: ratio('map', 'deck', (each) => each.scriptMs),
        // MapLibre's own frame is in ours and not in the bare page's: without it, like stands against like.
        ownScriptToDeck: roundTo(
          median(
            samples.map.map(
              (round, i) =>
                (round[at].scriptMs - samples.empty[i][at].scriptMs) / samples.deck[i][at].scriptMs,
            ),
          ),
          2,
        ),
        rounds,
        ...machine,
      }),
    )
  })
}

const asOf = Date.parse('2026-11-22T06:32:00Z')
const dir = await mkdtemp(join(tmpdir(), 'gridwall-frame-'))
const mark = `--gridwall-bench=${process.pid}`
console.error('making the demo city and the page')
const { ground, things } = benchCity()
const files = new Map<string, Uint8Array>([
  ['/data/areas.bin', areaBytes(ground)],
  ['/data/lines.bin', lineBytes(ground)],
  ['/data/cameras.bin', cameraBytes(things.cameras)],
  ['/data/page.json', new TextEncoder().encode(JSON.stringify(pageData(ground, things, asOf)))],
])
if (ground.relief) files.set('/data/relief.png', ground.relief.png)
await build({
  configFile: false,
  root: join(import.meta.dirname, 'framePage'),
  logLevel: 'error',
  worker: { format: 'es' },
  build: { outDir: join(dir, 'page'), emptyOutDir: true, target: 'es2023' },
})
const { server, url } = await serve(files, join(dir, 'page'))
const browser = await chromium.launch({ executablePath: options.chromium, args: [...chromiumFlags, mark] })
try {
  if (options.live) await measureLive(browser, url, mark)
  else await measurePages(browser, url, mark)
} finally {
  await browser.close()
  server.close()
  await rm(dir, { recursive: true, force: true })
}
