import { setTimeout as wait } from 'node:timers/promises'
import { IdleWorkers } from './idleWorkers.ts'
import { checkMip, type MipAnswer, type MipModel } from './mipModel.ts'
import type { MipQuestion, MipReply } from './mipWorker.ts'
import { SearchClock, type SearchOptions } from './search.ts'

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
  checkMip(model)
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
