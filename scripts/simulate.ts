import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { StartError } from '../db/startError.ts'
import { generateGround } from '../geodata/demo/ground.ts'
import { generateThings } from '../geodata/demo/things.ts'
import { type SimulatedCity, simulatedCity } from '../geodata/simulation/city.ts'
import { type CourseOptions, course } from '../geodata/simulation/course.ts'
import { bodyOf, type SimulatedDuty } from '../geodata/simulation/request.ts'
import { cityNames, manifestOf } from './cityOptions.ts'
import { runCommand } from './command.ts'
import { readEnvironment } from './environment.ts'
import { Progress } from './progress.ts'
import { findServer, Sender } from './simulationSender.ts'

/**
 * `npm run -s simulate -- --rate 5 --minutes 10 --seed 7`: a believable city that reports to a running server through its
 * public ingest endpoints, as a 110 desk, a roster and a gateway of beacons would. Progress on stderr, one JSON line on
 * stdout. Ctrl-C signs every unit off and ends with the same line.
 *
 * Time. The run lasts `--minutes` of simulated time and `minutes / speed` of real time. Its last instant is the real
 * instant at which it ends, so that at speed 1 everything is stamped with the present, and at speed 60 an hour of the city
 * is told within a minute, stamped with the hour before: speeds and times stay true, and nothing is ever in the future.
 * What the city is doing follows `--clock`, the city's own hour at the beginning, so that the same seed sends the same
 * requests at whatever hour it is run; `--clock now` takes the real hour.
 */

const USAGE = `npm run simulate -- [--rate 5] [--minutes 10] [--seed 7] [--city ${cityNames.join('|')}] [--speed 1] [--units 24] [--clock 19:55|now] [--url http://127.0.0.1:8787] [--tokens FILE]`

/** A Friday evening shortly before crews change. */
const DAY = '2026-11-20'
const CLOCK = '19:55'
const DEFAULT_ORIGIN = { seed: 7, incidents: 60_000, asOf: '2026-11-22T06:32:00Z' }

const tokenFile = z.object({
  city: z.string().optional(),
  /** How the server's city was made; absent: as `npm start` makes it. */
  origin: z
    .object({ seed: z.number(), incidents: z.number(), asOf: z.string() })
    .catchall(z.unknown())
    .optional(),
  tokens: z.object({ incidents: z.string(), positions: z.string(), duties: z.string() }),
})

interface Options extends CourseOptions {
  city: string
  speed: number
  url: string
  tokensFile: string
}

function numberOf(name: string, text: string, least: number, most: number, whole: boolean): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value)))
    return value
  throw new StartError(
    `--${name} 应为 ${least} 到 ${most} 的${whole ? '整数' : '数'}，现为“${text}”。`,
    `--${name} must be a ${whole ? 'whole ' : ''}number from ${least} to ${most} but is "${text}".`,
  )
}

function clockOf(text: string): number {
  if (text === 'now') return Math.floor(Date.now() / 60_000) * 60_000
  const at = /^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? Date.parse(`${DAY}T${text}:00+08:00`) : Number.NaN
  if (Number.isFinite(at)) return at
  throw new StartError(
    `--clock 应为时刻（如 19:55）或 now，现为“${text}”。`,
    `--clock must be an hour such as 19:55, or now, but is "${text}".`,
  )
}

function urlOf(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text
  throw new StartError(
    `--url 应为 http:// 或 https:// 开头的地址，现为“${text}”。`,
    `--url must be an address that begins with http:// or https:// but is "${text}".`,
  )
}

function parse(args: string[]) {
  const options = {
    rate: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '7' },
    city: { type: 'string', default: 'shuifu' },
    speed: { type: 'string', default: '1' },
    units: { type: 'string', default: '24' },
    clock: { type: 'string', default: CLOCK },
    url: { type: 'string' },
    tokens: { type: 'string' },
  } as const
  try {
    return parseArgs({ args, options }).values
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
      cause,
    })
  }
}

export function simulateOptions(args: string[], env = readEnvironment()): Options {
  const values = parse(args)
  manifestOf(values.city)
  return {
    city: values.city,
    seed: numberOf('seed', values.seed, 0, 0xffffffff, true),
    perMinute: numberOf('rate', values.rate, 0, 6000, false),
    minutes: numberOf('minutes', values.minutes, 0.1, 7 * 24 * 60, false),
    units: numberOf('units', values.units, 0, 10_000, true),
    speed: numberOf('speed', values.speed, 1, 600, false),
    clock: clockOf(values.clock),
    url: urlOf(values.url ?? `http://127.0.0.1:${env.port}`),
    tokensFile: values.tokens === undefined ? join(env.dataDir, 'simulation.json') : resolve(values.tokens),
  }
}

