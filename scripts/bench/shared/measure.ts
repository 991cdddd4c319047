import { cpus } from 'node:os'

/** What the numbers were measured on. */
export const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }

/** Median of numbers; NaN without any. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** 95 % interval of the median by resampling (seeded: the same numbers give the same interval). */
export function medianInterval(values: readonly number[], resamples = 1000): [number, number] {
  let state = 12345
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
  const medians = Array.from({ length: resamples }, () =>
    median(values.map(() => values[Math.min(values.length - 1, Math.floor(random() * values.length))])),
  ).sort((a, b) => a - b)
  return [medians[Math.floor(0.025 * resamples)], medians[Math.floor(0.975 * resamples)]]
}

export function roundTo(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
