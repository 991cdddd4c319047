import { setTimeout as wait } from 'node:timers/promises'
import { IdleWorkers } from './idleWorkers.ts'
import type { MipQuestion, MipReply } from './mipWorker.ts'
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

const threads = new IdleWorkers(new URL('./mipWorker.ts', import.meta.url))
/** Between two looks at whether to stop. */
const LOOK_MS = 20
/** A solver that does not stop within this time after it should is ended with its thread. */
const GRACE_MS = 100

/**
 * HiGHS (Huangfu and Hall 2018) in a thread of its own: before and between its steps it heeds neither clock nor callback,
 * some of them last for seconds, and a thread can be ended. What it had told by then is the answer.
 */
export async function solveMip(model: MipModel, options: SearchOptions): Promise<MipAnswer> {
  check(model)
  const clock = new SearchClock(options)
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const worker = threads.take()
  let told: MipAnswer = { status: 'stopped' }
  let forget: () => void = () => undefined
  let answer: MipAnswer | undefined
  try {
    const ended = new Promise<MipAnswer>((resolve, reject) => {
      const hear = (reply: MipReply) => {
        if ('message' in reply) return reject(new Error(reply.message))
        if ('answer' in reply) return resolve(reply.answer)
        told = { ...told, ...reply }
        if (reply.objective !== undefined) clock.tell(reply.objective, told.bound)
      }
      const exit = (code: number) => reject(new Error(`The thread of HiGHS ended with code ${code}.`))
      worker.on('message', hear).on('error', reject).on('exit', exit)
      forget = () => void worker.off('message', hear).off('error', reject).off('exit', exit)
      const { seconds, seed = 1 } = options
      worker.postMessage({ model, seconds, seed, stop } satisfies MipQuestion)
    })
    const looking = new AbortController()
    try {
      answer = await Promise.race([ended, stopLate(clock, stop, looking.signal)])
    } finally {
      looking.abort()
    }
    return answer ?? told
  } finally {
    forget()
    // One that did not end, or has failed, is not asked again.
    if (answer) threads.rest(worker)
    else await worker.terminate()
  }
}

/** Raises the flag when the time is up or the search is told to stop; ends once the grace after that is over. */
async function stopLate(clock: SearchClock, stop: Int32Array, signal: AbortSignal): Promise<undefined> {
  while (!clock.over && !signal.aborted) await wait(LOOK_MS, undefined, { ref: false })
  Atomics.store(stop, 0, 1)
  if (!signal.aborted) await wait(GRACE_MS, undefined, { ref: false })
}