function readTokens(path: string, city: string): z.infer<typeof tokenFile> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new StartError(
      `读不到令牌文件 ${path}；请用 GRIDWALL_DEMO=1 启动服务器（它会写下演示数据源的令牌），DATA_DIR 须与服务器相同，或用 --tokens 指定文件。`,
      `Cannot read the tokens in ${path}: start the server with GRIDWALL_DEMO=1, which writes those of the demo sources, with the same DATA_DIR; or name a file with --tokens.`,
      { cause },
    )
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = null
  }
  const parsed = tokenFile.safeParse(json)
  if (parsed.success && (parsed.data.city ?? city) === city) return parsed.data
  throw new StartError(
    `${path} 不是 ${city} 的令牌文件；应为 {"city": "${city}", "tokens": {"incidents", "positions", "duties"}}。`,
    `${path} holds no tokens for ${city}: expected {"city": "${city}", "tokens": {"incidents", "positions", "duties"}}.`,
  )
}

function makeCity(
  name: string,
  origin: { seed: number; incidents: number; asOf: string },
  report: (stage: string, share: number) => void,
): SimulatedCity {
  const ground = generateGround(manifestOf(name), {
    seed: origin.seed,
    onProgress: (share) => report('ground', share),
  })
  const things = generateThings(ground, {
    seed: origin.seed,
    incidents: origin.incidents,
    asOf: new Date(origin.asOf),
    onProgress: (share) => report('things', share),
  })
  report('things', 1)
  return simulatedCity(ground, things, origin.seed)
}

async function main(): Promise<void> {
  const options = simulateOptions(process.argv.slice(2))
  const { speed, minutes, url } = options
  const { tokens, origin = DEFAULT_ORIGIN } = readTokens(options.tokensFile, options.city)
  await findServer(url)
  const interrupted = new AbortController()
  const stop = () => {
    // A second time: at once.
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)

  const realSeconds = (minutes * 60) / speed
  const progress = new Progress([
    { key: 'ground', title: '城市 city', weight: 9 },
    { key: 'things', title: '巡逻 patrols', weight: 4 },
    { key: 'run', title: '模拟 simulating', weight: Math.max(1, realSeconds) },
  ])
  const city = makeCity(options.city, origin, progress.report.bind(progress))
  if (options.units > city.units.length) {
    console.error(
      `城市共有 ${city.units.length} 个警组，均参加模拟 / the city has ${city.units.length} units: all take part`,
    )
  }

  const startedAt = Date.now()
  const anchor = Math.floor(startedAt + realSeconds * 1000 - minutes * 60_000)
  const run = {
    anchor,
    name: `${options.seed}-${new Date(startedAt).toISOString().replace(/\D/g, '').slice(0, 14)}`,
  }
  const sender = new Sender({
    url,
    tokens,
    signal: interrupted.signal,
    tell: (line) => console.error(line),
  })
  const sequence = createHash('sha256')
  const onDuty = new Set<number>()
  let reported = 0
  let behindMs = 0
  const simulated = () => Math.min(minutes * 60_000, (Date.now() - startedAt) * speed)

  for (const request of course(city, options)) {
    const due = startedAt + request.sentAt / speed
    const early = due - Date.now()
    if (early > 0) await sleep(early, undefined, { signal: interrupted.signal }).catch(() => undefined)
    else behindMs = Math.max(behindMs, -early)
    if (interrupted.signal.aborted) break
    if (!(await sender.send(request.source, bodyOf(request, run), request.items.length))) break
    sequence.update(JSON.stringify(request))
    if (request.source === 'duties') {
      for (const { unit, state } of request.items) state === 'on' ? onDuty.add(unit) : onDuty.delete(unit)
    }
    if (request.source === 'incidents')
      reported += request.items.filter(({ status }) => status === 'new').length
    progress.report('run', request.sentAt / (minutes * 60_000))
  }

  const whole = !interrupted.signal.aborted
  if (!whole && onDuty.size > 0) {
    // No unit stays on duty because somebody pressed a key.
    const at = Math.ceil(simulated())
    const items = [...onDuty].map((unit): SimulatedDuty => ({ unit, state: 'off', at }))
    const last = new Sender({
      url,
      tokens,
      signal: AbortSignal.timeout(10_000),
      tell: (line) => console.error(line),
    })
    await last.send('duties', bodyOf({ sentAt: at, source: 'duties', items }, run), items.length)
  }
  progress.report('run', 1)
  progress.end()
  console.log(
    JSON.stringify({
      city: options.city,
      seed: options.seed,
      whole,
      run: run.name,
      from: new Date(anchor).toISOString(),
      to: new Date(anchor + simulated()).toISOString(),
      speed,
      simulatedMinutes: Math.round(simulated() / 6000) / 10,
      seconds: Math.round((Date.now() - startedAt) / 100) / 10,
      incidents: reported,
      sent: sender.totals,
      notTaken: sender.reasons,
      retries: sender.retries,
      waitedSeconds: Math.round(sender.waitedMs / 100) / 10,
      behindSeconds: Math.round(behindMs / 100) / 10,
      // Of what was sent, in simulated time: the same seed and options give the same.
      sequence: sequence.digest('hex'),
    }),
  )
}

if (import.meta.main) await runCommand(main)
