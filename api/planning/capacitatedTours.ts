import type { Random } from '../../geodata/random.ts'
import type { Capacitated } from './capacitated.ts'
import type { Fees } from './split.ts'

const ENOUGH = 1e-7
/** Neighbours by which two routes count as beside each other. */
const BESIDE = 8
/** Best places kept of a stop in a route. */
const BEST = 3

/**
 * Routes improved by moving and swapping stops, turning and crossing routes, and swapping stops of two routes to wherever
 * they fit best (SWAP*), until nothing helps. What is too much for a route costs fees (Vidal 2022, "Hybrid genetic search
 * for the CVRP: open-source implementation and SWAP* neighborhood"). Nodes 1 to n are stops; each route has a node before
 * and one behind its stops, which both stand for the post.
 */
export class CapacitatedTours {
  private readonly problem: Capacitated
  private readonly stops: number
  private readonly routes: number
  /** By node: its place in the lengths. */
  private readonly place: Int32Array
  private readonly next: Int32Array
  private readonly prev: Int32Array
  private readonly route: Int32Array
  private readonly position: Int32Array
  /** By node: load and time of its route up to it. */
  private readonly loadTo: Float64Array
  private readonly timeTo: Float64Array
  private readonly size: Int32Array
  private readonly load: Float64Array
  private readonly time: Float64Array
  private readonly fee: Float64Array
  /** When a route was changed, a stop or a route was tried last, in moves. */
  private readonly changed: Int32Array
  private readonly tried: Int32Array
  private readonly triedRoute: Int32Array
  private moves = 0
  private fees: Fees = { load: 1, time: 1 }
  /** By route and stop: what its best places in it cost, behind which node they are, and when that was found. */
  private readonly placeCost: Float64Array
  private readonly placeBehind: Int32Array
  private readonly placeFound: Int32Array
  /** By stop: what taking it out changes. */
  private readonly without: Float64Array
  private readonly order: Int32Array
  private readonly routeOrder: Int32Array
  private readonly isBeside: Uint8Array
  private readonly first: Int32Array
  private readonly second: Int32Array
  private readonly joined: Int32Array
  /** What fees are due, as they are. */
  private readonly timed: boolean

  constructor(problem: Capacitated) {
    const { nodes, vehicles } = problem
    const all = nodes + 2 * vehicles
    this.problem = problem
    this.stops = nodes - 1
    this.routes = vehicles
    this.timed = Number.isFinite(problem.longest)
    this.place = Int32Array.from({ length: all }, (_, node) => (node < nodes ? node : 0))
    this.next = new Int32Array(all)
    this.prev = new Int32Array(all)
    this.route = new Int32Array(all)
    this.position = new Int32Array(all)
    this.loadTo = new Float64Array(all)
    this.timeTo = new Float64Array(all)
    this.size = new Int32Array(vehicles)
    this.load = new Float64Array(vehicles)
    this.time = new Float64Array(vehicles)
    this.fee = new Float64Array(vehicles)
    this.changed = new Int32Array(vehicles)
    this.triedRoute = new Int32Array(vehicles)
    this.tried = new Int32Array(nodes)
    this.placeCost = new Float64Array(BEST * vehicles * nodes)
    this.placeBehind = new Int32Array(BEST * vehicles * nodes)
    this.placeFound = new Int32Array(vehicles * nodes)
    this.without = new Float64Array(nodes)
    this.order = Int32Array.from({ length: this.stops }, (_, index) => index + 1)
    this.routeOrder = Int32Array.from({ length: vehicles }, (_, index) => index)
    this.isBeside = new Uint8Array(vehicles)
    this.first = new Int32Array(nodes)
    this.second = new Int32Array(nodes)
    this.joined = new Int32Array(nodes)
    for (let route = 0; route < vehicles; route++) {
      const [before, behind] = [this.before(route), this.before(route) + vehicles]
      this.route[before] = route
      this.route[behind] = route
    }
  }

  private before(route: number): number {
    return this.stops + 1 + route
  }

  private due(time: number, load: number): number {
    const { capacity, longest } = this.problem
    const over = load > capacity ? (load - capacity) * this.fees.load : 0
    return time > longest ? over + (time - longest) * this.fees.time : over
  }

