/** What every search takes and answers: it can be stopped at any time with its best so far. */
export interface SearchOptions {
  /** The same seed gives the same answer where the time does not run out. */
  seed?: number
  /** Wall-clock seconds it may take. */
  seconds: number
  /** An AbortSignal, or anything that says whether to stop. */
  signal?: { readonly aborted: boolean }
  /** Called at each better answer or bound. */
  onProgress?: (progress: Progress) => void
}

export interface Progress {
  objective: number
  bound?: number
  seconds: number
}

export interface Proof {
  objective: number
  /** No answer can be better than this. */
  bound?: number
  /** (objective − bound) / |objective|, from 0; of a maximum the other way round. */
  gap?: number
  seconds: number
  /** Whether the answer is known to be the best there is. */
  proven: boolean
}

/** Keeps the time of one search, and tells of what it finds. */
export class SearchClock {
  private readonly options: SearchOptions
  private readonly start = performance.now()
  private readonly until: number

  /** @param share Of the time that may be used, for searches of several parts. */
  constructor(options: SearchOptions, share = 1) {
    this.options = options
    this.until = this.start + options.seconds * share * 1000
  }

  get seconds(): number {
    return (performance.now() - this.start) / 1000
  }

  /** Whether to stop now. */
  get over(): boolean {
    return performance.now() >= this.until || this.options.signal?.aborted === true
  }

  tell(objective: number, bound?: number): void {
    this.options.onProgress?.({ objective, bound, seconds: this.seconds })
  }

  /** @param tolerance How near objective and bound must be to be the same: half a unit where all answers are whole. */
  proof(objective: number, bound?: number, tolerance = 1e-9): Proof {
    if (bound === undefined) return { objective, seconds: this.seconds, proven: false }
    const distance = Math.abs(objective - bound)
    const proven = distance <= tolerance * Math.max(1, Math.abs(objective))
    return {
      objective,
      bound,
      gap: proven ? 0 : distance / Math.abs(objective),
      seconds: this.seconds,
      proven,
    }
  }
}
