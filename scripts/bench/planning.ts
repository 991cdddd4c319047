import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { StartError } from '../../db/startError.ts'
import { cityLines } from './planning/city.ts'
import { isTable, KnownValues } from './planning/known.ts'
import { recognise } from './planning/recognise.ts'
import { type Family, SECONDS, solve } from './planning/solve.ts'

// The planner on published instances, one JSON line each: family, file, objective, known value, gap between the two,
// seconds, our own bound and whether it proves the answer; then one line a family. The instances lie anywhere under
// --data DIR and are told by what they hold; they are read, never kept. A file that is none gets a line with the reason.
// --family NAME takes one family or folder (pCentre: the p-median files as p-centre), --only REGEX some paths, --seconds N
// another time for each, --seed N another seed. With time windows the way counts and the vehicles of both plans stand in the
// line; --vehicles-first takes as few of them as it can before. --city measures the targets of the demo city (--only REGEX:
// matrix, hypercube, areas, whatIf, again), with or without --data.

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    family: { type: 'string' },
    only: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    'vehicles-first': { type: 'boolean', default: false },
    city: { type: 'boolean', default: false },
  },
})
if (values.city) {
  for await (const line of cityLines(new RegExp(values.only ?? ''))) print(line)
  if (!values.data) process.exit()
}
if (!values.data || !existsSync(values.data)) {
  throw new StartError(
    '用法：npm run -s bench -- planning [--city] --data <目录> [--family 名称] [--only 正则] [--seconds 秒] [--seed 数]，算例可在任意子目录；--city 测演示城市。',
    'usage: npm run -s bench -- planning [--city] --data <folder> [--family name] [--only regex] [--seconds n] [--seed n]; instances may lie in any folder below, --city takes the demo city.',
  )
}
const root = resolve(values.data)
const known = new KnownValues(root, (path, reason) =>
  print({ folder: relative(root, dirname(path)), file: basename(path), unreadable: reason }),
)
const only = new RegExp(values.only ?? '')
const seed = Number(values.seed ?? 1)
/** Beside instances: published values, solutions, words about them. */
const COMPANION = /(^known\.json|^readme.*|^format\.txt|^licen[cs]e.*|\.(md|sol|opt|pdf|html?|gz|zip|png))$/i
/** Far more than any published instance. */
const MOST_BYTES = 100e6

/** Links are followed; a folder is gone through once, however it is reached. */
function* filesBelow(folder: string, seen: Set<string> = new Set()): Generator<string> {
  const own = realpathSync(folder)
  if (seen.has(own)) return
  seen.add(own)
  const collator = new Intl.Collator('en', { numeric: true })
  for (const name of readdirSync(folder).sort(collator.compare)) {
    const path = join(folder, name)
    const entry = statSync(path, { throwIfNoEntry: false })
    if (entry?.isDirectory()) yield* filesBelow(path, seen)
    else if (entry?.isFile()) yield path
  }
}

function print(line: object): void {
  console.log(JSON.stringify(line))
}

interface Tally {
  cases: number
  gaps: number[]
  proven: number
  seconds: number
  /** Where vehicles come first: by how many more than published. */
  moreVehicles: number[]
}
const tallies = new Map<string, Tally>()

for (const path of statSync(root).isDirectory() ? filesBelow(root) : [root]) {
  const file = basename(path)
  const folder = relative(root, dirname(path))
  if (COMPANION.test(file) || isTable(file) || !only.test(path)) continue
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error(`Expected at most ${MOST_BYTES} bytes.`)
    const text = readFileSync(path, 'latin1')
    if (text.includes('\0')) throw new Error('Expected text, found bytes.')
    const published = known.of(path, text)
    const instance = recognise(text, { ...published, vehiclesFirst: values['vehicles-first'] })
    const family: Family =
      values.family === 'pCentre' && instance.family === 'pMedian' ? 'pCentre' : instance.family
    if (values.family && values.family !== family && !folder.split('/').includes(values.family)) continue
    const seconds = Number(values.seconds ?? SECONDS[family])
    for await (const line of solve(instance, family, { seconds, seed })) {
      print({ family, folder, file, ...line })
      const tally = tallies.get(family) ?? { cases: 0, gaps: [], proven: 0, seconds: 0, moreVehicles: [] }
      tally.cases++
      if (line.gap !== null) tally.gaps.push(line.gap)
      if (line.proven) tally.proven++
      if (line.moreVehicles !== undefined) tally.moreVehicles.push(line.moreVehicles)
      tally.seconds = Math.max(tally.seconds, line.seconds)
      tallies.set(family, tally)
    }
  } catch (error) {
    if (values.family && !folder.split('/').includes(values.family)) continue
    const reason = error instanceof Error ? error.message : String(error)
    // A fault of ours is told as well, and does not keep the rest from being measured.
    const isOurs = error instanceof TypeError || error instanceof RangeError
    if (isOurs) process.exitCode = 1
    print({ folder, file, [isOurs ? 'failed' : 'unreadable']: reason })
  }
}
for (const [family, { cases, gaps, proven, seconds, moreVehicles }] of tallies) {
  print({
    family,
    cases,
    compared: gaps.length,
    meanGap: gaps.length > 0 ? gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length : null,
    worstGap: gaps.length > 0 ? Math.max(...gaps) : null,
    proven,
    longestSeconds: seconds,
    ...(moreVehicles.length > 0
      ? {
          vehiclesAsPublished: moreVehicles.filter((more) => more === 0).length,
          vehiclesMore: moreVehicles.filter((more) => more > 0).length,
          vehiclesFewer: moreVehicles.filter((more) => more < 0).length,
        }
      : {}),
  })
}
