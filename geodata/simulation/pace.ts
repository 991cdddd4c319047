/** How fast units are: metres a second, halts not included. */
import type { Road } from '../city.ts'
import type { Unit } from '../things.ts'
import type { SimulatedCity } from './city.ts'

export type Hurry = 'patrol' | 'drive' | 'urgent'

/** Share of a road's speed that is made: streets have crossings, hill roads have bends. */
const shares: Record<Hurry, { town: number; open: number }> = {
  patrol: { town: 0.5, open: 0.5 },
  drive: { town: 0.62, open: 0.62 },
  urgent: { town: 0.85, open: 0.85 },
}
const fastest: Record<Hurry, Record<'car' | 'motorcycle', number>> = {
  patrol: { car: 9, motorcycle: 8 },
  drive: { car: 17, motorcycle: 14 },
  urgent: { car: 24, motorcycle: 19 },
}
const onFoot: Record<Hurry, number> = { patrol: 1.1, drive: 1.4, urgent: 2.1 }
/** From the road to the door. */
export const lastSteps = 1.6

export function paceOn(city: SimulatedCity, kind: Unit['kind'], hurry: Hurry): (road: Road) => number {
  if (kind === 'foot') return () => onFoot[hurry]
  const most = fastest[hurry][kind === 'motorcycle' ? 'motorcycle' : 'car']
  return (road) =>
    Math.max(1.5, Math.min(most, (road.speedKmh / 3.6) * shares[hurry][city.inTown(road) ? 'town' : 'open']))
}
