/** A published percentage beside what its own published counts say. */
export interface CitedShare {
  numerator: number
  denominator: number
  /** In per cent, as printed. */
  printed: number
  /** In per cent, from the counts, with as many decimals as are printed. */
  recomputed: number
  /** False where the printed figure is not the rounded quotient of its own counts: then both are shown. */
  agrees: boolean
}

/**
 * Recomputes a printed percentage from the printed counts, at the precision of the print.
 * 94.05 for 95/101 does not agree: the quotient is 94.059…, which rounds to 94.06 (the print cut it off).
 * @param printed in per cent, as a number; decimals are those it was printed with, trailing zeros aside.
 */
export function recomputeShare(printed: number, numerator: number, denominator: number): CitedShare {
  if (!(denominator > 0)) throw new RangeError(`Expected a denominator above 0, got ${denominator}.`)
  const digits = decimalsOf(printed)
  const recomputed = Number(((numerator / denominator) * 100).toFixed(digits))
  return { numerator, denominator, printed, recomputed, agrees: recomputed === printed }
}

function decimalsOf(value: number): number {
  return String(value).split('.')[1]?.length ?? 0
}
