import { createRandom, type Random } from '../../geodata/random.ts'
import { solveMip } from './mip.ts'
import { MipRows } from './mipModel.ts'
import { checkPMedian, type PMedianInput } from './pMedianInput.ts'
import { needsMore } from './postsNeeded.ts'
import { type Proof, SearchClock, type SearchOptions } from './search.ts'

/** Where to put p posts so that the customer farthest from its post is as near as can be (Hakimi 1964). */
export type PCentreInput = PMedianInput

export interface PCentreAnswer extends Proof {
  /** The chosen candidates, ascending. */
  posts: number[]
  /** By customer: its nearest post, as a candidate. */
  post: Uint32Array
}

/** Exchanges tried at one radius before it is taken for too small, in multiples of the candidates. */
const PATIENCE = 6
/** Searches just below the best radius, and the share of the time they may last until. */
const AGAIN = 20
const AGAIN_SHARE = 0.4
/** Of the time, until which radii are ruled out by relaxation. */
const BOUND_SHARE = 0.7

/** Who reaches whom within a radius. */
interface Reach {
  /** By candidate: customers; by customer: candidates. */
  customers: number[][]
  candidates: number[][]
}

function reachWithin({ customers, candidates, costs }: PCentreInput, radius: number): Reach {
  const reach: Reach = {
    customers: Array.from({ length: candidates }, () => []),
    candidates: Array.from({ length: customers }, () => []),
  }
  for (let candidate = 0; candidate < candidates; candidate++) {
    for (let customer = 0; customer < customers; customer++) {
      if (costs[candidate * customers + customer] > radius) continue
      reach.customers[candidate].push(customer)
      reach.candidates[customer].push(candidate)
    }
  }
  return reach
}

/** The farthest customer's cost. */
function radiusOf({ customers, costs }: PCentreInput, posts: readonly number[]): number {
  let radius = 0
  for (let customer = 0; customer < customers; customer++) {
    let least = Number.POSITIVE_INFINITY
    for (const post of posts) least = Math.min(least, costs[post * customers + customer])
    radius = Math.max(radius, least)
  }
  return radius
}

/** Fixed and today's posts, then each time the best for the customer who is farthest (Gonzalez 1985). */
function firstPosts(input: PCentreInput): number[] {
  const { customers, candidates, costs, p, fixed = [], start = [] } = input
  const posts = [...new Set([...fixed, ...start])].slice(0, p)
  const own = new Float64Array(customers).fill(Number.POSITIVE_INFINITY)
  const take = (post: number) => {
    for (let customer = 0; customer < customers; customer++)
      own[customer] = Math.min(own[customer], costs[post * customers + customer])
  }
  for (const post of posts) take(post)
  while (posts.length < p) {
    let farthest = 0
    for (let customer = 1; customer < customers; customer++)
      if (own[customer] > own[farthest]) farthest = customer
    let best = -1
    for (let candidate = 0; candidate < candidates; candidate++) {
      if (posts.includes(candidate)) continue
      if (best < 0 || costs[candidate * customers + farthest] < costs[best * customers + farthest])
        best = candidate
    }
    posts.push(best)
    take(best)
  }
  return posts
}

/**
 * Exchanges posts until all customers are within reach, or null. A customer long out of reach weighs more and more, so
 * that the search does not stand still.
 */
