import { createRandom, type Random } from '../../geodata/random.ts'
import { coverageBound } from './coverageBound.ts'
import { solveMip } from './mip.ts'
import { MipRows } from './mipModel.ts'
import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'
import { type Proof, SearchClock, type SearchOptions } from './search.ts'

/** Where to put p posts so that as much demand as can be lies within reach of one (Church and ReVelle 1974). */
export interface CoverageInput {
  /** Weight of each demand, from 0. */
  demand: ArrayLike<number>
  /** By candidate place: the demands within its reach. */
  reach: readonly ArrayLike<number>[]
  p: number
  /** What a demand within reach of two posts counts more, as a share of its weight, from 0 to 1 (Hogan and ReVelle 1986). */
  backup?: number
  /** Today's posts, to start from. */
  start?: readonly number[]
  /** How many posts may stand where none stands in `start`; absent: all. */
  mostChanges?: number
}

export interface CoverageAnswer extends Proof {
  /** The chosen candidates, ascending. */
  posts: number[]
  /** By demand: how many posts reach it. */
  reached: Uint16Array
  /** Weight reached by one post at least, and by two. */
  covered: number
  backedUp: number
}

function check({ demand, reach, p, backup = 0, start, mostChanges }: CoverageInput): void {
  requireNumbers('demand', demand)
  if (!Number.isInteger(p) || p < 1 || p > reach.length) {
    throw new PlanRefusal(`p: expected 1 to ${reach.length} posts, got ${p}`)
  }
  if (!(backup >= 0 && backup <= 1))
    throw new PlanRefusal(`backup: expected a share from 0 to 1, got ${backup}`)
  reach.forEach((demands, candidate) => {
    const wrong = Array.from(demands).find(
      (index) => !Number.isInteger(index) || index < 0 || index >= demand.length,
    )
    if (wrong === undefined && new Set(Array.from(demands)).size === demands.length) return
    throw new PlanRefusal(
      `reach: expected different demands from 0 to ${demand.length - 1} for candidate ${candidate}, got ${wrong ?? 'one twice'}`,
    )
  })
  if (start) {
    const isSound = new Set(start).size === start.length && start.every((place) => reach[place] !== undefined)
    if (!isSound) throw new PlanRefusal(`start: expected different candidates, got ${start.join(', ')}`)
  }
  if (mostChanges === undefined) return
  requireLength('start (posts to change)', start ?? [], p)
  if (!Number.isInteger(mostChanges) || mostChanges < 0) {
    throw new PlanRefusal(`mostChanges: expected a whole number from 0, got ${mostChanges}`)
  }
}

/** Chosen posts and how often each demand is reached. */
class Cover {
  readonly input: CoverageInput
  readonly posts: number[] = []
  readonly reached: Uint16Array
  private readonly backup: number
  value = 0

  constructor(input: CoverageInput) {
    this.input = input
    this.backup = input.backup ?? 0
    this.reached = new Uint16Array(input.demand.length)
  }

  /** What a post would add. */
  gain(candidate: number): number {
    const { demand, reach } = this.input
    const demands = reach[candidate]
    let gain = 0
    for (let index = 0; index < demands.length; index++) {
      const times = this.reached[demands[index]]
      if (times === 0) gain += demand[demands[index]]
      else if (times === 1) gain += this.backup * demand[demands[index]]
    }
    return gain
  }

  add(candidate: number): void {
    this.value += this.gain(candidate)
    this.posts.push(candidate)
    const demands = this.input.reach[candidate]
    for (let index = 0; index < demands.length; index++) this.reached[demands[index]]++
  }

  remove(place: number): void {
    const [candidate] = this.posts.splice(place, 1)
    const demands = this.input.reach[candidate]
    for (let index = 0; index < demands.length; index++) this.reached[demands[index]]--
    this.value -= this.gain(candidate)
  }
}

/** Today's posts, then each time the candidate that adds most. */
function firstCover(input: CoverageInput): Cover {
  const { reach, p, start = [] } = input
  const cover = new Cover(input)
  for (const post of start.slice(0, p)) cover.add(post)
  while (cover.posts.length < p) {
    let best = -1
    let bestGain = -1
    for (let candidate = 0; candidate < reach.length; candidate++) {
      if (cover.posts.includes(candidate)) continue
      const gain = cover.gain(candidate)
      if (gain > bestGain) [best, bestGain] = [candidate, gain]
    }
    cover.add(best)
  }
  return cover
}

