/**
 * Indices of points along a Morton (Z) curve over their box: neighbours on the ground become neighbours in a list.
 * Equal codes keep their order.
 */
export function mortonOrder(x: ArrayLike<number>, y: ArrayLike<number>, count: number): Uint32Array {
  let west = Number.POSITIVE_INFINITY
  let south = Number.POSITIVE_INFINITY
  let east = Number.NEGATIVE_INFINITY
  let north = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    west = Math.min(west, x[i])
    south = Math.min(south, y[i])
    east = Math.max(east, x[i])
    north = Math.max(north, y[i])
  }
  const span = Math.max(east - west, north - south)
  const scale = span > 0 ? 65535 / span : 0
  const code = new Uint32Array(count)
  for (let i = 0; i < count; i++)
    code[i] = (spread((x[i] - west) * scale) | (spread((y[i] - south) * scale) << 1)) >>> 0
  return Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => code[a] - code[b] || a - b)
}

/** Puts a zero between the bits of a 16-bit number. */
function spread(value: number): number {
  let bits = value & 0xffff
  bits = (bits | (bits << 8)) & 0x00ff00ff
  bits = (bits | (bits << 4)) & 0x0f0f0f0f
  bits = (bits | (bits << 2)) & 0x33333333
  return (bits | (bits << 1)) & 0x55555555
}
