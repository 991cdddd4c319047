import { callTRPCProcedure } from '@trpc/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { countScope } from './access.ts'
import { accessFor } from './cityAccess.ts'
import { blockOf, type Context } from './context.ts'
import type { CountedCity } from './cube/countedCity.ts'
import { Remembered } from './remembered.ts'
import { appRouter } from './router.ts'
import { type EncodedAnswer, encodeAnswer, sendEncoded } from './wholeAnswers.ts'

/**
 * Counts are what screens ask for all the time, and what building a web Request, its Headers and a Response around an
 * answer costs most: as much as everything else together. So plain questions for counts go to their procedures
 * directly, through the same middleware. Whatever is not plain, and whatever fails, is left to tRPC's own adapter,
 * which asks anew and says what is wrong; of these procedures none leaves a trace by being asked twice.
 */
const DIRECT: ReadonlySet<string> = new Set([
  'aggregates.byArea',
  'aggregates.byKind',
  'aggregates.series',
  'disputes.offers',
  'disputes.series',
])

interface Call {
  path: string
  input: unknown
}

/** @param most Calls of a batch. */
export function answerDirectly(
  scope: FastifyInstance,
  { contextOf, most }: { contextOf: (request: FastifyRequest) => Context; most: number },
): void {
  scope.addHook('preHandler', async (request, reply) => {
    const asked = callsOf(request, most)
    if (!asked) return
    const ctx = contextOf(request)
    const shelf = await shelfOf(asked.calls, ctx)
    const name = `${shelf?.seen} ${request.headers['accept-encoding']} ${request.url}`
    const known = shelf?.answers.find(name)
    if (known) return sendEncoded(reply, known)
    const left = new AbortController()
    reply.raw.once('close', () => left.abort())
    let answers: unknown[]
    try {
      answers = await Promise.all(asked.calls.map((call) => answerOf(call, ctx, left.signal)))
    } catch {
      // Not asked anew for somebody who has left.
      return left.signal.aborted ? reply.hijack() : undefined
    }
    const texts = answers.map((data) => JSON.stringify({ result: { data } }))
    const body = Buffer.from(asked.batch ? `[${texts.join(',')}]` : texts[0])
    const packed = answers.every((data) => textOf(data, 'packed') !== undefined)
    const encoded = await encodeAnswer(request, body, { packed })
    if (shelf && answers.every((data, i) => isOf(shelf, data, asked.calls[i]))) {
      shelf.answers.get(name, () => encoded)
    }
    return sendEncoded(reply, encoded)
  })
}

function answerOf({ path, input }: Call, ctx: Context, signal: AbortSignal): Promise<unknown> {
  return callTRPCProcedure({
    router: appRouter,
    path,
    type: 'query',
    getRawInput: async () => input,
    ctx,
    signal,
    batchIndex: 0,
  })
}

/**
 * Answers out of memory, ready to send, to whoever sees the same of a city at the same moment of its counts: every wall
 * asks the same. What is counted later, or under other names, is on another shelf.
 */
interface Shelf {
  answers: Remembered<EncodedAnswer>
  /** Key of what is seen. */
  seen: string
  /** As the answers say it. */
  countedAt: string
}

const MOST_ANSWERS = 200
const shelves = new WeakMap<CountedCity, { countedAt: number; answers: Remembered<EncodedAnswer> }>()

/** null: nothing of it may be kept. */
async function shelfOf(calls: readonly Call[], { viewer, cubes, database }: Context): Promise<Shelf | null> {
  const [name, ...others] = calls.map(({ path, input }) =>
    path.startsWith('aggregates.') ? textOf(input, 'city') : undefined,
  )
  if (!viewer || blockOf(viewer) || !cubes || name === undefined) return null
  if (others.some((other) => other !== name)) return null
  const seen = await accessFor(database, viewer, name)
  if (!seen) return null
  const scope = countScope(seen.access)
  // A failure is told by the procedure, which asks again.
  const counted = await cubes.of(seen.city.code).catch(() => null)
  if (!counted || scope.parts.length === 0) return null
  const { countedAt } = counted.progress
  const last = shelves.get(counted)
  const shelf =
    last?.countedAt === countedAt ? last : { countedAt, answers: new Remembered<EncodedAnswer>(MOST_ANSWERS) }
  shelves.set(counted, shelf)
  return { answers: shelf.answers, seen: scope.key, countedAt: new Date(countedAt).toISOString() }
}

/** Whether an answer came out of memory, at the shelf's moment: no rows, neither disputes nor how things were handled. */
function isOf({ countedAt }: Shelf, data: unknown, { input }: Call): boolean {
  if (typeof input !== 'object' || input === null || 'measures' in input) return false
  return textOf(data, 'countedAt') === countedAt && textOf(data, 'caseSource') === undefined
}

function textOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Reflect.get(value, name)
  return typeof found === 'string' ? found : undefined
}

/** The calls of a request as tRPC's client makes them; null for anything else. */
function callsOf(
  { method, params, query, headers }: FastifyRequest,
  most: number,
): { batch: boolean; calls: Call[] } | null {
  if (method !== 'GET' || headers['trpc-accept'] !== undefined) return null
  const { path = '' } = params as { path?: string }
  const { batch, input } = query as { batch?: unknown; input?: unknown }
  const paths = path.split(',')
  if (paths.length > most || !paths.every((each) => DIRECT.has(each))) return null
  if (typeof input !== 'string' || (batch !== undefined && batch !== '1')) return null
  if (batch === undefined && paths.length > 1) return null
  let inputs: unknown
  try {
    inputs = JSON.parse(input)
  } catch {
    return null
  }
  if (batch === undefined) return { batch: false, calls: [{ path, input: inputs }] }
  if (typeof inputs !== 'object' || inputs === null) return null
  const byPlace = new Map(Object.entries(inputs))
  return {
    batch: true,
    calls: paths.map((each, place) => ({ path: each, input: byPlace.get(String(place)) })),
  }
}
