import { parseArgs } from 'node:util'
import { sealNow } from '../db/audit/sealNow.ts'
import { type Database, openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { insertAudit, systemActor } from '../db/queries/audit.ts'
import { foldChanges, rebuildPlanes, verifyPlanes } from '../db/queries/cube.ts'
import { StartError } from '../db/startError.ts'
import { runCommand } from './command.ts'
import { readEnvironment } from './environment.ts'
import { Progress } from './progress.ts'

/**
 * `npm run -s cube -- rebuild|fold|verify [--city CODE]` tends the planes of every city, or of one: progress on stderr,
 * on stdout one JSON line `{command, cities: [{city, …}]}`. On PostgreSQL servers go on meanwhile; each city is one
 * transaction, so that a command that is killed leaves it as it was. `verify` exits with 1 where planes and rows disagree.
 */

type OnProgress = (share: number) => void

const COMMANDS = {
  rebuild: (db: Database, city: string, onProgress: OnProgress) => rebuildPlanes(db, city, { onProgress }),
  fold: (db: Database, city: string, onProgress: OnProgress) =>
    foldChanges(db, city, { onProgress, patient: true }),
  verify: verifyPlanes,
}

const TITLES = { rebuild: '重建 rebuilding', fold: '归并 folding', verify: '核对 verifying' }

const USAGE = `npm run cube -- ${Object.keys(COMMANDS).join('|')} [--city CODE]`

function isCommand(name: string | undefined): name is keyof typeof COMMANDS {
  return name !== undefined && Object.hasOwn(COMMANDS, name)
}

function parse(args: string[]): { command: keyof typeof COMMANDS; city: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { city: { type: 'string' } },
    })
    const [command] = positionals
    if (positionals.length !== 1 || !isCommand(command))
      throw new Error(`expected one of ${Object.keys(COMMANDS).join(', ')}, got "${positionals.join(' ')}"`)
    return { command, city: values.city }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
      cause,
    })
  }
}

async function citiesOf(db: Database, wanted: string | undefined): Promise<string[]> {
  const rows = await db.query<{ code: string }>('SELECT code FROM cities ORDER BY code')
  const codes = rows.map(({ code }) => code)
  if (wanted === undefined) return codes
  if (codes.includes(wanted)) return [wanted]
  const known = codes.join(', ')
  throw new StartError(
    `没有代码为“${wanted}”的城市；现有：${known}。`,
    `There is no city "${wanted}"; there are: ${known}.`,
  )
}

async function main(): Promise<void> {
  const { command, city: wanted } = parse(process.argv.slice(2))
  const { databaseUrl, dataDir } = readEnvironment()
  const db = await openDatabase({ databaseUrl, dataDir, holder: { task: 'cube' } })
  try {
    await migrate(db)
    const cities = await citiesOf(db, wanted)
    const progress = new Progress(
      cities.map((city) => ({ key: city, title: `${TITLES[command]} ${city}`, weight: 1 })),
    )
    const answers: ({ city: string } & object)[] = []
    for (const city of cities) {
      progress.report(city, 0)
      const answer = await COMMANDS[command](db, city, (share) => progress.report(city, share))
      progress.report(city, 1)
      answers.push({ city, ...answer })
      if ('faults' in answer && answer.faults.length > 0) process.exitCode = 1
      await insertAudit(db, systemActor('cube'), { action: `cube.${command}`, city })
    }
    await sealNow(db, dataDir)
    progress.end()
    console.log(JSON.stringify({ command, cities: answers }))
  } finally {
    await db.close()
  }
}

if (import.meta.main) await runCommand(main)
