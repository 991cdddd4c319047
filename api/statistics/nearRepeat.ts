import { createRandom } from '../../geodata/random.ts'

/** Bands are [0, first), [first, second) …: same place or day is a first limit just above zero. */
export interface NearRepeatBands {
  /** Upper limits, ascending, metres. */
  distances: readonly number[]
  /** Upper limits, ascending, days. */
  days: readonly number[]
}

/** Rows are distance bands, columns time bands. */
export interface NearRepeatTable {
  /** Pairs of incidents. */
  observed: number[][]
  /** Pairs expected were places and times independent: exact, rows × columns / all pairs. */
  expected: number[][]
  /** The same as the mean over the permutations, as published calculators give it. */
  permutedMean: number[][]
  /** One-sided: share of permutations (the observed counted in) with at least as many pairs. */
  p: number[][]
  permutations: number
  /** Pairs within the largest distance. */
  nearPairs: number
}

export interface NearRepeatOptions {
  metric?: 'euclidean' | 'manhattan'
  /** As many as asked for, or as `mostShuffledPairs` affords, but never fewer than `leastPermutations`. */
  permutations: number
  seed: number
  /** More near pairs than this are refused. */
  mostPairs: number
  /** Near pairs times permutations, which is what takes time. */
  mostShuffledPairs: number
}

/** Fewer could not make p smaller than 0.01. */
const leastPermutations = 99

/**
 * Knox's test: after an incident, is the next one nearer in place and time than chance makes it? Times are shuffled over
 * the places, which keeps where incidents gather and when, and breaks only the tie between the two.
 * @param x, y Positions of a plane, metres. @param day Times, days.
 * @throws RangeError when more than `mostPairs` pairs are near one another: the message says how many were allowed.
 * Source: Knox 1964; Johnson et al. 2007; observed tables checked against the Near Repeat Calculator 1.3.
 */
export function nearRepeat(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  day: ArrayLike<number>,
  bands: NearRepeatBands,
  { metric = 'euclidean', permutations: asked, seed, mostPairs, mostShuffledPairs }: NearRepeatOptions,
): NearRepeatTable {
  const { distances, days } = bands
  const pairs = nearPairs(x, y, distances, metric, mostPairs)
  const affordable = Math.floor(mostShuffledPairs / Math.max(1, pairs.band.length))
  const permutations = Math.min(asked, Math.max(leastPermutations, affordable))
  const perDistance = distances.map(() => 0)
  for (const band of pairs.band) perDistance[band]++
  const perDay = pairsByDay(day, days)
  const all = (day.length * (day.length - 1)) / 2

  const cells = distances.length * days.length
  const times = Float64Array.from(day)
  const observed = countPairs(pairs, times, days)
  const sums = new Float64Array(cells)
  const reached = new Uint32Array(cells)
  const random = createRandom(seed, 'near repeat')
  for (let round = 0; round < permutations; round++) {
    for (let i = times.length - 1; i > 0; i--) {
      const j = Math.floor(random.next() * (i + 1))
      const swapped = times[i]
      times[i] = times[j]
      times[j] = swapped
    }
    const shuffled = countPairs(pairs, times, days)
    for (let cell = 0; cell < cells; cell++) {
      sums[cell] += shuffled[cell]
      if (shuffled[cell] >= observed[cell]) reached[cell]++
    }
  }
  const table = (entry: (cell: number, row: number, column: number) => number) =>
    distances.map((_, row) => days.map((_, column) => entry(row * days.length + column, row, column)))
  return {
    observed: table((cell) => observed[cell]),
    expected: table((_, row, column) => (all > 0 ? (perDistance[row] * perDay[column]) / all : 0)),
    permutedMean: table((cell) => sums[cell] / permutations),
    p: table((cell) => (reached[cell] + 1) / (permutations + 1)),
    permutations,
    nearPairs: pairs.band.length,
  }
}

