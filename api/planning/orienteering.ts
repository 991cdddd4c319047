import type { Random } from '../../geodata/random.ts'
import { exactTour, MOST_EXACT } from './exactTour.ts'
import { smallest } from './smallest.ts'
import type { TourProblem } from './tourProblem.ts'

/** Neighbours of a node looked at when a tour is shortened. */
const NEIGHBOURS = 12
/** Neighbours of a node that are kept. */
const MOST_NEAR = 400
/** Longest chain moved as one. */
const CHAIN = 3
/** What unused length is worth, as a share of the prize a used length brings. */
const SLACK_WORTH = 0.4
/** Temperatures, as shares of the mean prize of a stop. */
const HOT = 1
const COLD = 0.02
/** Times it begins anew from the best, each time cooling down. */
const CYCLES = 6
const ENOUGH = 1e-9

/** A tour being changed. */
class Tour {
  readonly problem: TourProblem
  readonly order: Int32Array
  /** By node: its place in the order, −1 where it is left out. */
  readonly place: Int32Array
  size = 0
  length = 0
  prize = 0
  /** By node: the others, nearest first, at [node * nears + place]. */
  private readonly near: Int32Array
  private readonly nears: number
  /** By node: the cheapest place to put it in and what that adds. */
  private readonly cheapestAt: Int32Array
  private readonly cheapest: Float64Array
  private readonly open: Int32Array

  constructor(problem: TourProblem) {
    const { nodes } = problem
    this.problem = problem
    this.order = new Int32Array(nodes)
    this.place = new Int32Array(nodes)
    this.nears = Math.min(nodes - 1, MOST_NEAR)
    this.near = nearest(problem, this.nears)
    this.cheapestAt = new Int32Array(nodes)
    this.cheapest = new Float64Array(nodes)
    this.open = new Int32Array(nodes)
  }

  take(order: ArrayLike<number>): void {
    const { nodes, lengths, prizes } = this.problem
    this.place.fill(-1)
    this.size = order.length
    this.length = 0
    this.prize = 0
    for (let at = 0; at < order.length; at++) {
      const node = order[at]
      this.order[at] = node
      this.place[node] = at
      this.prize += prizes[node]
      if (at > 0) this.length += lengths[this.order[at - 1] * nodes + node]
    }
  }

  copy(): Int32Array {
    return this.order.slice(0, this.size)
  }

  /** Takes out the nodes whose place is marked −2. */
  private close(): void {
    let kept = 0
    for (let at = 0; at < this.size; at++) {
      const node = this.order[at]
      if (this.place[node] === -2) this.place[node] = -1
      else this.order[kept++] = node
    }
    this.take(this.order.slice(0, kept))
  }

  removeChain(from: number, count: number): void {
    for (let at = from; at < Math.min(from + count, this.size - 1); at++) this.mark(this.order[at])
    this.close()
  }

  /** The nodes of the tour nearest to one. */
  removeAround(node: number, count: number): void {
    const row = node * this.nears
    for (let at = 0, left = count; at < this.nears && left > 0; at++) {
      const other = this.near[row + at]
      if (this.place[other] < 0) continue
      this.mark(other)
      left--
    }
    this.mark(node)
    this.close()
  }

  private mark(node: number): void {
    if (this.place[node] >= 0 && !this.problem.must[node]) this.place[node] = -2
  }

  private insertAt(node: number, at: number): void {
    const { nodes, lengths, prizes } = this.problem
    const [before, after] = [this.order[at - 1], this.order[at]]
    this.length +=
      lengths[before * nodes + node] + lengths[node * nodes + after] - lengths[before * nodes + after]
    this.prize += prizes[node]
    this.order.copyWithin(at + 1, at, this.size)
    this.order[at] = node
    this.size++
    for (let index = at; index < this.size; index++) this.place[this.order[index]] = index
  }

  private findCheapest(node: number): void {
    const { nodes, lengths } = this.problem
    const row = node * nodes
    let best = Number.POSITIVE_INFINITY
    let bestAt = 1
    let before = this.order[0]
    for (let at = 1; at < this.size; at++) {
      const after = this.order[at]
      const more = lengths[row + before] + lengths[row + after] - lengths[before * nodes + after]
      if (more < best) {
        best = more
        bestAt = at
      }
      before = after
    }
    this.cheapest[node] = best
    this.cheapestAt[node] = bestAt
  }

