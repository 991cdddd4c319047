/**
 * Counts by area in few bytes, for an answer that is read thousands of times a day. The columns of
 * `aggregates.byArea` become one string:
 *
 * - area ids, ascending, as runs of consecutive numbers (in a city they are nearly one run);
 * - counts as Golomb–Rice codes whose parameter follows the areas before: neighbours are alike, so that a count costs
 *   about as many bits as it surprises;
 * - counts to compare with as what they differ from the count scaled by both totals: what chance leaves, no more;
 * - either of them as what it differs from counts of another window that the reader holds already, where that is shorter.
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
/** Written as what it differs from the counts the reader holds. */
export const COUNT_FROM_HELD = 4
export const COMPARE_FROM_HELD = 8

/**
 * @param held Counts of the same areas that the reader holds: what is made then may be read with these alone.
 * @throws RangeError when the columns are not as described.
 */
export function packCounts({ areaId, count, compareCount }: CountColumns, held?: Int32Array): Uint8Array {
  const hasNulls = hides(count) || (compareCount !== undefined && hides(compareCount))
  // Where some are hidden, 0 stands for that and every number is one more.
  const shift = hasNulls ? 1 : 0
  const counts = shifted(count, shift)
  const compared = compareCount && shifted(compareCount, shift)
  const now = shorter(alone(counts), held && beside(counts, held))
  const before = compared && shorter(beside(compared, counts), held && beside(compared, held))
  const bits = new BitWriter()
  const flags =
    (before ? HAS_COMPARE : 0) |
    (hasNulls ? HAS_NULLS : 0) |
    (now.isOther ? COUNT_FROM_HELD : 0) |
    (before?.isOther ? COMPARE_FROM_HELD : 0)
  bits.write(flags, 8)
  writeIds(bits, areaId)
  for (const column of [now, before]) {
    for (const [value, parameter] of column?.head ?? []) bits.rice(value, parameter)
    if (column) bits.riceAll(column.values, column.parameters)
  }
  return bits.take()
}

/**
 * A number that tells counts of areas from other ones: who holds them proves so by it. Any one difference changes it; of
 * several, 1 in 2^53 does not.
 */
