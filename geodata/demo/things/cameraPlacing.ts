/** What every kind of camera placement shares: the register so far, and where a camera may stand. */
import type { Position, Road } from '../../city.ts'
import { type Random, WeightedSampler } from '../../random.ts'
import type { Camera } from '../../things.ts'
import type { Frame } from './frame.ts'
import type { RoadGraph } from './roadGraph.ts'
import type { Spot, Spots } from './spots.ts'

/** A camera before it has its number and date. */
export type CameraDraft = Pick<
  Camera,
  'ownership' | 'ownerUnit' | 'type' | 'industry' | 'directionDeg' | 'fieldOfViewDeg' | 'rangeM' | 'indoor'
> & { spot: Spot }

export interface Placing {
  frame: Frame
  graph: RoadGraph
  spots: Spots
  random: Random
  add(draft: CameraDraft): void
  /** A number for another owning unit. */
  nextUnit(): number
}

/** A register gives the direction of a camera to five degrees. */
const directionStep = 5

/** Degrees clockwise from north as a register gives them: 0, 5 … 355. */
export const degrees = (value: number) =>
  (((Math.round(value / directionStep) * directionStep) % 360) + 360) % 360

/**
 * Places `count` cameras a pole, wall or hall at a time: a register names the point of installation, and what hangs
 * there shares it. Draws until each has found room; throws where there is none.
 */
export function until(
  count: number,
  add: (draft: CameraDraft) => void,
  draw: () => readonly CameraDraft[] | null,
): void {
  let made = 0
  for (let tries = 0; made < count; tries++) {
    if (tries > count * 50 + 1000) throw new Error(`expected room for ${count} cameras, found it for ${made}`)
    const together = (draw() ?? []).slice(0, count - made)
    for (const draft of together) add(draft)
    made += together.length
  }
}

export const spotAt = (frame: Frame, point: Position): Spot | null => {
  const cell = frame.cellAt(point)
  return cell ? { point, cell, bearing: null } : null
}

/** Draws roads by weight. @param weigh gets the residents within 250 m of the road's middle */
export function roadSampler(frame: Frame, weigh: (road: Road, people: number) => number): WeightedSampler {
  return new WeightedSampler(frame.ground.roads.map((road, i) => weigh(road, frame.peopleByRoad[i])))
}
