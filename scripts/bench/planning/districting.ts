import type { Instance, Known } from './instance.ts'

/** Where files say neither: how many areas, and how far their workloads may be from the mean. */
const AREAS = 6
const TOLERANCE = 0.01

type Named = Map<string, unknown>

const NAMES = {
  weight: ['TOTPOP', 'POP100', 'P0010001', 'population', 'pop', 'weight', 'demand'],
  x: ['C_X', 'INTPTLON10', 'INTPTLON20', 'INTPTLON', 'x', 'lng', 'lon'],
  y: ['C_Y', 'INTPTLAT10', 'INTPTLAT20', 'INTPTLAT', 'y', 'lat'],
} as const

/** Cost of a unit at a distance from its centre. */
const COSTS: Readonly<Record<string, (weight: number, square: number) => number>> = {
  'weight × squared distance': (weight, square) => weight * square,
  'weight × distance': (weight, square) => weight * Math.sqrt(square),
  'squared distance': (_, square) => square,
  distance: (_, square) => Math.sqrt(square),
}
const HESS = 'weight × squared distance'

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Whether JSON is a graph of units. */
export function isUnitGraph(given: Record<string, unknown>): boolean {
  return Array.isArray(given.nodes) || Array.isArray(given.units)
}

/**
 * Districting as JSON: a list `nodes` (or `units`) of `{ id, x, y, weight }` (or the census' names of these), and who is
 * beside whom: `adjacency`, a list of `{ id }` a node (NetworkX adjacency_data, as GerryChain and published county and tract
 * graphs have it), `edges` or `links`, of `{ source, target }` (NetworkX node_link_data) or pairs of ids, or `neighbours`
 * (ids) in each unit. Beside them or in `graph` may stand `districts`, `tolerance` (a share of the mean load),
 * `toleranceBelow` (1: no limit below), `cost` (one of COSTS; else Hess' weight × squared distance) or `costs` (a row a
 * centre), and `known`, the published value.
 */
export function readDistricting(given: Record<string, unknown>, known: Known): Instance {
  const nodes: Named[] = [...list(given.nodes), ...list(given.units)].map(
    (node) => new Map(Object.entries(Object(node))),
  )
  if (nodes.length === 0) throw new Error('Expected nodes or units, found none.')
  const said = new Map<string, unknown>([...Object.entries(Object(given.graph)), ...Object.entries(given)])
  const weights = nodes.map((node) => number(node, NAMES.weight))
  const costs = costsOf(nodes, weights, said)
  const units = nodes.length
  const areas = Number(said.get('districts') ?? AREAS)
  const tolerance = Number(said.get('tolerance') ?? TOLERANCE)
  const below = said.get('toleranceBelow')
  const limits = { tolerance, ...(below === undefined ? {} : { toleranceBelow: Number(below) }) }
  const value = said.get('known')
  return {
    family: 'districting',
    known: known.value === null && typeof value === 'number' ? { value, from: 'file' } : known,
    problem: { weights, costs, neighbours: neighboursOf(nodes, given), areasOfZone: [areas], ...limits },
    more: { units, areas, ...limits },
  }
}

function number(node: Named, names: readonly string[]): number {
  const name = names.find((each) => node.has(each))
  const value = name === undefined ? Number.NaN : Number(node.get(name))
  if (Number.isFinite(value)) return value
  throw new Error(`Expected nodes with one of ${names.join(', ')}, found none.`)
}

/** By unit: those beside it, each once, both ways. */
function neighboursOf(nodes: readonly Named[], given: Record<string, unknown>): number[][] {
  const placeOf = new Map<unknown, number>(nodes.map((node, index) => [node.get('id') ?? index, index]))
  const place = (id: unknown): number => {
    const found = placeOf.get(id)
    if (found !== undefined) return found
    throw new Error(`Expected neighbours among the nodes, got ${JSON.stringify(id)}.`)
  }
  const adjacency = list(given.adjacency)
  if (adjacency.length > 0 && adjacency.length !== nodes.length) {
    throw new Error(
      `Expected nodes and as many lists of neighbours, got ${nodes.length} and ${adjacency.length}.`,
    )
  }
  const pairs = [
    ...adjacency.flatMap((own, unit) => list(own).map((edge) => [unit, place(Object(edge).id)])),
    ...[...list(given.edges), ...list(given.links)].map((edge) => {
      const [source, target] = Array.isArray(edge) ? edge : [Object(edge).source, Object(edge).target]
      return [place(source), place(target)]
    }),
    ...nodes.flatMap((node, unit) => list(node.get('neighbours')).map((id) => [unit, place(id)])),
  ]
  if (pairs.length === 0 && nodes.length > 1) {
    throw new Error('Expected adjacency, edges, links or neighbours, found none.')
  }
  const beside = nodes.map(() => new Set<number>())
  for (const [a, b] of pairs) {
    if (a === b) continue
    beside[a].add(b)
    beside[b].add(a)
  }
  return beside.map((own) => [...own])
}

/** Row by centre. */
function costsOf(
  nodes: readonly Named[],
  weights: readonly number[],
  said: ReadonlyMap<string, unknown>,
): Float64Array {
  const units = nodes.length
  const rows = list(said.get('costs'))
  if (rows.length > 0) {
    const matrix = Float64Array.from(rows.flatMap((row) => list(row).map(Number)))
    if (rows.length === units && matrix.length === units ** 2) return matrix
    throw new Error(
      `Expected ${units} rows of as many costs, got ${rows.length} with ${matrix.length} numbers.`,
    )
  }
  const name = String(said.get('cost') ?? HESS)
  const cost = Object.hasOwn(COSTS, name) ? COSTS[name] : undefined
  if (!cost) throw new Error(`Expected a cost of ${Object.keys(COSTS).join(', ')}, got ${name}.`)
  const points = nodes.map((node) => [number(node, NAMES.x), number(node, NAMES.y)])
  return Float64Array.from({ length: units ** 2 }, (_, index) => {
    const [[ax, ay], [bx, by]] = [points[Math.floor(index / units)], points[index % units]]
    return cost(weights[index % units], (ax - bx) ** 2 + (ay - by) ** 2)
  })
}
