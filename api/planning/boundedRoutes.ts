import { setTimeout as wait } from 'node:timers/promises'
import { fewestTours } from './fewerTours.ts'
import { IdleWorkers } from './idleWorkers.ts'
import { checkRouting, type RoutingAnswer, type RoutingProblem } from './routing.ts'
import { mayHaveBound } from './routingBound.ts'
import type { BoundQuestion, BoundReply } from './routingBoundWorker.ts'
import { RoutingModel } from './routingModel.ts'
import { planRoutes, type RoutingOptions } from './ruinAndRecreate.ts'
import { SearchClock } from './search.ts'

const threads = new IdleWorkers(new URL('./routingBoundWorker.ts', import.meta.url))
/** Of the time, so that both end together. */
const SHARE = 0.95
/** A bound that does not end within this time after the search is ended with its thread; what it had told counts. */
const GRACE_MS = 300
/** Nearer than that a bound does not come by numbers that are not whole. */
const SAME = 1e-6

/**
 * Routes with a cost that no plan can be below (routingBound.ts), found in a thread of its own beside the search, so that
 * neither takes the other's time; what is proven ends the search. Without a bound where ways cost nothing, nothing limits a
 * route, jobs are many, or steps are given: how far a bound comes is a matter of time.
 * @throws PlanRefusal as `checkRouting` says.
 */
export async function boundedRoutes(
  problem: RoutingProblem,
  options: RoutingOptions,
): Promise<RoutingAnswer> {
  checkRouting(problem)
  if (options.steps !== undefined || !mayHaveBound(problem)) return planRoutes(problem, options)
  const clock = new SearchClock(options)
  const shared = new SharedArrayBuffer(16)
  const stop = new Int32Array(shared, 0, 1)
  const bound = new Float64Array(shared, 8, 1)
  const worker = threads.take()
  let forget: () => void = () => undefined
  let hasEnded = false
  try {
    const ended = new Promise<true>((resolve, reject) => {
      const hear = (reply: BoundReply) =>
        'ended' in reply ? resolve(true) : reject(new Error(reply.message))
      const exit = (code: number) => reject(new Error(`The thread of the bound ended with code ${code}.`))
      worker.on('message', hear).on('error', reject).on('exit', exit)
      forget = () => void worker.off('message', hear).off('error', reject).off('exit', exit)
    })
    const seconds = SHARE * options.seconds
    worker.postMessage({ problem, seconds, stop, bound } satisfies BoundQuestion)
    const isSame = (objective: number) =>
      Math.abs(objective - bound[0]) <= SAME * Math.max(1, Math.abs(objective))
    let best = Number.POSITIVE_INFINITY
    const answer = planRoutes(problem, {
      ...options,
      signal: {
        // What is proven needs no more search; where vehicles come first the cost proves nothing.
        get aborted() {
          return options.signal?.aborted === true || (!problem.fewestVehicles && isSame(best))
        },
      },
      onProgress(progress) {
        best = progress.objective
        options.onProgress?.(progress)
      },
    })
    Atomics.store(stop, 0, 1)
    hasEnded = (await Promise.race([ended, wait(GRACE_MS, false, { ref: false })])) === true
    if (!answer.complete || !(bound[0] > 0)) return answer
    const { objective, routes } = answer
    const proof = clock.proof(objective, Math.min(bound[0], objective), SAME)
    // Fewer vehicles would be better, whatever they cost.
    const mayBeFewer = problem.fewestVehicles && routes.length > fewestTours(new RoutingModel(problem))
    return { ...answer, ...proof, proven: proof.proven && !mayBeFewer }
  } finally {
    forget()
    // One that did not end, or has failed, is not asked again.
    if (hasEnded) threads.rest(worker)
    else await worker.terminate()
  }
}
