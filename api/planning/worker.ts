import { parentPort } from 'node:worker_threads'
import { PlanRefusal } from './refusal.ts'
import type { Progress, SearchOptions } from './search.ts'
import { planningTasks, type TaskName } from './tasks.ts'
import { buffersOf } from './transfer.ts'

/** What the thread is asked. */
export interface ThreadQuestion {
  name: TaskName
  input: unknown
  /** Numbers and such of the solver's options; no functions. */
  options: Record<string, unknown> & { seconds: number }
  /** One number, shared: not 0 once the solver is to stop. */
  stop: SharedArrayBuffer
}

export type ThreadReply =
  | { progress: Progress }
  | { answer: unknown }
  /** `refused`: the input was impossible, and the message says why. */
  | { message: string; refused: boolean }

// The worker half of thread.ts: one question at a time, each with its answer as the last message.
parentPort?.on('message', async ({ name, input, options, stop }: ThreadQuestion) => {
  const flag = new Int32Array(stop)
  const search: SearchOptions = {
    ...options,
    signal: {
      // Read by the solver between two steps, while this thread is too busy to hear messages.
      get aborted() {
        return Atomics.load(flag, 0) !== 0
      },
    },
    onProgress: (progress) => reply({ progress }),
  }
  try {
    // Each solver checks what it is given; the names are those of `planningTasks`.
    const solver: (input: never, options: SearchOptions) => unknown = planningTasks[name]
    const answer = await solver(input as never, search)
    reply({ answer }, buffersOf(answer))
  } catch (error) {
    reply({
      message: error instanceof Error ? error.message : String(error),
      refused: error instanceof PlanRefusal,
    })
  }
})

function reply(message: ThreadReply, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers)
}
