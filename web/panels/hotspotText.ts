import type { Language } from '../map/scene.ts'
import { formatCount, formatProbability, formatRatio } from '../ui/numbers.ts'

/** Numbers of chance as text. */
export const chanceText = {
  p: formatProbability,
  correlation: (value: number | null): string => (value === null ? '—' : formatRatio(value)),
  /** Pairs expected, a mean over permutations: 0.52, 13.4, 1,031 */
  expected: (value: number, language: Language): string =>
    value < 100 ? formatRatio(value) : formatCount(value, language),
  ratio: formatRatio,
}
