/**
 * Counts by area in few bytes, for an answer that is read thousands of times a day. The columns of
 * `aggregates.byArea` become one string:
 *
 * - area ids, ascending, as runs of consecutive numbers (in a city they are nearly one run);
 * - counts as Golomb–Rice codes whose parameter follows the areas before: neighbours are alike, so that a count costs
 *   about as many bits as it surprises;
 * - counts to compare with as what they differ from the count scaled by both totals: what chance leaves, no more.
 *
 * Source: Rice & Plaunt 1971; adaptive parameter after Weinberger, Seroussi & Sapiro 1996 (LOCO-I).
 */
export interface CountColumns {
  /** Ascending. */
  areaId: readonly number[]
  /** Whole numbers from 0 to a billion; null where a count is hidden. */
  count: Counts
  compareCount?: Counts
}

type Counts = readonly (number | null)[] | Int32Array

export interface UnpackedCounts {
  areaId: number[]
  count: (number | null)[]
  compareCount?: (number | null)[]
}

const MOST = 1e9
const HAS_COMPARE = 1
const HAS_NULLS = 2

/** @throws RangeError when the columns are not as described. */
export function packCounts({ areaId, count, compareCount }: CountColumns): Uint8Array {
  const hasNulls = hides(count) || (compareCount !== undefined && hides(compareCount))
  const bits = new BitWriter()
  bits.write((compareCount ? HAS_COMPARE : 0) | (hasNulls ? HAS_NULLS : 0), 8)
  writeIds(bits, areaId)
  // Where some are hidden, 0 stands for that and every number is one more.
  const shift = hasNulls ? 1 : 0
  const counts = shifted(count, shift)
  writeCounts(bits, counts)
  if (compareCount) writeBeside(bits, shifted(compareCount, shift), counts)
  return bits.take()
}

function hides(counts: Counts): boolean {
  return !(counts instanceof Int32Array) && counts.includes(null)
}

function shifted(counts: Counts, shift: number): Int32Array {
  const made = counts instanceof Int32Array && shift === 0 ? counts : new Int32Array(counts.length)
  // A loop: `from` with a function takes ten times as long.
  for (let i = 0; i < made.length; i++) {
    const count = counts[i]
    if (count === null) continue
    if (!(count >= 0 && count <= MOST))
      throw new RangeError(`Expected counts from 0 to ${MOST}, got ${count}.`)
    if (made !== counts) made[i] = count + shift
  }
  return made
}

/** An answer that may come with its columns packed. */
interface PackedAnswer extends UnpackedCounts {
  suppressed: boolean[]
  packed?: string
}

/** An answer of `aggregates.byArea` with its columns, whether it was asked for packed or not. */
export function unpackAnswer<Answer extends PackedAnswer>(answer: Answer): Answer {
  if (answer.packed === undefined) return answer
  const columns = unpackCounts(answer.packed)
  return {
    ...answer,
    ...columns,
    suppressed: columns.count.map((count) => count === null),
    packed: undefined,
  }
}

/** @param text What `packCounts` made, in base64. */
export function unpackCounts(text: string): UnpackedCounts {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  const bits = new BitReader(bytes)
  const flags = bits.read(8)
  const areaId = readIds(bits)
  const shift = flags & HAS_NULLS ? 1 : 0
  const unshifted = (each: number) => (each < shift ? null : each - shift)
  const counts = readCounts(bits, areaId.length)
  return {
    areaId,
    count: Array.from(counts, unshifted),
    compareCount: flags & HAS_COMPARE ? Array.from(readBeside(bits, counts), unshifted) : undefined,
  }
}

function writeIds(bits: BitWriter, ids: readonly number[]): void {
  const runs = runsOf.get(ids) ?? findRuns(ids)
  runsOf.set(ids, runs)
  bits.rice(runs.length / 2, 4)
  for (let run = 0; run < runs.length; run += 2) {
    bits.rice(runs[run], 4)
    bits.rice(runs[run + 1] - 1, 4)
  }
}

