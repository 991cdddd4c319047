import { distances } from './distances.ts'
import { type Instance, type Known, requirePlaces } from './instance.ts'

/**
 * Solomon, and Gehring and Homberger: a line of vehicles and capacity, then rows of number, x, y, demand, ready, due,
 * service, the first being the post. Distances as they are; cut to tenths where the published value is of the way alone and
 * in tenths (DIMACS 2021, CVRPLIB). The way counts; where asked for, as few vehicles as can be come first, which is what most
 * values published with a number of vehicles are for.
 */
export function readSolomon(text: string, known: Known): Instance {
  const lines = text
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split(/[\s,;]+/)
        .map(Number),
    )
    .filter((row) => row.every(Number.isFinite))
  const fleet = lines.find((row) => row.length === 2)
  const rows = lines.filter((row) => row.length === 7)
  if (!fleet || rows.length < 2)
    throw new Error('Expected a line of vehicles and capacity and rows of seven numbers.')
  requirePlaces(rows.length)
  const [count, capacity] = fleet
  const { value, vehicles, isByDistance = false, vehiclesFirst = false } = known
  const isInTenths = isByDistance && value !== null && Math.abs(10 * value - Math.round(10 * value)) < 1e-6
  const metric = isInTenths ? 'TRUNCATED_2D' : 'EXACT_2D'
  return {
    family: 'timeWindows',
    known,
    more: { distances: metric },
    problem: {
      places: rows.length,
      costs: distances(
        rows.map(([, x, y]) => [x, y]),
        metric,
      ),
      fewestVehicles: vehiclesFirst && vehicles !== undefined && !isByDistance,
      jobs: rows.slice(1).map(([, , , demand, opens, closes, duration], index) => ({
        from: index + 1,
        to: index + 1,
        demand,
        opens,
        closes,
        duration,
      })),
      vehicles: [{ start: 0, end: 0, capacity, count, opens: rows[0][4], closes: rows[0][5] }],
    },
  }
}
