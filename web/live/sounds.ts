import { create } from 'zustand'
import type { LiveNews } from './liveStore.ts'

/** Sounds of new incidents: off until a person turns them on, and told apart by level. */

/** The least grave level that sounds: 1 only red, 2 orange and red, 4 all. */
export type SoundFrom = 1 | 2 | 4

interface Sounds {
  on: boolean
  from: SoundFrom
}

export const useSounds = create<Sounds>(() => ({ on: false, from: 4 }))

/** Notes of a level, hertz, in the order they sound: the graver, the more and the higher. */
const notes: Readonly<Record<number, readonly number[]>> = {
  1: [880, 660, 880, 660],
  2: [784, 587, 784],
  3: [659, 523],
  4: [523],
}
const noteS = 0.14
const loudness: Readonly<Record<number, number>> = { 1: 0.28, 2: 0.22, 3: 0.16, 4: 0.09 }
/** One sound at a time: what comes meanwhile is in it. */
const pauseMs = 1_500

let context: AudioContext | null = null
let quietUntil = 0

/** Browsers let a page sound only after a person touched it: called from the click itself. */
export function turnSounds(on: boolean): void {
  if (on) {
    context ??= new AudioContext()
    void context.resume()
  } else void context?.suspend()
  useSounds.setState({ on })
  if (on) play(4)
}

export function soundFrom(from: SoundFrom): void {
  useSounds.setState({ from })
}

/** The gravest of what is new is heard, when its level sounds. @returns the level that sounds; null: none. */
export function soundOf(news: Pick<LiveNews, 'incidents'>, { on, from }: Sounds): number | null {
  if (!on) return null
  const gravest = Math.min(...news.incidents.map(({ level }) => level))
  return gravest <= from ? gravest : null
}

/** Plays what a frame's news ask for, at most so often. */
export function soundNews(news: Pick<LiveNews, 'incidents'>): void {
  const level = soundOf(news, useSounds.getState())
  if (level !== null && performance.now() >= quietUntil) play(level)
}

function play(level: number): void {
  if (!context) return
  quietUntil = performance.now() + pauseMs
  const from = context.currentTime + 0.02
  notes[level].forEach((frequency, i) => {
    if (!context) return
    const tone = context.createOscillator()
    const volume = context.createGain()
    const [start, end] = [from + i * noteS, from + (i + 1) * noteS]
    tone.type = 'triangle'
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(loudness[level], start + 0.015)
    volume.gain.linearRampToValueAtTime(0, end)
    tone.connect(volume).connect(context.destination)
    tone.start(start)
    tone.stop(end)
  })
}