/** The areas of a level are the same list in every answer. */
const runsOf = new WeakMap<readonly number[], number[]>()

/** How far each run begins after the end of the one before, and its length. */
function findRuns(ids: readonly number[]): number[] {
  const runs: number[] = []
  let next = 0
  let length = 0
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]
    if (!(id >= next))
      throw new RangeError(`Expected area ids from 0, ascending, got ${id} after ${next - 1}.`)
    if (id > next || i === 0) {
      if (i > 0) runs.push(length)
      runs.push(id - next)
      length = 0
    }
    length++
    next = id + 1
  }
  if (ids.length > 0) runs.push(length)
  return runs
}

function readIds(bits: BitReader): number[] {
  const ids: number[] = []
  let next = 0
  for (let runs = bits.rice(4); runs > 0; runs--) {
    next += bits.rice(4)
    for (let length = bits.rice(4) + 1; length > 0; length--) ids.push(next++)
  }
  return ids
}

/** What the areas just before say about the next one: their mean in sixteenths, the older the less. */
function following(mean16: number, count: number): number {
  return mean16 + (((count < 1e8 ? count : 1e8) * 16 - mean16) >> 4)
}

/** The Rice parameter for numbers of a mean, in sixteenths: about its logarithm, of ⅞ of the mean. */
function parameterOf(mean16: number): number {
  const mean = (mean16 - (mean16 >>> 3)) >>> 4
  return mean === 0 ? 0 : 31 - Math.clz32(mean)
}

function meanOf(values: Int32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return values.length === 0 ? 0 : Math.round(sum / values.length)
}

function writeCounts(bits: BitWriter, counts: Int32Array): void {
  const mean = meanOf(counts)
  bits.rice(mean, 6)
  const parameters = new Uint8Array(counts.length)
  let mean16 = 16 * Math.min(mean, 1e8)
  for (let i = 0; i < counts.length; i++) {
    parameters[i] = parameterOf(mean16)
    mean16 = following(mean16, counts[i])
  }
  bits.riceAll(counts, parameters)
}

function readCounts(bits: BitReader, length: number): Int32Array {
  let mean16 = 16 * Math.min(bits.rice(6), 1e8)
  const counts = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    counts[i] = bits.rice(parameterOf(mean16))
    mean16 = following(mean16, counts[i])
  }
  return counts
}

/** Sixteen bits of a ratio are enough for what chance leaves of it. */
const RATIO = 65_536

function ratioOf(beside: Int32Array, counts: Int32Array): number {
  const mean = meanOf(counts)
  return Math.min(2 ** 30, mean === 0 ? RATIO : Math.round((RATIO * meanOf(beside)) / mean))
}

function expectedBeside(count: number, ratio: number): number {
  return Math.min(MOST, Math.round((count * ratio) / RATIO))
}

function writeBeside(bits: BitWriter, beside: Int32Array, counts: Int32Array): void {
  const ratio = ratioOf(beside, counts)
  bits.rice(ratio, 12)
  const left = new Int32Array(beside.length)
  const parameters = new Uint8Array(beside.length)
  for (let i = 0; i < beside.length; i++) {
    const expected = expectedBeside(counts[i], ratio)
    const more = beside[i] - expected
    left[i] = more < 0 ? -2 * more - 1 : 2 * more
    parameters[i] = chanceParameter(expected)
  }
  bits.riceAll(left, parameters)
}

function readBeside(bits: BitReader, counts: Int32Array): Int32Array {
  const ratio = bits.rice(12)
  const beside = new Int32Array(counts.length)
  for (let i = 0; i < beside.length; i++) {
    const expected = expectedBeside(counts[i], ratio)
    const left = bits.rice(chanceParameter(expected))
    beside[i] = expected + (left & 1 ? -(left + 1) / 2 : left / 2)
  }
  return beside
}

/** What two counts of the same mean differ by: about 1.1 × its square root, twice that where signs alternate. */
function chanceParameter(expected: number): number {
  return parameterOf(Math.trunc(16 * 2 * Math.sqrt(expected + 0.4)))
}