function coverAll(
  input: PCentreInput,
  reach: Reach,
  from: readonly number[],
  random: Random,
  over: () => boolean,
): number[] | null {
  const { customers, candidates, p, fixed = [], start = [], mostChanges = p } = input
  const isFixed = new Set(fixed)
  const isOld = new Set(start)
  const weight = new Float64Array(customers).fill(1)
  const times = new Uint16Array(customers)
  /** Weight a candidate would add, or a post would take away. */
  const worth = new Float64Array(candidates)
  const isPost = new Uint8Array(candidates)
  const rested = new Int32Array(candidates)
  let fresh = 0
  for (let candidate = 0; candidate < candidates; candidate++)
    worth[candidate] = reach.customers[candidate].length
  const add = (candidate: number) => {
    isPost[candidate] = 1
    if (!isOld.has(candidate)) fresh++
    for (const customer of reach.customers[candidate]) {
      times[customer]++
      const own = weight[customer]
      if (times[customer] === 1) {
        for (const other of reach.candidates[customer]) if (other !== candidate) worth[other] -= own
      } else {
        worth[candidate] -= own
        if (times[customer] === 2)
          for (const other of reach.candidates[customer])
            if (isPost[other] && other !== candidate) worth[other] -= own
      }
    }
    // What only this post reaches it would take away again.
    worth[candidate] = 0
    for (const customer of reach.customers[candidate])
      if (times[customer] === 1) worth[candidate] += weight[customer]
  }
  const remove = (candidate: number) => {
    isPost[candidate] = 0
    if (!isOld.has(candidate)) fresh--
    worth[candidate] = 0
    for (const customer of reach.customers[candidate]) {
      times[customer]--
      const own = weight[customer]
      if (times[customer] === 0) {
        for (const other of reach.candidates[customer]) if (other !== candidate) worth[other] += own
        worth[candidate] += own
      } else if (times[customer] === 1) {
        for (const other of reach.candidates[customer]) if (isPost[other]) worth[other] += own
      }
    }
  }
  const posts = [...from]
  for (const post of posts) add(post)
  for (let step = 1; step <= PATIENCE * candidates; step++) {
    if (step % 16 === 0 && over()) return null
    const open: number[] = []
    for (let customer = 0; customer < customers; customer++) if (times[customer] === 0) open.push(customer)
    if (open.length === 0) return posts
    // A post that takes least away goes, but not one that has just come.
    let out = -1
    for (let place = 0; place < posts.length; place++) {
      const post = posts[place]
      if (isFixed.has(post) || (rested[post] > step && posts.length > 1)) continue
      if (fresh >= mostChanges && isOld.has(post)) continue
      if (
        out < 0 ||
        worth[post] < worth[posts[out]] ||
        (worth[post] === worth[posts[out]] && rested[post] < rested[posts[out]])
      )
        out = place
    }
    if (out < 0) {
      const free = posts.filter((post) => !isFixed.has(post) && !(fresh >= mostChanges && isOld.has(post)))
      if (free.length === 0) return null
      out = posts.indexOf(random.pick(free))
    }
    const gone = posts[out]
    remove(gone)
    let best = gone
    for (const candidate of reach.candidates[random.pick(open)]) {
      if (isPost[candidate] || candidate === gone || (!isOld.has(candidate) && fresh >= mostChanges)) continue
      if (best === gone || worth[candidate] > worth[best]) best = candidate
    }
    posts[out] = best
    add(best)
    rested[best] = step + 1 + random.int(0, 3)
    for (const customer of open) {
      if (times[customer] > 0) continue
      weight[customer]++
      for (const other of reach.candidates[customer]) worth[other]++
    }
  }
  return null
}

/** Posts that reach all customers, null where there are none such, undefined where time was too short to tell. */
async function proveCover(
  { candidates, p, fixed = [], start, mostChanges }: PCentreInput,
  reach: Reach,
  options: SearchOptions,
): Promise<number[] | null | undefined> {
  if (reach.candidates.some((own) => own.length === 0)) return null
  const rows = new MipRows()
  rows.add(
    Array.from({ length: candidates }, (_, candidate) => [candidate, 1] as const),
    p,
    p,
  )
  if (start && mostChanges !== undefined) {
    rows.add(
      start.map((post) => [post, 1] as const),
      p - mostChanges,
      p,
    )
  }
  // Whoever is reached by all that reach another is reached with it.
  const seen = new Set<string>()
  for (const own of reach.candidates) {
    const key = own.join()
    if (seen.has(key)) continue
    seen.add(key)
    rows.add(
      own.map((candidate) => [candidate, 1] as const),
      1,
      Number.POSITIVE_INFINITY,
    )
  }
  const lower = new Float64Array(candidates)
  for (const post of fixed) lower[post] = 1
  const { status, values } = await solveMip(
    {
      sense: 'minimize',
      cost: new Float64Array(candidates),
      lower,
      upper: new Float64Array(candidates).fill(1),
      whole: new Int32Array(candidates).fill(1),
      ...rows.model,
    },
    // What it tells of is no radius.
    { ...options, onProgress: undefined },
  )
  if (status === 'infeasible') return null
  if (!values) return undefined
  return Array.from({ length: candidates }, (_, candidate) => candidate).filter(
    (candidate) => values[candidate] > 0.5,
  )
}

