/** Work a server does again and again beside its answers. */
export interface Keeper {
  /** No more after this; waits for what is being done. */
  stop(): Promise<void>
}

/**
 * Does `work` now and every so many milliseconds until `stop`, never twice at once.
 * @param onFailure What is done with a failure; the next time tries again.
 */
export function keepDoing(
  work: () => Promise<void>,
  everyMs: number,
  onFailure: (error: unknown) => void,
): Keeper {
  let working = work().catch(onFailure)
  const timer = setInterval(() => {
    working = working.then(work).catch(onFailure)
  }, everyMs)
  // It keeps no process alive.
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await working
    },
  }
}
