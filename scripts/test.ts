import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { findChromium } from '../tests/setup/chromium.ts'
import { findCommand } from '../tests/setup/commands.ts'
import { findPostgres } from '../tests/setup/postgresServer.ts'
import { repositoryRoot } from './environment.ts'

/**
 * `npm test`: types, lint and import direction beside one another; unit and integration tests; journeys in Chromium, beside
 * those where there are cores for both. Everything runs whatever failed before it. The last line is `N passed, N failed`, with `, N skipped` if any were.
 */
interface Counts {
  passed: number
  failed: number
  skipped: number
}

const bin = (name: string) => join(repositoryRoot, 'node_modules', '.bin', name)

function heading(text: string): void {
  console.log(`\n── ${text}`)
}

/**
 * Runs a command. @param show where its output goes: shown as it comes, or given whole at its end, so that of two commands
 * beside one another each can be read. @returns whether it ended with exit code 0.
 */
function run(
  command: string,
  args: string[],
  show: 'asItComes' | ((output: string) => void) = 'asItComes',
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const output = show === 'asItComes' ? 'inherit' : 'pipe'
    const child = spawn(command, args, { cwd: repositoryRoot, stdio: ['ignore', output, output], env })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      if (show !== 'asItComes') show(text)
      resolve(code === 0)
    })
  })
}

async function check(name: string, command: string, args: string[]): Promise<Counts> {
  const passed = await run(command, args, (output) => {
    heading(name)
    process.stdout.write(output)
  })
  console.log(passed ? `${name}: passed` : `${name}: FAILED`)
  if (!passed) failures.push(`${name}: see its part above`)
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 }
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[]
  }[]
}

/** What failed, a line or a few each: said again at the very end, where whoever sees only the end of a long output finds it. */
const failures: string[] = []

function tellFailures({ testResults }: VitestReport): void {
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(repositoryRoot, name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (status === 'failed' && failed.length === 0) failures.push(`${file}: ${message}`)
    for (const { fullName, failureMessages } of failed) {
      failures.push(
        `${file} > ${fullName}\n    ${failureMessages.join('\n').split('\n').slice(0, 12).join('\n    ')}`,
      )
    }
  }
}

async function vitest(name: string, args: string[], reportPath: string, beside = false): Promise<Counts> {
  if (!beside) heading(name)
  const whole = await run(
    process.execPath,
    [
      join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
      ...args,
    ],
    beside
      ? (output) => {
          heading(name)
          process.stdout.write(output)
        }
      : 'asItComes',
  )
  if (!existsSync(reportPath)) {
    failures.push(`${name}: ended without a report`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const report: VitestReport = JSON.parse(readFileSync(reportPath, 'utf8'))
  tellFailures(report)
  // A file that breaks before its first test has no test to count, nor has an error between the tests.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + broken
  if (failed === 0 && !whole) failures.push(`${name}: an error between the tests, see above`)
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !whole ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** What our travel times are compared with. */
const PG_ROUTING = '/usr/share/postgresql/15/extension/pgrouting.control'

/** Installs what the tests need of the system: only as root on Debian, and only what is missing. */
async function installMissing(): Promise<void> {
  const packages = [
    ...(findPostgres() ? [] : ['postgresql-15-postgis-3']),
    ...(existsSync(PG_ROUTING) ? [] : ['postgresql-15-pgrouting']),
    ...(findChromium() ? [] : ['chromium', 'fonts-noto-cjk']),
    ...['sqlmap', 'wapiti'].filter((name) => !findCommand(name)),
  ]
  if (packages.length === 0 || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  heading(`installing ${packages.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    // What could not be installed is told by the tests that need it; apt's own words help whoever reads them.
    await run('apt-get', ['-qq', ...args], (output) => process.stdout.write(output), env)
  }
}

async function journeys(reportPath: string, beside: boolean): Promise<Counts> {
  if (findChromium())
    return vitest('journeys in Chromium', ['--config', 'tests/e2e.config.ts'], reportPath, beside)
  heading('journeys in Chromium')
  console.log('skipped: no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)')
  if (process.env.CI) failures.push('journeys in Chromium: no Chromium on this machine')
  return process.env.CI ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 }
}

const reports = mkdtempSync(join(tmpdir(), 'gridwall-tests-'))
const [types, lint, imports] = await Promise.all([
  check('types', bin('tsc'), []),
  check('lint', bin('biome'), ['check', '.']),
  check('import direction', process.execPath, ['scripts/imports.ts']),
  installMissing(),
])
const unit = () =>
  vitest('unit and integration tests', ['--config', 'tests/vitest.config.ts'], join(reports, 'unit.json'))
// A journey takes two cores by itself: the browser draws without a GPU.
const beside = availableParallelism() >= 6
const journeysRun = (besideOthers: boolean) => journeys(join(reports, 'journeys.json'), besideOthers)
const results = [
  types,
  lint,
  imports,
  ...(beside ? await Promise.all([unit(), journeysRun(true)]) : [await unit(), await journeysRun(false)]),
]
rmSync(reports, { recursive: true, force: true })
const sum = (key: keyof Counts) => results.reduce((total, counts) => total + counts[key], 0)
const skipped = sum('skipped')
if (failures.length > 0) {
  heading('failed')
  for (const failure of failures) console.log(failure)
}
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
if (sum('failed') > 0) process.exitCode = 1
