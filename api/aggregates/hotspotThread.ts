import { Worker } from 'node:worker_threads'
import { TRPCError } from '@trpc/server'
import type { HotspotTasks } from './hotspotTasks.ts'
import type { TaskMessage, TaskReply } from './hotspotWorker.ts'

/** More than this waiting is refused: each may take seconds, and whoever waits longer has left. */
const mostWaiting = 16

/** A question too large to answer; the message says which limit it met. */
export class TooMuchWork extends Error {}

interface Task {
  message: TaskMessage
  settle: (answer: TaskReply | Error) => void
}

let worker: Worker | null = null
/** In the order in which they came. */
const tasks: Task[] = []
let doing: Task | null = null

/**
 * Does a task of hotspotTasks.ts in a thread of its own, which starts with the first and never keeps the process alive.
 * @param signal Aborted when whoever asked has left: the task is then ended, or never begun.
 * @throws TooMuchWork when the task refuses its size. @throws TRPCError TOO_MANY_REQUESTS when too many wait already.
 */
export function inThread<Name extends keyof HotspotTasks>(
  name: Name,
  input: Parameters<HotspotTasks[Name]>[0],
  signal?: AbortSignal,
): Promise<ReturnType<HotspotTasks[Name]>> {
  if (signal?.aborted) throw hasLeft()
  if (tasks.length >= mostWaiting) {
    throw new TRPCError({
      code: 'TOO_MANY_REQUESTS',
      message: `${mostWaiting} hotspot questions are waiting already; ask again in a few seconds.`,
    })
  }
  return new Promise((resolve, reject) => {
    const task: Task = {
      message: { name, input } as TaskMessage,
      settle(answer) {
        signal?.removeEventListener('abort', giveUp)
        if (answer instanceof Error) reject(answer)
        else if ('result' in answer) resolve(answer.result as ReturnType<HotspotTasks[Name]>)
        else reject(answer.refused ? new TooMuchWork(answer.message) : new Error(answer.message))
      },
    }
    const giveUp = () => {
      // A thread listens to nobody while it counts: it is ended, and another one takes its place.
      if (task === doing) endThread()
      end(task, hasLeft())
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    tasks.push(task)
    begin()
  })
}

const hasLeft = () => new Error('Whoever asked has left.')

/** Begins the next task, if none is being done. */
function begin(): void {
  if (doing || tasks.length === 0) return
  doing = tasks[0]
  thread().postMessage(doing.message)
}

function end(task: Task, answer: TaskReply | Error): void {
  tasks.splice(tasks.indexOf(task), 1)
  if (task === doing) doing = null
  task.settle(answer)
  // Others may be given up at the same moment.
  queueMicrotask(begin)
}

function endThread(): void {
  const ended = worker
  worker = null
  void ended?.terminate()
}

function thread(): Worker {
  if (worker) return worker
  const started = new Worker(new URL('./hotspotWorker.ts', import.meta.url))
  started.unref()
  const answer = (answer: TaskReply | Error) => {
    // What an ended thread still had to say was about a task that is over.
    if (worker !== started) return
    if (answer instanceof Error) worker = null
    if (doing) end(doing, answer)
  }
  started.on('message', answer)
  started.on('error', answer)
  started.on('exit', (code) => answer(new Error(`The thread for hotspots ended with code ${code}.`)))
  worker = started
  return started
}