  /** Improves routes; those that are beyond the number of vehicles must be empty. */
  improve(routes: readonly Int32Array[], fees: Fees, random: Random): Int32Array[] {
    this.fees = fees
    this.moves = 0
    for (let route = 0; route < this.routes; route++) {
      const own = routes[route]
      this.lay(route, own ?? this.joined, own?.length ?? 0)
      this.measure(route)
      this.triedRoute[route] = -1
    }
    this.tried.fill(-1)
    this.placeFound.fill(-1)
    shuffle(this.order, random)
    shuffle(this.routeOrder, random)
    const { near, nearStart } = this.problem
    const { changed, route, tried, prev, stops } = this
    for (let round = 0, before = -1; round < 2 || before !== this.moves; round++) {
      before = this.moves
      for (const stop of this.order) {
        const last = tried[stop]
        tried[stop] = this.moves
        for (let index = nearStart[stop]; index < nearStart[stop + 1]; index++) {
          const other = near[index]
          if (round > 0 && Math.max(changed[route[stop]], changed[route[other]]) <= last) continue
          if (this.tryPair(stop, other)) continue
          // Behind the post too, where the other comes first.
          const ahead = prev[other]
          if (ahead > stops) this.tryBehindPost(stop, ahead)
        }
        const empty = round > 0 ? this.size.indexOf(0) : -1
        if (empty >= 0) this.tryBehindPost(stop, this.before(empty))
      }
      for (const one of this.routeOrder) {
        const last = this.triedRoute[one]
        this.triedRoute[one] = this.moves
        if (this.size[one] === 0) continue
        this.markBeside(one)
        for (const other of this.routeOrder) {
          if (one >= other || this.isBeside[other] === 0 || this.size[other] === 0) continue
          if (round > 0 && Math.max(changed[one], changed[other]) <= last) continue
          this.swapAnywhere(one, other)
        }
      }
    }
    return this.sequences()
  }

  private sequences(): Int32Array[] {
    const { next, stops } = this
    const found: { angle: number; own: Int32Array }[] = []
    for (let route = 0; route < this.routes; route++) {
      if (this.size[route] === 0) continue
      const own = new Int32Array(this.size[route])
      let [x, y] = [0, 0]
      for (let node = next[this.before(route)], at = 0; node <= stops; node = next[node]) {
        own[at++] = node
        x += this.problem.x[node]
        y += this.problem.y[node]
      }
      found.push({ angle: Math.atan2(y, x), own })
    }
    return found.sort((a, b) => a.angle - b.angle).map(({ own }) => own)
  }

  private lay(route: number, stops: Int32Array, count: number): void {
    const { next, prev } = this
    let last = this.before(route)
    for (let at = 0; at < count; at++) {
      next[last] = stops[at]
      prev[stops[at]] = last
      last = stops[at]
    }
    const behind = this.before(route) + this.routes
    next[last] = behind
    prev[behind] = last
  }

  private measure(route: number): void {
    const { next, place, position, stops } = this
    const { lengths, nodes, demand, spent } = this.problem
    let load = 0
    let time = 0
    let at = 0
    let row = 0
    const before = this.before(route)
    position[before] = 0
    this.loadTo[before] = 0
    this.timeTo[before] = 0
    let node = next[before]
    for (; node <= stops; node = next[node]) {
      load += demand[node]
      time += lengths[row + node] + spent[node]
      row = node * nodes
      position[node] = ++at
      this.loadTo[node] = load
      this.timeTo[node] = time
      this.route[node] = route
    }
    time += lengths[row + place[node]]
    position[node] = at + 1
    this.loadTo[node] = load
    this.timeTo[node] = time
    this.size[route] = at
    this.load[route] = load
    this.time[route] = time
    this.fee[route] = this.due(time, load)
    this.changed[route] = this.moves
  }

  /** Puts a stop behind another node. */
  private move(stop: number, behind: number): void {
    const { next, prev } = this
    next[prev[stop]] = next[stop]
    prev[next[stop]] = prev[stop]
    prev[next[behind]] = stop
    prev[stop] = behind
    next[stop] = next[behind]
    next[behind] = stop
  }

  private swap(a: number, b: number): void {
    const { next, prev } = this
    const nextA = next[a]
    const prevA = prev[a]
    const nextB = next[b]
    const prevB = prev[b]
    next[prevA] = b
    prev[nextA] = b
    next[prevB] = a
    prev[nextB] = a
    prev[a] = prevB
    next[a] = nextB
    prev[b] = prevA
    next[b] = nextA
  }

