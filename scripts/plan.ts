import { closeSync, openSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PRESETS } from '../api/planning/presets.ts'
import { PlanRefusal } from '../api/planning/refusal.ts'
import { inPlanningThread } from '../api/planning/thread.ts'
import { PLAN_STEPS, type WholePlan, wholePlan } from '../api/planning/wholePlan.ts'
import { StartError } from '../db/startError.ts'
import { cityNames, defaultCity } from './cityOptions.ts'
import { runCommand } from './command.ts'
import { type CitySource, readPlanCity } from './planCity.ts'
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

const USAGE = `npm run plan -- --city ${cityNames.join('|')} --preset ${Object.keys(PRESETS).join('|')} [--seed 7] [--seconds 60] [--json FILE] [--language zh|en] [--source database|demo] [--observer-days 7] [--fair]`

export interface PlanCommand {
  city: string
  preset: string
  seed: number
  seconds: number | undefined
  json: string | undefined
  language: PlanLanguage
  /** Days an observer of the routes remembers; undefined: as the preset says. */
  observerDays: number | undefined
  /** Patrol per resident no less even than today, where that is possible. */
  fair: boolean
  /** Undefined: the database where it can be had, else the generator. */
  source: CitySource | undefined
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
    observerDays:
      values['observer-days'] === undefined
        ? undefined
        : numberOf('observer-days', values['observer-days'], { whole: true, least: 1, most: 365 }),
    fair: values.fair ?? false,
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
        'observer-days': text,
        fair: { type: 'boolean' },
      },
    }).values
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
      cause,
    })
  }
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
const WEIGHTS = { city: 12, areas: 4, posts: 16, routes: 16, roster: 12, response: 1, evaluation: 1 }

async function main(): Promise<void> {
  const command = planCommand(process.argv.slice(2))
  const steps = ['city', ...PLAN_STEPS] as const
  const progress = new Progress(steps.map((key) => ({ key, title: TITLES[key], weight: WEIGHTS[key] })))
  // Told now, not after a minute of planning.
  if (command.json) closeSync(openSync(command.json, 'a'))
  progress.report('city', 0)
  const stopping = new AbortController()
  const refused = (error: unknown) => {
    if (!(error instanceof PlanRefusal)) throw error
    throw new StartError(`无法规划（${error.message}）。`, `There is no plan (${error.message}).`, {
      cause: error,
    })
  }
  const { city, source } = await readPlanCity(command.city, command.source, (share) =>
    progress.report('city', share),
  ).catch(refused)
  progress.report('city', 1)
  process.once('SIGINT', () => {
    progress.end()
    console.error('正在停止，取目前最好的结果……  Stopping with the best so far …')
    process.once('SIGINT', () => process.exit(EXIT.stopped))
    stopping.abort()
  })
  const preset = PRESETS[command.preset](city)
  const asked = {
    ...preset,
    daysWatched: command.observerDays ?? preset.daysWatched,
    ...(command.fair ? { mostGini: 'today' as const } : {}),
  }
  const plan = await wholePlan(city, asked, {
    seed: command.seed,
    seconds: command.seconds,
    signal: stopping.signal,
    solve: inPlanningThread,
    onProgress: (step, share) => progress.report(step, share),
  }).catch(refused)
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
