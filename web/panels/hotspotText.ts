/** Numbers of chance as text. */
export const chanceText = {
  /** "< 0.001", "0.004", "0.23" */
  p(value: number): string {
    if (value < 0.001) return '< 0.001'
    return value < 0.1 ? value.toFixed(3) : value.toFixed(2)
  },
  correlation(value: number | null): string {
    return value === null ? '—' : value.toFixed(2).replace('-', '−')
  },
  /** Pairs expected: 0.52, 13.4, 1,031 */
  expected(value: number): string {
    return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)
  },
  ratio(value: number): string {
    return value < 10 ? value.toFixed(2) : value.toFixed(1)
  },
}
