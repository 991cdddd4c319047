import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { sealNow } from '../db/audit/sealNow.ts'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { insertAudit, systemActor } from '../db/queries/audit.ts'
import { tidy } from '../db/queries/cities.ts'
import { importStore } from '../db/queries/imports.ts'
import { StartError } from '../db/startError.ts'
import { importCity } from '../geodata/import/importer.ts'
import { type ManifestFile, readManifest } from '../geodata/import/manifest.ts'
import { ImportRefusal } from '../geodata/import/refusal.ts'
import { RemarkFile } from '../geodata/import/remarkFile.ts'
import { type ImportReport, type Remark, Tally } from '../geodata/import/report.ts'
import { runCommand } from './command.ts'
import { readEnvironment } from './environment.ts'
import { Progress, type Stage } from './progress.ts'

const USAGE = 'npm run import -- <manifest.json> [--replace]'

function parse(args: string[]): { path: string; replace: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { replace: { type: 'boolean', default: false } },
    })
    const [path] = positionals
    if (positionals.length !== 1) throw new Error(`expected one manifest, got ${positionals.length}`)
    return { path, replace: values.replace }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
      cause,
    })
  }
}

/** Rows weigh what they weigh on disk, and storing one takes twice as long as reading it. */
function stagesOf({ manifest, pathOf }: ManifestFile): Stage[] {
  return manifest.sources.flatMap(({ kind, file }) => {
    const weight = 1 + (statSync(pathOf(file), { throwIfNoEntry: false })?.size ?? 0)
    const reading = { key: `reading ${file}`, title: `读取 / reading ${file}`, weight }
    const storing = { key: `storing ${file}`, title: `入库 / storing ${file}`, weight: 2 * weight }
    return kind === 'areas' ? [reading] : [reading, storing]
  })
}

async function importInto(manifestFile: ManifestFile, tally: Tally, replace: boolean): Promise<ImportReport> {
  const { databaseUrl, dataDir } = readEnvironment()
  const db = await openDatabase({ databaseUrl, dataDir, holder: { task: 'import' } })
  const progress = new Progress(stagesOf(manifestFile))
  try {
    await migrate(db)
    const report = await db.transaction(async (tx) => {
      const imported = await importCity(manifestFile, await importStore(tx), tally, {
        replace,
        onProgress: ({ step, file, share }) => progress.report(`${step} ${file}`, share),
      })
      const { areas, incidents } = imported
      await insertAudit(tx, systemActor('import'), {
        action: 'city.import',
        city: imported.city,
        rows: areas.accepted + incidents.accepted,
        detail: { replace, rejected: areas.rejected + incidents.rejected },
      })
      return imported
    })
    await tidy(db)
    await sealNow(db, dataDir)
    return report
  } finally {
    progress.end()
    await db.close()
  }
}

/** The refusal as the report's first reason; anything else is a fault of ours, and is thrown on. */
function remarkOf(error: unknown, manifest: string): Remark {
  if (error instanceof ImportRefusal) {
    return { file: error.file ?? manifest, line: error.line, reason: error.message }
  }
  if (error instanceof StartError) return { file: manifest, line: null, reason: error.en }
  throw error
}

async function main(): Promise<void> {
  const { path, replace } = parse(process.argv.slice(2))
  let tally = new Tally('')
  let remarks: RemarkFile | undefined
  try {
    const manifestFile = readManifest(path)
    const { code } = manifestFile.manifest.city
    const time = new Date().toISOString().replaceAll(':', '')
    remarks = new RemarkFile(join(readEnvironment().dataDir, 'imports', `${code}-${time}.jsonl`))
    tally = new Tally(code, remarks.log)
    const report = await importInto(manifestFile, tally, replace)
    for (const { file, line, reason } of tally.notices) {
      console.error(line === null ? `${file}: ${reason}` : `${file}, line ${line}: ${reason}`)
    }
    console.log(JSON.stringify(report))
  } catch (error) {
    const remark = remarkOf(error, basename(path))
    console.error(error instanceof StartError ? error.message : `${remark.file}: ${remark.reason}`)
    console.log(JSON.stringify(tally.refused(remark)))
    process.exitCode = 1
  } finally {
    remarks?.close()
    if (remarks?.used) console.error(`rejected rows and notices: ${remarks.path}`)
  }
}

if (import.meta.main) await runCommand(main)