  /** A node and its nearest that are left out are put in, however long that gets. */
  force(node: number, count: number): void {
    this.findCheapest(node)
    this.insertAt(node, this.cheapestAt[node])
    const row = node * this.nears
    for (let at = 0, left = count - 1; at < this.nears && left > 0; at++) {
      const other = this.near[row + at]
      if (this.place[other] >= 0) continue
      this.findCheapest(other)
      this.insertAt(other, this.cheapestAt[other])
      left--
    }
  }

  /** Drops what brings least for its length until the tour is short enough. */
  drop(random: Random): void {
    const { nodes, lengths, prizes, must, longest } = this.problem
    while (this.length > longest + ENOUGH) {
      let worst = -1
      let worstRate = Number.POSITIVE_INFINITY
      let saved = 0
      for (let at = 1; at < this.size - 1; at++) {
        const node = this.order[at]
        if (must[node]) continue
        const [before, after] = [this.order[at - 1], this.order[at + 1]]
        const saves =
          lengths[before * nodes + node] + lengths[node * nodes + after] - lengths[before * nodes + after]
        const rate = (prizes[node] / Math.max(saves, ENOUGH)) * (0.8 + 0.4 * random.next())
        if (saves <= ENOUGH || rate >= worstRate) continue
        worst = at
        worstRate = rate
        saved = saves
      }
      if (worst < 0) return
      const node = this.order[worst]
      this.order.copyWithin(worst, worst + 1, this.size)
      this.size--
      this.place[node] = -1
      for (let index = worst; index < this.size; index++) this.place[this.order[index]] = index
      this.length -= saved
      this.prize -= prizes[node]
    }
  }

  /**
   * Puts in what fits, most prize for its length first.
   * @param power What length counts against prize: above 1 short ways, below it prizes.
   */
  fill(random: Random, power: number): boolean {
    const { nodes, lengths, prizes, longest } = this.problem
    let count = 0
    const room = () => longest + ENOUGH - this.length
    for (let node = 1; node < nodes - 1; node++) {
      if (this.place[node] >= 0) continue
      this.findCheapest(node)
      if (this.cheapest[node] <= room()) this.open[count++] = node
    }
    let added = false
    while (count > 0) {
      let best = -1
      let bestRate = -1
      let left = 0
      for (let index = 0; index < count; index++) {
        const node = this.open[index]
        const more = this.cheapest[node]
        if (more > room()) continue
        this.open[left++] = node
        const rate = (prizes[node] / Math.max(more, ENOUGH) ** power) * (0.7 + 0.6 * random.next())
        if (rate <= bestRate) continue
        best = node
        bestRate = rate
      }
      count = left
      if (best < 0) break
      const at = this.cheapestAt[best]
      this.insertAt(best, at)
      added = true
      const [before, after] = [this.order[at - 1], this.order[at + 1]]
      let kept = 0
      for (let index = 0; index < count; index++) {
        const node = this.open[index]
        if (node === best) continue
        this.open[kept++] = node
        // The place that was split is gone, two are new, and those behind have moved by one.
        if (this.cheapestAt[node] === at) this.findCheapest(node)
        else {
          if (this.cheapestAt[node] > at) this.cheapestAt[node]++
          const row = node * nodes
          const first = lengths[row + before] + lengths[row + best] - lengths[before * nodes + best]
          const second = lengths[row + best] + lengths[row + after] - lengths[best * nodes + after]
          if (first < this.cheapest[node]) {
            this.cheapest[node] = first
            this.cheapestAt[node] = at
          }
          if (second < this.cheapest[node]) {
            this.cheapest[node] = second
            this.cheapestAt[node] = at + 1
          }
        }
      }
      count = kept
    }
    return added
  }

  /** Shortens the tour by turning pieces round and moving chains, until neither helps (2-opt, Or-opt). */
  shorten(): boolean {
    const { nodes } = this.problem
    let shorter = false
    for (let again = true; again; ) {
      again = false
      for (let node = 0; node < nodes; node++) {
        if (this.place[node] < 0) continue
        while (this.turn(node) || this.shift(node)) again = true
      }
      shorter ||= again
    }
    return shorter
  }

