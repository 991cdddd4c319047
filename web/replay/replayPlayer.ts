import { LiveStore } from '../live/liveStore.ts'
import { nextFrame } from '../live/nextFrame.ts'
import { type Piece, Reel } from './reel.ts'

export const replaySpeeds = [1, 2, 5, 10, 30, 60, 120] as const
export type ReplaySpeed = (typeof replaySpeeds)[number]

/** Fetched at once. */
export const pieceMs = 3_600_000
/** The store is told of what happened this often. */
const tellMs = 100
/** Panels hear of the instant this often. */
const panelMs = 200
/** The next piece is fetched when so much real time is left of this one. */
const aheadMs = 12_000

/**
 * Plays a reel into a store as if it happened now: past React, a frame at a time. Where a piece has not come yet, time
 * waits for it.
 */
export class ReplayPlayer {
  readonly reel: Reel
  readonly store: LiveStore
  at: number
  speed: ReplaySpeed = 10
  playing = false
  /** Time waits for a piece. */
  waiting = false
  error: Error | null = null
  readonly #load: ((from: number, to: number) => Promise<Piece>) | null
  readonly #asked = new Set<number>()
  readonly #listeners = new Set<() => void>()
  #version = 0
  #event = 0
  #told: number
  #toldReal = 0
  #panelReal = 0
  #before: number | null = null
  #stopped = false

  /** @param load fetches what was of units; null: the viewer sees none, only incidents. */
  constructor(
    from: number,
    to: number,
    at: number,
    load: ((from: number, to: number) => Promise<Piece>) | null,
  ) {
    this.reel = new Reel(from, to)
    this.at = Math.min(to, Math.max(from, at))
    this.#told = this.at
    this.#load = load
    this.store = new LiveStore(nextFrame, () => this.at)
    this.store.pace = this.speed
    this.#fetchAround(this.at)
  }

  get version(): number {
    return this.#version
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Incidents came, or changed. */
  refresh(): void {
    this.#show()
  }

  play(): void {
    if (this.playing || this.#stopped) return
    if (this.at >= this.reel.to) this.seek(this.reel.from)
    this.playing = true
    this.#before = null
    this.#notify()
    this.#next()
  }

  pause(): void {
    if (!this.playing) return
    this.playing = false
    this.#tell()
    this.#notify()
  }

  toggle = (): void => (this.playing ? this.pause() : this.play())

  seek(at: number): void {
    this.at = Math.min(this.reel.to, Math.max(this.reel.from, at))
    this.#fetchAround(this.at)
    this.#show()
  }

  step(seconds: number): void {
    this.seek(this.at + seconds * 1000)
  }

  /** To the next incident that was reported. @returns it. */
  toNextReport() {
    const next = this.reel.nextReport(this.at)
    if (next) this.seek(Date.parse(next.reportedAt))
    return next
  }

  setSpeed(speed: ReplaySpeed): void {
    this.speed = speed
    this.store.pace = speed
    this.#notify()
  }

  faster(steps: 1 | -1): void {
    const index = replaySpeeds.indexOf(this.speed) + steps
    this.setSpeed(replaySpeeds[Math.min(replaySpeeds.length - 1, Math.max(0, index))])
  }

  stop(): void {
    this.#stopped = true
    this.playing = false
    this.#listeners.clear()
  }

  /** The state at this instant in the place of what is shown. */
  #show(): void {
    this.#told = this.at
    this.#event = 1
    // A trail does not lead from one instant to another that was jumped to.
    this.store.clear()
    this.store.replace(this.reel.stateAt(this.at))
    this.store.receive('1', this.reel.trailsBefore(this.at))
    this.store.flush()
    this.#notify()
  }

  #next(): void {
    requestAnimationFrame((real) => {
      if (!this.playing) return
      const passed = this.#before === null ? 0 : Math.min(500, real - this.#before)
      this.#before = real
      this.#advance(passed * this.speed, real)
      if (this.playing) this.#next()
    })
  }

  #advance(by: number, real: number): void {
    const wanted = Math.min(this.reel.to, this.at + by)
    this.#fetchAround(wanted)
    this.waiting =
      this.#load !== null && this.error === null && wanted < this.reel.to && !this.reel.pieceAt(wanted)
    if (!this.waiting) this.at = wanted
    if (real - this.#toldReal >= tellMs) {
      this.#toldReal = real
      this.#tell()
    }
    if (this.at >= this.reel.to) this.pause()
    if (real - this.#panelReal >= panelMs) {
      this.#panelReal = real
      this.#notify()
    }
  }

  #tell(): void {
    if (this.at <= this.#told) return
    const messages = this.reel.messagesBetween(this.#told, this.at)
    this.#told = this.at
    if (messages.length > 0) this.store.receive(String(++this.#event), messages)
  }

  #fetchAround(at: number): void {
    if (!this.#load) return
    this.#fetch(at)
    this.#fetch(at + aheadMs * this.speed)
  }

  #fetch(at: number): void {
    const { reel } = this
    if (at >= reel.to && at !== reel.from) return
    const from = reel.from + Math.floor((at - reel.from) / pieceMs) * pieceMs
    if (this.#asked.has(from)) return
    this.#asked.add(from)
    const to = Math.min(reel.to, from + pieceMs)
    this.#load?.(from, to).then(
      (piece) => {
        if (this.#stopped) return
        this.error = null
        reel.add(piece)
        if (reel.pieceAt(this.at) === piece) this.#show()
        else this.#notify()
      },
      (error: unknown) => {
        if (this.#stopped) return
        // Asked for again when somebody seeks there or plays on.
        this.#asked.delete(from)
        this.error = error instanceof Error ? error : new Error(String(error))
        this.pause()
        this.#notify()
      },
    )
  }

  #notify(): void {
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}