  private done(one: number, other: number): true {
    this.moves++
    this.measure(one)
    if (other !== one) this.measure(other)
    return true
  }

  /** Moves a stop, with the one after it or not, behind a node `v`: the first that helps. */
  private tryMoves(u: number, v: number): boolean {
    const { next, prev, place, route, load, time, fee, stops } = this
    const { lengths, nodes, demand, spent, capacity, longest } = this.problem
    const { load: feeLoad, time: feeTime } = this.fees
    const y = next[v]
    if (u === y || u === v) return false
    const a = route[u]
    const b = route[v]
    const x = next[u]
    const rowU = u * nodes
    const rowV = place[v] * nodes
    const before = place[prev[u]]
    const atX = place[x]
    const atY = place[y]
    const rowBefore = before * nodes
    const isOne = a === b
    const fees = fee[a] + fee[b]
    const toU = lengths[rowBefore + u]
    const toX = lengths[rowU + atX]
    const join = lengths[rowV + atY]
    // Alone.
    let lessA = lengths[rowBefore + atX] - toU - toX
    let moreB = lengths[rowV + u] + lengths[rowU + atY] - join
    let change = lessA + moreB
    if (change < (isOne ? -ENOUGH : fees)) {
      if (!isOne)
        change +=
          Math.max(0, time[a] + lessA - spent[u] - longest) * feeTime +
          Math.max(0, load[a] - demand[u] - capacity) * feeLoad +
          Math.max(0, time[b] + moreB + spent[u] - longest) * feeTime +
          Math.max(0, load[b] + demand[u] - capacity) * feeLoad -
          fees
      if (change < -ENOUGH) {
        this.move(u, v)
        return this.done(a, b)
      }
    }
    if (x > stops || v === x) return false
    const xx = place[next[x]]
    const rowX = x * nodes
    const away = lengths[rowBefore + xx] - toU - lengths[rowX + xx]
    const pairLoad = demand[u] + demand[x]
    const pairTime = spent[u] + spent[x]
    // With the next, as they are.
    lessA = away
    moreB = lengths[rowV + u] + lengths[rowX + atY] - join
    change = lessA + moreB
    if (change < (isOne ? -ENOUGH : fees)) {
      if (!isOne)
        change +=
          Math.max(0, time[a] + lessA - toX - pairTime - longest) * feeTime +
          Math.max(0, load[a] - pairLoad - capacity) * feeLoad +
          Math.max(0, time[b] + moreB + toX + pairTime - longest) * feeTime +
          Math.max(0, load[b] + pairLoad - capacity) * feeLoad -
          fees
      if (change < -ENOUGH) {
        this.move(u, v)
        this.move(x, u)
        return this.done(a, b)
      }
    }
    // With the next, turned round.
    lessA = away - toX
    moreB = lengths[rowV + x] + toX + lengths[rowU + atY] - join
    change = lessA + moreB
    if (change < (isOne ? -ENOUGH : fees)) {
      if (!isOne)
        change +=
          Math.max(0, time[a] + lessA - pairTime - longest) * feeTime +
          Math.max(0, load[a] - pairLoad - capacity) * feeLoad +
          Math.max(0, time[b] + moreB + pairTime - longest) * feeTime +
          Math.max(0, load[b] + pairLoad - capacity) * feeLoad -
          fees
      if (change < -ENOUGH) {
        this.move(x, v)
        this.move(u, x)
        return this.done(a, b)
      }
    }
    return false
  }

