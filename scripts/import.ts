import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { tidy } from '../db/queries/cities.ts'
import { importStore } from '../db/queries/imports.ts'
import { StartError } from '../db/startError.ts'
import { importCity } from '../geodata/import/importer.ts'
import { type ManifestFile, readManifest } from '../geodata/import/manifest.ts'
import { ImportRefusal } from '../geodata/import/refusal.ts'
import { RemarkFile } from '../geodata/import/remarkFile.ts'
import { type ImportReport, Tally } from '../geodata/import/report.ts'
import type { Progress } from '../geodata/import/run.ts'

const USAGE = 'usage: npm run import -- <manifest.json> [--replace]'
const { DATABASE_URL, DATA_DIR = '.data' } = process.env

/** Progress on stderr: one line that moves in a terminal, else a line for each step and every five seconds. */
function progressPrinter() {
  const started = Date.now()
  const { isTTY } = process.stderr
  let printed = 0
  let current = ''
  return ({ file, step, share, rows }: Progress) => {
    const now = Date.now()
    if (current === step + file && now - printed < (isTTY ? 100 : 5000)) return
    current = step + file
    printed = now
    const line = `${step} ${file}: ${Math.floor(share * 100)} %, ${rows} rows, ${Math.round((now - started) / 1000)} s`
    // Whatever is printed next begins at the line's start and overwrites it.
    process.stderr.write(isTTY ? `\r\u001b[K${line}\r` : `${line}\n`)
  }
}

async function run(manifestFile: ManifestFile, tally: Tally, replace: boolean): Promise<ImportReport> {
  const db = await openDatabase({ databaseUrl: DATABASE_URL, dataDir: DATA_DIR, holder: { task: 'import' } })
  try {
    await migrate(db)
    const report = await db.transaction(async (tx) =>
      importCity(manifestFile, await importStore(tx), tally, { replace, onProgress: progressPrinter() }),
    )
    await tidy(db)
    return report
  } finally {
    await db.close()
  }
}

/** @returns the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { replace: { type: 'boolean' } },
  })
  if (positionals.length !== 1) {
    console.error(USAGE)
    return 1
  }
  const [path] = positionals
  let tally = new Tally('')
  let remarks: RemarkFile | undefined
  try {
    const manifestFile = readManifest(path)
    const { code } = manifestFile.manifest.city
    const stamp = new Date().toISOString().replaceAll(':', '')
    remarks = new RemarkFile(join(DATA_DIR, 'imports', `${code}-${stamp}.jsonl`))
    tally = new Tally(code, remarks.log)
    const report = await run(manifestFile, tally, values.replace ?? false)
    for (const { file, line, reason } of tally.notices) {
      console.error(line === null ? `${file}: ${reason}` : `${file}, line ${line}: ${reason}`)
    }
    console.log(JSON.stringify(report))
    return 0
  } catch (error) {
    if (!(error instanceof ImportRefusal || error instanceof StartError)) throw error
    console.error(error.message)
    const refusal =
      error instanceof ImportRefusal ? error : { file: basename(path), line: null, message: error.en }
    const { file, line, message } = refusal
    console.log(JSON.stringify(tally.refused({ file: file || basename(path), line, reason: message })))
    return 1
  } finally {
    remarks?.close()
    if (remarks?.used) console.error(`rejected rows and notices: ${remarks.path}`)
  }
}

process.exitCode = await main()
