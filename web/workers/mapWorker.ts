/** The decode worker: fetches and decodes bundles and builds what the map draws, away from the page's thread. */
import { BundleStore, type FetchBytes } from './bundleStore.ts'
import type { Answer, Question } from './protocol.ts'

const fetchBytes: FetchBytes = async (url, headers) => {
  const response = await fetch(url, { credentials: 'same-origin', headers })
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}

/** Planes of days are made for one asker: their memory is handed over, not copied. */
function given(answer: Answer): Transferable[] {
  return 'answer' in answer && answer.answer && 'before' in answer.answer ? [answer.answer.before.buffer] : []
}

const store = new BundleStore(fetchBytes)

self.addEventListener('message', async ({ data }: MessageEvent<Question>) => {
  const post = (answer: Answer) => self.postMessage(answer, { transfer: given(answer) })
  try {
    post({ call: data.call, answer: await store.answer(data.name, data.question) })
  } catch (error) {
    post({ call: data.call, error: error instanceof Error ? error.message : String(error) })
  }
})
