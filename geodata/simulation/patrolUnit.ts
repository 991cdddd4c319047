/** One unit on the road: patrols its route with halts, drives where it is called, and goes to its post to hand over. */
import type { Position } from '../city.ts'
import { type Random, WeightedSampler } from '../random.ts'
import type { PatrolRoute, Unit } from '../things.ts'
import { Beacon } from './beacon.ts'
import type { SimulatedCity } from './city.ts'
import { type Hurry, lastSteps, paceOn } from './pace.ts'
import type { SimulatedFix } from './request.ts'
import { goOn, goOnRoads, legAt, lengthOf, placeAt, restOfLeg, startTrip, type Trip } from './trip.ts'

const second = 1000
const minute = 60 * second

/** 'called': on the way to an incident; 'homeward': to the post for the handover. */
export type UnitActivity = 'off' | 'patrol' | 'called' | 'onScene' | 'homeward'

/** A beacon tells this often while its unit drives, walks or stands. */
const fixEvery = { drives: 5 * second, walks: 10 * second, stands: 30 * second }
/** Mean time between halts at busy places, and how long they last. */
const betweenHalts = 14 * minute
const haltLasts = [2.5 * minute, 8 * minute] as const
/** A light or a crossing. */
const waitsAtNode = { chance: 0.09, lasts: [4 * second, 28 * second] as const }
/** Metres that a unit without a route roams from its post. */
const roams = { car: 5000, motorcycle: 3500, foot: 900, command: 0 }

/** A place beside a road, and how to leave the road for it. */
interface Approach {
  node: number
  /** From the node to the place, metres of the plane. */
  points: [number, number][]
}

export class PatrolUnit {
  readonly unit: Unit
  activity: UnitActivity = 'off'
  readonly #city: SimulatedCity
  readonly #random: Random
  readonly #beacon: Beacon
  readonly #route: PatrolRoute | null
  readonly #post: Approach
  #roaming: { nodes: number[]; sampler: WeightedSampler } | null = null
  #trip: Trip
  #along = 0
  #pace = 1
  #haltUntil = -1
  #nextHalt = 0
  /** How it left the road for where it stands; null on the road. */
  #approach: Approach | null

  constructor(city: SimulatedCity, unit: Unit, route: PatrolRoute | null, random: Random) {
    this.unit = unit
    this.#city = city
    this.#random = random
    this.#route = route
    this.#beacon = new Beacon(city, unit.id, random.fork('beacon'))
    this.#post = this.#approachTo(city.postOf(unit))
    const [x, y] = this.#end(this.#post)
    this.#trip = startTrip(x, y)
    this.#approach = this.#post
  }

