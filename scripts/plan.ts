import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPlanningCity } from '../api/planning/cityFromDatabase.ts'
import { planningCityOf } from '../api/planning/cityFromGround.ts'
import type { PlanningCity } from '../api/planning/cityInputs.ts'
import { PRESETS } from '../api/planning/presets.ts'
import { PlanRefusal } from '../api/planning/refusal.ts'
import { inPlanningThread } from '../api/planning/thread.ts'
import { PLAN_STEPS, type WholePlan, wholePlan } from '../api/planning/wholePlan.ts'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { pgliteDirName } from '../db/pglite.ts'
import { hasCity } from '../db/queries/cities.ts'
import { StartError } from '../db/startError.ts'
import { generateGround } from '../geodata/demo/ground.ts'
import { generateThings } from '../geodata/demo/things.ts'
import { cityNames, defaultCity, manifestOf } from './cityOptions.ts'
import { runCommand } from './command.ts'
import { readEnvironment } from './environment.ts'
import { planJson } from './planJson.ts'
import { planSummary } from './planSummary.ts'
import type { PlanLanguage } from './planWords.ts'
import { Progress } from './progress.ts'

/**
 * `npm run plan -- --city shuifu --preset six-squads [--seed 7] [--seconds 60] [--json FILE] [--language zh|en] [--source …]`
 * plans squads' areas, posts, routes, roster and response, and compares them with today: progress on stderr, a summary on
 * stdout, all numbers in FILE. The city comes from the database where that has it and is not in use, else from the generator.
 *
 * Exit codes: 0 all of it is there and every check passed; 1 refused, with the reason; 2 a plan that is not complete (teams
 * missing, stops left out, areas unbalanced), with what is missing; 3 a check failed; 130 stopped by Ctrl-C, with the best
 * so far (a second Ctrl-C ends it at once).
 */

const EXIT = { whole: 0, incomplete: 2, faulty: 3, stopped: 130 } as const

const USAGE = `npm run plan -- --city ${cityNames.join('|')} --preset ${Object.keys(PRESETS).join('|')} [--seed 7] [--seconds 60] [--json FILE] [--language zh|en] [--source database|demo]`

type Source = 'database' | 'demo'

export interface PlanCommand {
  city: string
  preset: string
  seed: number
  seconds: number | undefined
  json: string | undefined
  language: PlanLanguage
  /** Undefined: the database where it can be had, else the generator. */
  source: Source | undefined
}

function oneOf<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return found
  throw new StartError(
    `--${name} 应为 ${choices.join('、')} 之一，现为“${text}”。`,
    `--${name} must be one of ${choices.join(', ')} but is "${text}".`,
  )
}

function numberOf(
  name: string,
  text: string,
  { whole, least, most }: { whole: boolean; least: number; most: number },
): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value)))
    return value
  throw new StartError(
    `--${name} 应为 ${least} 到 ${most} 的${whole ? '整数' : '数'}，现为“${text}”。`,
    `--${name} must be a ${whole ? 'whole ' : ''}number from ${least} to ${most} but is "${text}".`,
  )
}

export function planCommand(args: string[]): PlanCommand {
  const values = parse(args)
  const { seed, seconds, source } = values
  return {
    city: values.city ?? defaultCity().city,
    preset: oneOf('preset', values.preset ?? 'six-squads', Object.keys(PRESETS)),
    seed: seed === undefined ? 7 : numberOf('seed', seed, { whole: true, least: 0, most: 0x7fffffff }),
    seconds:
      seconds === undefined
        ? undefined
        : numberOf('seconds', seconds, { whole: false, least: 1, most: 86_400 }),
    json: values.json,
    language: oneOf('language', values.language ?? 'en', ['zh', 'en'] as const),
    source: source === undefined ? undefined : oneOf('source', source, ['database', 'demo'] as const),
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args,
      options: {
        city: text,
        preset: text,
        seed: text,
        seconds: text,
        json: text,
        language: text,
        source: text,
      },
    }).values
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
      cause,
    })
  }
}

