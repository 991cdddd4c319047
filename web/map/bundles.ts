/** Loads the binary bundles through the decode worker: bytes are fetched and decoded there, typed arrays come back. */
import { purposeHeaders } from '../state/purpose.ts'
import type {
  Answer,
  CallName,
  Calls,
  LoadedAreas,
  LoadedCameras,
  LoadedDays,
  LoadedLines,
  Question,
} from '../workers/protocol.ts'

let worker: Worker | null = null
let nextCall = 1
const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()

const listeners = new Set<() => void>()

/** True while the worker owes an answer: something of the map is still to come. */
export function workerIsBusy(): boolean {
  return waiting.size > 0
}

/** Calls back when `workerIsBusy` may have changed. @returns how to stop. */
export function onWorkerChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function announce(): void {
  for (const listener of listeners) listener()
}

function startWorker(): Worker {
  const started = new Worker(new URL('../workers/mapWorker.ts', import.meta.url), { type: 'module' })
  started.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.call)
    waiting.delete(data.call)
    if ('error' in data) call?.reject(new Error(data.error))
    else call?.resolve(data.answer as never)
    announce()
  })
  started.addEventListener('error', (event) => {
    for (const call of waiting.values()) call.reject(new Error(`The map worker failed: ${event.message}`))
    waiting.clear()
    worker = null
    announce()
  })
  return started
}

/** Starts the worker before there is anything to ask it: it is loaded while the page still asks which city there is. */
export function warmWorker(): void {
  worker ??= startWorker()
}

/** Asks the worker; one worker serves the whole page. */
export function askWorker<Name extends CallName>(
  name: Name,
  question: Calls[Name][0],
): Promise<Calls[Name][1]> {
  worker ??= startWorker()
  const call = nextCall++
  const asked = worker
  return new Promise<Calls[Name][1]>((resolve, reject) => {
    waiting.set(call, { resolve, reject })
    announce()
    asked.postMessage({ call, name, question } as Question)
  })
}

export function loadAreaBundle(url: string): Promise<LoadedAreas> {
  return askWorker('areas', { url })
}

export function loadCameraBundle(url: string): Promise<LoadedCameras> {
  return askWorker('cameras', { url, headers: purposeHeaders() })
}

export function loadLineBundle(url: string): Promise<LoadedLines> {
  return askWorker('lines', { url })
}

export function loadDays(url: string): Promise<LoadedDays> {
  return askWorker('days', { url })
}
