import { Worker } from 'node:worker_threads'

/** A thread with nothing to do ends after this time: to start one takes most of a second on a busy machine. */
const IDLE_MS = 3000

/** Threads of one script, each kept a while after its work for whoever comes next. */
export class IdleWorkers {
  private readonly script: URL
  /** What ends each. */
  private readonly timers = new Map<Worker, NodeJS.Timeout>()

  constructor(script: URL) {
    this.script = script
  }

  take(): Worker {
    const [waiting] = this.timers
    if (!waiting) {
      const started = new Worker(this.script)
      return started.once('exit', () => this.timers.delete(started))
    }
    const [worker, timer] = waiting
    clearTimeout(timer)
    this.timers.delete(worker)
    worker.ref()
    return worker
  }

  rest(worker: Worker): void {
    // Neither the thread nor its timer keeps the process alive.
    worker.unref()
    const end = () => {
      this.timers.delete(worker)
      return worker.terminate()
    }
    this.timers.set(worker, setTimeout(end, IDLE_MS).unref())
  }
}
