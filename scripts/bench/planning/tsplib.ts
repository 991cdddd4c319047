import type { Job, RoutingProblem, VehicleType } from '../../../api/planning/routing.ts'
import { distances, isMetric, type Metric } from './distances.ts'
import { type Instance, type Known, requirePlaces } from './instance.ts'
import { explicitMatrix } from './matrix.ts'

/**
 * TSPLIB and what grew out of it: CVRPLIB `.vrp`, OPLib `.oplib`. Keywords before sections, in any order.
 */
interface File {
  keywords: Map<string, string>
  /** By name: the numbers of each line. */
  sections: Map<string, number[][]>
}

function parse(text: string): File {
  const keywords = new Map<string, string>()
  const sections = new Map<string, number[][]>()
  let rows: number[][] | undefined
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (trimmed === '' || /^(#|\/\/)/.test(trimmed)) continue
    if (/^EOF\b/i.test(trimmed)) break
    if (/^[-+.\d]/.test(trimmed)) {
      rows?.push(numbersOf(trimmed))
      continue
    }
    const word = /^([A-Z_0-9]+)\s*:?\s*(.*)$/i.exec(trimmed)
    if (!word) throw new Error(`Expected a keyword, got "${trimmed}".`)
    const name = word[1].toUpperCase()
    if (name.endsWith('_SECTION') || name === 'SECTION') {
      rows = /^[-+.\d]/.test(word[2]) ? [numbersOf(word[2])] : []
      sections.set(name, rows)
    } else {
      rows = undefined
      keywords.set(name, word[2].trim())
    }
  }
  return { keywords, sections }
}

function numbersOf(line: string): number[] {
  const row = line.split(/[\s,]+/).map(Number)
  if (row.some(Number.isNaN)) throw new Error(`Expected numbers, got "${line}".`)
  return row
}

function numberOf({ keywords }: File, name: string): number | undefined {
  const value = keywords.get(name)
  if (value === undefined) return undefined
  const number = Number(value.split(/\s/)[0])
  if (!Number.isFinite(number)) throw new Error(`Expected a number as ${name}, got "${value}".`)
  return number
}

function required(file: File, name: string): number {
  const number = numberOf(file, name)
  if (number === undefined) throw new Error(`Expected a line ${name}, found none.`)
  return number
}

function section(file: File, name: string, length: number): number[][] {
  const rows = file.sections.get(name)
  if (!rows) throw new Error(`Expected a section ${name}, found none.`)
  if (rows.length !== length) throw new Error(`Expected ${length} lines in ${name}, found ${rows.length}.`)
  return rows
}

/** Second column of a section of `node value`, by node from 0. */
function byNode(file: File, name: string, nodes: number): Float64Array {
  const values = new Float64Array(nodes).fill(Number.NaN)
  for (const [node, value] of section(file, name, nodes)) values[node - 1] = value
  const missing = values.findIndex(Number.isNaN)
  if (missing >= 0) throw new Error(`Expected a value for node ${missing + 1} in ${name}, found none.`)
  return values
}

/**
 * Rounded as TSPLIB says, unless the published value is no whole number: then its authors did not round (Christofides,
 * Golden, Li, Taillard). Where there are time windows nobody rounds: a value of one decimal is truncated to tenths.
 */
function metricOf(name: string, known: Known, timed: boolean): Metric {
  if (name !== 'EUC_2D') {
    if (isMetric(name)) return name
    throw new Error(`Expected an EDGE_WEIGHT_TYPE of two coordinates or EXPLICIT, got ${name}.`)
  }
  const { value } = known
  if (timed) {
    const isTenths = value !== null && Math.abs(value * 10 - Math.round(value * 10)) < 1e-6
    return isTenths ? 'TRUNCATED_2D' : 'EXACT_2D'
  }
  return value === null || Number.isInteger(value) ? 'EUC_2D' : 'EXACT_2D'
}

/** Sections that are read or say nothing of the problem; any other is a kind of problem that is not. */
const READ = new Set([
  'NODE_COORD_SECTION',
  'EDGE_WEIGHT_SECTION',
  'DEMAND_SECTION',
  'DEPOT_SECTION',
  'TIME_WINDOW_SECTION',
  'SERVICE_TIME_SECTION',
  'VEHICLES_DEPOT_SECTION',
  'NODE_SCORE_SECTION',
  'DISPLAY_DATA_SECTION',
])

export function readTsplib(text: string, known: Known): Instance {
  const file = parse(text)
  const type = file.keywords.get('TYPE')?.split(/\s/)[0].toUpperCase() ?? 'CVRP'
  const nodes = required(file, 'DIMENSION')
  requirePlaces(nodes)
  const unread = [...file.sections.keys()].find((name) => !READ.has(name))
  if (unread) throw new Error(`Expected no ${unread}: that kind of problem is not read.`)
  const timed = file.sections.has('TIME_WINDOW_SECTION')
  const weights = file.keywords.get('EDGE_WEIGHT_TYPE')?.split(/\s/)[0].toUpperCase() ?? 'EUC_2D'
  const metric = weights === 'EXPLICIT' ? null : metricOf(weights, known, timed)
  const costs =
    metric === null
      ? explicitMatrix(
          nodes,
          file.keywords.get('EDGE_WEIGHT_FORMAT')?.split(/\s/)[0].toUpperCase() ?? 'FULL_MATRIX',
          file.sections.get('EDGE_WEIGHT_SECTION') ?? [],
        )
      : distances(
          section(file, 'NODE_COORD_SECTION', nodes)
            .toSorted((a, b) => a[0] - b[0])
            .map(([, ...place]) => place),
          metric,
        )
  const more = { distances: metric ?? 'EXPLICIT' }
  if (type === 'OP' || file.sections.has('NODE_SCORE_SECTION')) {
    return { ...readOrienteering(file, nodes, costs), known, more }
  }
  if (
    !['CVRP', 'DCVRP', 'VRP', 'VRPTW', 'CVRPTW', 'MDVRP', 'MDVRPTW', 'TSP', 'ATSP', 'ACVRP'].includes(type)
  ) {
    throw new Error(`Expected a TYPE such as CVRP, VRPTW, TSP or OP, got ${type}.`)
  }
  return { family: timed ? 'timeWindows' : 'routes', problem: routing(file, nodes, costs, type), known, more }
}

function depotsOf(file: File, nodes: number): number[] {
  const depots = (file.sections.get('DEPOT_SECTION') ?? [[1]]).flat()
  const end = depots.indexOf(-1)
  const own = (end < 0 ? depots : depots.slice(0, end)).map((depot) => depot - 1)
  if (own.length > 0 && own.every((depot) => depot >= 0 && depot < nodes)) return own
  throw new Error(`Expected depots from 1 to ${nodes}, got ${own.map((depot) => depot + 1).join(', ')}.`)
}

function routing(file: File, nodes: number, costs: Float64Array, type: string): RoutingProblem {
  const depots = type.endsWith('TSP') ? [0] : depotsOf(file, nodes)
  const isTour = type.endsWith('TSP')
  const demands = isTour ? new Float64Array(nodes) : byNode(file, 'DEMAND_SECTION', nodes)
  const windows = file.sections.get('TIME_WINDOW_SECTION')
  const longest = numberOf(file, 'DISTANCE')
  const service = new Float64Array(nodes).fill(numberOf(file, 'SERVICE_TIME') ?? 0)
  if (file.sections.has('SERVICE_TIME_SECTION')) service.set(byNode(file, 'SERVICE_TIME_SECTION', nodes))
  const opens = new Float64Array(nodes)
  const closes = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY)
  for (const [node, from, to] of windows ?? []) {
    opens[node - 1] = from
    closes[node - 1] = to
  }
  // A job's window can be no later than a vehicle's: without either no time is kept.
  const jobs = Array.from({ length: nodes }, (_, place) => place)
    .filter((place) => !depots.includes(place))
    .map(
      (place): Job => ({
        from: place,
        to: place,
        demand: demands[place],
        ...(windows || longest !== undefined ? { duration: service[place] } : {}),
        ...(windows ? { opens: opens[place], closes: closes[place] } : {}),
      }),
    )
  const ofDepot = file.sections.get('VEHICLES_DEPOT_SECTION')
  const all = numberOf(file, 'VEHICLES')
  const vehicles = depots.map((depot): VehicleType => {
    const count = ofDepot ? ofDepot.filter(([, at]) => at - 1 === depot).length : isTour ? 1 : all
    const own = windows ? { opens: opens[depot], closes: closes[depot] } : {}
    const latest = Math.min(own.closes ?? Number.POSITIVE_INFINITY, longest ?? Number.POSITIVE_INFINITY)
    return {
      start: depot,
      end: depot,
      ...(isTour ? {} : { capacity: required(file, 'CAPACITY') }),
      ...(count === undefined || (depots.length > 1 && !ofDepot) ? {} : { count }),
      ...own,
      ...(Number.isFinite(latest) ? { closes: latest } : {}),
    }
  })
  return { places: nodes, costs, jobs, vehicles }
}

/** A closed tour from the depot within COST_LIMIT; the penalty of a job is its score. */
function readOrienteering(
  file: File,
  nodes: number,
  costs: Float64Array,
): Pick<Extract<Instance, { family: 'orienteering' }>, 'family' | 'problem' | 'ownScore'> {
  const scores = byNode(file, 'NODE_SCORE_SECTION', nodes)
  const [depot] = depotsOf(file, nodes)
  return {
    family: 'orienteering',
    ownScore: scores[depot],
    problem: {
      places: nodes,
      costs,
      jobs: Array.from(scores, (penalty, place) => ({ from: place, to: place, penalty })).filter(
        ({ from }) => from !== depot,
      ),
      vehicles: [{ start: depot, end: depot, count: 1, opens: 0, closes: required(file, 'COST_LIMIT') }],
      onlyPenalties: true,
    },
  }
}
