import type { Random } from '../../geodata/random.ts'
import type { RoutingModel, Task } from './routingModel.ts'

/** A chance to overlook a place now and then, so that insertions differ. */
const BLINK = 0.01
/** Jobs up to which every position is tried, and neighbours beside which one is tried above that. */
const MOST_WHOLE = 150
const GRANULAR_LOOKS = 10
const FARTHEST_LOOK = 60
/** Neighbours of a ruin, and the share of all others, that are tried where many jobs are left out. */
const NEAR_RUINS = 12
const ANYWHERE = 0.02
const LATE = 1e-9
/** Home of a tour that is none of today's: not that of a job on no route today (−1), so that taking one counts as a change. */
const NEW = -2

export class Tour {
  /** Number of this tour among all there ever were at one time. */
  readonly slot: number
  type = 0
  /** Today's route it goes on from; `NEW`: none. */
  home = NEW
  tasks = new Int32Array(16)
  size = 0
  load = 0
  cost = 0
  /** By position: when the task's service ends at the earliest, and when it may begin at the latest. */
  ends = new Float64Array(16)
  latest = new Float64Array(16)

  constructor(slot = -1) {
    this.slot = slot
  }

  fit(size: number): void {
    if (size <= this.tasks.length) return
    const room = 2 * size
    const grown = <T extends Int32Array | Float64Array>(old: T, fresh: T): T => {
      fresh.set(old)
      return fresh
    }
    this.tasks = grown(this.tasks, new Int32Array(room))
    this.ends = grown(this.ends, new Float64Array(room))
    this.latest = grown(this.latest, new Float64Array(room))
  }

  take(other: Tour): void {
    this.fit(other.size)
    this.type = other.type
    this.home = other.home
    this.size = other.size
    this.load = other.load
    this.cost = other.cost
    // Element by element: tours are short, and views of them would be rubbish to collect.
    for (let at = 0; at < other.size; at++) this.tasks[at] = other.tasks[at]
  }
}

/** Tours being changed, a step at a time; each step can be taken back. */
export class Plan {
  readonly model: RoutingModel
  tours: Tour[] = []
  /** By job: the slot of its tour, −1 where it is left out. */
  readonly slotOf: Int32Array
  readonly bySlot: Tour[] = []
  /** By slot: what the tour may still carry. */
  private readonly room: Float64Array
  /**
   * By served job: the places before and after it, what the ways from and to them cost, and where it begins and ends as
   * it is done: so that the places beside it are tried without a look into its tour.
   */
  private readonly placeBefore: Int32Array
  private readonly placeAfter: Int32Array
  private readonly costBefore: Float64Array
  private readonly costAfter: Float64Array
  private readonly head: Int32Array
  private readonly tail: Int32Array
  /** By served job: its position in its tour. */
  readonly positionOf: Int32Array
  /** Of tours and of what is left out. */
  cost = 0
  /** Of `cost`, the penalties. */
  missed = 0
  absent: number[]
  /** Jobs served on another than today's route, and how many may be. */
  moved = 0
  /** Tours with jobs that there may be. */
  mostTours = Number.POSITIVE_INFINITY
  /** By job: today's route, −1 where it is on none. */
  private readonly homes: Int32Array | null
  private readonly mostMoved: number
  private readonly used: number[]
  /** Tours as they were before this step: `kept[i]` was `keptAs[i]`; those made in it, and those gone. */
  private kept: Tour[] = []
  private readonly keptAs: Tour[] = []
  private made: Tour[] = []
  private gone: Tour[] = []
  private before = { cost: 0, missed: 0, moved: 0, absent: 0 }
  private readonly absentBefore: Int32Array
  private readonly pool: Tour[] = []

  constructor(model: RoutingModel, homes: Int32Array | null, mostMoved = Number.POSITIVE_INFINITY) {
    this.model = model
    this.homes = homes
    this.mostMoved = mostMoved
    this.slotOf = new Int32Array(model.jobs).fill(-1)
    // No more tours than jobs and today's routes, and one in the making.
    this.room = new Float64Array(model.jobs + (model.problem.start?.length ?? 0) + 2)
    this.positionOf = new Int32Array(model.jobs)
    this.placeBefore = new Int32Array(model.jobs)
    this.placeAfter = new Int32Array(model.jobs)
    this.costBefore = new Float64Array(model.jobs)
    this.costAfter = new Float64Array(model.jobs)
    this.head = new Int32Array(model.jobs)
    this.tail = new Int32Array(model.jobs)
    this.absentBefore = new Int32Array(model.jobs)
    this.used = Array.from(model.count, () => 0)
    this.absent = Array.from({ length: model.jobs }, (_, job) => job)
    for (const job of this.absent) this.missed += model.penalty[job]
    this.cost = this.missed
  }

