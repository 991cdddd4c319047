/** Seeded randomness: the same seed and the same name give the same numbers on every machine. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [from, to). */
  between(from: number, to: number): number
  /** Whole number in [from, to], both included. */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** Mean 0, standard deviation 1 (Marsaglia's polar method, 1964). */
  normal(): number
  /** exp(normal × sigma): median 1, heavy to the right. */
  lognormal(sigma: number): number
  /** Mean `mean`. */
  exponential(mean: number): number
  /** Fisher–Yates, a new array. */
  shuffled<T>(items: readonly T[]): T[]
  /** An independent stream; adding draws to one never changes another. */
  fork(name: string): Random
}

/** FNV-1a, 32 bit: turns a seed and a name into a seed. */
function hash(seed: number, name: string): number {
  let value = 2166136261 ^ seed
  for (let i = 0; i < name.length; i++) value = Math.imul(value ^ name.charCodeAt(i), 16777619)
  return value >>> 0
}

/** A stream for `seed` and `name`. Generator: sfc32 (Doty-Humphrey, PractRand). */
export function createRandom(seed: number, name = ''): Random {
  let a = hash(seed, `${name}/a`)
  let b = hash(seed, `${name}/b`)
  let c = hash(seed, `${name}/c`)
  let counter = 1
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()

  let spare: number | null = null
  const normal = () => {
    if (spare !== null) {
      const value = spare
      spare = null
      return value
    }
    for (;;) {
      const x = next() * 2 - 1
      const y = next() * 2 - 1
      const s = x * x + y * y
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s)
        spare = y * factor
        return x * factor
      }
    }
  }
  return {
    next,
    normal,
    between: (from, to) => from + next() * (to - from),
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)],
    lognormal: (sigma) => Math.exp(normal() * sigma),
    exponential: (mean) => -Math.log(1 - next()) * mean,
    shuffled: (items) => {
      const result = [...items]
      for (let i = result.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1))
        ;[result[i], result[j]] = [result[j], result[i]]
      }
      return result
    },
    fork: (child) => createRandom(seed, `${name}/${child}`),
  }
}

/** Draws indices with the given weights in O(log n). Negative weights count as 0. */
export class WeightedSampler {
  readonly #upto: Float64Array

  constructor(weights: ArrayLike<number>) {
    this.#upto = new Float64Array(weights.length)
    let total = 0
    for (let i = 0; i < weights.length; i++) {
      total += Math.max(0, weights[i])
      this.#upto[i] = total
    }
  }

  get total(): number {
    return this.#upto.length === 0 ? 0 : this.#upto[this.#upto.length - 1]
  }

  /** Sum of the weights of [from, to). */
  sum(from: number, to: number): number {
    if (to <= from) return 0
    return this.#upto[to - 1] - (from > 0 ? this.#upto[from - 1] : 0)
  }

  /** An index in [from, to); throws RangeError when all its weights are 0. */
  draw(random: Random, from = 0, to = this.#upto.length): number {
    const base = from > 0 ? this.#upto[from - 1] : 0
    const mass = this.sum(from, to)
    if (!(mass > 0)) throw new RangeError(`expected a positive weight between ${from} and ${to}, found none`)
    const wanted = base + random.next() * mass
    let low = from
    let high = to - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#upto[middle] > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Splits `total` into whole parts proportional to `weights` that add up exactly (largest remainders). */
export function apportion(total: number, weights: readonly number[], atLeast = 0): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  const free = total - atLeast * weights.length
  if (free < 0 || !(sum > 0)) {
    throw new RangeError(
      `expected at least ${atLeast * weights.length} to share by positive weights, got ${total}`,
    )
  }
  const exact = weights.map((weight) => (weight / sum) * free)
  const parts = exact.map(Math.floor)
  const order = exact.map((_, i) => i).sort((a, b) => exact[b] - parts[b] - (exact[a] - parts[a]) || a - b)
  let rest = free - parts.reduce((a, b) => a + b, 0)
  for (const i of order) {
    if (rest <= 0) break
    parts[i]++
    rest--
  }
  return parts.map((part) => part + atLeast)
}