  /** Turns a piece round that begins or ends beside a node, where that is shorter. */
  private turn(node: number): boolean {
    const { nodes, lengths } = this.problem
    const { order, place } = this
    const at = place[node]
    const row = node * this.nears
    // Forwards: (node, next) and (other, its next) become (node, other) and (next, its next); backwards alike.
    for (const forwards of [true, false]) {
      const beside = forwards ? at + 1 : at - 1
      if (beside < 0 || beside >= this.size) continue
      const own = lengths[node * nodes + order[beside]]
      let looked = 0
      for (let index = 0; index < this.nears && looked < NEIGHBOURS; index++) {
        const other = this.near[row + index]
        const to = place[other]
        if (to < 0) continue
        looked++
        const joined = lengths[node * nodes + other]
        if (joined >= own) break
        const toBeside = forwards ? to + 1 : to - 1
        if (toBeside < 0 || toBeside >= this.size) continue
        const change =
          joined +
          lengths[order[beside] * nodes + order[toBeside]] -
          own -
          lengths[other * nodes + order[toBeside]]
        if (change >= -ENOUGH) continue
        const [first, last] = forwards
          ? [Math.min(at, to) + 1, Math.max(at, to)]
          : [Math.min(at, to), Math.max(at, to) - 1]
        // Both ends of the tour stay where they are.
        if (first < 1 || last > this.size - 2) continue
        this.reverse(first, last)
        this.length += change
        return true
      }
    }
    return false
  }

  private reverse(first: number, last: number): void {
    const { order, place } = this
    for (let a = first, b = last; a < b; a++, b--) {
      const node = order[a]
      order[a] = order[b]
      order[b] = node
      place[order[a]] = a
      place[node] = b
    }
  }

  /** Moves a chain that begins with a node beside one of the node's neighbours, where that is shorter. */
  private shift(node: number): boolean {
    const { nodes, lengths } = this.problem
    const { order, place } = this
    const at = place[node]
    if (at < 1 || at > this.size - 2) return false
    const row = node * this.nears
    for (let way = 0; way < 2; way++) {
      for (let count = 1; count <= CHAIN; count++) {
        // The chain runs from the node away from the neighbour it is put beside.
        const [first, last] = way === 0 ? [at, at + count - 1] : [at - count + 1, at]
        if (first < 1 || last > this.size - 2) break
        const tail = way === 0 ? order[last] : order[first]
        const [before, after] = [order[first - 1], order[last + 1]]
        const saved =
          lengths[before * nodes + order[first]] +
          lengths[order[last] * nodes + after] -
          lengths[before * nodes + after]
        if (saved <= ENOUGH) continue
        let looked = 0
        for (let index = 0; index < this.nears && looked < NEIGHBOURS; index++) {
          const other = this.near[row + index]
          const to = place[other]
          if (to < 0 || (to >= first && to <= last)) continue
          looked++
          const joined = lengths[node * nodes + other]
          if (joined >= saved) break
          for (let side = 0; side < 2; side++) {
            const next = side === 0 ? to + 1 : to - 1
            if (next < 0 || next >= this.size || (next >= first && next <= last)) continue
            const third = order[next]
            const change = joined + lengths[tail * nodes + third] - lengths[other * nodes + third] - saved
            if (change >= -ENOUGH) continue
            this.moveChain(first, last, Math.min(to, next), order[Math.min(to, next)] === other ? node : tail)
            this.length += change
            return true
          }
        }
      }
    }
    return false
  }

  /** Puts the chain at [first, last] behind position `behind`, `leading` at its front. */
  private moveChain(first: number, last: number, behind: number, leading: number): void {
    const { order, place } = this
    const chain = order.slice(first, last + 1)
    if (chain[0] !== leading) chain.reverse()
    const count = chain.length
    let [low, high] = [first, last]
    if (behind > last) {
      order.copyWithin(first, last + 1, behind + 1)
      order.set(chain, behind + 1 - count)
      high = behind
    } else {
      order.copyWithin(behind + 1 + count, behind + 1, first)
      order.set(chain, behind + 1)
      low = behind + 1
    }
    for (let index = low; index <= high; index++) place[order[index]] = index
  }
}

