import { parentPort } from 'node:worker_threads'
import loadHighs from 'highs'
import type { MipAnswer, MipModel } from './mipModel.ts'

/** What the thread is asked. */
export interface MipQuestion {
  model: MipModel
  seconds: number
  seed: number
  /** One number, shared: not 0 once it is to stop. */
  stop: Int32Array
}

/** On the way a better answer or bound; in the end the answer, or why there is none. */
export type MipReply =
  | Pick<MipAnswer, 'values' | 'objective' | 'bound'>
  | { answer: MipAnswer }
  | { message: string }

// The worker half of mip.ts: one model at a time. To load the module takes longer than to solve a small one.
const loading = loadHighs()
parentPort?.on('message', async (question: MipQuestion) => {
  try {
    reply({ answer: solveWith(await loading, question) })
  } catch (error) {
    reply({ message: error instanceof Error ? error.message : String(error) })
  }
})

function reply(message: MipReply): void {
  parentPort?.postMessage(message)
}

function solveWith(highs: Awaited<typeof loading>, { model, seconds, seed, stop }: MipQuestion): MipAnswer {
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
        time_limit: Math.max(0.01, seconds),
        random_seed: seed,
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
          reply({ values, objective })
        },
        [callbackType.mipInterrupt](event) {
          const { mip_dual_bound: dual } = event.data
          if (dual !== undefined && Number.isFinite(dual) && dual !== bound) {
            bound = dual
            reply({ bound })
          }
          if (Atomics.load(stop, 0) !== 0) event.interrupt()
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
