import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { Batch } from './killWriter.ts'

interface Found extends Batch {
  damaged: number
  indexed: number
}

export interface KillReport {
  rounds: number
  /** Batches whose commit was acknowledged before a kill. */
  acknowledgedBatches: number
  acknowledgedRows: number
  /** What went wrong, in sentences; empty when nothing did. */
  losses: string[]
}

function compare(acknowledged: Map<number, number>, found: Found[]): string[] {
  const rowsOf = new Map(found.map(({ batch, rows }) => [batch, rows]))
  const lost = [...acknowledged]
    .filter(([batch, rows]) => rowsOf.get(batch) !== rows)
    .map(([batch, rows]) => `batch ${batch}: ${rows} rows acknowledged, ${rowsOf.get(batch) ?? 0} found`)
  const torn = found
    .filter(({ batch, rows }) => rows !== 1 + (batch % 7))
    .map(({ batch, rows }) => `batch ${batch}: torn, ${rows} of ${1 + (batch % 7)} rows`)
  const damaged = found
    .filter((row) => row.damaged > 0 || row.indexed !== row.rows)
    .map(
      (row) =>
        `batch ${row.batch}: ${row.damaged} rows damaged, ${row.indexed} of ${row.rows} found by index`,
    )
  return [...lost, ...torn, ...damaged]
}

/** One round: a writer opens the directory, says what it found, writes, and is killed `afterMs` after its first row. */
async function round(
  dataDir: string,
  number: number,
  afterMs: number,
): Promise<{ found: Found[]; acknowledged: Batch[] }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'killWriter.ts'), dataDir, String(number)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  )
  let found: Found[] | undefined
  const acknowledged: Batch[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (found === undefined) {
      found = JSON.parse(line).found
      // Every fifth round dies before it may have written anything, the others amid their writing.
      if (number % 5 === 0) setTimeout(() => child.kill('SIGKILL'), afterMs)
      continue
    }
    // The kill may cut the last line; a batch whose line is not whole was not acknowledged.
    if (line.endsWith('}')) acknowledged.push(JSON.parse(line))
    if (acknowledged.length === 1 && number % 5 !== 0) setTimeout(() => child.kill('SIGKILL'), afterMs)
  }
  const signal = await ended
  if (found === undefined || signal !== 'SIGKILL')
    throw new Error(`The writer of round ${number} ended by itself.`)
  return { found, acknowledged }
}

/** Kills a writing process again and again and checks after each time that nothing acknowledged is lost, torn or damaged. */
export async function killRounds(
  rounds: number,
  onRound: (number: number, report: KillReport) => void = () => undefined,
): Promise<KillReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridwall-kill-'))
  const acknowledged = new Map<number, number>()
  const report: KillReport = { rounds: 0, acknowledgedBatches: 0, acknowledgedRows: 0, losses: [] }
  try {
    // One more than asked: the last only looks at what the one before left.
    for (let number = 1; number <= rounds + 1; number++) {
      const afterMs = Math.random() * 600
      const result = await round(dataDir, number, afterMs)
      report.losses.push(...compare(acknowledged, result.found))
      for (const { batch, rows } of result.acknowledged) {
        acknowledged.set(batch, rows)
        report.acknowledgedRows += rows
      }
      report.rounds = Math.min(number, rounds)
      report.acknowledgedBatches = acknowledged.size
      onRound(number, report)
      if (report.losses.length > 0) break
    }
    return report
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' } } })
  const report = await killRounds(Number(values.rounds), (number, { acknowledgedRows }) => {
    console.error(`round ${number}: ${acknowledgedRows} rows acknowledged so far`)
  })
  console.log(JSON.stringify(report))
  if (report.losses.length > 0) process.exitCode = 1
}
