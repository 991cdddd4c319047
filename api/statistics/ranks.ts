/** Ranks from 1, equal values sharing the mean of theirs. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => values[a] - values[b],
  )
  const ranks = new Float64Array(values.length)
  for (let first = 0, last = 0; first < order.length; first = last) {
    last = first
    while (last < order.length && values[order[last]] === values[order[first]]) last++
    for (let at = first; at < last; at++) ranks[order[at]] = (first + last + 1) / 2
  }
  return ranks
}

/** Share of the others that have less, those alike counted half: 0 … 1. */
export function percentileRanks(values: ArrayLike<number>): Float64Array {
  return midRanks(values).map((rank) => (values.length > 1 ? (rank - 1) / (values.length - 1) : 0))
}

/** Rank correlation (Spearman 1904): NaN where one of the two never varies. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [midRanks(a), midRanks(b)]
  const mean = (x.length + 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mean) * (y[i] - mean)
    xx += (x[i] - mean) ** 2
    yy += (y[i] - mean) ** 2
  }
  return xy / Math.sqrt(xx * yy)
}