interface Pairs {
  first: Uint32Array
  second: Uint32Array
  band: Uint8Array
}

/** Pairs within the largest distance, found by squares of that side; each square looks at itself and half its neighbours. */
function nearPairs(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  limits: readonly number[],
  metric: 'euclidean' | 'manhattan',
  most: number,
): Pairs {
  const far = limits[limits.length - 1]
  const squares = new Map<string, number[]>()
  const at = (value: number) => (Number.isFinite(far) ? Math.floor(value / far) : 0)
  for (let i = 0; i < x.length; i++) {
    const key = `${at(x[i])} ${at(y[i])}`
    const square = squares.get(key)
    if (square) square.push(i)
    else squares.set(key, [i])
  }
  const found = new PairList(most)
  const look = (i: number, j: number) => {
    const [dx, dy] = [Math.abs(x[i] - x[j]), Math.abs(y[i] - y[j])]
    const band = bandOf(metric === 'euclidean' ? Math.sqrt(dx * dx + dy * dy) : dx + dy, limits)
    if (band >= 0) found.add(i, j, band)
  }
  for (const [key, own] of squares) {
    const [column, row] = key.split(' ').map(Number)
    own.forEach((i, index) => {
      for (const j of own.slice(index + 1)) look(i, j)
    })
    for (const [east, north] of [
      [1, 0],
      [-1, 1],
      [0, 1],
      [1, 1],
    ]) {
      const other = squares.get(`${column + east} ${row + north}`)
      if (other) for (const i of own) for (const j of other) look(i, j)
    }
  }
  return found.pairs()
}

/** Pairs in arrays that double as they fill: millions of them would be slow and large as lists of numbers. */
class PairList {
  #first = new Uint32Array(1024)
  #second = new Uint32Array(1024)
  #band = new Uint8Array(1024)
  #count = 0
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  add(first: number, second: number, band: number): void {
    if (this.#count === this.#most) {
      throw new RangeError(`More than ${this.#most} pairs of incidents lie near one another.`)
    }
    if (this.#count === this.#band.length) {
      this.#first = copied(this.#first, new Uint32Array(2 * this.#count))
      this.#second = copied(this.#second, new Uint32Array(2 * this.#count))
      this.#band = copied(this.#band, new Uint8Array(2 * this.#count))
    }
    this.#first[this.#count] = first
    this.#second[this.#count] = second
    this.#band[this.#count++] = band
  }

  pairs(): Pairs {
    return {
      first: this.#first.subarray(0, this.#count),
      second: this.#second.subarray(0, this.#count),
      band: this.#band.subarray(0, this.#count),
    }
  }
}

function copied<Numbers extends Uint32Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}

/** Index of the band, -1 beyond the last. */
function bandOf(value: number, limits: readonly number[]): number {
  for (let band = 0; band < limits.length; band++) if (value < limits[band]) return band
  return -1
}

function countPairs(
  { first, second, band }: Pairs,
  times: Float64Array,
  days: readonly number[],
): Uint32Array {
  const counts = new Uint32Array(256 * days.length)
  const last = days[days.length - 1]
  for (let pair = 0; pair < band.length; pair++) {
    const apart = Math.abs(times[first[pair]] - times[second[pair]])
    // Most pairs lie further apart than any band.
    if (apart < last) counts[band[pair] * days.length + bandOf(apart, days)]++
  }
  return counts
}

/** Pairs of all incidents in each time band, by two pointers over the sorted times. */
function pairsByDay(day: ArrayLike<number>, limits: readonly number[]): number[] {
  const sorted = Float64Array.from(day).sort()
  const within = limits.map((limit) => {
    let pairs = 0
    for (let later = 0, earliest = 0; later < sorted.length; later++) {
      while (sorted[later] - sorted[earliest] >= limit) earliest++
      pairs += later - earliest
    }
    return pairs
  })
  return within.map((pairs, band) => pairs - (band > 0 ? within[band - 1] : 0))
}