  /** Swaps stops, or pairs of them, of the first that helps. */
  private trySwaps(u: number, v: number): boolean {
    const { next, prev, place, route, load, time, fee, stops } = this
    const { lengths, nodes, demand, spent, capacity, longest } = this.problem
    const { load: feeLoad, time: feeTime } = this.fees
    const pu = prev[u]
    const pv = prev[v]
    const x = next[u]
    const y = next[v]
    if (u === pv || u === y) return false
    const a = route[u]
    const b = route[v]
    const rowPu = place[pu] * nodes
    const rowPv = place[pv] * nodes
    const rowU = u * nodes
    const rowV = v * nodes
    const atX = place[x]
    const atY = place[y]
    const isOne = a === b
    const fees = fee[a] + fee[b]
    const toU = lengths[rowPu + u]
    const toX = lengths[rowU + atX]
    const toV = lengths[rowPv + v]
    const toY = lengths[rowV + atY]
    if (u <= v) {
      const changeA = lengths[rowPu + v] + lengths[rowV + atX] - toU - toX
      const changeB = lengths[rowPv + u] + lengths[rowU + atY] - toV - toY
      let change = changeA + changeB
      if (change < (isOne ? -ENOUGH : fees)) {
        if (!isOne) {
          const heavier = demand[v] - demand[u]
          const longer = spent[v] - spent[u]
          change +=
            Math.max(0, time[a] + changeA + longer - longest) * feeTime +
            Math.max(0, load[a] + heavier - capacity) * feeLoad +
            Math.max(0, time[b] + changeB - longer - longest) * feeTime +
            Math.max(0, load[b] - heavier - capacity) * feeLoad -
            fees
        }
        if (change < -ENOUGH) {
          this.swap(u, v)
          return this.done(a, b)
        }
      }
    }
    if (x > stops) return false
    const xx = next[x]
    const atXx = place[xx]
    const rowX = x * nodes
    const fromX = lengths[rowX + atXx]
    if (x !== pv) {
      const changeA = lengths[rowPu + v] + lengths[rowV + atXx] - toU - fromX
      const changeB = lengths[rowPv + u] + lengths[rowX + atY] - toV - toY
      let change = changeA + changeB
      if (change < (isOne ? -ENOUGH : fees)) {
        if (!isOne) {
          const heavier = demand[v] - demand[u] - demand[x]
          const longer = spent[v] - spent[u] - spent[x]
          change +=
            Math.max(0, time[a] + changeA - toX + longer - longest) * feeTime +
            Math.max(0, load[a] + heavier - capacity) * feeLoad +
            Math.max(0, time[b] + changeB + toX - longer - longest) * feeTime +
            Math.max(0, load[b] - heavier - capacity) * feeLoad -
            fees
        }
        if (change < -ENOUGH) {
          this.swap(u, v)
          this.move(x, u)
          return this.done(a, b)
        }
      }
    }
    if (u > v || y > stops || y === pu || x === v || v === xx) return false
    const yy = place[next[y]]
    const rowY = y * nodes
    const changeA = lengths[rowPu + v] + lengths[rowY + atXx] - toU - fromX
    const changeB = lengths[rowPv + u] + lengths[rowX + yy] - toV - lengths[rowY + yy]
    let change = changeA + changeB
    if (change >= (isOne ? -ENOUGH : fees)) return false
    if (!isOne) {
      const heavier = demand[v] + demand[y] - demand[u] - demand[x]
      const longer = spent[v] + spent[y] - spent[u] - spent[x]
      change +=
        Math.max(0, time[a] + changeA - toX + toY + longer - longest) * feeTime +
        Math.max(0, load[a] + heavier - capacity) * feeLoad +
        Math.max(0, time[b] + changeB + toX - toY - longer - longest) * feeTime +
        Math.max(0, load[b] - heavier - capacity) * feeLoad -
        fees
    }
    if (change >= -ENOUGH) return false
    this.swap(u, v)
    this.swap(x, y)
    return this.done(a, b)
  }

  /** Turns what lies between two nodes of one route round, or crosses two routes. */
  private tryCrossings(u: number, v: number): boolean {
    const { next, place, route, position, load, time, fee, loadTo, timeTo } = this
    const { lengths, nodes, capacity, longest } = this.problem
    const { load: feeLoad, time: feeTime } = this.fees
    const a = route[u]
    const b = route[v]
    const x = place[next[u]]
    const y = place[next[v]]
    const rowU = place[u] * nodes
    const rowV = place[v] * nodes
    const apart = lengths[rowU + x] + lengths[rowV + y]
    const direct = lengths[rowU + place[v]] + lengths[x * nodes + y]
    if (a === b) {
      if (position[u] >= position[v] || next[u] === v || direct - apart >= -ENOUGH) return false
      const count = this.list(a, this.first)
      this.first.subarray(position[u], position[v]).reverse()
      this.lay(a, this.first, count)
      return this.done(a, a)
    }
    const fees = fee[a] + fee[b]
    let change = direct - apart
    if (change < fees) {
      change +=
        Math.max(0, timeTo[u] + timeTo[v] + lengths[rowU + place[v]] - longest) * feeTime +
        Math.max(0, loadTo[u] + loadTo[v] - capacity) * feeLoad +
        Math.max(
          0,
          time[a] -
            timeTo[u] -
            lengths[rowU + x] +
            time[b] -
            timeTo[v] -
            lengths[rowV + y] +
            lengths[x * nodes + y] -
            longest,
        ) *
          feeTime +
        Math.max(0, load[a] - loadTo[u] + load[b] - loadTo[v] - capacity) * feeLoad -
        fees
      if (change < -ENOUGH) return this.cross(u, v, true)
    }
    const across = lengths[rowU + y]
    const back = lengths[rowV + x]
    change = across + back - apart
    if (change >= fees) return false
    change +=
      Math.max(0, timeTo[u] + time[b] - timeTo[v] - lengths[rowV + y] + across - longest) * feeTime +
      Math.max(0, loadTo[u] + load[b] - loadTo[v] - capacity) * feeLoad +
      Math.max(0, timeTo[v] + time[a] - timeTo[u] - lengths[rowU + x] + back - longest) * feeTime +
      Math.max(0, loadTo[v] + load[a] - loadTo[u] - capacity) * feeLoad -
      fees
    return change < -ENOUGH && this.cross(u, v, false)
  }

