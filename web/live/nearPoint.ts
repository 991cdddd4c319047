import type { Position } from '../../geodata/city.ts'

/** A place in the address: `104.402,28.622`. */
export function encodeNear([lng, lat]: Position): string {
  return [lng, lat].map((degrees) => Math.round(degrees * 1e6) / 1e6).join()
}

/** The inverse; null for anything else than two numbers on the globe. */
export function decodeNear(text: string | undefined): Position | null {
  const match = /^(-?\d{1,3}(?:\.\d{1,7})?),(-?\d{1,2}(?:\.\d{1,7})?)$/.exec(text ?? '')
  if (!match) return null
  const [lng, lat] = [Number(match[1]), Number(match[2])]
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? [lng, lat] : null
}
