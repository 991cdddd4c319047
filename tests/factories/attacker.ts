import loadHighs from 'highs'

const highs = await loadHighs()

/** Below 2^26.5, so that products of two residues are exact. What is dependent over it and not over the rationals is a freak. */
const PRIME = 94_906_249

/**
 * Somebody who collects sums of unknown counts ("these together are 37") and works out what follows: exactly, by row
 * reduction, or between bounds, by linear programming over counts that are not negative.
 */
export class Attacker {
  readonly size: number
  /** Independent sums, as learned. */
  private readonly sums: { atoms: readonly number[]; value: number }[] = []
  /** Reduced rows by their first column. */
  private readonly pivots = new Map<number, { columns: number[]; values: number[] }>()
  private readonly scratch: Float64Array

  /** @param size How many counts there are. */
  constructor(size: number) {
    this.size = size
    this.scratch = new Float64Array(size)
  }

  /** How many sums are known that do not follow from one another. */
  get knowledge(): number {
    return this.sums.length
  }

  /** @returns False when this followed already from what is known. */
  learn(atoms: readonly number[], value: number): boolean {
    const first = this.reduce(atoms)
    if (first < 0) return false
    const { scratch } = this
    const inverse = inverseOf(scratch[first])
    const columns: number[] = []
    const values: number[] = []
    for (let column = first; column < this.size; column++) {
      if (scratch[column] === 0) continue
      columns.push(column)
      values.push((scratch[column] * inverse) % PRIME)
    }
    this.pivots.set(first, { columns, values })
    this.sums.push({ atoms, value })
    return true
  }

  /** True when the sum of these counts follows exactly. */
  knows(atoms: readonly number[]): boolean {
    return this.reduce(atoms) < 0
  }

  /** What is left of a sum after all that is known is taken away, in `scratch`; its first column, −1 for nothing. */
  private reduce(atoms: readonly number[]): number {
    const { scratch, pivots } = this
    scratch.fill(0)
    for (const atom of atoms) scratch[atom] = 1
    let first = -1
    for (let column = 0; column < this.size; column++) {
      const factor = scratch[column]
      if (factor === 0) continue
      const row = pivots.get(column)
      if (!row) {
        if (first < 0) first = column
        continue
      }
      for (let i = 0; i < row.columns.length; i++) {
        const at = row.columns[i]
        const less = scratch[at] - ((factor * row.values[i]) % PRIME)
        scratch[at] = less < 0 ? less + PRIME : less
      }
    }
    return first
  }

  /** The least and the largest a sum of counts can be. */
  bounds(targets: readonly (readonly number[])[]): { low: number; high: number }[] {
    const { size, sums } = this
    const start = [0]
    const index: number[] = []
    for (const { atoms } of sums) {
      index.push(...atoms)
      start.push(index.length)
    }
    const values = sums.map(({ value }) => value)
    return highs.withModel(
      {
        numCols: size,
        numRows: sums.length,
        colCost: new Float64Array(size),
        colLower: new Float64Array(size),
        // Enough for any count, and no model is unbounded.
        colUpper: new Float64Array(size).fill(1e6),
        rowLower: values,
        rowUpper: values,
        matrix: {
          format: 'csr',
          numRows: sums.length,
          numCols: size,
          starts: start,
          indices: index,
          values: new Float64Array(index.length).fill(1),
        },
      },
      (model) => {
        model.options.set({ output_flag: false })
        const best = (sense: keyof typeof highs.constants.objectiveSense) => {
          model.changeObjectiveSense(highs.constants.objectiveSense[sense])
          model.run()
          if (model.getModelStatus() !== highs.constants.modelStatus.optimal)
            throw new Error(`expected bounds, got model status ${model.getModelStatus()}`)
          return model.getObjectiveValue()
        }
        return targets.map((atoms) => {
          for (const atom of atoms) model.changeColCost(atom, 1)
          const bounds = { low: best('minimize'), high: best('maximize') }
          for (const atom of atoms) model.changeColCost(atom, 0)
          return bounds
        })
      },
    )
  }
}

/** By Fermat: a^(p−2). */
function inverseOf(value: number): number {
  let result = 1
  let base = value
  for (let power = PRIME - 2; power > 0; power = Math.floor(power / 2)) {
    if (power % 2 === 1) result = (result * base) % PRIME
    base = (base * base) % PRIME
  }
  return result
}
