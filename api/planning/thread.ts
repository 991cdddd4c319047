import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { PlanRefusal } from './refusal.ts'
import type { Progress } from './search.ts'
import type { Solve, TaskName } from './tasks.ts'
import type { ThreadQuestion, ThreadReply } from './worker.ts'

/** Solvers run at once; the others wait their turn. One core is left for who asks. */
const MOST_THREADS = Math.max(1, Math.min(4, availableParallelism()))
/** A solver that neither ends nor heeds the flag within this time after it should is ended. */
const GRACE_S = 20

let running = 0
const queue: (() => void)[] = []

async function turn(): Promise<void> {
  if (running >= MOST_THREADS) await new Promise<void>((resolve) => queue.push(resolve))
  running++
}

function leave(): void {
  running--
  queue.shift()?.()
}

/**
 * Runs a solver by its name in a thread of its own, which ends with its answer. Input is copied and the answer's typed
 * arrays are handed over. When `signal` is aborted the solver answers the best it has; waiting for a thread does not count
 * against `seconds`.
 * @throws PlanRefusal where the input is impossible, as the solver says. @throws Error where the solver fails or does not
 * stop in time; the message says which.
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
  const worker = new Worker(new URL('./worker.ts', import.meta.url))
  const aborted = signal instanceof AbortSignal ? signal : undefined
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<never>((resolve, reject) => {
      const endAfter = (seconds: number, why: string) => {
        clearTimeout(timer)
        timer = setTimeout(
          () => reject(new Error(`Expected ${name} to stop ${why}, but it had not ${GRACE_S} s later.`)),
          (seconds + GRACE_S) * 1000,
        )
      }
      const stopNow = () => {
        Atomics.store(flag, 0, 1)
        endAfter(0, 'when told to')
      }
      if (aborted?.aborted) stopNow()
      else {
        endAfter(options.seconds, `within its ${options.seconds} s`)
        aborted?.addEventListener('abort', stopNow, { once: true })
      }
      worker.on('message', (reply: ThreadReply) => {
        if ('progress' in reply) onProgress?.(reply.progress)
        else if ('answer' in reply) resolve(reply.answer as never)
        else reject(reply.refused ? new PlanRefusal(reply.message) : new Error(reply.message))
      })
      worker.on('error', reject)
      worker.on('exit', (code) => reject(new Error(`The thread of ${name} ended with code ${code}.`)))
      worker.postMessage({ name, input, options: plain, stop } satisfies ThreadQuestion)
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