/** Longest unary part; anything larger is written as 32 bits after it. */
const MOST_ONES = 20

/** Written over by the next answer: packing one waits for nothing. */
let scratch = new Uint8Array(16_384)

class BitWriter {
  private bytes = scratch
  private length = 0
  private pending = 0
  private pendingBits = 0

  /** @param width At most 24. */
  write(value: number, width: number): void {
    let pending = (this.pending << width) | value
    let bits = this.pendingBits + width
    this.reserve(4)
    while (bits >= 8) {
      bits -= 8
      this.bytes[this.length++] = pending >>> bits
    }
    pending &= (1 << bits) - 1
    this.pending = pending
    this.pendingBits = bits
  }

  /** As many ones as `value` holds 2^parameter, a zero, and the rest. */
  rice(value: number, parameter: number): void {
    const ones = value >>> parameter
    const rest = value & ((1 << parameter) - 1)
    if (ones + 1 + parameter <= 24 && ones < MOST_ONES) {
      this.write((((1 << ones) - 1) << (parameter + 1)) | rest, ones + 1 + parameter)
    } else if (ones < MOST_ONES) {
      this.write((1 << (ones + 1)) - 2, ones + 1)
      if (parameter > 16) this.write(rest >>> 16, parameter - 16)
      this.write(rest & 0xffff, Math.min(16, parameter))
    } else {
      this.write((1 << MOST_ONES) - 1, MOST_ONES)
      this.write(value >>> 16, 16)
      this.write(value & 0xffff, 16)
    }
  }

  /** `rice` for each value with its parameter, in a fraction of the time: the state stays in registers, and whole bytes go out without asking how many. */
  riceAll(values: Int32Array, parameters: Uint8Array): void {
    this.reserve(3 * values.length + 4)
    let { length, pending, pendingBits } = this
    let view = new DataView(this.bytes.buffer)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      const parameter = parameters[i]
      const ones = value >>> parameter
      const width = ones + 1 + parameter
      if (width > 24 || ones >= MOST_ONES) {
        Object.assign(this, { length, pending, pendingBits })
        this.rice(value, parameter)
        this.reserve(3 * (values.length - i) + 4)
        ;({ length, pending, pendingBits } = this)
        view = new DataView(this.bytes.buffer)
        continue
      }
      pending = (pending << width) | (((1 << ones) - 1) << (parameter + 1)) | (value & ((1 << parameter) - 1))
      pendingBits += width
      view.setUint32(length, pending << (32 - pendingBits))
      length += pendingBits >>> 3
      pendingBits &= 7
      pending &= (1 << pendingBits) - 1
    }
    Object.assign(this, { length, pending, pendingBits })
  }

  take(): Uint8Array {
    if (this.pendingBits > 0) this.write(0, 8 - this.pendingBits)
    return this.bytes.slice(0, this.length)
  }

  /** Makes room for as many more bytes. */
  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const longer = new Uint8Array(Math.max(this.length + more, 2 * this.bytes.length))
    longer.set(this.bytes)
    this.bytes = longer
    scratch = longer
  }
}

class BitReader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** @param width At most 24. */
  read(width: number): number {
    let value = 0
    for (let left = width; left > 0; ) {
      if (this.at >= 8 * this.bytes.length) throw new RangeError('The packed counts end too early.')
      const free = 8 - (this.at & 7)
      const take = Math.min(free, left)
      const byte = this.bytes[this.at >> 3]
      value = (value << take) | ((byte >> (free - take)) & ((1 << take) - 1))
      this.at += take
      left -= take
    }
    return value
  }

  rice(parameter: number): number {
    let ones = 0
    while (ones < MOST_ONES && this.read(1) === 1) ones++
    if (ones === MOST_ONES) return this.read(16) * 65_536 + this.read(16)
    const high = parameter > 16 ? this.read(parameter - 16) : 0
    return ones * 2 ** parameter + high * 65_536 + this.read(Math.min(16, parameter))
  }
}