/** Exchanges in random order until none helps. */
function descend(cover: Cover, random: Random, over: () => boolean): void {
  const { reach, p, start = [], mostChanges = p } = cover.input
  const isOld = new Uint8Array(reach.length)
  for (const post of start) isOld[post] = 1
  for (let better = true; better && !over(); ) {
    better = false
    for (const post of random.shuffled(cover.posts)) {
      const before = cover.value
      cover.remove(cover.posts.indexOf(post))
      const fresh = cover.posts.reduce((count, each) => count + 1 - isOld[each], 0)
      const isPost = new Set(cover.posts)
      let best = post
      let bestValue = before
      for (let candidate = 0; candidate < reach.length; candidate++) {
        if (isPost.has(candidate) || fresh + 1 - isOld[candidate] > mostChanges) continue
        const value = cover.value + cover.gain(candidate)
        if (value <= bestValue + 1e-9) continue
        best = candidate
        bestValue = value
      }
      cover.add(best)
      if (best !== post) better = true
    }
  }
}

/** Posts moved anywhere, as far as that is allowed. */
function shake(cover: Cover, times: number, random: Random): void {
  const { reach, p, start = [], mostChanges = p } = cover.input
  for (let time = 0; time < times; time++) {
    const candidate = random.int(0, reach.length - 1)
    if (cover.posts.includes(candidate)) continue
    const place = random.int(0, cover.posts.length - 1)
    const after = cover.posts.with(place, candidate)
    if (after.filter((post) => !start.includes(post)).length > mostChanges) continue
    cover.remove(place)
    cover.add(candidate)
  }
}

/** Shakes in vain before the proof is tried, and the share of the time for all before it. */
const IDLE = 40
const SEARCH_SHARE = 0.5
const MOST_SHAKES = 4

/** Posts to begin with: by exchange, shaken and exchanged again, and from what a relaxation chooses. */
function search(
  input: CoverageInput,
  random: Random,
  clock: SearchClock,
  seconds: number,
): { cover: Cover; bound?: number } {
  const cover = firstCover(input)
  const over = () => clock.over
  descend(cover, random, over)
  let best = [...cover.posts]
  let bestValue = cover.value
  let bound: number | undefined
  const whole = Array.from(input.demand).every(Number.isInteger) && Number.isInteger(input.backup ?? 0)
  clock.tell(bestValue)
  const isMet = () => bound !== undefined && bound <= bestValue + 1e-9
  const isLong = () => clock.over || isMet() || clock.seconds > SEARCH_SHARE * seconds
  const keep = () => {
    if (cover.value <= bestValue + 1e-9) return false
    best = [...cover.posts]
    bestValue = cover.value
    clock.tell(bestValue, bound)
    return true
  }
  const set = (posts: readonly number[]) => {
    while (cover.posts.length > 0) cover.remove(cover.posts.length - 1)
    for (const post of posts) cover.add(post)
  }
  const isLimited = input.mostChanges !== undefined && input.mostChanges < input.p
  if (!input.backup && !clock.over) {
    coverageBound(input, {
      best: () => bestValue,
      over: isLong,
      onPosts(posts) {
        if (isLimited) return
        set(posts)
        descend(cover, random, over)
        keep()
      },
      onBound(found) {
        bound = whole ? Math.floor(found + 1e-6) : found
        clock.tell(bestValue, bound)
      },
    })
  }
  for (let idle = 0; idle < IDLE && !isLong(); idle++) {
    set(best)
    shake(cover, 1 + (idle % MOST_SHAKES), random)
    descend(cover, random, over)
    if (keep()) idle = 0
  }
  set(best)
  return { cover, bound }
}