/** The city of the database; undefined where there is no database yet, or none with it. */
async function fromDatabase(code: string): Promise<PlanningCity | undefined> {
  const { databaseUrl, dataDir } = readEnvironment()
  if (!databaseUrl && !existsSync(join(dataDir, pgliteDirName))) return undefined
  const db = await openDatabase({ databaseUrl, dataDir, holder: { task: 'plan' } })
  try {
    await migrate(db)
    return (await hasCity(db, code)) ? await readPlanningCity(db, code) : undefined
  } finally {
    await db.close()
  }
}

function fromGenerator(code: string, onProgress: (share: number) => void): PlanningCity {
  const options = { ...defaultCity(), city: code }
  const ground = generateGround(manifestOf(code), {
    seed: options.seed,
    onProgress: (share) => onProgress(0.7 * share),
  })
  // The same hour for the same day, so that the same command gives the same plan all day long.
  const asOf = new Date(Math.floor(options.asOf / 86_400_000) * 86_400_000)
  const things = generateThings(ground, {
    seed: options.seed,
    incidents: options.incidents,
    asOf,
    onProgress: (share) => onProgress(0.7 + 0.3 * share),
  })
  return planningCityOf(ground, things, asOf.getTime())
}

async function readCity(
  { city, source }: PlanCommand,
  onProgress: (share: number) => void,
): Promise<{ city: PlanningCity; source: Source }> {
  if (source !== 'demo') {
    const found = await fromDatabase(city).catch((error: unknown) => {
      // A server holds the built-in database: the demo city can be made anew beside it.
      if (source === 'database' || !(error instanceof StartError) || !cityNames.includes(city)) throw error
      console.error(error.message)
      return undefined
    })
    if (found) return { city: found, source: 'database' }
    if (source === 'database') {
      throw new StartError(`数据库中没有城市 ${city}。`, `The database has no city ${city}.`)
    }
  }
  return { city: fromGenerator(city, onProgress), source: 'demo' }
}

/** @returns what `npm run plan` ends with. */
export function exitCode(plan: WholePlan): number {
  const { response: _, ...steps } = plan.steps
  const proofs = Object.values(steps)
  if (proofs.some(({ faults }) => faults.length > 0)) return EXIT.faulty
  if (plan.stopped) return EXIT.stopped
  return proofs.every(({ complete }) => complete) ? EXIT.whole : EXIT.incomplete
}

const TITLES = {
  city: '读取城市 city',
  areas: '辖区 areas',
  posts: '岗点 posts',
  routes: '巡线 routes',
  roster: '排班 roster',
  response: '接处警 response',
  evaluation: '评价 evaluation',
}
/** Seconds on two cores. */
const WEIGHTS = { city: 12, areas: 4, posts: 4, routes: 12, roster: 12, response: 1, evaluation: 1 }

async function main(): Promise<void> {
  const command = planCommand(process.argv.slice(2))
  const steps = ['city', ...PLAN_STEPS] as const
  const progress = new Progress(steps.map((key) => ({ key, title: TITLES[key], weight: WEIGHTS[key] })))
  progress.report('city', 0)
  const { city, source } = await readCity(command, (share) => progress.report('city', share))
  progress.report('city', 1)
  const stopping = new AbortController()
  process.once('SIGINT', () => {
    progress.end()
    console.error('正在停止，取目前最好的结果……  Stopping with the best so far …')
    process.once('SIGINT', () => process.exit(EXIT.stopped))
    stopping.abort()
  })
  const plan = await wholePlan(city, PRESETS[command.preset](city), {
    seed: command.seed,
    seconds: command.seconds,
    signal: stopping.signal,
    solve: inPlanningThread,
    onProgress: (step, share) => progress.report(step, share),
  }).catch((error: unknown) => {
    if (!(error instanceof PlanRefusal)) throw error
    throw new StartError(`无法规划（${error.message}）。`, `There is no plan (${error.message}).`, {
      cause: error,
    })
  })
  progress.end()
  console.log(
    planSummary(city, plan, {
      language: command.language,
      source,
      timed: command.seconds !== undefined,
    }).join('\n'),
  )
  for (const [step, proof] of Object.entries(plan.steps)) {
    if ('faults' in proof) for (const fault of proof.faults) console.error(`${step}: ${fault}`)
  }
  if (command.json) writeFileSync(command.json, `${JSON.stringify(planJson(city, plan), null, 1)}\n`)
  process.exitCode = exitCode(plan)
}

if (import.meta.main) await runCommand(main)
