import { parentPort, workerData } from 'node:worker_threads'
import { generateCity } from './generateCity.ts'

// The worker half of scripts/cityGenerator.ts. A part's bytes move to the other thread; they are not copied.
await generateCity(workerData, (message) => {
  const { buffer } = message.kind === 'part' ? message.part.text : { buffer: undefined }
  parentPort?.postMessage(message, buffer instanceof ArrayBuffer ? [buffer] : [])
})
