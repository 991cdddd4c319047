import { availableParallelism } from 'node:os'
import { IdleWorkers } from './idleWorkers.ts'
import { PlanRefusal } from './refusal.ts'
import type { Progress } from './search.ts'
import type { Solve, TaskName } from './tasks.ts'
import type { ThreadQuestion, ThreadReply } from './worker.ts'

/** Solvers run at once; the others wait their turn. */
const MOST_THREADS = Math.max(1, Math.min(4, availableParallelism()))
/** A solver that neither ends nor heeds the flag within this time after it should is ended with its thread. */
const GRACE_S = 20

let running = 0
const queue: (() => void)[] = []
const threads = new IdleWorkers(new URL('./worker.ts', import.meta.url))

async function turn(): Promise<void> {
  if (running >= MOST_THREADS) await new Promise<void>((resolve) => queue.push(resolve))
  else running++
}

function leave(): void {
  const next = queue.shift()
  if (next) next()
  else running--
}

/**
 * Runs a solver by its name in a thread. Input is copied and the answer's typed arrays are handed over; numbers arrive as
 * they are, NaN too. When `signal` is aborted the solver answers the best it has; waiting for a thread does not count
 * against `seconds`.
 * @throws PlanRefusal where the input is impossible, as the solver says. @throws Error where the solver fails or does not
 * stop in time, which ends its thread; the message says which.
 */
export const inPlanningThread: Solve = async (name, input, options) => {
  await turn()
  try {
    return await run(name, input, options)
  } finally {
    leave()
  }
}

async function run(
  name: TaskName,
  input: unknown,
  options: { seconds: number; signal?: unknown; onProgress?: (progress: Progress) => void },
): Promise<never> {
  const { signal, onProgress, ...plain } = options
  const stop = new SharedArrayBuffer(4)
  const flag = new Int32Array(stop)
  const aborted = signal instanceof AbortSignal ? signal : undefined
  const worker = threads.take()
  let timer: NodeJS.Timeout | undefined
  let isResting = false
  let stopNow: () => void = () => undefined
  let forget: () => void = () => undefined
  try {
    const last = await new Promise<ThreadReply>((resolve, reject) => {
      const endAfter = (seconds: number, why: string) => {
        clearTimeout(timer)
        timer = setTimeout(
          () => reject(new Error(`Expected ${name} to stop ${why}, but it had not ${GRACE_S} s later.`)),
          (seconds + GRACE_S) * 1000,
        )
      }
      stopNow = () => {
        Atomics.store(flag, 0, 1)
        endAfter(0, 'when told to')
      }
      if (aborted?.aborted) stopNow()
      else {
        endAfter(options.seconds, `within its ${options.seconds} s`)
        aborted?.addEventListener('abort', stopNow, { once: true })
      }
      const hear = (reply: ThreadReply) => {
        if ('progress' in reply) onProgress?.(reply.progress)
        else resolve(reply)
      }
      const exit = (code: number) => reject(new Error(`The thread of ${name} ended with code ${code}.`))
      worker.on('message', hear).on('error', reject).on('exit', exit)
      forget = () => void worker.off('message', hear).off('error', reject).off('exit', exit)
      worker.postMessage({ name, input, options: plain, stop } satisfies ThreadQuestion)
    })
    forget()
    threads.rest(worker)
    isResting = true
    if ('answer' in last) return last.answer as never
    if ('message' in last) throw last.refused ? new PlanRefusal(last.message) : new Error(last.message)
    throw new Error(`Expected an answer of ${name}.`)
  } catch (error) {
    forget()
    if (!isResting) await worker.terminate()
    throw error
  } finally {
    clearTimeout(timer)
    aborted?.removeEventListener('abort', stopNow)
  }
}
