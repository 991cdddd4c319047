import { type DayPlanes, windowCounts } from '../../geodata/dayCube.ts'
import type { AreaPaint } from '../map/gl/AreaPaint.ts'
import type { PlaySpans } from '../state/playSteps.ts'
import type { StepMeasure } from './stepMeasure.ts'

/** What is played and where it is painted; exchanged as a whole when the level, the kinds, the measure or the window change. */
export interface PlayScore {
  spans: PlaySpans
  planes: DayPlanes
  /** What of the counts is painted. */
  measure: StepMeasure
  paint: AreaPaint
  /** Draws a frame with what was painted. */
  repaint: () => void
}

/** What one step shows. Read it, do not keep it: the counts are overwritten by the next step. */
export interface ShownStep {
  step: number
  steps: number
  /** Days from the first day of the data; `to` is not in the window. */
  from: number
  to: number
  /** Counts by column of the planes, last what lies in no area of the level. */
  counts: Uint32Array
}

/** Steps a second at speed 1. */
export const stepsPerSecond = 2
/** With less motion asked for, colours change once a second at most. */
const calmStepsPerSecond = 1

/**
 * Plays a moving window through days that lie in memory. A step is one subtraction an area, one texel an area and the
 * listeners' few words: React is not asked, and the server knows nothing of it.
 */
export class DayPlayer {
  #score: PlayScore | null = null
  #counts = new Uint32Array(0)
  #step = 0
  #playing = false
  #speed = 1
  #loop = false
  #calm = false
  #frame = 0
  /** Instant of the last frame and the part of a step that has passed, while playing. */
  #before = 0
  #passed = 0
  readonly #steps = new Set<(shown: ShownStep) => void>()
  readonly #states = new Set<() => void>()

  get playing(): boolean {
    return this.#playing
  }

  get step(): number {
    return this.#step
  }

  get shown(): ShownStep | null {
    const spans = this.#score?.spans
    if (!spans || spans.count === 0) return null
    const at = Math.min(this.#step, spans.count - 1)
    return { step: at, steps: spans.count, from: spans.from[at], to: spans.to[at], counts: this.#counts }
  }

  /** Calls back with every step that is shown, in the frame that shows it. */
  onStep(listener: (shown: ShownStep) => void): () => void {
    this.#steps.add(listener)
    return () => this.#steps.delete(listener)
  }

  /** Calls back when playing starts or stops. */
  onState(listener: () => void): () => void {
    this.#states.add(listener)
    return () => this.#states.delete(listener)
  }

  /** Takes other planes, spans or colours and shows the step it is at; null: there is nothing to play now. */
  load(score: PlayScore | null): void {
    this.#score = score
    if (!score) return
    score.paint.moving = this.#playing
    this.#counts = new Uint32Array(score.planes.areaId.length + 1)
    this.#show(Math.min(this.#step, score.spans.count - 1))
  }

  setPace({ speed, loop, calm }: { speed: number; loop: boolean; calm: boolean }): void {
    this.#speed = speed
    this.#loop = loop
    this.#calm = calm
  }

  /** From the start again when it stands at the end. */
  play(): void {
    const score = this.#score
    if (this.#playing || !score) return
    if (this.#step >= score.spans.count - 1) this.#show(0)
    this.#playing = true
    score.paint.moving = true
    this.#before = 0
    this.#passed = 0
    this.#frame = requestAnimationFrame(this.#tick)
    for (const listener of this.#states) listener()
  }

  pause(): void {
    if (!this.#playing) return
    this.#playing = false
    if (this.#score) this.#score.paint.moving = false
    cancelAnimationFrame(this.#frame)
    for (const listener of this.#states) listener()
  }

  /** Shows a step, and goes on playing from there when it was playing. */
  seek(step: number): void {
    const last = (this.#score?.spans.count ?? 1) - 1
    this.#passed = 0
    this.#show(Math.min(last, Math.max(0, step)))
  }

  #tick = (now: number): void => {
    const score = this.#score
    if (!this.#playing) return
    this.#frame = requestAnimationFrame(this.#tick)
    if (!score) return
    const rate = this.#calm ? calmStepsPerSecond : stepsPerSecond * this.#speed
    // A frame that took long, or a tab that slept, is not made up for by a leap.
    this.#passed += this.#before === 0 ? 0 : (Math.min(250, now - this.#before) / 1000) * rate
    this.#before = now
    const whole = Math.floor(this.#passed)
    if (whole === 0) return
    this.#passed -= whole
    const last = score.spans.count - 1
    const next = this.#step + whole
    if (next <= last) this.#show(next)
    else if (this.#loop && !this.#calm) this.#show(0)
    else {
      this.#show(last)
      this.pause()
    }
  }

  #show(step: number): void {
    const score = this.#score
    if (!score) return
    this.#step = step
    const { spans, planes, measure, paint, repaint } = score
    windowCounts(planes, spans.from[step], spans.to[step], this.#counts)
    paint.paint(measure(this.#counts, spans.from[step], spans.to[step]))
    repaint()
    const shown = this.shown
    if (shown) for (const listener of this.#steps) listener(shown)
  }
}
