import { shortestWays } from './distances.ts'
import { type Instance, type Known, requirePlaces } from './instance.ts'

interface Edge {
  a: number
  b: number
  cost: number
  demand: number
}

/** What the Spanish and the English dialect call the same thing. */
const NODES = /^\s*(?:VERTICES|NODES|N_NODES)\s*:\s*(\d+)/im
const CAPACITY = /^\s*(?:CAPACIDAD|CAPACITY)\s*:\s*([\d.]+)/im
const DEPOT = /^\s*(?:DEPOSITO|DEPOT)\s*:?\s*(\d+)/im
const REQUIRED = /^\s*(?:ARISTAS_REQ|REQUIRED EDGES|N_EDGES_REQ)\s*:\s*(\d+)/im
/** `(1, 2) coste 13 demanda 1`, or cost and demand; without demand it is only a way. */
const EDGE =
  /\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*(?:coste|cost)\s*:?\s*([\d.]+)(?:\s+(?:demanda|demand)\s*:?\s*([\d.]+))?/gi
/** `1 2 13 1` in the table of the English dialect. */
const ROW = /^\s*(\d+)[ \t]+(\d+)[ \t]+([\d.]+)[ \t]+([\d.]+)[ \t]*$/gm

/** Capacitated arc routing: undirected edges, the required ones with a demand; cost is service and deadheading. */
export function readArcRouting(text: string, known: Known): Instance {
  const number = (name: string, pattern: RegExp): number => {
    const match = pattern.exec(text)
    if (!match) throw new Error(`Expected a line of the ${name}, found none.`)
    return Number(match[1])
  }
  if (/\bReE\.|\bREQUIRED ARCS\s*:\s*[1-9]|ARCS_REQ\s*:\s*[1-9]/i.test(text)) {
    throw new Error('Expected required edges only: mixed graphs with required arcs or nodes are not read.')
  }
  const places = number('number of nodes', NODES)
  const required = number('number of required edges', REQUIRED)
  const written = [...text.matchAll(EDGE)]
  const found = written.length > 0 ? written : [...text.matchAll(ROW)]
  const edges = found.map(
    ([, a, b, cost, demand = '0']): Edge => ({
      a: Number(a) - 1,
      b: Number(b) - 1,
      cost: Number(cost),
      demand: Number(demand),
    }),
  )
  const jobs = edges.filter(({ demand }) => demand > 0)
  if (jobs.length !== required) {
    throw new Error(`Expected ${required} required edges, found ${jobs.length}.`)
  }
  requirePlaces(places)
  const post = Number(DEPOT.exec(text)?.[1] ?? 1) - 1
  return {
    family: 'arcRouting',
    known,
    problem: {
      places,
      costs: shortestWays(
        places,
        // Of streets side by side the last would count: here the shortest is taken.
        edges.toSorted((one, other) => other.cost - one.cost).map(({ a, b, cost }) => [a, b, cost] as const),
      ),
      jobs: jobs.map(({ a, b, cost, demand }) => ({ from: a, to: b, bothWays: true, cost, demand })),
      vehicles: [{ start: post, end: post, capacity: number('capacity', CAPACITY) }],
    },
  }
}
