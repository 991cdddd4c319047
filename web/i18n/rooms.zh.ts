import { briefZh } from './brief.ts'
import { planZh } from './plan.ts'
import { wallZh } from './wall.ts'

/** The three rooms' own words. */
export const roomsZh = {
  wall: wallZh,
  plan: planZh,
  brief: briefZh,
}
