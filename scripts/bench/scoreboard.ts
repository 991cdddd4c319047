import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { machine, roundTo } from './shared/measure.ts'

// The lines of `npm run -s bench -- planning` as a table for README: on stdin, or in the file named. --each adds a row an
// instance.

const { values, positionals } = parseArgs({
  options: { each: { type: 'boolean', default: false } },
  allowPositionals: true,
})

interface Line {
  family?: string
  file?: string
  case?: string
  objective?: number
  known?: number | null
  gap?: number | null
  seconds?: number
  proven?: boolean | number
  /** Where vehicles come first: how many more than published. */
  moreVehicles?: number
  faults?: string[]
  /** Of the demo city: what it may take, and what it is set beside. */
  targetSeconds?: number
  met?: boolean
  ownGap?: number
  ratio?: number
  baseline?: string
  unreadable?: string
  failed?: string
}

const lines = readFileSync(positionals[0] ?? 0, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line) as Line)
const city = lines.filter(({ family }) => family === 'city')
const solved = lines.filter(({ family, objective }) => objective !== undefined && family !== 'city')

function percent(share: number): string {
  return `${roundTo(100 * share, 2)} %`
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

const families = [...new Set(solved.map(({ family = '' }) => family))]
const table = families.map((family) => {
  const own = solved.filter((line) => line.family === family)
  const gaps = own.flatMap(({ gap }) => (typeof gap === 'number' ? [gap] : []))
  const fleets = own.flatMap(({ moreVehicles }) => (moreVehicles === undefined ? [] : [moreVehicles]))
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  return row([
    family,
    own.length,
    gaps.length > 0 ? percent(mean) : '–',
    gaps.length > 0 ? percent(Math.max(...gaps)) : '–',
    gaps.filter((gap) => gap <= 1e-9).length,
    fleets.length > 0
      ? `as published: ${fleets.filter((more) => more === 0).length} of ${fleets.length}`
      : '–',
    own.filter(({ proven }) => proven === true).length,
    roundTo(Math.max(...own.map(({ seconds = 0 }) => seconds)), 1),
    own.filter(({ faults }) => faults !== undefined).length,
  ])
})
const unread = lines.filter(({ unreadable, failed }) => unreadable !== undefined || failed !== undefined)
console.log(
  [
    `${new Date().toISOString().slice(0, 10)}, ${machine.cores} cores of ${machine.cpu.trim()}, Node ${machine.node}; ${solved.length} instances, ${unread.length} files not read.`,
    '',
    ...(families.length > 0
      ? [
          row([
            'family',
            'instances',
            'mean over known',
            'worst',
            'at or below known',
            'vehicles',
            'proven',
            'longest, s',
            'faults',
          ]),
          '|---|---|---|---|---|---|---|---|---|',
          ...table,
        ]
      : []),
    ...(city.length > 0
      ? [
          '',
          row(['demo city', 's', 'target, s', 'met', 'objective', 'own gap', 'against']),
          '|---|---|---|---|---|---|---|',
          ...city.map((line) =>
            row([
              line.case ?? '',
              roundTo(line.seconds ?? Number.NaN, 3),
              line.targetSeconds ?? '–',
              line.met ? 'yes' : '**no**',
              roundTo(line.objective ?? Number.NaN, 2),
              line.ownGap === undefined ? '–' : percent(line.ownGap),
              line.ratio === undefined ? '–' : `${line.ratio} × ${line.baseline}`,
            ]),
          ),
        ]
      : []),
    ...(values.each
      ? [
          '',
          row(['instance', 'ours', 'known', 'gap', 's', 'proven']),
          '|---|---|---|---|---|---|',
          ...solved.map((line) =>
            row([
              `${line.file}${line.case ? ` ${line.case}` : ''}`,
              roundTo(line.objective ?? Number.NaN, 2),
              line.known ?? '–',
              typeof line.gap === 'number' ? percent(line.gap) : '–',
              roundTo(line.seconds ?? 0, 2),
              line.proven === true ? 'yes' : '',
            ]),
          ),
        ]
      : []),
  ].join('\n'),
)
