export interface Stage {
  key: string
  /** What the person reads. */
  title: string
  /** About how many seconds it takes: its part of the whole. */
  weight: number
}

/** Where progress is written: a terminal, a pipe, a file. */
export interface Output {
  isTTY?: boolean
  write(text: string): unknown
}

const BAR = 24

function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return ''
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}

/**
 * Progress of stages that may run side by side: stage, share and time left in one line that is rewritten in a terminal,
 * and plain lines (at each stage and each tenth) elsewhere.
 */
export class Progress {
  private readonly stages: Stage[]
  private readonly out: Output
  private readonly shares = new Map<string, number>()
  private readonly startedAt = performance.now()
  private current: string | undefined
  private lastTenth = -1
  private lastDrawn = 0

  constructor(stages: Stage[], out: Output = process.stderr) {
    this.stages = stages
    this.out = out
  }

  /** @param share of the stage, 0 … 1. */
  report(key: string, share: number): void {
    this.shares.set(key, Math.max(this.shares.get(key) ?? 0, Math.min(1, share)))
    const fresh = share < 1 && this.current !== key
    if (share < 1) this.current = key
    if (this.out.isTTY) this.draw(fresh || share === 1)
    else this.print(fresh)
  }

  /** Leaves the line for what comes after. */
  end(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[K')
  }

  private share(): number {
    const total = this.stages.reduce((sum, { weight }) => sum + weight, 0)
    return this.stages.reduce((sum, { key, weight }) => sum + weight * (this.shares.get(key) ?? 0), 0) / total
  }

  private line(): string {
    const share = this.share()
    const elapsed = (performance.now() - this.startedAt) / 1000
    const left = share > 0.02 ? timeLeft((elapsed / share) * (1 - share)) : ''
    const title = this.stages.find(({ key }) => key === this.current)?.title ?? ''
    return `${String(Math.floor(share * 100)).padStart(3)} %  ${title}${left && `  (剩余 / left ${left})`}`
  }

  private draw(now: boolean): void {
    const time = performance.now()
    if (!now && time - this.lastDrawn < 100) return
    this.lastDrawn = time
    const filled = Math.round(this.share() * BAR)
    this.out.write(`\r\x1b[K[${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}] ${this.line()}`)
  }

  private print(fresh: boolean): void {
    const tenth = Math.floor(this.share() * 10)
    if (!fresh && tenth === this.lastTenth) return
    this.lastTenth = tenth
    this.out.write(`${this.line()}\n`)
  }
}
