/**
 * Places of the smallest keys, ascending, of equal ones the first. Sorted as bare numbers first, which is many times
 * faster, so that only the small ones are compared.
 */
export function smallest(keys: Float64Array, count: number): Int32Array {
  if (count < 1 || keys.length === 0) return new Int32Array()
  const most = keys.toSorted()[Math.min(keys.length, count) - 1]
  const few: number[] = []
  for (let place = 0; place < keys.length; place++) if (keys[place] <= most) few.push(place)
  few.sort((a, b) => keys[a] - keys[b] || a - b)
  return Int32Array.from(few.slice(0, count))
}
