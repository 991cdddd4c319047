import { Worker } from 'node:worker_threads'
import { TRPCError } from '@trpc/server'
import type { HotspotTasks } from './hotspotTasks.ts'
import type { TaskMessage, TaskReply } from './hotspotWorker.ts'

/** More than this waiting is refused: each may take seconds, and whoever waits longer has left. */
const mostWaiting = 16

/** A question too large to answer; the message says which limit it met. */
export class TooMuchWork extends Error {}

interface Waiting {
  resolve: (result: never) => void
  reject: (error: Error) => void
}

let worker: Worker | null = null
let lastId = 0
const waiting = new Map<number, Waiting>()

/**
 * Does a task of hotspotTasks.ts in a thread of its own, which starts with the first and never keeps the process alive.
 * @throws TooMuchWork when the task refuses its size. @throws TRPCError TOO_MANY_REQUESTS when too many wait already.
 */
export function inThread<Name extends keyof HotspotTasks>(
  name: Name,
  input: Parameters<HotspotTasks[Name]>[0],
): Promise<ReturnType<HotspotTasks[Name]>> {
  if (waiting.size >= mostWaiting) {
    throw new TRPCError({
      code: 'TOO_MANY_REQUESTS',
      message: `${mostWaiting} hotspot questions are waiting already; ask again in a few seconds.`,
    })
  }
  const id = ++lastId
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    thread().postMessage({ id, name, input } as TaskMessage)
  })
}

function thread(): Worker {
  if (worker) return worker
  const started = new Worker(new URL('./hotspotWorker.ts', import.meta.url))
  started.unref()
  started.on('message', (reply: TaskReply) => {
    const waiter = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('result' in reply) waiter?.resolve(reply.result as never)
    else waiter?.reject(reply.refused ? new TooMuchWork(reply.message) : new Error(reply.message))
  })
  const lose = (error: Error) => {
    if (worker === started) worker = null
    for (const [id, waiter] of waiting) {
      waiting.delete(id)
      waiter.reject(error)
    }
  }
  started.on('error', lose)
  started.on('exit', (code) => lose(new Error(`The thread for hotspots ended with code ${code}.`)))
  worker = started
  return started
}