/** By node: its nearest others, nearest first, at [node * count + place]; the two ends never are moved, but are there. */
function nearest({ nodes, lengths }: TourProblem, count: number): Int32Array {
  const near = new Int32Array(nodes * count)
  for (let node = 0; node < nodes; node++) {
    const row = lengths.slice(node * nodes, (node + 1) * nodes)
    // Itself comes last of all.
    row[node] = Number.POSITIVE_INFINITY
    near.set(smallest(row, count), node * count)
  }
  return near
}

export interface TourSearch {
  random: Random
  /** How much of the search is done, from 0 to 1; 1 ends it. */
  done(): number
  /** Called with each better tour. */
  onBetter(order: Int32Array): void
}

/** Whether what a search finds is known to be the best there is. */
export const isExact = ({ nodes }: TourProblem): boolean => nodes - 2 <= MOST_EXACT

/**
 * An own search: a piece of the tour is taken out or a cluster forced in, the tour is shortened, the worst dropped and the
 * best put in again, until it is done. Tells at least one tour, unless what must be in it does not fit.
 */
export function searchTour(problem: TourProblem, { random, done, onBetter }: TourSearch): boolean {
  const { nodes, must, prizes, longest } = problem
  if (isExact(problem)) {
    const order = exactTour(problem)
    if (order) onBetter(order)
    return order !== null
  }
  const tour = new Tour(problem)
  tour.take(Int32Array.from([0, nodes - 1]))
  for (let node = 1; node < nodes - 1; node++) if (must[node]) tour.force(node, 1)
  tour.shorten()
  if (tour.length > longest + ENOUGH) return false
  const settle = (power: number) => {
    tour.shorten()
    tour.drop(random)
    do tour.fill(random, power)
    while (tour.shorten())
  }
  settle(1)
  let best = tour.copy()
  let [bestPrize, bestLength] = [tour.prize, tour.length]
  onBetter(best)
  let current = best
  let [currentPrize, currentLength] = [bestPrize, bestLength]
  const all = prizes.reduce((sum, prize) => sum + prize, 0)
  if (all === 0) return true
  let cycle = 0
  for (let spent = done(); spent < 1; spent = done()) {
    if (Math.floor(spent * CYCLES) > cycle) {
      cycle = Math.floor(spent * CYCLES)
      current = best
      ;[currentPrize, currentLength] = [bestPrize, bestLength]
    }
    const mean = bestPrize / Math.max(1, best.length - 2)
    const temperature = mean * HOT * (COLD / HOT) ** (spent * CYCLES - cycle)
    const worth = (SLACK_WORTH * bestPrize) / Math.max(longest, ENOUGH)
    tour.take(current)
    const draw = random.next()
    const stops = tour.size - 2
    const inside = () => tour.order[random.int(1, tour.size - 2)]
    if (stops > 0 && draw < 0.35) {
      const count = random.int(1, Math.max(1, Math.min(30, Math.floor(stops / 2))))
      tour.removeChain(random.int(1, Math.max(1, tour.size - 1 - count)), count)
    } else if (stops > 0 && draw < 0.6) {
      tour.removeAround(inside(), random.int(1, Math.max(1, Math.min(20, Math.floor(stops / 3)))))
    } else {
      let node = random.int(1, Math.max(1, nodes - 2))
      for (let attempt = 0; attempt < 20 && tour.place[node] >= 0; attempt++) node = random.int(1, nodes - 2)
      if (tour.place[node] < 0) tour.force(node, random.int(1, 8))
    }
    settle(0.5 + 1.5 * random.next())
    if (tour.length > longest + ENOUGH) continue
    if (
      tour.prize > bestPrize + ENOUGH ||
      (tour.prize > bestPrize - ENOUGH && tour.length < bestLength - ENOUGH)
    ) {
      best = tour.copy()
      bestPrize = tour.prize
      bestLength = tour.length
      onBetter(best)
    }
    const change = tour.prize - currentPrize + worth * (currentLength - tour.length)
    if (change > temperature * Math.log(1 - random.next())) {
      current = tour.copy()
      currentPrize = tour.prize
      currentLength = tour.length
    }
  }
  return true
}
