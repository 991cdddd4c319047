/**
 * Columns of integers and strings as bytes: LEB128 varints (7 bits a byte, low first), zig-zag for signed numbers.
 * Each column stands alone behind its length, so that like stands next to like and brotli finds it.
 */

/** Bits of the lower plane: measured best on the demo city (3 % below splitting at the byte). */
const lowBits = 4
const lowMask = (1 << lowBits) - 1
/** High byte of a number that does not fit two planes. */
const wideHigh = 255

/** Steps as `ByteWriter.planes` lays them out, still in the bundle's own bytes. */
export interface Planes {
  high: Uint8Array
  low: Uint8Array
  /** Those that do not fit, in order. */
  wide: Int32Array
}

/** What a high byte stands for, its low bits still missing. */
const highPart = Int32Array.from({ length: 256 }, (_, code) => ((code >>> 1) ^ -(code & 1)) << lowBits)

/** Reads steps one after the other without writing them out first. */
export class StepReader {
  readonly #high: Uint8Array
  readonly #low: Uint8Array
  readonly #wide: Int32Array
  #nextWide = 0

  constructor({ high, low, wide }: Planes) {
    this.#high = high
    this.#low = low
    this.#wide = wide
  }

  /** Step `at`; steps must be asked for in order, each once. */
  step(at: number): number {
    const code = this.#high[at]
    return code === wideHigh ? this.#wide[this.#nextWide++] : highPart[code] | this.#low[at]
  }
}

export class ByteWriter {
  #bytes = new Uint8Array(1 << 16)
  #length = 0

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }

  /** @param value integer, 0…2^53-1. */
  unsigned(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`Expected an integer ≥ 0, got ${value}.`)
    this.#room(8)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A block behind its length in bytes. */
  block(bytes: Uint8Array): void {
    this.unsigned(bytes.length)
    this.raw(bytes)
  }

  text(text: string): void {
    this.block(new TextEncoder().encode(text))
  }

  /** Integers ≥ 0. */
  unsignedColumn(values: ArrayLike<number>): void {
    const column = new ByteWriter()
    for (let i = 0; i < values.length; i++) column.unsigned(values[i])
    this.block(column.finish())
  }

  /** Integers of either sign, zig-zag. */
  signedColumn(values: ArrayLike<number>): void {
    const column = new ByteWriter()
    for (let i = 0; i < values.length; i++)
      column.unsigned(values[i] < 0 ? -2 * values[i] - 1 : 2 * values[i])
    this.block(column.finish())
  }

  /**
   * Integers of either sign as two planes: what is left above the lowest bits, zig-zag, and these bits. Of steps
   * between vertices the first is worth packing and the second is noise; apart, brotli packs each for what it is, and
   * both are read without a branch. Numbers past 12 bits stand in a third column; their high byte is 255.
   */
  planes(values: ArrayLike<number>): void {
    const low = new Uint8Array(values.length)
    const high = new Uint8Array(values.length)
    const wide: number[] = []
    for (let i = 0; i < values.length; i++) {
      const above = Math.floor(values[i] / 2 ** lowBits)
      const code = above < 0 ? -2 * above - 1 : 2 * above
      if (code >= wideHigh) wide.push(values[i])
      low[i] = code >= wideHigh ? 0 : values[i] & lowMask
      high[i] = Math.min(code, wideHigh)
    }
    this.raw(high)
    this.raw(low)
    this.unsigned(wide.length)
    this.signedColumn(wide)
  }

  /** Strings without U+0000, which separates them. */
  textColumn(values: readonly string[]): void {
    for (const value of values)
      if (value.includes('\0')) throw new RangeError('Expected a text without U+0000.')
    this.text(values.join('\0'))
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** Reads what `ByteWriter` wrote; throws a RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  unsigned(): number {
    let value = 0
    let scale = 1
    for (;;) {
      if (this.#at >= this.#bytes.length) throw new RangeError('The bundle ends too early.')
      const byte = this.#bytes[this.#at++]
      if (byte < 128) return value + byte * scale
      value += (byte - 128) * scale
      scale *= 128
    }
  }

  raw(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new RangeError('The bundle ends too early.')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  block(): Uint8Array {
    return this.raw(this.unsigned())
  }

  text(): string {
    return new TextDecoder().decode(this.block())
  }

  /** Numbers below 2^32. */
  unsignedColumn(count: number): Uint32Array<ArrayBuffer> {
    const values = new Uint32Array(count)
    readVarints(this.block(), values)
    return values
  }

  /** Numbers below 2^53. */
  wideColumn(count: number): Float64Array<ArrayBuffer> {
    const column = new ByteReader(this.block())
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = column.unsigned()
    return values
  }

  signedColumn(count: number): Int32Array<ArrayBuffer> {
    const values = new Int32Array(count)
    readVarints(this.block(), values)
    for (let i = 0; i < count; i++) values[i] = (values[i] >>> 1) ^ -(values[i] & 1)
    return values
  }

  /** Planes as they lie in the bytes, to be read with a `StepReader`. */
  rawPlanes(count: number): Planes {
    const high = this.raw(count)
    const low = this.raw(count)
    return { high, low, wide: this.signedColumn(this.unsigned()) }
  }

  planes(count: number): Int32Array<ArrayBuffer> {
    const steps = new StepReader(this.rawPlanes(count))
    const values = new Int32Array(count)
    for (let i = 0; i < count; i++) values[i] = steps.step(i)
    return values
  }

  textColumn(count: number): string[] {
    const text = this.text()
    const values = count === 0 ? [] : text.split('\0')
    if (values.length !== count) throw new RangeError(`Expected ${count} texts, got ${values.length}.`)
    return values
  }
}

/** Fills `values` with the 32-bit varints of a column. */
function readVarints(bytes: Uint8Array, values: Uint32Array | Int32Array): void {
  let at = 0
  for (let i = 0; i < values.length; i++) {
    let byte = bytes[at++]
    let value = byte & 127
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++]
      value |= (byte & 127) << shift
    }
    values[i] = value
  }
  if (at !== bytes.length) throw new RangeError(`Expected a column of ${at} bytes, got ${bytes.length}.`)
}

/** Each value as its difference to the one before (the first to 0). */
export function differences(values: ArrayLike<number>): number[] {
  const steps: number[] = []
  for (let i = 0; i < values.length; i++) steps.push(values[i] - (i === 0 ? 0 : values[i - 1]))
  return steps
}

/** Undoes `differences`, in place. */
export function summed(steps: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  for (let i = 1; i < steps.length; i++) steps[i] += steps[i - 1]
  return steps
}