  /** Whether no more jobs are on another than today's route, or on none, than may be. */
  get keepsEnough(): boolean {
    const { homes } = this
    if (!homes) return true
    let changes = this.moved
    for (const job of this.absent) if (homes[job] >= 0) changes++
    return changes <= this.mostMoved
  }

  /** Whether one more tour may take jobs. */
  private get mayLeave(): boolean {
    if (this.mostTours === Number.POSITIVE_INFINITY) return true
    let leaving = 0
    for (const { size } of this.tours) if (size > 0) leaving++
    return leaving < this.mostTours
  }

  begin(): void {
    this.pool.push(...this.gone)
    this.kept.length = 0
    this.made.length = 0
    this.gone.length = 0
    this.before.cost = this.cost
    this.before.missed = this.missed
    this.before.moved = this.moved
    this.before.absent = this.absent.length
    for (let at = 0; at < this.absent.length; at++) this.absentBefore[at] = this.absent[at]
  }

  private keep(tour: Tour): void {
    if (this.kept.includes(tour) || this.made.includes(tour)) return
    const place = this.kept.push(tour) - 1
    while (this.keptAs.length <= place) this.keptAs.push(new Tour())
    this.keptAs[place].take(tour)
  }

  undo(): void {
    for (const tour of this.made) {
      this.used[tour.type]--
      this.tours.splice(this.tours.indexOf(tour), 1)
      this.pool.push(tour)
    }
    for (const tour of this.gone) {
      this.used[tour.type]++
      this.tours.push(tour)
    }
    this.absent.length = this.before.absent
    for (let at = 0; at < this.absent.length; at++) {
      this.absent[at] = this.absentBefore[at]
      this.slotOf[this.absent[at]] = -1
    }
    for (let place = 0; place < this.kept.length; place++) {
      const tour = this.kept[place]
      tour.take(this.keptAs[place])
      for (let at = 0; at < tour.size; at++) this.slotOf[tour.tasks[at] >> 1] = tour.slot
      this.measure(tour)
    }
    this.made.length = 0
    this.gone.length = 0
    this.cost = this.before.cost
    this.missed = this.before.missed
    this.moved = this.before.moved
  }

  /** Takes tasks [from, from + length) but for [gap, gap + kept) out of a tour. */
  removeString(tour: Tour, from: number, length: number, gap: number, kept: number): void {
    this.keep(tour)
    const { model, homes } = this
    let left = from
    for (let at = from; at < tour.size; at++) {
      const task = tour.tasks[at]
      if (at >= from + length || (at >= gap && at < gap + kept)) {
        tour.tasks[left++] = task
        continue
      }
      const job = task >> 1
      this.slotOf[job] = -1
      this.absent.push(job)
      this.cost += model.penalty[job]
      this.missed += model.penalty[job]
      if (homes && homes[job] !== tour.home) this.moved--
    }
    this.cost -= tour.cost
    tour.size = left
    this.measure(tour)
    this.cost += tour.cost
    // A street may be the fastest way between its ends: without it what follows may come too late, and is taken out too.
    if (model.timed && left > 0 && this.isLate(tour)) this.removeString(tour, 0, left, 0, 0)
  }

  private isLate({ type, tasks, ends, latest, size }: Tour): boolean {
    const { duration, exit, times, places, back } = this.model
    for (let at = 0; at < size; at++) {
      if (ends[at] - duration[tasks[at] >> 1] > latest[at] + LATE) return true
    }
    const last = size - 1
    return ends[last] + times[exit[tasks[last]] * places + this.model.ends[type]] > back[type] + LATE
  }

  /** Gives up the tour whose jobs weigh least together. */
  dropTour(weightOf: (job: number) => number): void {
    let least: Tour | null = null
    let leastWeight = Number.POSITIVE_INFINITY
    for (const tour of this.tours) {
      let weight = tour.size > 0 ? 0 : Number.POSITIVE_INFINITY
      for (let at = 0; at < tour.size; at++) weight += weightOf(tour.tasks[at] >> 1)
      if (weight >= leastWeight) continue
      least = tour
      leastWeight = weight
    }
    if (least) this.removeString(least, 0, least.size, 0, 0)
    this.dropEmpty()
  }