  get place(): { x: number; y: number } {
    return placeAt(this.#trip, this.#along)
  }

  /** The node of the road graph that it passes next; its way elsewhere begins there. */
  get nextNode(): number {
    return this.#approach?.node ?? legAt(this.#trip, this.#along)?.endNode ?? this.#post.node
  }

  get isFree(): boolean {
    return this.activity === 'patrol' && this.unit.kind !== 'command'
  }

  get isHome(): boolean {
    return this.#approach === this.#post && this.#along >= lengthOf(this.#trip)
  }

  /** Begins its duty, at its post or, `underWay`, somewhere on its patrol. */
  begin(now: number, underWay: boolean): void {
    this.activity = 'patrol'
    this.#nextHalt = now + this.#random.exponential(betweenHalts)
    if (!underWay || this.unit.kind === 'command') return
    this.#approach = null
    this.#trip = startTrip(...this.#atNode(this.#post.node))
    this.#patrolFrom(this.#post.node)
    this.#along = this.#random.next() * lengthOf(this.#trip) * 0.95
  }

  end(): void {
    this.activity = 'off'
    this.#beacon.off()
  }

  /** Seconds by road from where it is to a node, as far as `secondsTo` knows. */
  reaches(secondsTo: ReadonlyMap<number, number>): number {
    return secondsTo.get(this.nextNode) ?? Number.POSITIVE_INFINITY
  }

  call(to: Position): void {
    this.activity = 'called'
    this.#goTo(this.#approachTo(to), 'urgent')
  }

  /** Back to the patrol after an incident. */
  release(now: number): void {
    this.activity = 'patrol'
    this.#nextHalt = now + this.#random.exponential(betweenHalts)
  }

  goHome(): void {
    this.activity = 'homeward'
    if (!this.isHome) this.#goTo(this.#post, 'drive')
  }

  /**
   * Lives for `milliseconds` up to `now`.
   * @returns the fixes that reach the gateway now, and whether it has just arrived where it was called
   */
  step(now: number, milliseconds: number): { fixes: SimulatedFix[]; arrived: boolean } {
    if (this.activity === 'off') return { fixes: [], arrived: false }
    const before = this.place
    const arrived = this.#move(now, milliseconds / second)
    const { x, y, headingDeg } = placeAt(this.#trip, this.#along)
    const speedMs = Math.hypot(x - before.x, y - before.y) / (milliseconds / second)
    const every =
      speedMs < 0.3 ? fixEvery.stands : this.unit.kind === 'foot' ? fixEvery.walks : fixEvery.drives
    return { fixes: this.#beacon.sense(now, { x, y, headingDeg, speedMs }, every), arrived }
  }

  #move(now: number, seconds: number): boolean {
    if (this.activity === 'onScene') return false
    if (this.activity === 'patrol') {
      if (this.unit.kind === 'command') return false
      if (now < this.#haltUntil) return false
      if (now >= this.#nextHalt) {
        this.#haltUntil = now + this.#random.between(...haltLasts)
        this.#nextHalt = this.#haltUntil + this.#random.exponential(betweenHalts)
        return false
      }
      if (this.#along >= lengthOf(this.#trip)) this.#patrolFrom(this.nextNode)
    } else if (now < this.#haltUntil) {
      // The rest of a light; a halt is broken off when a call comes (`#goTo`).
      return false
    }
    let left = seconds
    while (left > 1e-9) {
      const leg = legAt(this.#trip, this.#along)
      if (!leg || this.#along >= lengthOf(this.#trip)) break
      const speed = leg.speed * this.#pace
      const distance = Math.min(speed * left, leg.endM - this.#along)
      this.#along += distance
      left -= distance / speed
      if (this.#along >= leg.endM - 1e-6) {
        this.#along = leg.endM
        this.#pace = this.#random.lognormal(0.1)
        if (
          this.activity !== 'called' &&
          this.unit.kind !== 'foot' &&
          this.#random.chance(waitsAtNode.chance)
        ) {
          this.#haltUntil = now + this.#random.between(...waitsAtNode.lasts)
          break
        }
      }
    }
    if (this.#along < lengthOf(this.#trip) || this.activity !== 'called') return false
    this.activity = 'onScene'
    return true
  }

  /** Another round of the route, the way to where it begins, or somewhere else around the post. */
  #patrolFrom(node: number): void {
    const pace = paceOn(this.#city, this.unit.kind, 'patrol')
    const route = this.#route
    const start = route ? this.#startOf(route) : null
    const trip = this.#leave()
    if (route && start !== null) {
      if (node !== start) this.#walk(trip, node, start, 'drive')
      const roads = route.roadIds
        .map((id) => this.#city.roadById.get(id))
        .filter((road) => road !== undefined)
      goOnRoads(trip, this.#city, start, roads, pace)
    } else {
      this.#walk(trip, node, this.#somewhere(), 'patrol')
    }
    this.#set(trip, null)
  }

  /** The node at which a route begins and ends. */
  #startOf(route: PatrolRoute): number | null {
    const first = this.#city.roadById.get(route.roadIds[0])
    if (!first) return null
    const [lng, lat] = route.line[0]
    const [from] = first.line
    return from[0] === lng && from[1] === lat ? first.fromNode : first.toNode
  }

  #somewhere(): number {
    if (!this.#roaming) {
      const { frame, graph } = this.#city
      const [x, y] = this.#atNode(this.#post.node)
      const nodes: number[] = []
      const weights: number[] = []
      for (const [id, { position }] of graph.nodes) {
        const [nodeX, nodeY] = frame.plane.toMetres(position)
        if (Math.hypot(nodeX - x, nodeY - y) > roams[this.unit.kind]) continue
        nodes.push(id)
        weights.push(20 + frame.peopleNear(position, 250))
      }
      this.#roaming = { nodes, sampler: new WeightedSampler(weights) }
    }
    const { nodes, sampler } = this.#roaming
    return nodes[sampler.draw(this.#random)]
  }

  #goTo(approach: Approach, hurry: Hurry): void {
    const from = this.nextNode
    const trip = this.#leave()
    this.#walk(trip, from, approach.node, hurry)
    goOn(trip, approach.points, { endNode: null, speed: this.unit.kind === 'foot' ? lastSteps : 4 })
    this.#haltUntil = -1
    this.#set(trip, approach)
  }

  /** The beginning of a new trip: back to the road, or on to the next node. */
  #leave(): Trip {
    if (!this.#approach) return restOfLeg(this.#trip, this.#along).trip
    const { node, points } = this.#approach
    const { x, y } = this.place
    const trip = startTrip(x, y)
    goOn(trip, [...points.slice(0, -1).reverse(), this.#atNode(node)], { endNode: node, speed: 4 })
    return trip
  }

  #walk(trip: Trip, from: number, to: number, hurry: Hurry): void {
    const pace = paceOn(this.#city, this.unit.kind, hurry)
    const roads = this.#city.graph.walk(from, to, (road) => road.lengthM / pace(road))
    if (roads) goOnRoads(trip, this.#city, from, roads, pace)
  }

  #set(trip: Trip, approach: Approach | null): void {
    this.#trip = trip
    this.#along = 0
    this.#approach = approach
  }

  #atNode(node: number): [number, number] {
    const found = this.#city.graph.nodes.get(node)
    if (!found) throw new Error(`expected a road node ${node}`)
    return this.#city.frame.plane.toMetres(found.position)
  }

  #end({ node, points }: Approach): [number, number] {
    return points.at(-1) ?? this.#atNode(node)
  }

  #approachTo(position: Position): Approach {
    const { graph, frame } = this.#city
    const near = graph.nearest(position)
    if (!near) throw new Error('expected a city with roads')
    const forward = near.along <= 0.5
    const line = (forward ? near.road.line : near.road.line.toReversed()).map((each) =>
      frame.plane.toMetres(each),
    )
    const share = forward ? near.along : 1 - near.along
    const points: [number, number][] = []
    let rest = near.road.lengthM * share
    for (let i = 1; i < line.length && rest > 0; i++) {
      const step = Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1])
      const part = step > 0 ? Math.min(1, rest / step) : 1
      points.push([
        line[i - 1][0] + (line[i][0] - line[i - 1][0]) * part,
        line[i - 1][1] + (line[i][1] - line[i - 1][1]) * part,
      ])
      rest -= step
    }
    points.push(frame.plane.toMetres(position))
    return { node: forward ? near.road.fromNode : near.road.toNode, points }
  }
}
