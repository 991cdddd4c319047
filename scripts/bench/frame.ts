import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import type { Ground, Position } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import type { PageData } from './framePage/page.ts'
import { areaBytes, benchCity, cameraBytes, lineBytes } from './shared/demoCity.ts'
import { machine, median, roundTo } from './shared/measure.ts'

// Frames a second of our map with its default layers, of an empty MapLibre page and of a bare deck.gl page with the same
// layers, panning and zooming at five zooms from the city to a micro-grid, in Chromium without a GPU at 1366×768. The
// pages take turns, so that all meet the same machine. Beside the frame rate stand script time and, where there is
// /proc, the drawing process's CPU time a frame, which a busy machine disturbs less.

const pages = ['empty', 'map', 'deck'] as const
type PageName = (typeof pages)[number]
const zooms = [11, 12.5, 14, 15.5, 17]
const town: Position = [104.402, 28.622]
const chromiumFlags = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
})
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

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.png': 'image/png',
}

/** Serves the built page and the data on a free port. */
function serve(
  files: ReadonlyMap<string, Uint8Array>,
  dir: string,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const name = path === '/' ? '/index.html' : path
    try {
      const body = files.get(name) ?? readFileSync(join(dir, name))
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' })
      response.end(body)
    } catch {
      response.writeHead(404)
      response.end()
    }
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address) resolve({ server, url: `http://127.0.0.1:${address.port}` })
    })
  })
}

/** CPU milliseconds so far of this browser's drawing process; null where there is no /proc. */
function drawCpu(mark: string): number | null {
  try {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid) || !isDrawingProcess(pid, mark)) continue
      const fields = statFields(pid)
      // utime and stime of proc(5) in hundredths of a second.
      return 10 * (Number(fields[11]) + Number(fields[12]))
    }
  } catch {
    // The processes of a busy machine come and go while they are read; without /proc there are none.
  }
  return null
}

function statFields(pid: string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function isDrawingProcess(pid: string, mark: string): boolean {
  if (!commandLine(pid).includes('--type=gpu-process')) return false
  for (let parent = statFields(pid)[1]; Number(parent) > 1; parent = statFields(parent)[1])
    if (commandLine(parent).includes(mark)) return true
  return false
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

async function scriptSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0
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
  const samples: Record<PageName, Sample[][]> = { empty: [], map: [], deck: [] }
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
