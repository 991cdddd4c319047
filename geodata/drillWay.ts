/** The way a made-up unit of a drill drives, and where on it the unit is. Pure. */

export interface DrillWay {
  /** Degrees, EPSG:4326. */
  lng: number[]
  lat: number[]
  /** Seconds of the scenario from being sent to each point, ascending from 0. */
  s: number[]
}

/** Where the unit is so many seconds of the scenario after it was sent; at the end once it is there. [lng, lat] in degrees. */
export function placeOnWay({ lng, lat, s }: DrillWay, seconds: number): [number, number] {
  const next = s.findIndex((at) => at > seconds)
  if (next <= 0) {
    const i = next === 0 ? 0 : s.length - 1
    return [lng[i], lat[i]]
  }
  const share = (seconds - s[next - 1]) / (s[next] - s[next - 1])
  const between = (values: number[]) => values[next - 1] + share * (values[next] - values[next - 1])
  return [between(lng), between(lat)]
}
