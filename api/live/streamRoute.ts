import type { ServerResponse } from 'node:http'
import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError } from '@trpc/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { insertAudit } from '../../db/queries/audit.ts'
import { kindsOf } from '../catalog.ts'
import type { Context, Viewer } from '../context.ts'
import { actorOf } from '../procedureCall.ts'
import { appRouter } from '../router.ts'
import { permittedIn, refuseBlocked, tellIfRefused } from '../trpc.ts'
import { placeOf } from './eventId.ts'
import { refusalFrames } from './frames.ts'
import { type SubscribeInput, subscribeInput } from './inputs.ts'
import { LiveClient } from './liveClient.ts'
import type { LiveHub } from './liveHub.ts'
import { LIVE_RIGHTS, LiveSight } from './sight.ts'

const PATH = 'live.subscribe'
/** As tRPC sends them (@trpc/server 11.22.1, stream/sse.ts). No length and no chunks: the stream ends with its connection. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'close',
} as const
/** Streams one account may hold open: a wall of many screens, and no more. */
const MOST_AN_ACCOUNT = 200
/** Who comes back within this time after a cut goes on looking: that is one entry in the audit, not one a cut. */
const SAME_LOOK_MS = 10 * 60_000
const MOST_LOOKS = 20_000

export interface StreamOptions {
  hub: LiveHub
  contextOf: (request: FastifyRequest) => Context
  /** Multiplies the limits, as api/hardening/requestLimits.ts does; 0: none. */
  limitFactor: number
  /** How long a stream opened for a purpose lasts. */
  purposeMs: number
}

/** Serves `live.subscribe`, the one stream of a browser tab, as tRPC's own adapter would, and writes what the hub tells. */
export function serveStream(
  scope: FastifyInstance,
  { hub, contextOf, limitFactor, purposeMs }: StreamOptions,
): void {
  const open = new OpenStreams(limitFactor === 0 ? Number.POSITIVE_INFINITY : MOST_AN_ACCOUNT * limitFactor)
  scope.get(`/trpc/${PATH}`, { exposeHeadRoute: false }, async (request, reply) => {
    const context = contextOf(request)
    let client: LiveClient
    let input: SubscribeInput
    try {
      const viewer = signedIn(context.viewer)
      input = inputOf(request)
      const sight = await admit(context, viewer, input)
      open.enter(viewer, reply.raw)
      if (sight.showsPoints && open.isNewLook(viewer, input)) await audit(context, viewer, sight, input)
      const { userId, sessionId, grants } = viewer
      client = new LiveClient(reply.raw, {
        userId,
        sessionId,
        cookie: request.headers.cookie ?? '',
        grants,
        purpose: input.purpose ?? viewer.purpose,
        city: sight.city,
        sight,
      })
    } catch (error) {
      return refuse(reply, error)
    }
    const { purpose } = client.viewer
    if (purpose !== null) {
      // Who goes on looking says so again: the stream ends, and the client comes back for its purpose, or for none.
      const end = setTimeout(() => client.end(), purposeMs)
      client.whenGone(() => clearTimeout(end))
    }
    beginStream(reply)
    await hub.join(client, input.lastEventId ? placeOf(input.lastEventId) : null)
  })
}

/** Opened streams an account, and who has been noted in the audit as looking. */
class OpenStreams {
  private readonly most: number
  private readonly counts = new Map<string, number>()
  private readonly looks = new Map<string, number>()

  constructor(most: number) {
    this.most = most
  }

  /** @throws when the account holds too many. */
  enter({ userId }: Viewer, response: ServerResponse): void {
    const count = this.counts.get(userId) ?? 0
    if (count >= this.most) {
      throw new TRPCError({
        code: 'TOO_MANY_REQUESTS',
        message: `This account holds ${count} live streams: close some.`,
      })
    }
    if (response.destroyed) return
    this.counts.set(userId, count + 1)
    response.once('close', () => {
      const left = (this.counts.get(userId) ?? 1) - 1
      if (left > 0) this.counts.set(userId, left)
      else this.counts.delete(userId)
    })
  }

