import { accessEn } from './access.ts'
import { briefEn } from './brief.ts'
import { freshEn } from './fresh.ts'
import { numbersEn } from './numbers.ts'
import { planEn } from './plan.ts'
import type { roomsZh } from './rooms.zh.ts'
import type { Translation } from './translation.ts'
import { wallEn } from './wall.ts'

export const roomsEn: Translation<typeof roomsZh> = {
  wall: wallEn,
  plan: planEn,
  brief: briefEn,
  number: numbersEn,
  fresh: freshEn,
  access: accessEn,
}
