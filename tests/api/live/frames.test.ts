import { TRPCError, tracked } from '@trpc/server'
import { sseStreamProducer } from '@trpc/server/unstable-core-do-not-import'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect, test } from 'vitest'
import { connectedFrame, dataFrame, refusalFrames, reloadFrame } from '../../../api/live/frames.ts'

function heard(bytes: Uint8Array): { event: string | undefined; id: string | undefined; data: unknown }[] {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  parser.feed(new TextDecoder().decode(bytes))
  return events.map(({ event, id, data }) => ({ event, id, data: data === '' ? null : JSON.parse(data) }))
}

async function fromTrpc(data: AsyncIterable<unknown>): Promise<Uint8Array> {
  const stream = sseStreamProducer({
    data,
    client: { reconnectAfterInactivityMs: 12_000 },
    formatError: ({ error }) => ({ message: error instanceof Error ? error.message : '' }),
  })
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())
}

const at = new Date('2026-11-22T06:32:00Z')
const message = { topic: 'count', count: { cellId: 7, kind: '010100', reportedAt: at.toISOString() } }

test('a stream of ours is heard as one that tRPC makes', async () => {
  const ours = Buffer.concat([
    connectedFrame(),
    dataFrame({ at, messages: [JSON.stringify(message), JSON.stringify(message)] }, '41-k'),
    dataFrame({ at, messages: [], feeds: '[]' }, '42-k'),
    reloadFrame('lag', '42-k'),
  ])
  async function* same() {
    yield tracked('41-k', { at, messages: [message, message] })
    yield tracked('42-k', { at, messages: [], feeds: [] })
    yield tracked('42-k', { reload: 'lag' })
  }
  expect(heard(ours)).toEqual(heard(await fromTrpc(same())))
})

test('a refusal of ours is heard as one of tRPC', async () => {
  const refusing = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new TRPCError({ code: 'FORBIDDEN', message: 'not this' })),
    }),
  }
  expect(heard(refusalFrames({ message: 'not this' }))).toEqual(heard(await fromTrpc(refusing)))
})