  /** Joins the heads of two routes and their tails, or each head to the other's tail. */
  private cross(u: number, v: number, turned: boolean): true {
    const { route, position, first, second, joined } = this
    const a = route[u]
    const b = route[v]
    const countA = this.list(a, first)
    const countB = this.list(b, second)
    const i = position[u]
    const j = position[v]
    let count = 0
    for (let at = 0; at < i; at++) joined[count++] = first[at]
    if (turned) for (let at = j - 1; at >= 0; at--) joined[count++] = second[at]
    else for (let at = j; at < countB; at++) joined[count++] = second[at]
    this.lay(a, joined, count)
    count = 0
    if (turned) for (let at = countA - 1; at >= i; at--) joined[count++] = first[at]
    else for (let at = 0; at < j; at++) joined[count++] = second[at]
    if (turned) for (let at = j; at < countB; at++) joined[count++] = second[at]
    else for (let at = i; at < countA; at++) joined[count++] = first[at]
    this.lay(b, joined, count)
    return this.done(a, b)
  }

  private list(route: number, into: Int32Array): number {
    const { next, stops } = this
    let count = 0
    for (let node = next[this.before(route)]; node <= stops; node = next[node]) into[count++] = node
    return count
  }

  private tryPair(u: number, v: number): boolean {
    return this.tryMoves(u, v) || this.trySwaps(u, v) || this.tryCrossings(u, v)
  }

  /** @param post The node before a route's stops. */
  private tryBehindPost(u: number, post: number): boolean {
    return this.tryMoves(u, post) || (this.route[u] !== this.route[post] && this.tryCrossings(u, post))
  }

  private markBeside(route: number): void {
    const { near, nearStart } = this.problem
    this.isBeside.fill(0)
    for (let node = this.next[this.before(route)]; node <= this.stops; node = this.next[node]) {
      const end = Math.min(nearStart[node] + BESIDE, nearStart[node + 1])
      for (let index = nearStart[node]; index < end; index++) this.isBeside[this.route[near[index]]] = 1
    }
  }

  /** The best places of a route's stops in another route, and what taking them out changes. */
  private look(from: number, into: number): void {
    const { next, prev, place, without, stops, placeCost, placeBehind, placeFound } = this
    const { lengths, nodes } = this.problem
    const behindLast = this.before(into) + this.routes
    for (let u = next[this.before(from)]; u <= stops; u = next[u]) {
      const row = u * nodes
      const before = place[prev[u]]
      const after = place[next[u]]
      without[u] = lengths[before * nodes + after] - lengths[row + before] - lengths[row + after]
      const key = into * nodes + u
      if (placeFound[key] >= 0 && this.changed[into] <= placeFound[key]) continue
      placeFound[key] = this.moves
      const at = BEST * key
      let best = Infinity
      let second = Infinity
      let third = Infinity
      let bestAt = -1
      let secondAt = -1
      let thirdAt = -1
      for (let v = this.before(into); v !== behindLast; v = next[v]) {
        const here = place[v]
        const then = place[next[v]]
        const cost = lengths[row + here] + lengths[row + then] - lengths[here * nodes + then]
        if (cost >= third) continue
        if (cost >= second) {
          third = cost
          thirdAt = v
          continue
        }
        third = second
        thirdAt = secondAt
        if (cost >= best) {
          second = cost
          secondAt = v
          continue
        }
        second = best
        secondAt = bestAt
        best = cost
        bestAt = v
      }
      placeCost[at] = best
      placeCost[at + 1] = second
      placeCost[at + 2] = third
      placeBehind[at] = bestAt
      placeBehind[at + 1] = secondAt
      placeBehind[at + 2] = thirdAt
    }
  }

