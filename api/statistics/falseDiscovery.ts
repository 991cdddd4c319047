/**
 * q values of Benjamini & Hochberg: calling everything with q ≤ 0.05 keeps the expected share of false calls among all
 * calls at 5 % or less (independent or positively dependent tests, which neighbouring areas are).
 * @param p P values; NaN where there was no test: it takes no part and stays NaN.
 * Source: Benjamini & Hochberg 1995; Benjamini & Yekutieli 2001.
 */
export function falseDiscoveryRate(p: ArrayLike<number>): Float64Array {
  const q = new Float64Array(p.length).fill(Number.NaN)
  const tested = Array.from({ length: p.length }, (_, index) => index).filter(
    (index) => !Number.isNaN(p[index]),
  )
  tested.sort((a, b) => p[a] - p[b])
  let least = 1
  for (let rank = tested.length; rank >= 1; rank--) {
    const index = tested[rank - 1]
    least = Math.min(least, p[index] * (tested.length / rank))
    q[index] = least
  }
  return q
}