  /** Gives up empty tours; today's stay, so that their jobs may come back to them. */
  dropEmpty(): void {
    let left = 0
    for (const tour of this.tours) {
      if (tour.size > 0 || tour.home >= 0) {
        this.tours[left++] = tour
        continue
      }
      this.used[tour.type]--
      const at = this.made.indexOf(tour)
      if (at < 0) this.gone.push(tour)
      else this.pool.push(...this.made.splice(at, 1))
    }
    this.tours.length = left
  }

  /** Cost, load and times of a tour anew. */
  measure(tour: Tour): void {
    const { model } = this
    const { costs, times, places, entry, exit, demand, duration, opens, closes } = model
    const { tasks, size, ends, latest, type } = tour
    let place = model.starts[type]
    let cost = 0
    let load = 0
    for (let at = 0; at < size; at++) {
      const task = tasks[at]
      const job = task >> 1
      const way = costs[place * places + entry[task]]
      this.positionOf[job] = at
      this.placeBefore[job] = place
      this.costBefore[job] = way
      this.head[job] = entry[task]
      this.tail[job] = exit[task]
      if (at > 0) {
        this.placeAfter[tasks[at - 1] >> 1] = entry[task]
        this.costAfter[tasks[at - 1] >> 1] = way
      }
      cost += way + model.cost[job]
      load += demand[job]
      place = exit[task]
    }
    if (size > 0) {
      const last = tasks[size - 1] >> 1
      this.placeAfter[last] = model.ends[type]
      this.costAfter[last] = costs[place * places + model.ends[type]]
      cost += this.costAfter[last]
    }
    tour.cost = cost
    tour.load = load
    this.room[tour.slot] = model.capacity[type] - load
    if (!model.timed) return
    let time = model.leaves[type]
    place = model.starts[type]
    for (let at = 0; at < size; at++) {
      const task = tasks[at]
      const job = task >> 1
      time = Math.max(opens[job], time + times[place * places + entry[task]]) + duration[job]
      ends[at] = time
      place = exit[task]
    }
    place = model.ends[type]
    time = model.back[type]
    for (let at = size - 1; at >= 0; at--) {
      const task = tasks[at]
      const job = task >> 1
      time = Math.min(closes[job], time - times[exit[task] * places + place] - duration[job])
      latest[at] = time
      place = entry[task]
    }
  }

  /** By position and way round: the least cost up to it, and the way round of the one before. */
  private readonly turnCost: number[] = []
  private readonly turnBefore: number[] = []

  /** Streets that may be driven either way, in tours changed in this step: the way round that is best for their order. */
  turnStreets(): void {
    if (!this.model.hasStreets) return
    for (const tour of this.kept) this.turn(tour)
    for (const tour of this.made) this.turn(tour)
  }

  private turn(tour: Tour): void {
    const { costs, places, entry, exit, bothWays, starts, ends, cost, timed } = this.model
    const { tasks, size, type } = tour
    if (size === 0) return
    const { turnCost, turnBefore } = this
    for (let at = 0; at < size; at++) {
      const job = tasks[at] >> 1
      for (let way = 0; way < 2; way++) {
        const place = entry[2 * job + way]
        let best = Number.POSITIVE_INFINITY
        let before = 0
        if (way <= bothWays[job]) {
          if (at === 0) best = costs[starts[type] * places + place]
          else {
            const last = tasks[at - 1] >> 1
            for (let other = 0; other <= bothWays[last]; other++) {
              const sum = turnCost[2 * at - 2 + other] + costs[exit[2 * last + other] * places + place]
              if (sum >= best) continue
              best = sum
              before = other
            }
          }
        }
        turnCost[2 * at + way] = best + cost[job]
        turnBefore[2 * at + way] = before
      }
    }
    const last = tasks[size - 1] >> 1
    const home = (way: number) =>
      turnCost[2 * size - 2 + way] + costs[exit[2 * last + way] * places + ends[type]]
    let way = bothWays[last] === 1 && home(1) < home(0) ? 1 : 0
    if (home(way) >= tour.cost - LATE * Math.max(1, tour.cost)) return
    const asWas = timed ? tasks.slice(0, size) : null
    this.cost -= tour.cost
    for (let at = size - 1; at >= 0; at--) {
      tasks[at] = 2 * (tasks[at] >> 1) + way
      way = turnBefore[2 * at + way]
    }
    this.measure(tour)
    if (asWas && this.isLate(tour)) {
      tasks.set(asWas)
      this.measure(tour)
    }
    this.cost += tour.cost
  }

  // The best place found for the job being put in.
  private best = 0
  private bestTour: Tour | null = null
  private bestAt = -1
  private bestTask: Task = -1

