import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { CityOptions } from './cityOptions.ts'
import type { CityMessage } from './generateCity.ts'

export interface CityGenerator {
  /** All messages from the start, however late the listening begins. To be read once. */
  messages: AsyncIterable<CityMessage>
  /** Ends it early, when the city turns out not to be needed. */
  stop(): Promise<void>
}

/** Makes a city in a thread of its own, so that a second core can meanwhile open the database and write. */
export function startCityGenerator(options: CityOptions): CityGenerator {
  const worker = new Worker(new URL('./cityWorker.ts', import.meta.url), { workerData: options })
  // Listening from the start: `on` keeps what comes before somebody reads, errors too.
  const events = on(worker, 'message', { close: ['exit'] })
  async function* messages(): AsyncGenerator<CityMessage> {
    for await (const [message] of events) {
      yield message
      if (message.kind === 'done') return
    }
    throw new Error('The city generator ended before the city was done.')
  }
  return {
    messages: messages(),
    async stop() {
      await worker.terminate()
    },
  }
}
