/**
 * The buffers of all typed arrays in a value, each once: handed to another thread instead of copied. Their numbers go as
 * they are, NaN and infinities too.
 */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  const open: unknown[] = [value]
  for (let each = open.pop(); each !== undefined || open.length > 0; each = open.pop()) {
    if (ArrayBuffer.isView(each)) {
      if (each.buffer instanceof ArrayBuffer) found.add(each.buffer)
    } else if (typeof each === 'object' && each !== null) open.push(...Object.values(each))
  }
  return [...found]
}
