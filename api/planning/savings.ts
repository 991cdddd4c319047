import type { RoutingModel } from './routingModel.ts'

/** Jobs below which a search from nothing is as quick, and less bound to what it begins with. */
const FEWEST = 300
/** Neighbours with which a tour may be joined. */
const NEIGHBOURS = 100

/**
 * Tours to begin with, as lists of jobs: one each, then joined at their ends where that saves most (Clarke and Wright
 * 1964). Null where ways differ by direction, times, orders, streets or several posts are to be kept in mind, or more tours
 * come out than there may be, or jobs are few.
 */
export function savingsTours(model: RoutingModel): number[][] | null {
  const { jobs, entry, exit, costs, costsTo, places, demand, capacity, distance, starts, ends } = model
  const isSimple =
    jobs >= FEWEST &&
    !model.timed &&
    !model.ordered &&
    costs === costsTo &&
    capacity.length === 1 &&
    starts[0] === ends[0] &&
    model.mustBeDone.every((must) => must === 1) &&
    entry.every((place, task) => place === exit[task])
  if (!isSimple) return null
  const pairs: { first: number; second: number; saving: number }[] = []
  for (let first = 0; first < jobs; first++) {
    const near = model.neighbours[first]
    for (let at = 1; at < Math.min(near.length, NEIGHBOURS + 1); at++) {
      const second = near[at]
      const saving = distance[first] + distance[second] - costs[entry[2 * first] * places + entry[2 * second]]
      if (saving > 0) pairs.push({ first, second, saving })
    }
  }
  pairs.sort((a, b) => b.saving - a.saving)
  const tourOf = Array.from({ length: jobs }, (_, job) => [job])
  const loadOf = new Map(tourOf.map((tour, job) => [tour, demand[job]]))
  for (const { first, second } of pairs) {
    const [a, b] = [tourOf[first], tourOf[second]]
    const load = (loadOf.get(a) ?? 0) + (loadOf.get(b) ?? 0)
    if (a === b || load > capacity[0]) continue
    const [atEnd, atStart] = [a.at(-1) === first, b[0] === second]
    if ((!atEnd && a[0] !== first) || (!atStart && b.at(-1) !== second)) continue
    const joined = [...(atEnd ? a : a.toReversed()), ...(atStart ? b : b.toReversed())]
    loadOf.delete(a)
    loadOf.delete(b)
    loadOf.set(joined, load)
    for (const job of joined) tourOf[job] = joined
  }
  const tours = [...loadOf.keys()]
  return tours.length <= model.count[0] ? tours : null
}
