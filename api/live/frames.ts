import type { LiveFeed, ReloadReason } from './messages.ts'

/**
 * Server-sent events as tRPC writes them (@trpc/server 11.22.1, stream/sse.ts), so that its stock httpSubscriptionLink
 * reads them: an event named `connected` with the client's options, then data tracked by id, `serialized-error`, and
 * `return` at the end. One frame is made once and written to many.
 */

/** A client that hears nothing for so long connects anew; a beat comes much sooner. */
const RECONNECT_AFTER_MS = 12_000
/** How soon a browser tries again after a cut: not all at the same moment. */
const RETRY_MS = { least: 500, most: 1500 }

/** The first frame of a stream. */
export function connectedFrame(random: number = Math.random()): Buffer {
  const retry = Math.round(RETRY_MS.least + random * (RETRY_MS.most - RETRY_MS.least))
  return Buffer.from(
    `retry: ${retry}\nevent: connected\ndata: ${JSON.stringify({ reconnectAfterInactivityMs: RECONNECT_AFTER_MS })}\n\n`,
  )
}

/** @param messages JSON texts, in order. @param feeds JSON text. @param id of the last event this tells of. */
export function dataFrame(
  { at, messages, feeds }: { at: Date; messages: readonly string[]; feeds?: string },
  id: string,
): Buffer {
  const fed = feeds === undefined ? '' : `,"feeds":${feeds}`
  return Buffer.from(
    `data: {"at":"${at.toISOString()}","messages":[${messages.join(',')}]${fed}}\nid: ${id}\n\n`,
  )
}

export function feedsText(feeds: readonly LiveFeed[]): string {
  return JSON.stringify(feeds)
}

/** The last frame of a stream whose client must ask for a snapshot. */
export function reloadFrame(reload: ReloadReason, id: string): Buffer {
  return Buffer.from(`data: ${JSON.stringify({ reload })}\nid: ${id}\n\nevent: return\ndata: \n\n`)
}

/** The only frames of a stream that was refused. @param shape the error as tRPC shapes it. */
export function refusalFrames(shape: unknown): Buffer {
  return Buffer.concat([
    connectedFrame(),
    Buffer.from(`event: serialized-error\ndata: ${JSON.stringify(shape)}\n\n`),
  ])
}