  private tryPlaces(tour: Tour, job: number, from: number, to: number, random: Random): void {
    const { model } = this
    const { costs, costsTo, places, entry, exit } = model
    const { tasks, size, type } = tour
    const ways = model.bothWays[job] ? 2 : 1
    for (let way = 0; way < ways; way++) {
      const task = 2 * job + way
      const into = entry[task] * places
      const out = exit[task] * places
      let before = from === 0 ? model.starts[type] : exit[tasks[from - 1]]
      for (let at = from; at <= to; at++) {
        const after = at === size ? model.ends[type] : entry[tasks[at]]
        const more = costsTo[into + before] + costs[out + after] - costs[before * places + after]
        if (
          more < this.best &&
          (!model.ordered || this.fitsInOrder(tour, job, at)) &&
          (!model.timed || this.fitsInTime(tour, job, task, at, before, after))
        ) {
          this.found(more, tour, at, task, random)
        }
        if (at < size) before = exit[tasks[at]]
      }
    }
  }

  /** The places before and after a served job. */
  private tryBeside(other: number, slot: number, job: number, random: Random): void {
    const { costs, costsTo, places, entry, exit, bothWays, timed } = this.model
    const [before, after] = [this.placeBefore[other], this.placeAfter[other]]
    const [head, tail] = [this.head[other], this.tail[other]]
    const [less, lessAfter] = [this.costBefore[other], this.costAfter[other]]
    for (let task = 2 * job; task <= 2 * job + bothWays[job]; task++) {
      const into = entry[task] * places
      const out = exit[task] * places
      const ahead = costsTo[into + before] + costs[out + head] - less
      if (ahead < this.best) {
        const tour = this.bySlot[slot]
        const at = this.positionOf[other]
        if (!timed || this.fitsInTime(tour, job, task, at, before, head))
          this.found(ahead, tour, at, task, random)
      }
      const behind = costsTo[into + tail] + costs[out + after] - lessAfter
      if (behind < this.best) {
        const tour = this.bySlot[slot]
        const at = this.positionOf[other] + 1
        if (!timed || this.fitsInTime(tour, job, task, at, tail, after))
          this.found(behind, tour, at, task, random)
      }
    }
  }

  private found(more: number, tour: Tour, at: number, task: Task, random: Random): void {
    if (random.next() < BLINK) return
    this.best = more
    this.bestTour = tour
    this.bestAt = at
    this.bestTask = task
  }

  /** Tours are in order: so it fits where none of higher rank is before it, and none of lower behind. */
  private fitsInOrder({ tasks, size }: Tour, job: number, at: number): boolean {
    const { rank } = this.model
    const own = rank[job]
    if (Number.isNaN(own)) return true
    // No rank is above or below those that have none.
    for (let before = 0; before < at; before++) if (rank[tasks[before] >> 1] > own) return false
    for (let behind = at; behind < size; behind++) if (rank[tasks[behind] >> 1] < own) return false
    return true
  }

  private fitsInTime(
    tour: Tour,
    job: number,
    task: Task,
    at: number,
    before: number,
    after: number,
  ): boolean {
    const { times, places, entry, exit, duration, opens, closes, leaves, back } = this.model
    const ready = at === 0 ? leaves[tour.type] : tour.ends[at - 1]
    const begins = Math.max(opens[job], ready + times[before * places + entry[task]])
    if (begins > closes[job]) return false
    const until = at === tour.size ? back[tour.type] : tour.latest[at]
    return begins + duration[job] + times[exit[task] * places + after] <= until
  }

