import { callTRPCProcedure } from '@trpc/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { appRouter } from './router.ts'
import { sendCompressed } from './wholeAnswers.ts'

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
    let answers: string[]
    try {
      answers = await Promise.all(asked.calls.map(async (call) => JSON.stringify(await answerOf(call, ctx))))
    } catch {
      return
    }
    const body = Buffer.from(asked.batch ? `[${answers.join(',')}]` : answers[0])
    reply.header('content-type', 'application/json')
    return sendCompressed(request, reply, body)
  })
}

async function answerOf({ path, input }: Call, ctx: Context): Promise<{ result: { data: unknown } }> {
  const data: unknown = await callTRPCProcedure({
    router: appRouter,
    path,
    type: 'query',
    getRawInput: async () => input,
    ctx,
    signal: undefined,
    batchIndex: 0,
  })
  return { result: { data } }
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
