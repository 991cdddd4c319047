import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { denseBounds, wholeBounds } from '../map/cityBounds.ts'
import type { Bounds } from '../map/scene.ts'

/** A town that fills more than this share of the city's own box needs no second view. */
const MOST_SHARE = 0.25

const extent = ([west, south, east, north]: Bounds) => (east - west) * (north - south)

/** The box of the town, where most people live; null when nobody lives anywhere or when the town is the city. */
export function townBounds(bundle: AreaBundle): Bounds | null {
  const whole = wholeBounds(bundle)
  const dense = denseBounds(bundle)
  if (!whole || !dense) return null
  return extent(dense) > MOST_SHARE * extent(whole) ? null : dense
}
