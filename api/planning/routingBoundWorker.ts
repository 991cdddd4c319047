import { parentPort } from 'node:worker_threads'
import type { RoutingProblem } from './routing.ts'
import { routingBound } from './routingBound.ts'

/** What the thread is asked. */
export interface BoundQuestion {
  problem: RoutingProblem
  seconds: number
  /** Shared: not 0 once it is to stop. */
  stop: Int32Array
  /** Shared: the bound so far. */
  bound: Float64Array
}

/** In the end: the bound is in `bound`; or why it is not. */
export type BoundReply = { ended: true } | { message: string }

// The worker half of boundedRoutes.ts: one problem at a time.
parentPort?.on('message', async ({ problem, seconds, stop, bound }: BoundQuestion) => {
  try {
    await routingBound(problem, {
      seconds,
      signal: {
        get aborted() {
          return Atomics.load(stop, 0) !== 0
        },
      },
      onProgress({ bound: better = 0 }) {
        bound[0] = better
      },
    })
    reply({ ended: true })
  } catch (error) {
    reply({ message: error instanceof Error ? error.message : String(error) })
  }
})

function reply(message: BoundReply): void {
  parentPort?.postMessage(message)
}
