/**
 * P(Z ≥ z) of the standard normal distribution, correct to about 1e-14 of itself far into the tail, which a false
 * discovery rate over thousands of areas needs.
 * Source: Abramowitz & Stegun 1964, 7.1.6 (series) and 7.1.14 (continued fraction).
 */
export function normalUpperTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN
  const x = Math.abs(z) / Math.SQRT2
  const upper = x < 2 ? 0.5 - bySeries(x) / 2 : byFraction(x) / 2
  return z >= 0 ? upper : 1 - upper
}

/** P(|Z| ≥ |z|). */
export function normalTwoSided(z: number): number {
  return 2 * normalUpperTail(Math.abs(z))
}

/** erf(x): all terms positive, so that nothing cancels. */
function bySeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** erfc(x) for x ≥ 2, evaluated from the far end: 120 levels are more than double precision can tell apart. */
function byFraction(x: number): number {
  let fraction = x
  for (let level = 120; level >= 1; level--) fraction = x + level / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}