/**
 * Posts by exchange at ever smaller radii, then a proof by covering: that at the next smaller radius no choice reaches
 * everybody (Minieka 1970; binary search over the radii).
 * @throws PlanRefusal as for the p-median.
 */
export async function pCentre(input: PCentreInput, options: SearchOptions): Promise<PCentreAnswer> {
  checkPMedian(input)
  const { customers, candidates, costs, p, fixed = [], start = [], mostChanges } = input
  const random = createRandom(options.seed ?? 1, 'p-centre')
  const clock = new SearchClock(options)
  const radii = Float64Array.from(new Set(costs)).sort()
  const placeOf = (radius: number) => radii.findIndex((each) => each >= radius)
  // Fixed posts that are new push out today's from the end.
  let posts = mostChanges === undefined ? firstPosts(input) : [...new Set([...fixed, ...start])].slice(0, p)
  let most = placeOf(radiusOf(input, posts))
  /** Below this place nothing can be. */
  let least = 0
  for (let customer = 0; customer < customers; customer++) {
    let nearest = Number.POSITIVE_INFINITY
    for (let candidate = 0; candidate < candidates; candidate++)
      nearest = Math.min(nearest, costs[candidate * customers + customer])
    least = Math.max(least, placeOf(nearest))
  }
  const take = (found: number[]) => {
    posts = found
    most = placeOf(radiusOf(input, posts))
    clock.tell(radii[most], radii[least])
  }
  clock.tell(radii[most], radii[least])
  // By exchange, halving what is left; what it does not find may still be there.
  for (let low = least; low < most && !clock.over; ) {
    const middle = (low + most) >> 1
    const found = coverAll(input, reachWithin(input, radii[middle]), posts, random, () => clock.over)
    if (found) take(found)
    else low = middle + 1
  }
  // Again just below the answer, before what one search misses is left to the proof.
  const isLate = () => clock.over || clock.seconds > AGAIN_SHARE * options.seconds
  for (let again = 0; again < AGAIN && least < most && !isLate(); again++) {
    const found = coverAll(input, reachWithin(input, radii[most - 1]), posts, random, isLate)
    if (found) take(found)
  }
  // What even broken posts do not reach no whole ones do: quickly told, and mostly just below the answer.
  const isLong = () => clock.over || clock.seconds > BOUND_SHARE * options.seconds
  for (let high = most, low = least; low < high && !isLong(); ) {
    const middle = (low + high) >> 1
    if (needsMore(customers, reachWithin(input, radii[middle]).customers, p, isLong)) {
      low = middle + 1
      least = low
      clock.tell(radii[most], radii[least])
    } else high = middle
  }
  // Just below the answer first: there the proof mostly ends.
  for (let place = most - 1; least < most && !clock.over; place = (least + most) >> 1) {
    const seconds = Math.max(0.05, options.seconds - clock.seconds)
    const found = await proveCover(input, reachWithin(input, radii[place]), { ...options, seconds })
    if (found === undefined) break
    if (found) take(found)
    else {
      least = place + 1
      clock.tell(radii[most], radii[least])
    }
  }
  return {
    ...clock.proof(radii[most], radii[least]),
    posts: posts.toSorted((a, b) => a - b),
    post: Uint32Array.from({ length: customers }, (_, customer) =>
      posts.reduce((best, post) =>
        costs[post * customers + customer] < costs[best * customers + customer] ? post : best,
      ),
    ),
  }
}