  /** Puts a job where it costs least, skipping a place now and then; leaves it out where that is cheaper or nothing fits. */
  insert(job: number, random: Random): boolean {
    const { model, homes } = this
    const { costs, costsTo, places, entry, exit, demand, capacity, starts, ends } = model
    const need = demand[job]
    const home = homes ? homes[job] : -1
    // Only today's route may take it where enough others are on another.
    const onlyHome = homes !== null && this.moved >= this.mostMoved
    this.best = model.onlyPenalties ? Number.POSITIVE_INFINITY : model.penalty[job] - model.cost[job]
    this.bestTour = null
    this.bestAt = -1
    this.bestTask = -1
    const { mayLeave } = this
    const mayTake = ({ slot, size, home: own }: Tour) =>
      need <= this.room[slot] && !(onlyHome && own !== home) && (size > 0 || mayLeave)
    // Beside its nearest a job of an order may fit nowhere.
    const isFree = Number.isNaN(model.rank[job])
    if ((model.jobs > MOST_WHOLE || model.onlyPenalties) && !homes && isFree) {
      // Beside its nearest neighbours that are served.
      const near = model.neighbours[job]
      const farthest = Math.min(near.length, FARTHEST_LOOK)
      let looked = 0
      for (let index = 1; index < farthest && looked < GRANULAR_LOOKS; index++) {
        const other = near[index]
        const slot = this.slotOf[other]
        if (slot < 0 || need > this.room[slot]) continue
        this.tryBeside(other, slot, job, random)
        looked++
      }
      // Far from all others, or where few tours have room, next to the posts.
      if (looked === 0 || random.next() < ANYWHERE) {
        for (const tour of this.tours) {
          if (!mayTake(tour)) continue
          this.tryPlaces(tour, job, 0, 0, random)
          this.tryPlaces(tour, job, tour.size, tour.size, random)
        }
      }
    } else {
      for (const tour of this.tours) if (mayTake(tour)) this.tryPlaces(tour, job, 0, tour.size, random)
    }
    let bestType = -1
    if (!onlyHome && mayLeave) {
      const ways = model.bothWays[job] ? 2 : 1
      for (let type = 0; type < capacity.length; type++) {
        // A new tour only where no other takes it, or where it is cheaper still: posts may stand anywhere.
        if (this.used[type] >= model.count[type] || need > capacity[type]) continue
        for (let way = 0; way < ways; way++) {
          const task = 2 * job + way
          const more = costsTo[entry[task] * places + starts[type]] + costs[exit[task] * places + ends[type]]
          if (!(more < this.best) || (model.timed && !this.fitsAlone(type, job, task))) continue
          this.best = more
          this.bestTour = null
          this.bestTask = task
          bestType = type
        }
      }
    }
    if (this.bestTask < 0) return false
    const tour = this.chosen(bestType)
    this.put(tour, this.bestTask, this.bestAt)
    return true
  }

  /** The tour found best, kept as it was, or a new one of a type. */
  private chosen(type: number): Tour {
    if (this.bestTour) {
      this.keep(this.bestTour)
      return this.bestTour
    }
    const tour = this.open(type)
    this.made.push(tour)
    this.bestAt = 0
    return tour
  }

  private fitsAlone(type: number, job: number, task: Task): boolean {
    const { times, places, entry, exit, duration, opens, closes, leaves, back, starts, ends } = this.model
    const begins = Math.max(opens[job], leaves[type] + times[starts[type] * places + entry[task]])
    if (begins > closes[job]) return false
    return begins + duration[job] + times[exit[task] * places + ends[type]] <= back[type]
  }

  /** A new empty tour. */
  open(type: number, home = NEW): Tour {
    const tour = this.pool.pop() ?? new Tour(this.bySlot.length)
    this.bySlot[tour.slot] = tour
    this.room[tour.slot] = this.model.capacity[type]
    tour.type = type
    tour.home = home
    tour.size = 0
    tour.load = 0
    tour.cost = 0
    this.tours.push(tour)
    this.used[type]++
    return tour
  }

  /** Puts a task into a tour at a position. Its job no longer counts as left out, but stays in `absent`. */
  put(tour: Tour, task: Task, at: number): void {
    const { model, homes } = this
    const job = task >> 1
    this.cost -= tour.cost + model.penalty[job]
    this.missed -= model.penalty[job]
    tour.fit(tour.size + 1)
    tour.tasks.copyWithin(at + 1, at, tour.size)
    tour.tasks[at] = task
    tour.size++
    this.slotOf[job] = tour.slot
    if (homes && homes[job] !== tour.home) this.moved++
    this.measure(tour)
    this.cost += tour.cost
  }

  /** Whether every tour holds what it carries and is in time. */
  isSound(): boolean {
    return this.tours.every(
      (tour) =>
        tour.load <= this.model.capacity[tour.type] + LATE &&
        !(this.model.timed && tour.size > 0 && this.isLate(tour)),
    )
  }

  /** Of many absent jobs those that lie where room was made, and a few anywhere. */
  nearRuins(random: Random): { tried: number[]; left: number[] } {
    const near = new Set(this.absent.slice(this.before.absent))
    if (near.size === 0) return { tried: this.absent, left: [] }
    for (const job of [...near]) {
      const own = this.model.neighbours[job]
      for (let at = 1; at <= Math.min(NEAR_RUINS, own.length - 1); at++) near.add(own[at])
    }
    const tried: number[] = []
    const left: number[] = []
    for (const job of this.absent) (near.has(job) || random.next() < ANYWHERE ? tried : left).push(job)
    return { tried, left }
  }

  /** The tours as they are, without the empty ones. */
  copy(): Tour[] {
    return this.tours
      .filter(({ size }) => size > 0)
      .map((tour) => {
        const copy = new Tour()
        copy.take(tour)
        return copy
      })
  }
}