/** Demands that the same candidates reach are one, and those nobody reaches none: fewer rows, the same answers. */
function distinctDemands({ demand, reach }: CoverageInput): { weight: number; by: number[] }[] {
  const by: number[][] = Array.from({ length: demand.length }, () => [])
  reach.forEach((demands, candidate) => {
    for (let index = 0; index < demands.length; index++) by[demands[index]].push(candidate)
  })
  const distinct = new Map<string, { weight: number; by: number[] }>()
  by.forEach((candidates, index) => {
    if (candidates.length === 0 || demand[index] === 0) return
    const key = candidates.join()
    const known = distinct.get(key)
    if (known) known.weight += demand[index]
    else distinct.set(key, { weight: demand[index], by: candidates })
  })
  return [...distinct.values()]
}

/** The same problem over the demands that differ. */
function merged(input: CoverageInput): CoverageInput {
  const demands = distinctDemands(input)
  const reach: number[][] = input.reach.map(() => [])
  demands.forEach(({ by }, index) => {
    for (const candidate of by) reach[candidate].push(index)
  })
  return { ...input, demand: demands.map(({ weight }) => weight), reach }
}

/**
 * Posts by exchange, and the proof by a relaxation and HiGHS, for as long as it may take.
 * @throws PlanRefusal for more posts than places, reaches of demands that do not exist, or changes of nothing.
 */
export async function cover(input: CoverageInput, options: SearchOptions): Promise<CoverageAnswer> {
  check(input)
  const { reach, p, backup = 0, start, mostChanges } = input
  const clock = new SearchClock(options)
  const found = search(merged(input), createRandom(options.seed ?? 1, 'coverage'), clock, options.seconds)
  const first = found.cover
  let { posts } = first
  let { bound } = found
  if (!clock.over && !(bound !== undefined && bound <= first.value + 1e-9)) {
    const demands = distinctDemands(input)
    const backups = backup > 0 ? demands.length : 0
    const rows = new MipRows()
    rows.add(
      reach.map((_, candidate) => [candidate, 1]),
      p,
      p,
    )
    demands.forEach(({ by }, index) => {
      const own: [number, number][] = [[reach.length + index, 1]]
      if (backups > 0) own.push([reach.length + demands.length + index, 1])
      rows.add(
        [...own, ...by.map((candidate): [number, number] => [candidate, -1])],
        Number.NEGATIVE_INFINITY,
        0,
      )
    })
    if (start && mostChanges !== undefined) {
      rows.add(
        start.map((post) => [post, 1]),
        p - mostChanges,
        p,
      )
    }
    const columns = reach.length + demands.length + backups
    const cost = new Float64Array(columns)
    demands.forEach(({ weight }, index) => {
      cost[reach.length + index] = weight
      if (backups > 0) cost[reach.length + demands.length + index] = backup * weight
    })
    const begin = new Float64Array(columns)
    for (const post of posts) begin[post] = 1
    demands.forEach(({ by }, index) => {
      const times = by.reduce((count, candidate) => count + begin[candidate], 0)
      begin[reach.length + index] = Math.min(1, times)
      if (backups > 0) begin[reach.length + demands.length + index] = Math.min(1, Math.max(0, times - 1))
    })
    const answer = await solveMip(
      {
        sense: 'maximize',
        cost,
        lower: new Float64Array(columns),
        upper: new Float64Array(columns).fill(1),
        // Whole posts make whole covers.
        whole: Int32Array.from({ length: columns }, (_, column) => (column < reach.length ? 1 : 0)),
        ...rows.model,
        start: begin,
      },
      { ...options, seconds: Math.max(0.05, options.seconds - clock.seconds) },
    )
    if (answer.bound !== undefined) bound = Math.min(bound ?? Number.POSITIVE_INFINITY, answer.bound)
    const { values } = answer
    if (values && (answer.objective ?? 0) > first.value + 1e-9) {
      posts = reach.map((_, candidate) => candidate).filter((candidate) => values[candidate] > 0.5)
    }
  }
  const best = new Cover(input)
  for (const post of posts) best.add(post)
  return {
    ...clock.proof(best.value, bound),
    posts: posts.toSorted((a, b) => a - b),
    reached: best.reached,
    covered: weightReached(input, best.reached, 1),
    backedUp: weightReached(input, best.reached, 2),
  }
}

function weightReached({ demand }: CoverageInput, reached: Uint16Array, times: number): number {
  return reached.reduce((sum, count, index) => sum + (count >= times ? demand[index] : 0), 0)
}
