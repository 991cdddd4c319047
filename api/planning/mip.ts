import loadHighs from 'highs'
import { PlanRefusal, requireLength } from './refusal.ts'
import { SearchClock, type SearchOptions } from './search.ts'

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
function check(model: MipModel): void {
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

/** One module for all models of a thread: to load it takes longer than to solve a small one. */
let loaded: ReturnType<typeof loadHighs> | undefined

/** HiGHS (Huangfu and Hall 2018) on one thread. Blocks its thread until it has ended, so that it belongs in a worker. */
export async function solveMip(model: MipModel, options: SearchOptions): Promise<MipAnswer> {
  check(model)
  loaded ??= loadHighs()
  const highs = await loaded
  try {
    return solveWith(highs, model, options)
  } catch (error) {
    // A module that has failed once is not asked again.
    loaded = undefined
    throw error
  }
}

function solveWith(
  highs: Awaited<ReturnType<typeof loadHighs>>,
  model: MipModel,
  options: SearchOptions,
): MipAnswer {
  const clock = new SearchClock(options)
  const { objectiveSense, modelStatus, callbackType } = highs.constants
  return highs.withModel(
    {
      numCols: model.cost.length,
      numRows: model.rowLower.length,
      sense: objectiveSense[model.sense],
      colCost: model.cost,
      colLower: model.lower,
      colUpper: model.upper,
      rowLower: model.rowLower,
      rowUpper: model.rowUpper,
      integrality: model.whole,
      matrix: {
        format: 'csr',
        numRows: model.rowLower.length,
        numCols: model.cost.length,
        starts: model.rowStart,
        indices: model.column,
        values: model.value,
      },
    },
    (solver): MipAnswer => {
      solver.options.set({
        output_flag: false,
        time_limit: Math.max(0.01, options.seconds),
        random_seed: options.seed ?? 1,
        mip_rel_gap: 0,
        mip_abs_gap: 1e-6,
      })
      if (model.start) solver.setSolution({ colValue: model.start })
      let values: Float64Array | undefined
      let objective: number | undefined
      let bound: number | undefined
      solver.run({
        [callbackType.mipImprovingSolution](event) {
          values = event.data.mip_solution
          objective = event.data.objective_function_value
          if (objective !== undefined) clock.tell(objective, bound)
        },
        [callbackType.mipInterrupt](event) {
          const { mip_dual_bound: dual } = event.data
          if (dual !== undefined && Number.isFinite(dual)) bound = dual
          if (clock.over) event.interrupt()
        },
      })
      const status = solver.getModelStatus()
      if (status === modelStatus.infeasible) return { status: 'infeasible' }
      if (status === modelStatus.optimal) {
        const best = solver.getObjectiveValue()
        return {
          status: 'optimal',
          values: Float64Array.from(solver.getSolution().colValue),
          objective: best,
          bound: best,
        }
      }
      if (status !== modelStatus.timeLimit && status !== modelStatus.interrupted) {
        throw new Error(`Expected HiGHS to solve the model or run out of time, got its status ${status}.`)
      }
      return { status: 'stopped', values, objective, bound }
    },
  )
}
