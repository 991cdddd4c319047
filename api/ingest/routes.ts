import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../db/client.ts'
import { TokenRefused } from '../../db/ingesting.ts'
import type { SourceKind } from '../../db/queries/ingestTokens.ts'
import { isUnavailable } from '../../db/unavailable.ts'
import { refuse } from '../hardening/refusedRequest.ts'
import { networkOf } from '../hardening/requestLimits.ts'
import { fromOsmAnd, fromTraccar } from './beaconForms.ts'
import type { Bearer } from './bearers.ts'
import { ingestDispatches } from './dispatches.ts'
import { ingestDuties } from './duties.ts'
import { type Arrival, ingestIncidents, keptAny } from './incidents.ts'
import type { Ingest } from './ingest.ts'
import { itemsOf, MOST_ITEMS, type Rejected } from './items.ts'
import { ingestPositions } from './positions.ts'
import { isSigned, readSignature, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signatures.ts'
import { ingestSms, SignatureTaken } from './sms.ts'
import { bringsNothingShown } from './unshown.ts'

/**
 * The doors for machines: no session, no page of ours; a token instead. Whatever is wrong with a token is refused in the
 * same words. A token may stand in the query (`?id=…`, the only place where clients for phones put it): nothing here,
 * nor the server's log, ever prints a query.
 */

declare module 'fastify' {
  interface FastifyRequest {
    /** Who brings something; null but on the doors of ingest, and there before the token was looked up. */
    bearer: Bearer | null
  }
}

export interface IngestOptions {
  database: Database
  ingest: Ingest
}

export function refuseToken(reply: FastifyReply) {
  return refuse(reply, 'UNAUTHORIZED', 401, 'Expected a token that holds.')
}

function refuseFast(reply: FastifyReply, seconds: number) {
  reply.header('retry-after', seconds)
  return refuse(
    reply,
    'TOO_MANY_REQUESTS',
    429,
    `Too many requests: send again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  )
}

/** Whether it was kept is not known where the connection was lost on the way: the same again is taken once. */
function refuseForNow(reply: FastifyReply) {
  reply.header('retry-after', 5)
  return refuse(
    reply,
    'SERVICE_UNAVAILABLE',
    503,
    'The database takes nothing at the moment: send the same again later.',
  )
}

/** The token a request bears in its header. */
export function bearerToken({ headers }: FastifyRequest): string | undefined {
  return /^Bearer ([\w-]{1,200})$/i.exec(headers.authorization ?? '')?.[1]
}

/** Lets a request in by its token, or answers why not. @returns who brings something; null when it was answered. */
export async function letIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { ingest, kind, token }: { ingest: Ingest; kind: SourceKind; token: string | undefined },
): Promise<Bearer | null> {
  const network = networkOf(request.ip)
  // Others behind the same address are none the worse for one that tries an old token for ever.
  const isKnown = token !== undefined && ingest.bearers.knew(token)
  const barred = isKnown ? null : await ingest.rates.isBarred(network)
  if (barred !== null) {
    refuseFast(reply, barred)
    return null
  }
  const bearer = token === undefined ? undefined : await ingest.bearers.of(token)
  if (!bearer) {
    await ingest.rates.takeStranger(network)
    refuseToken(reply)
    return null
  }
  const wait = await ingest.rates.take(bearer)
  if (wait !== null) {
    ingest.health.notice(bearer, { limited: 1, error: 'more requests than its rate allows' })
    refuseFast(reply, wait)
    return null
  }
  if (bearer.kind !== kind) {
    ingest.health.notice(bearer, {
      error: `expected at the door for ${bearer.kind}, came to the one for ${kind}`,
    })
    refuse(reply, 'FORBIDDEN', 403, `This token brings ${bearer.kind}: expected one that brings ${kind}.`)
    return null
  }
  request.bearer = bearer
  return bearer
}

export function refuseCount(reply: FastifyReply, body: unknown) {
  const came = Array.isArray(body) ? String(body.length) : 'none'
  return refuse(
    reply,
    'BAD_REQUEST',
    400,
    `Expected one item or an array of 1 to ${MOST_ITEMS}, got ${came}.`,
  )
}

/** What a request brought, counted for the page that shows how its source is. */
export function noticeAnswer(
  ingest: Ingest,
  bearer: Bearer,
  { kept, rejected, unshown = false }: { kept: number; rejected: readonly Rejected[]; unshown?: boolean },
): void {
  const [first] = rejected
  ingest.health.notice(bearer, {
    accepted: kept,
    rejected: rejected.length,
    unshown,
    error: first?.reason,
  })
}

export function arrivalOf(request: FastifyRequest, ingest: Ingest): Arrival {
  return { now: ingest.now(), address: request.ip }
}

/** The bearer of a request that was let in. */
export function bearerOf({ bearer }: FastifyRequest): Bearer {
  if (bearer === null) throw new Error('This door lets nobody in without a token.')
  return bearer
}

/** A door for items that say what is: the good ones are kept, and the same again is known. */
function serveItems(
  app: FastifyInstance,
  { database, ingest }: IngestOptions,
  { path, kind, take }: { path: string; kind: SourceKind; take: Take },
): void {
  app.post(
    path,
    {
      config: { open: 'always' },
      async onRequest(request, reply) {
        if (!(await letIn(request, reply, { ingest, kind, token: bearerToken(request) }))) return reply
      },
    },
    async (request, reply) => {
      const bearer = bearerOf(request)
      const items = itemsOf(request.body)
      if (items === null) return refuseCount(reply, request.body)
      const answer = await take(database, bearer, items, arrivalOf(request, ingest))
      const kept = (answer.accepted ?? 0) + answer.changed
      const unshown = kind === 'incidents' && (await bringsNothingShown(database, bearer, items))
      noticeAnswer(ingest, bearer, { kept, rejected: answer.rejected, unshown })
      return reply.code(kept + answer.unchanged > 0 ? 200 : 400).send(answer)
    },
  )
}

type Take = (
  database: Database,
  bearer: Bearer,
  items: readonly unknown[],
  arrival: Arrival,
) => Promise<{ accepted?: number; changed: number; unchanged: number; rejected: Rejected[] }>

/** The token among the fields that clients for phones fill in. */
function fieldToken(fields: unknown): string | undefined {
  const id: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, 'id') : undefined
  return typeof id === 'string' && id !== '' ? id.slice(0, 200) : undefined
}

/** What a form says, each name once; null where one comes twice: then nobody knows which was meant. */
function formFields(text: string): ReadonlyMap<string, string> | null {
  const pairs = [...new URLSearchParams(text)]
  const fields = new Map(pairs)
  return fields.size === pairs.length && !text.includes('%00') ? fields : null
}

function readForm(
  _request: FastifyRequest,
  body: string | Buffer,
  done: (error: Error | null, fields?: unknown) => void,
): void {
  const fields = formFields(String(body))
  if (fields) done(null, fields)
  else done(Object.assign(new Error('Expected each name of the form once.'), { statusCode: 400 }))
}

function servePositions(app: FastifyInstance, { database, ingest }: IngestOptions): void {
  const kind = 'positions'
  const answer = async (request: FastifyRequest, reply: FastifyReply, items: readonly unknown[]) => {
    const bearer = bearerOf(request)
    const told = await ingestPositions(database, bearer, items, arrivalOf(request, ingest))
    noticeAnswer(ingest, bearer, { kept: told.accepted, rejected: told.rejected })
    const known = told.accepted + told.unchanged > 0
    return reply.code(known ? 200 : told.offDuty > 0 ? 202 : 400).send(told)
  }
  app.route({
    method: ['GET', 'POST'],
    url: '/ingest/positions',
    config: { open: 'always' },
    // It writes: only what says so may ask.
    exposeHeadRoute: false,
    async onRequest(request, reply) {
      const token = bearerToken(request) ?? fieldToken(request.query)
      // Traccar's client says in the body who it is, and so does a form.
      if (token === undefined && request.method === 'POST') return
      if (!(await letIn(request, reply, { ingest, kind, token }))) return reply
    },
    async handler(request, reply) {
      const now = ingest.now()
      const traccar = fromTraccar(request.body, now)
      if (request.bearer === null) {
        const token =
          request.body instanceof Map
            ? fieldToken(Object.fromEntries(request.body))
            : typeof traccar?.token === 'string'
              ? traccar.token.slice(0, 200)
              : undefined
        if (!(await letIn(request, reply, { ingest, kind, token }))) return reply
      }
      if (traccar) return answer(request, reply, [traccar.item])
      const { body, query } = request
      if (body instanceof Map) {
        // The same fields by query or by form, or some here and some there.
        const fields = { ...(query as Record<string, unknown>), ...Object.fromEntries(body) }
        return answer(request, reply, [fromOsmAnd(fields, now)])
      }
      if (body === undefined || body === null) {
        return answer(request, reply, [fromOsmAnd(query as Record<string, unknown>, now)])
      }
      const items = itemsOf(body)
      return items === null ? refuseCount(reply, body) : answer(request, reply, items)
    },
  })
}

/** Signed instead of bearing a token: `?key=…` names the key, the headers sign time and body. */
function serveSms(app: FastifyInstance, { database, ingest }: IngestOptions): void {
  app.register(async (scope) => {
    // As it came: the signature is over its bytes.
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    scope.post(
      '/ingest/sms',
      {
        config: { open: 'always' },
        async onRequest(request, reply) {
          const barred = await ingest.rates.isBarred(networkOf(request.ip))
          if (barred !== null) return refuseFast(reply, barred)
        },
      },
      async (request, reply) => {
        const { key } = request.query as Record<string, unknown>
        const signature = readSignature(request.headers[SIGNATURE_HEADER])
        const signer = typeof key === 'string' && signature ? await ingest.bearers.signer(key) : undefined
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const timestamp = request.headers[TIMESTAMP_HEADER]
        if (!signer || !signature || !isSigned(signer.secret, { signature, timestamp, body }, ingest.now())) {
          await ingest.rates.takeStranger(networkOf(request.ip))
          return refuse(reply, 'UNAUTHORIZED', 401, 'Expected a signature that holds.')
        }
        const { bearer } = signer
        const wait = await ingest.rates.take(bearer)
        if (wait !== null) {
          ingest.health.notice(bearer, { limited: 1, error: 'more requests than its rate allows' })
          return refuseFast(reply, wait)
        }
        const items = itemsOf(parsed(body))
        if (items === null) return refuseCount(reply, [])
        try {
          const answer = await ingestSms(database, bearer, items, {
            ...arrivalOf(request, ingest),
            signature,
          })
          const unshown = await bringsNothingShown(database, bearer, items)
          noticeAnswer(ingest, bearer, { kept: answer.accepted, rejected: answer.rejected, unshown })
          return reply.code(keptAny(answer) ? 200 : 400).send(answer)
        } catch (error) {
          if (!(error instanceof SignatureTaken)) throw error
          ingest.health.notice(bearer, { error: 'a message came a second time under the same signature' })
          return refuse(reply, 'CONFLICT', 409, 'This message was taken before: sign a new one.')
        }
      },
    )
  })
}

/** null for what is no JSON: then it is no item either, and is told so. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Everything machines send to. */
export async function serveIngest(app: FastifyInstance, options: IngestOptions): Promise<void> {
  app.decorateRequest('bearer', null)
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    const outer = scope.errorHandler
    scope.setErrorHandler((error, request, reply) => {
      // It was revoked between the look and the write.
      if (error instanceof TokenRefused) {
        options.ingest.bearers.forget()
        return refuseToken(reply)
      }
      if (isUnavailable(error)) {
        console.error(`${request.url.split('?')[0]}: the database takes nothing: ${error.message}`)
        return refuseForNow(reply)
      }
      return outer(error, request, reply)
    })
    serveItems(scope, options, { path: '/ingest/incidents', kind: 'incidents', take: ingestIncidents })
    // Who says who is on duty also says what they do.
    serveItems(scope, options, { path: '/ingest/duties', kind: 'duties', take: ingestDuties })
    serveItems(scope, options, { path: '/ingest/dispatches', kind: 'duties', take: ingestDispatches })
    await scope.register(async (inner) => {
      inner.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, readForm)
      servePositions(inner, options)
    })
    serveSms(scope, options)
  })
}
