import { PlanRefusal, requireLength } from './refusal.ts'

/** A linear model of which some columns are whole numbers; rows sparse, row by row. */
export interface MipModel {
  sense: 'minimize' | 'maximize'
  /** By column. */
  cost: Float64Array
  lower: Float64Array
  upper: Float64Array
  /** 1 where the column must be whole. */
  whole: Int32Array
  /** By row; ±Infinity where it has no limit. */
  rowLower: Float64Array
  rowUpper: Float64Array
  /** Entries of row r stand at [rowStart[r], rowStart[r + 1]). */
  rowStart: Int32Array
  column: Int32Array
  value: Float64Array
  /** An answer to begin with, by column. */
  start?: Float64Array
}

export interface MipAnswer {
  status: 'optimal' | 'stopped' | 'infeasible'
  /** The best found, by column; absent where none was. */
  values?: Float64Array
  objective?: number
  /** No answer can be better; absent where nothing is known yet. */
  bound?: number
}

/** Collects rows one by one. */
export class MipRows {
  private readonly starts: number[] = [0]
  private readonly columns: number[] = []
  private readonly values: number[] = []
  private readonly lowers: number[] = []
  private readonly uppers: number[] = []

  /** `lower ≤ Σ value × column ≤ upper` */
  add(entries: Iterable<readonly [column: number, value: number]>, lower: number, upper: number): void {
    for (const [column, value] of entries) {
      this.columns.push(column)
      this.values.push(value)
    }
    this.starts.push(this.columns.length)
    this.lowers.push(lower)
    this.uppers.push(upper)
  }

  get model(): Pick<MipModel, 'rowLower' | 'rowUpper' | 'rowStart' | 'column' | 'value'> {
    return {
      rowLower: Float64Array.from(this.lowers),
      rowUpper: Float64Array.from(this.uppers),
      rowStart: Int32Array.from(this.starts),
      column: Int32Array.from(this.columns),
      value: Float64Array.from(this.values),
    }
  }
}

/** One number that is none ends the solver's module for good, so that it never gets there. */
export function checkMip(model: MipModel): void {
  const { cost, lower, upper, whole, rowLower, rowUpper, rowStart, column, value, start } = model
  const [columns, rows] = [cost.length, rowLower.length]
  requireLength('lower', lower, columns)
  requireLength('upper', upper, columns)
  requireLength('whole', whole, columns)
  requireLength('rowUpper', rowUpper, rows)
  requireLength('rowStart', rowStart, rows + 1)
  requireLength('value', value, column.length)
  if (start) requireLength('start', start, columns)
  for (const [name, numbers] of Object.entries({ cost, value, start: start ?? new Float64Array() })) {
    const at = numbers.findIndex((number) => !Number.isFinite(number))
    if (at >= 0) throw new PlanRefusal(`${name}: expected numbers, got ${numbers[at]} at place ${at}`)
  }
  for (const [name, numbers] of Object.entries({ lower, upper, rowLower, rowUpper })) {
    const at = numbers.findIndex((number) => Number.isNaN(number))
    if (at >= 0) throw new PlanRefusal(`${name}: expected numbers, got NaN at place ${at}`)
  }
  const outside = column.findIndex((index) => index >= columns)
  if (outside >= 0) throw new PlanRefusal(`column: expected less than ${columns}, got ${column[outside]}`)
}