export function checkOf(areaId: readonly number[], count: ArrayLike<number>): number {
  let one = 0xdeadbeef
  let other = 0x41c6ce57
  for (const column of [areaId, count]) {
    for (let i = 0; i < column.length; i++) {
      one = Math.imul(one ^ column[i], 2_654_435_761)
      other = Math.imul(other ^ column[i], 1_597_334_677)
      // What lies high reaches what lies low.
      one ^= one >>> 15
      other ^= other >>> 13
    }
  }
  return 2 ** 32 * ((other ^ (one >>> 11)) & 0x1fffff) + (one >>> 0)
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

/**
 * An answer of `aggregates.byArea` with its columns, whether it was asked for packed or not.
 * @param held The counts that were given with the question.
 */
export function unpackAnswer<Answer extends PackedAnswer>(answer: Answer, held?: Int32Array): Answer {
  if (answer.packed === undefined) return answer
  const columns = unpackCounts(answer.packed, held)
  return {
    ...answer,
    ...columns,
    suppressed: columns.count.map((count) => count === null),
    packed: undefined,
  }
}

/**
 * @param text What `packCounts` made, in base64.
 * @param held The counts it was made with.
 */
export function unpackCounts(text: string, held?: Int32Array): UnpackedCounts {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  const bits = new BitReader(bytes)
  const flags = bits.read(8)
  const areaId = readIds(bits)
  const ofHeld = () => {
    if (held?.length !== areaId.length)
      throw new RangeError(`Expected ${areaId.length} held counts to read these by, got ${held?.length}.`)
    return readBeside(bits, held)
  }
  const shift = flags & HAS_NULLS ? 1 : 0
  const unshifted = (each: number) => (each < shift ? null : each - shift)
  const counts = flags & COUNT_FROM_HELD ? ofHeld() : readCounts(bits, areaId.length)
  const compared = () => (flags & COMPARE_FROM_HELD ? ofHeld() : readBeside(bits, counts))
  return {
    areaId,
    count: Array.from(counts, unshifted),
    compareCount: flags & HAS_COMPARE ? Array.from(compared(), unshifted) : undefined,
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

function sumOf(values: Int32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum
}

function meanOf(values: Int32Array): number {
  return values.length === 0 ? 0 : Math.round(sumOf(values) / values.length)
}

/** A column as it will be written. */
interface Coded {
  /** Values and their Rice parameters. */
  head: readonly [value: number, parameter: number][]
  values: Int32Array
  parameters: Uint8Array
}

/** The one that takes fewer bits. */
function shorter(usual: Coded, other: Coded | undefined): Coded & { isOther: boolean } {
  const isOther = other !== undefined && bitsOf(other) < bitsOf(usual)
  return { ...(isOther ? other : usual), isOther }
}

/** But for the head, which is about the same. */
function bitsOf({ values, parameters }: Coded): number {
  let bits = 0
  for (let i = 0; i < values.length; i++) {
    const ones = values[i] >>> parameters[i]
    bits += ones < MOST_ONES ? ones + 1 + parameters[i] : MOST_ONES + 32
  }
  return bits
}

function alone(counts: Int32Array): Coded {
  const mean = meanOf(counts)
  const parameters = new Uint8Array(counts.length)
  let mean16 = 16 * Math.min(mean, 1e8)
  for (let i = 0; i < counts.length; i++) {
    parameters[i] = parameterOf(mean16)
    mean16 = following(mean16, counts[i])
  }
  return { head: [[mean, 6]], values: counts, parameters }
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

function ratioOf(counts: Int32Array, others: Int32Array): number {
  const all = sumOf(others)
  return all === 0 ? RATIO : Math.min(2 ** 30, Math.round((RATIO * sumOf(counts)) / all))
}

function expectedBeside(count: number, ratio: number): number {
  return Math.min(MOST, Math.round((count * ratio) / RATIO))
}

/** What counts differ by from others of the same areas, scaled by both totals. */
function beside(counts: Int32Array, others: Int32Array): Coded {
  if (others.length !== counts.length)
    throw new RangeError(`Expected ${counts.length} counts of the same areas, got ${others.length}.`)
  const ratio = ratioOf(counts, others)
  const values = new Int32Array(counts.length)
  const chances = new Float64Array(counts.length)
  let left = 0
  let chance = 0
  for (let i = 0; i < counts.length; i++) {
    const expected = expectedBeside(others[i], ratio)
    const more = counts[i] - expected
    values[i] = more < 0 ? -2 * more - 1 : 2 * more
    chances[i] = chanceOf(expected)
    left += values[i]
    chance += chances[i]
  }
  const isSame = left === 0
  const spread16 = isSame ? SAME : Math.min(MOST_SPREAD, Math.max(1, Math.round((16 * left) / chance)))
  const parameters = new Uint8Array(isSame ? 0 : counts.length)
  for (let i = 0; i < parameters.length; i++) parameters[i] = parameterOf(Math.trunc(spread16 * chances[i]))
  return {
    head: [
      [ratio, 12],
      [spread16, 5],
    ],
    values: values.subarray(0, parameters.length),
    parameters,
  }
}

function readBeside(bits: BitReader, others: Int32Array): Int32Array {
  const ratio = bits.rice(12)
  const spread16 = bits.rice(5)
  const counts = new Int32Array(others.length)
  for (let i = 0; i < counts.length; i++) {
    const expected = expectedBeside(others[i], ratio)
    const left = spread16 === SAME ? 0 : bits.rice(parameterOf(Math.trunc(spread16 * chanceOf(expected))))
    counts[i] = expected + (left & 1 ? -(left + 1) / 2 : left / 2)
  }
  return counts
}

/**
 * Counts stray by the root of their mean. How many times that depends on how the windows lie: not at all where they are the
 * same, far where the other one is much shorter. So it is measured, and written, in sixteenths.
 */
function chanceOf(expected: number): number {
  return Math.sqrt(expected + 0.4)
}

const MOST_SPREAD = 65_536
/** Nothing differs, and nothing is written of it. */
const SAME = 0

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
