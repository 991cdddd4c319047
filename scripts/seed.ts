import { parseArgs } from 'node:util'
import { sealNow } from '../db/audit/sealNow.ts'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { hasCity } from '../db/queries/cities.ts'
import { StartError } from '../db/startError.ts'
import { type CityOptions, cityNames, defaultCity, manifestOf } from './cityOptions.ts'
import { runCommand } from './command.ts'
import { readEnvironment } from './environment.ts'
import { Progress } from './progress.ts'
import { replaceCity, seedStages } from './seedCity.ts'

const USAGE = `npm run seed -- [--city ${cityNames.join('|')}] [--seed 7] [--incidents 60000] [--as-of 2026-11-22T06:32:00Z] [--reset]`

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= most) return value
  throw new StartError(
    `--${name} 应为 0 到 ${most} 的整数，现为“${text}”。`,
    `--${name} must be a whole number from 0 to ${most} but is "${text}".`,
  )
}

function instantOf(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(time)) return time
  throw new StartError(
    `--as-of 应为 ISO 8601 时刻，例如 2026-11-22T06:32:00Z，现为“${text}”。`,
    `--as-of must be an ISO 8601 instant such as 2026-11-22T06:32:00Z but is "${text}".`,
  )
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        city: { type: 'string' },
        seed: { type: 'string' },
        incidents: { type: 'string' },
        'as-of': { type: 'string' },
        reset: { type: 'boolean', default: false },
      },
    }).values
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
      cause,
    })
  }
}

export function seedOptions(args: string[]): CityOptions & { reset: boolean } {
  const values = parse(args)
  const defaults = defaultCity()
  const city = values.city ?? defaults.city
  manifestOf(city)
  return {
    city,
    seed: values.seed === undefined ? defaults.seed : wholeNumber('seed', values.seed, 0xffffffff),
    incidents:
      values.incidents === undefined
        ? defaults.incidents
        : wholeNumber('incidents', values.incidents, 10_000_000),
    asOf: values['as-of'] === undefined ? defaults.asOf : instantOf(values['as-of']),
    reset: values.reset,
  }
}

/** The generator answers options it cannot fulfil with a RangeError that says what it expected. */
function impossibleCity(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  return new StartError(
    `按这些选项无法生成城市（${error.message}）；请修改选项。`,
    `No city can be made with these options (${error.message}): change them.`,
    { cause: error },
  )
}

async function main(): Promise<void> {
  const { reset, ...options } = seedOptions(process.argv.slice(2))
  const { databaseUrl, dataDir } = readEnvironment()
  const db = await openDatabase({ databaseUrl, dataDir, holder: { task: 'seed' } })
  try {
    await migrate(db)
    const code = options.city
    if (!reset && (await hasCity(db, code))) {
      throw new StartError(
        `数据库中已有城市 ${code}；如要重新生成并替换它，请加 --reset。`,
        `The database already has the city ${code}: add --reset to make it anew in its place.`,
      )
    }
    const progress = new Progress(seedStages)
    await replaceCity(db, options, progress.report.bind(progress)).catch((error: unknown) => {
      throw impossibleCity(error)
    })
    await sealNow(db, dataDir)
    progress.end()
    console.log(
      `seeded ${code}: seed ${options.seed}, ${options.incidents} incidents, as of ${new Date(options.asOf).toISOString()}`,
    )
  } finally {
    await db.close()
  }
}

if (import.meta.main) await runCommand(main)
