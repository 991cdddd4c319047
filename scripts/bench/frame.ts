import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
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
// /proc, the drawing process's CPU time a frame, which a busy machine disturbs less.

type PageName = 'empty' | 'map' | 'deck' | 'live'
const zooms = [11, 12.5, 14, 15.5, 17]
const town: Position = [104.402, 28.622]
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    live: { type: 'boolean', default: false },
  },
})
/** `--live`: the map alone and while 500 units and 100 incidents a second come in. */
const pages: readonly PageName[] = options.live ? ['map', 'live'] : ['empty', 'map', 'deck']
const rounds = Number(options.rounds)
const milliseconds = Number(options.seconds) * 1000

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

async function measurePage(browser: Browser, url: string, name: PageName, mark: string): Promise<Sample[]> {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`))
  await page.goto(`${url}/?page=${name}`)
  await page.waitForFunction(() => window.bench?.ready, undefined, { timeout: 120_000 })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const samples: Sample[] = []
  for (const zoom of zooms) {
    await page.evaluate(([center, z]) => window.bench.jump(center, z), [town, zoom] as const)
    // Meshes of this zoom arrive from the worker.
    await page.waitForTimeout(1500)
    const [scriptBefore, cpuBefore] = [await scriptSeconds(session), drawCpu(mark)]
    const { frames, wallMs } = await travel(page, zoom)
    const [scriptAfter, cpuAfter] = [await scriptSeconds(session), drawCpu(mark)]
    samples.push({
      framesPerSecond: (1000 * frames) / wallMs,
      scriptMs: (1000 * (scriptAfter - scriptBefore)) / frames,
      drawCpuMs: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / frames,
    })
  }
  await page.close()
  return samples
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
  const samples: Record<PageName, Sample[][]> = { empty: [], map: [], deck: [], live: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of pages) {
      console.error(`round ${round + 1} of ${rounds}: ${name}`)
      samples[name].push(await measurePage(browser, url, name, mark))
    }
  }
  zooms.forEach((zoom, at) => {
    const values = (name: PageName, read: (sample: Sample) => number) =>
      samples[name].map((round) => read(round[at]))
    const of = (name: PageName) => {
      const cpu = median(values(name, (sample) => sample.drawCpuMs ?? Number.NaN))
      return {
        framesPerSecond: roundTo(median(values(name, (sample) => sample.framesPerSecond)), 1),
        scriptMs: roundTo(median(values(name, (sample) => sample.scriptMs)), 2),
        drawCpuMs: Number.isNaN(cpu) ? null : roundTo(cpu, 1),
      }
    }
    // Ratios are taken inside a round, where the machine was the same.
    const ratio = (over: PageName, under: PageName, read: (sample: Sample) => number) =>
      roundTo(median(values(over, read).map((value, round) => value / read(samples[under][round][at]))), 2)
    if (options.live) {
      const line = {
        bench: 'frame',
        zoom,
        units: 500,
        fixesPerSecond: 500,
        incidentsPerSecond: 100,
        width: 1366,
        height: 768,
        map: of('map'),
        live: of('live'),
        rateToMap: ratio('live', 'map', (sample) => sample.framesPerSecond),
        drawCpuToMap: ratio('live', 'map', (sample) => sample.drawCpuMs ?? Number.NaN),
        scriptToMap: ratio('live', 'map', (sample) => sample.scriptMs),
        rounds,
        ...machine,
      }
      console.log(JSON.stringify(line))
      return
    }
    console.log(
      JSON.stringify({
        bench: 'frame',
        zoom,
        width: 1366,
        height: 768,
        empty: of('empty'),
        map: of('map'),
        deck: of('deck'),
        rateToEmpty: ratio('map', 'empty', (sample) => sample.framesPerSecond),
        drawCpuOfEmpty: ratio('empty', 'map', (sample) => sample.drawCpuMs ?? Number.NaN),
        scriptToDeck: ratio('map', 'deck', (sample) => sample.scriptMs),
        // MapLibre's own frame is in ours and not in the bare page's: without it, like stands against like.
        ownScriptToDeck: roundTo(
          median(
            samples.map.map(
              (sample, round) =>
                (sample[at].scriptMs - samples.empty[round][at].scriptMs) / samples.deck[round][at].scriptMs,
            ),
          ),
          2,
        ),
        rounds,
        ...machine,
      }),
    )
  })
} finally {
  await browser.close()
  server.close()
  await rm(dir, { recursive: true, force: true })
}