  isNewLook({ sessionId, purpose }: Viewer, { city, lastEventId, purpose: stated }: SubscribeInput): boolean {
    const key = `${sessionId} ${city} ${stated ?? purpose}`
    const last = this.looks.get(key)
    const now = performance.now()
    if (this.looks.size >= MOST_LOOKS) this.looks.clear()
    this.looks.set(key, now)
    return !lastEventId || last === undefined || now - last > SAME_LOOK_MS
  }
}

function signedIn(viewer: Viewer | null): Viewer {
  if (viewer === null)
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first: this needs a session.' })
  refuseBlocked(viewer)
  return viewer
}

async function admit(context: Context, viewer: Viewer, input: SubscribeInput): Promise<LiveSight> {
  const { database } = context
  const asking = { ...viewer, purpose: input.purpose ?? viewer.purpose }
  try {
    const { city, access } = await permittedIn(database, asking, input.city, LIVE_RIGHTS)
    return new LiveSight(access, await kindsOf(database, city))
  } catch (cause) {
    const asked = { procedure: PATH, city: input.city, id: undefined }
    await tellIfRefused(context, asking, asked, getTRPCErrorFromUnknown(cause))
    throw cause
  }
}

async function audit(
  { database }: Context,
  viewer: Viewer,
  sight: LiveSight,
  { purpose }: SubscribeInput,
): Promise<void> {
  await insertAudit(database, actorOf(viewer), {
    action: 'live.open',
    city: sight.city,
    purpose: purpose ?? viewer.purpose ?? undefined,
  })
}

/**
 * What the stock client sends: `input` in the query; the last event seen as a header where the browser connects anew by
 * itself (that one is the newest), in the input where the link does, and in the query or in connectionParams where a
 * client chose to.
 */
function inputOf({ query, headers }: FastifyRequest): SubscribeInput {
  const asked = z
    .object({
      input: z.string().optional(),
      lastEventId: z.string().optional(),
      'Last-Event-Id': z.string().optional(),
      connectionParams: z.string().optional(),
    })
    .parse(query)
  const params = record(asked.connectionParams)
  const given = record(asked.input)
  const seen = headers['last-event-id'] ?? asked.lastEventId ?? asked['Last-Event-Id']
  const parsed = subscribeInput.safeParse({
    ...given,
    lastEventId: seen || given.lastEventId || params.lastEventId,
    purpose: given.purpose ?? params.purpose,
  })
  if (parsed.success) return parsed.data
  const message = parsed.error.issues
    .map(({ path, message: text }) => (path.length > 0 ? `${path.join('.')}: ${text}` : text))
    .join('; ')
  throw new TRPCError({ code: 'BAD_REQUEST', message, cause: parsed.error })
}

function record(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TRPCError({ code: 'BAD_REQUEST', message: 'Expected the input as JSON.' })
  }
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** From here on the bytes are ours; what hooks have said of the answer goes out with it. */
function beginStream(reply: FastifyReply): void {
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.removeHeader('transfer-encoding')
  raw.writeHead(200, STREAM_HEADERS)
  // A frame is sent when it is written: waiting for another one would only make it late.
  raw.socket?.setNoDelay(true)
}

/** As tRPC refuses a subscription: a stream that says why. The stock client reads no other answer. */
function refuse(reply: FastifyReply, cause: unknown): void {
  const error = getTRPCErrorFromUnknown(cause)
  if (error.code === 'INTERNAL_SERVER_ERROR') console.error(`${PATH} failed:`, error.cause ?? error)
  const shape = getTRPCErrorShape({
    config: appRouter._def._config,
    error,
    type: 'subscription',
    path: PATH,
    input: undefined,
    ctx: undefined,
  })
  beginStream(reply)
  reply.raw.end(refusalFrames(shape))
}
