import type { Instance, Known } from './instance.ts'

/** Where files say neither: how many areas, and how far their workloads may be from the mean. */
const AREAS = 6
const TOLERANCE = 0.01

/**
 * Dual graphs of districting (NetworkX "adjacency" JSON, as GerryChain and the published county and tract graphs have
 * it): nodes with a population and a place, `adjacency` beside them. The graph may say `districts` and `tolerance`.
 */
export function readDistricting(
  given: { nodes?: unknown; adjacency?: unknown; graph?: unknown },
  known: Known,
): Instance {
  const nodes = Array.isArray(given.nodes)
    ? given.nodes.map((node) => new Map(Object.entries(Object(node))))
    : []
  const adjacency = Array.isArray(given.adjacency) ? given.adjacency : []
  if (nodes.length === 0 || adjacency.length !== nodes.length) {
    throw new Error(
      `Expected nodes and as many lists of neighbours, got ${nodes.length} and ${adjacency.length}.`,
    )
  }
  const number = (node: Map<string, unknown>, names: readonly string[]): number => {
    const name = names.find((each) => node.has(each))
    const value = name === undefined ? Number.NaN : Number(node.get(name))
    if (!Number.isFinite(value))
      throw new Error(`Expected nodes with one of ${names.join(', ')}, found none.`)
    return value
  }
  const placeOf = new Map(nodes.map((node, index) => [node.get('id'), index]))
  const neighbours = adjacency.map((own: unknown) =>
    (Array.isArray(own) ? own : []).map((edge) => placeOf.get(Object(edge).id) ?? -1),
  )
  const weights = nodes.map((node) => number(node, ['TOTPOP', 'POP100', 'P0010001', 'population', 'weight']))
  const points = nodes.map((node) => [
    number(node, ['C_X', 'INTPTLON10', 'INTPTLON20', 'INTPTLON', 'x']),
    number(node, ['C_Y', 'INTPTLAT10', 'INTPTLAT20', 'INTPTLAT', 'y']),
  ])
  const units = nodes.length
  const costs = new Float64Array(units * units)
  for (let centre = 0; centre < units; centre++) {
    for (let unit = 0; unit < units; unit++) {
      const [dx, dy] = [points[centre][0] - points[unit][0], points[centre][1] - points[unit][1]]
      costs[centre * units + unit] = weights[unit] * (dx * dx + dy * dy)
    }
  }
  const said = Object(given.graph)
  const areas = Number(said.districts ?? AREAS)
  const tolerance = Number(said.tolerance ?? TOLERANCE)
  return {
    family: 'districting',
    known,
    problem: { weights, costs, neighbours, areasOfZone: [areas], tolerance },
    more: { units, areas, tolerance },
  }
}
