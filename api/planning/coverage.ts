import { createRandom, type Random } from '../../geodata/random.ts'
import { MipRows, solveMip } from './mip.ts'
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

/** Greedy, then exchanges in random order until none helps: an answer at once, for the proof to begin with. */
function exchange(input: CoverageInput, random: Random, clock: SearchClock): Cover {
  const { reach, p, start = [], mostChanges = p } = input
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
  const isOld = new Set(start)
  const fresh = (posts: readonly number[]) =>
    posts.reduce((count, post) => count + (isOld.has(post) ? 0 : 1), 0)
  for (let better = true; better && !clock.over; ) {
    better = false
    for (const post of random.shuffled(cover.posts)) {
      const before = cover.value
      cover.remove(cover.posts.indexOf(post))
      let best = post
      let bestValue = before
      for (let candidate = 0; candidate < reach.length; candidate++) {
        if (cover.posts.includes(candidate)) continue
        const value = cover.value + cover.gain(candidate)
        if (value <= bestValue + 1e-9 || fresh([...cover.posts, candidate]) > mostChanges) continue
        best = candidate
        bestValue = value
      }
      cover.add(best)
      if (best !== post) better = true
    }
  }
  return cover
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

/**
 * Posts by exchange, and the proof by HiGHS, for as long as it may take.
 * @throws PlanRefusal for more posts than places, reaches of demands that do not exist, or changes of nothing.
 */
export async function cover(input: CoverageInput, options: SearchOptions): Promise<CoverageAnswer> {
  check(input)
  const { reach, p, backup = 0, start, mostChanges } = input
  const clock = new SearchClock(options)
  const first = exchange(input, createRandom(options.seed ?? 1, 'coverage'), clock)
  clock.tell(first.value)
  let posts = first.posts
  let bound: number | undefined
  if (!clock.over) {
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
    bound = answer.bound
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
