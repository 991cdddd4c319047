import { shortestWays } from './distances.ts'
import { type Instance, type Known, requirePlaces } from './instance.ts'

/** Files of numbers without words: what they are shows only in whether their numbers add up. */

/** Posts where neither file nor known values say how many, and the radius of the published covering problems. */
const POSTS = [1, 2, 3, 4, 5]
const RADIUS = 800

/** p-median of OR-Library: `n m p`, then edges `i j cost` from 1. */
export function readPMedian(numbers: readonly number[], known: Known): Instance | null {
  const [nodes, edges, p] = numbers
  if (numbers.length !== 3 + 3 * edges || !(p >= 1 && p <= nodes)) return null
  const list = Array.from(
    { length: edges },
    (_, edge) => [numbers[3 + 3 * edge] - 1, numbers[4 + 3 * edge] - 1, numbers[5 + 3 * edge]] as const,
  )
  if (list.some(([a, b]) => !(a >= 0 && a < nodes && b >= 0 && b < nodes))) return null
  requirePlaces(nodes)
  const costs = shortestWays(nodes, list)
  if (costs.some((cost) => !Number.isFinite(cost))) {
    throw new Error('Expected a graph in one piece: some nodes cannot be reached from others.')
  }
  return { family: 'pMedian', problem: { customers: nodes, candidates: nodes, costs, p }, known }
}

/** Set covering of OR-Library: `m n`, costs, then for each row its count and columns from 1. */
export function readSetCover(numbers: readonly number[], known: Known): Instance | null {
  const [rows, columns] = numbers
  if (!(rows >= 1 && columns >= 1) || numbers.length < 2 + columns + rows) return null
  const covers: number[][] = Array.from({ length: columns }, () => [])
  let at = 2 + columns
  for (let row = 0; row < rows; row++) {
    const count = numbers[at++]
    if (!(count >= 0) || at + count > numbers.length) return null
    for (const end = at + count; at < end; at++) {
      const own = covers[numbers[at] - 1]
      if (!own) return null
      own.push(row)
    }
  }
  if (at !== numbers.length) return null
  return { family: 'setCovering', problem: { rows, costs: numbers.slice(2, 2 + columns), covers }, known }
}

/** Set covering of railways: `m n`, then for each column its cost, its count and its rows from 1. */
export function readRailCover(numbers: readonly number[], known: Known): Instance | null {
  const [rows, columns] = numbers
  if (!(rows >= 1 && columns >= 1) || numbers.length < 2 + 2 * columns) return null
  const costs: number[] = []
  const covers: number[][] = []
  let at = 2
  for (let column = 0; column < columns; column++) {
    costs.push(numbers[at++])
    const count = numbers[at++]
    if (!(count >= 0) || at + count > numbers.length) return null
    covers.push(numbers.slice(at, at + count).map((row) => row - 1))
    at += count
  }
  if (at !== numbers.length || covers.some((own) => own.some((row) => !(row >= 0 && row < rows)))) return null
  return { family: 'setCovering', problem: { rows, costs, covers }, known }
}

/** Maximal covering: points `x y demand` under a heading of their number; every point is a candidate. */
export function readCovering(text: string, known: Known): Instance | null {
  const [heading, ...lines] = text.trim().split(/\r?\n/)
  const rows = lines.map((line) =>
    line
      .trim()
      .split(/[\s,;]+/)
      .map(Number),
  )
  const first = heading.trim().split(/[\s,;]+/)
  const count = Number(first[0])
  const isPoints = rows.every((row) => row.length === 3 && row.every(Number.isFinite))
  if (
    !isPoints ||
    rows.length === 0 ||
    !(count === rows.length || first.every((word) => Number.isNaN(Number(word))))
  ) {
    return null
  }
  const { radius = RADIUS, byPosts } = known
  const posts = byPosts ? Object.keys(byPosts).map(Number) : POSTS.filter((p) => p <= rows.length)
  return {
    family: 'covering',
    problem: {
      demand: rows.map(([, , demand]) => demand),
      reach: rows.map(([x, y]) =>
        rows.flatMap(([a, b], index) => (Math.hypot(x - a, y - b) <= radius ? [index] : [])),
      ),
    },
    posts,
    known,
    more: { radius },
  }
}