  /** Behind which node a stop comes best in a route from which another is taken. */
  private behind = 0

  private bestWithout(u: number, gone: number, into: number): number {
    const { next, prev, place, placeCost, placeBehind } = this
    const { lengths, nodes } = this.problem
    const before = place[prev[gone]]
    const after = place[next[gone]]
    let best = lengths[u * nodes + before] + lengths[u * nodes + after] - lengths[before * nodes + after]
    this.behind = prev[gone]
    const at = BEST * (into * nodes + u)
    for (let index = at; index < at + BEST; index++) {
      const node = placeBehind[index]
      if (node < 0 || placeCost[index] >= best) break
      if (node === gone || next[node] === gone) continue
      best = placeCost[index]
      this.behind = node
      break
    }
    return best
  }

  /** Swaps one stop each of two routes to where they fit best, or moves one: the best of all (SWAP*). */
  private swapAnywhere(a: number, b: number): boolean {
    const { next, load, time, fee, stops, without, placeCost, placeBehind, timed } = this
    const { demand, spent, nodes, capacity, longest } = this.problem
    this.look(a, b)
    this.look(b, a)
    const { load: feeLoad, time: feeTime } = this.fees
    const fees = fee[a] + fee[b]
    let best = -ENOUGH
    let bestU = 0
    let bestV = 0
    let behindU = 0
    let behindV = 0
    for (let u = next[this.before(a)]; u <= stops; u = next[u]) {
      for (let v = next[this.before(b)]; v <= stops; v = next[v]) {
        const heavier = demand[v] - demand[u]
        const loadA = load[a] + heavier
        const loadB = load[b] - heavier
        const over =
          (loadA > capacity ? (loadA - capacity) * feeLoad : 0) +
          (loadB > capacity ? (loadB - capacity) * feeLoad : 0)
        const least = over - fees + without[u] + without[v]
        if (least > best) continue
        const moreB = this.bestWithout(u, v, b)
        const toU = this.behind
        const moreA = this.bestWithout(v, u, a)
        let change = least + moreA + moreB
        if (timed && change < best) {
          const longer = spent[v] - spent[u]
          change +=
            Math.max(0, time[a] + without[u] + moreA + longer - longest) * feeTime +
            Math.max(0, loadA - capacity) * feeLoad +
            Math.max(0, time[b] + without[v] + moreB - longer - longest) * feeTime +
            Math.max(0, loadB - capacity) * feeLoad -
            over
        }
        if (change >= best) continue
        best = change
        bestU = u
        bestV = v
        behindU = toU
        behindV = this.behind
      }
    }
    for (let side = 0; side < 2; side++) {
      const [from, into] = side === 0 ? [a, b] : [b, a]
      for (let u = next[this.before(from)]; u <= stops; u = next[u]) {
        const at = BEST * (into * nodes + u)
        const change =
          without[u] +
          placeCost[at] +
          Math.max(0, time[from] + without[u] - spent[u] - longest) * feeTime +
          Math.max(0, load[from] - demand[u] - capacity) * feeLoad +
          Math.max(0, time[into] + placeCost[at] + spent[u] - longest) * feeTime +
          Math.max(0, load[into] + demand[u] - capacity) * feeLoad -
          fees
        if (change >= best) continue
        best = change
        bestU = side === 0 ? u : 0
        bestV = side === 0 ? 0 : u
        if (side === 0) behindU = placeBehind[at]
        else behindV = placeBehind[at]
      }
    }
    if (bestU === 0 && bestV === 0) return false
    if (bestU > 0) this.move(bestU, behindU)
    if (bestV > 0) this.move(bestV, behindV)
    return this.done(a, b)
  }
}

function shuffle(items: Int32Array, random: Random): void {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random.next() * (at + 1))
    const item = items[at]
    items[at] = items[other]
    items[other] = item
  }
}
