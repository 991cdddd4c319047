import { accessZh } from './access.ts'
import { briefZh } from './brief.ts'
import { freshZh } from './fresh.ts'
import { numbersZh } from './numbers.ts'
import { planZh } from './plan.ts'
import { wallZh } from './wall.ts'

/** The three rooms' own words, and those about numbers. */
export const roomsZh = {
  wall: wallZh,
  plan: planZh,
  brief: briefZh,
  number: numbersZh,
  fresh: freshZh,
  access: accessZh,
}
