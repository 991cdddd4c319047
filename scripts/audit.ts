import { parseArgs } from 'node:util'
import { exportAudit } from '../db/audit/exporting.ts'
import { headsPath } from '../db/audit/heads.ts'
import { sealNow } from '../db/audit/sealNow.ts'
import { type Database, openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { insertAudit, systemActor } from '../db/queries/audit.ts'
import { keepDays, LEAST_KEEP_DAYS, retainAudit, setKeepDays } from '../db/queries/auditRetention.ts'
import { verifyAudit } from '../db/queries/auditVerifying.ts'
import { StartError } from '../db/startError.ts'
import { runCommand } from './command.ts'
import { readEnvironment } from './environment.ts'
import { Progress } from './progress.ts'

/**
 * `npm run -s audit -- verify|seal|retain|export` tends the audit: progress on stderr, one JSON line on stdout.
 * `verify` walks the whole chain and exits with 1 where anybody has touched it; it changes nothing. `seal` takes what
 * waits into the chain, as a server does every two seconds. `retain [--days N]` lets go of what is older than the setting,
 * which N becomes. `export FILE` writes rows, seals and anchors as JSON lines.
 */

const USAGE = 'npm run audit -- verify [--without-heads] | seal | retain [--days N] | export FILE'
const MOST_DAYS = 3660

type Command =
  | { name: 'verify'; heads: boolean }
  | { name: 'seal' }
  | { name: 'retain'; days: number | undefined }
  | { name: 'export'; file: string }

function wrong(reason: string, cause?: unknown): StartError {
  return new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
    cause,
  })
}

function daysOf(text: string): number {
  const days = Number(text)
  if (/^\d+$/.test(text) && days >= LEAST_KEEP_DAYS && days <= MOST_DAYS) return days
  throw new StartError(
    `--days 应为 ${LEAST_KEEP_DAYS} 到 ${MOST_DAYS} 的整数，现为“${text}”：审计至少保留半年。`,
    `--days must be a whole number from ${LEAST_KEEP_DAYS} to ${MOST_DAYS} but is "${text}": the audit is kept for at least half a year.`,
  )
}

/** Which options each command takes. */
const OPTIONS: Record<Command['name'], string[]> = {
  verify: ['without-heads'],
  seal: [],
  retain: ['days'],
  export: [],
}

function isCommand(name: string | undefined): name is Command['name'] {
  return name !== undefined && Object.hasOwn(OPTIONS, name)
}

function parse(args: string[]): Command {
  const { values, positionals } = (() => {
    try {
      return parseArgs({
        args,
        allowPositionals: true,
        options: { 'without-heads': { type: 'boolean' }, days: { type: 'string' } },
      })
    } catch (cause) {
      throw wrong(cause instanceof Error ? cause.message : String(cause), cause)
    }
  })()
  const [name, file, ...more] = positionals
  if (!isCommand(name)) throw wrong(`expected one of ${Object.keys(OPTIONS).join(', ')}, got "${name ?? ''}"`)
  const foreign = Object.keys(values).find((option) => !OPTIONS[name].includes(option))
  if (foreign) throw wrong(`${name} takes no --${foreign}`)
  if (name === 'export' && file === undefined) throw wrong('expected the name of a file')
  if (more.length > 0 || (name !== 'export' && file !== undefined))
    throw wrong(`too many words: "${positionals.join(' ')}"`)
  switch (name) {
    case 'verify':
      return { name, heads: !values['without-heads'] }
    case 'retain':
      return { name, days: values.days === undefined ? undefined : daysOf(values.days) }
    case 'export':
      return { name, file: file ?? '' }
    case 'seal':
      return { name }
  }
}

type OnProgress = (share: number) => void

async function run(db: Database, command: Command, dataDir: string, onProgress: OnProgress): Promise<object> {
  switch (command.name) {
    case 'verify': {
      const report = await verifyAudit(db, {
        headsPath: command.heads ? headsPath(dataDir) : null,
        onProgress,
      })
      for (const { zh, en } of report.faults) console.error(`${zh}\n${en}`)
      if (report.faultCount > 0) process.exitCode = 1
      return report
    }
    case 'seal': {
      const sealed = await sealNow(db, dataDir)
      if (!sealed.agrees) {
        console.error(
          '库中的链与链头文件不符：请运行 npm run audit -- verify。\nThe chain in the database is not the one in the file of heads: run npm run audit -- verify.',
        )
        process.exitCode = 1
      }
      return sealed
    }
    case 'retain': {
      if (command.days !== undefined) await setKeepDays(db, command.days)
      const days = await keepDays(db)
      const retained = await retainAudit(db, systemActor('audit'), days)
      await sealNow(db, dataDir)
      return { days, ...retained }
    }
    case 'export': {
      const exported = await exportAudit(db, command.file, { headsPath: headsPath(dataDir), onProgress })
      await insertAudit(db, systemActor('audit'), { action: 'audit.export', rows: exported.rows })
      await sealNow(db, dataDir)
      return exported
    }
  }
}

async function main(): Promise<void> {
  const command = parse(process.argv.slice(2))
  const { databaseUrl, dataDir } = readEnvironment()
  const db = await openDatabase({ databaseUrl, dataDir, holder: { task: 'audit' } })
  const progress = new Progress([{ key: command.name, title: `审计 audit ${command.name}`, weight: 1 }])
  try {
    await migrate(db)
    progress.report(command.name, 0)
    const answer = await run(db, command, dataDir, (share) => progress.report(command.name, share))
    progress.report(command.name, 1)
    progress.end()
    console.log(JSON.stringify({ command: command.name, ...answer }))
  } finally {
    await db.close()
  }
}

if (import.meta.main) await runCommand(main)
