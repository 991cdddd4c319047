/**
 * Web Mercator in deck.gl's common space: 512 units around the equator, x east from the antimeridian, y north.
 * Layers keep float32 offsets from an origin near them: over a city that is exact to a few millimetres.
 */
export const worldSize = 512
const earthCircumferenceM = 40075016.686
const radiansPerDegree = Math.PI / 180

export function worldX(lng: number): number {
  return worldSize * (lng / 360 + 0.5)
}

export function worldY(lat: number): number {
  return worldSize * (0.5 + Math.log(Math.tan(Math.PI / 4 + (lat * radiansPerDegree) / 2)) / (2 * Math.PI))
}

export function lngOfWorld(x: number): number {
  return (x / worldSize - 0.5) * 360
}

export function latOfWorld(y: number): number {
  return (2 * Math.atan(Math.exp((y / worldSize - 0.5) * 2 * Math.PI)) - Math.PI / 2) / radiansPerDegree
}

/** Metres a CSS pixel spans at a latitude and a zoom (tiles of 512). */
export function metresPerPixel(lat: number, zoom: number): number {
  return (earthCircumferenceM * Math.cos(lat * radiansPerDegree)) / (worldSize * 2 ** zoom)
}

/** World units of a metre at a latitude. */
export function worldPerMetre(lat: number): number {
  return worldSize / (earthCircumferenceM * Math.cos(lat * radiansPerDegree))
}
