import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cover } from '../../api/planning/coverage.ts'
import { hypercube } from '../../api/planning/hypercube.ts'
import { pMedian } from '../../api/planning/pMedian.ts'
import type { RoutingAnswer } from '../../api/planning/routing.ts'
import { planRoutes } from '../../api/planning/ruinAndRecreate.ts'
import type { Proof } from '../../api/planning/search.ts'
import { setCover } from '../../api/planning/setCover.ts'
import { StartError } from '../../db/startError.ts'
import {
  readArcRouting,
  readCovering,
  readCvrp,
  readOrienteering,
  readPMedian,
  readSetCover,
  readSolomon,
} from './shared/instances.ts'

// The planner on published instances, one JSON line each: family, file, objective, known value, gap between the two,
// seconds, our own bound and whether it proves the answer. The instances lie in --data DIR, each family in a folder of its
// own with known.json; they are read, never kept. --family NAME takes one of them, --seconds N another time for each.

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    family: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
  },
})
if (!values.data || !existsSync(values.data)) {
  throw new StartError(
    '用法：npm run -s bench -- planning --data <目录> [--family 名称] [--seconds 秒]，目录内每类算例一个文件夹。',
    'usage: npm run -s bench -- planning --data <folder> [--family name] [--seconds n], a folder a family inside.',
  )
}
const folder = values.data
const seed = Number(values.seed ?? 1)

type Known = Record<string, unknown>

interface Family {
  folder: string
  files: RegExp
  /** Targets are set for this time. */
  seconds: number
  run(path: string, known: unknown, seconds: number): AsyncGenerator<Line> | Generator<Line>
}

interface Line {
  case?: string
  objective: number
  known: number | null
  /** Above 0: worse than the known value. */
  gap: number | null
  answer: Proof
  more?: object
}

function numberOr(value: unknown, key = ''): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'object' || value === null) return null
  const found = (value as Known)[key]
  return typeof found === 'number' ? found : null
}

function above(objective: number, known: number | null): number | null {
  return known === null ? null : objective / known - 1
}

function* routes(answer: RoutingAnswer, known: number | null): Generator<Line> {
  yield {
    objective: answer.objective,
    known,
    gap: above(answer.objective, known),
    answer,
    more: { routes: answer.routes.length, complete: answer.complete },
  }
}

const families: Family[] = [
  {
    folder: 'pmedian_orlib',
    files: /^pmed\d+\.txt$/,
    seconds: 5,
    *run(path, known, seconds) {
      const answer = pMedian(readPMedian(path), { seconds, seed })
      yield {
        objective: answer.objective,
        known: numberOr(known),
        gap: above(answer.objective, numberOr(known)),
        answer,
      }
    },
  },
  {
    folder: 'mclp_sjc',
    files: /\.txt$/,
    seconds: 5,
    async *run(path, known, seconds) {
      const { radius = 800, optimum_by_p: optima = {} } = (known ?? {}) as {
        radius?: number
        optimum_by_p?: Known
      }
      for (const [p, optimum] of Object.entries(optima)) {
        const answer = await cover(readCovering(path, radius, Number(p)), { seconds, seed })
        const best = numberOr(optimum)
        yield {
          case: `p=${p}`,
          objective: answer.objective,
          known: best,
          gap: best === null ? null : 1 - answer.objective / best,
          answer,
        }
      }
    },
  },
  {
    folder: 'scp_orlib',
    files: /^scp.*\.txt$/,
    seconds: 10,
    async *run(path, known, seconds) {
      const answer = await setCover(readSetCover(path), { seconds, seed })
      yield {
        objective: answer.objective,
        known: numberOr(known),
        gap: above(answer.objective, numberOr(known)),
        answer,
      }
    },
  },
  {
    folder: 'cvrp',
    files: /\.vrp$/,
    seconds: 10,
    run: (path, known, seconds) => routes(planRoutes(readCvrp(path), { seconds, seed }), numberOr(known)),
  },
  {
    folder: 'vrptw_solomon',
    files: /\.txt$/,
    seconds: 10,
    run: (path, known, seconds) =>
      routes(planRoutes(readSolomon(path), { seconds, seed }), numberOr(known, 'best_known_cost')),
  },
  {
    folder: 'carp',
    files: /\.dat$/,
    seconds: 8,
    run: (path, known, seconds) =>
      routes(planRoutes(readArcRouting(path), { seconds, seed }), numberOr(known)),
  },
  {
    folder: 'op_oplib',
    files: /\.oplib$/,
    seconds: 10,
    *run(path, known, seconds) {
      const { problem, depotScore } = readOrienteering(path)
      const answer = planRoutes(problem, { seconds, seed })
      const left = new Set(answer.unserved)
      const score = problem.jobs.reduce(
        (sum, { penalty = 0 }, job) => sum + (left.has(job) ? 0 : penalty),
        depotScore,
      )
      const best = numberOr(known)
      yield {
        objective: score,
        known: best,
        gap: best === null ? null : 1 - score / best,
        answer,
        more: { way: answer.routes[0]?.cost },
      }
    },
  },
]

function larson(): void {
  const path = join(folder, 'hypercube_larson', 'case.json')
  if (!existsSync(path)) return
  const given = JSON.parse(readFileSync(path, 'utf8')) as {
    mu: number
    N: number
    classes: { rate: number; pref: number[] }[]
    workloads: number[]
  }
  const start = performance.now()
  const answer = hypercube({
    arrivals: given.classes.map(({ rate }) => rate),
    serviceRates: Array(given.N).fill(given.mu),
    preferences: given.classes.map(({ pref }) => pref.map((unit) => unit - 1)),
    whenAllBusy: 'wait',
  })
  const seconds = (performance.now() - start) / 1000
  given.workloads.forEach((known, unit) => {
    const objective = answer.workloads[unit]
    console.log(
      JSON.stringify({
        family: 'hypercube_larson',
        file: 'case.json',
        case: `workload ${unit + 1}`,
        objective,
        known,
        gap: objective / known - 1,
        seconds,
      }),
    )
  })
}

for (const family of families) {
  const dir = join(folder, family.folder)
  if ((values.family && values.family !== family.folder) || !existsSync(dir)) continue
  const knownPath = join(dir, 'known.json')
  const known: Known = existsSync(knownPath) ? JSON.parse(readFileSync(knownPath, 'utf8')) : {}
  const gaps: number[] = []
  for (const file of readdirSync(dir)
    .filter((name) => family.files.test(name))
    .sort()) {
    const seconds = Number(values.seconds ?? family.seconds)
    for await (const { answer, more, ...line } of family.run(join(dir, file), known[file], seconds)) {
      if (line.gap !== null) gaps.push(line.gap)
      const { seconds: taken, bound, proven } = answer
      console.log(
        JSON.stringify({ family: family.folder, file, ...line, seconds: taken, bound, proven, ...more }),
      )
    }
  }
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  console.log(
    JSON.stringify({ family: family.folder, cases: gaps.length, meanGap: mean, worstGap: Math.max(...gaps) }),
  )
}
if (!values.family || values.family === 'hypercube_larson') larson()
