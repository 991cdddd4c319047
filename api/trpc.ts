import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
import type { Database } from '../db/client.ts'
import { mayDemandPurpose, type Right, rightsOf } from './access.ts'
import { type Refusal, tellRefusal } from './audit/refusals.ts'
import { accessFor, type SeenCityAccess } from './cityAccess.ts'
import { blockOf, type Context, type Viewer } from './context.ts'
import { cityName } from './inputs.ts'
import { nowOf } from './people/clock.ts'
import { ProcedureCall } from './procedureCall.ts'
import { ForbiddenReason, forbidden, listed, noCity, purposeless } from './refusal.ts'

/** What every procedure says about itself. One that says nothing is refused. */
export interface Meta {
  /** Any of these rights is enough, in the city asked about unless `anywhere`; 'signedIn': one's own account. */
  right: readonly Right[] | 'signedIn'
  /** The right may be held in any city. */
  anywhere?: boolean
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    // Stacks never leave the server, whatever NODE_ENV says.
    isDev: false,
    errorFormatter({ shape, error }) {
      if (error.code === 'INTERNAL_SERVER_ERROR') {
        return { ...shape, message: 'Something went wrong on the server; its log has the details.' }
      }
      const { cause } = error
      return cause instanceof ForbiddenReason ? { ...shape, data: { ...shape.data, ...cause.data } } : shape
    },
  })

/** One line an input problem: where, what was expected, what came. */
function sentences(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ')
}

export const router = t.router

/** Names a question may carry, by procedure: `cameras.get` → city, id. */
const inputNames = new Map<string, Set<string>>()

/** Remembers what each procedure takes, so that a misspelt name is refused instead of overlooked. */
export function knowInputs(procedures: object): void {
  for (const [path, procedure] of Object.entries(procedures)) {
    const parsers: readonly unknown[] = procedure._def?.inputs ?? []
    const shapes = parsers.map(shapeOf)
    // A parser that is no plain object may take any name.
    if (shapes.includes(null)) continue
    inputNames.set(path, new Set(shapes.flatMap((shape) => Object.keys(shape ?? {}))))
  }
}

function shapeOf(parser: unknown): object | null {
  if (parser instanceof z.ZodOptional) return shapeOf(parser.unwrap())
  if (parser instanceof z.ZodPipe) return shapeOf(parser.in)
  return parser instanceof z.ZodObject ? parser.shape : null
}

function unknownInput(path: string, input: unknown): string | null {
  const names = inputNames.get(path)
  if (!names || typeof input !== 'object' || input === null) return null
  const unknown = Object.keys(input).find((name) => !names.has(name))
  if (unknown === undefined) return null
  const known = names.size > 0 ? [...names].join(', ') : 'no input'
  return `${path} does not know the input "${unknown.slice(0, 60)}": expected ${known}.`
}
export const createCallerFactory = t.createCallerFactory

/**
 * The foot of the ladder. Nothing is served from here; every procedure starts at one of the rungs below. One step instead
 * of three: tRPC copies everything it knows about a call for each.
 * @param evenIfBlocked Answered while a password or a second factor is still to be set.
 */
function withSession({ evenIfBlocked }: { evenIfBlocked: boolean }) {
  return t.procedure.use(async ({ ctx, type, meta, path, getRawInput, next }) => {
    if (!meta) throw new Error(`${path} does not say which right it takes: deny by default.`)
    const { viewer } = ctx
    if (viewer === null) {
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first: this needs a session.' })
    }
    const asked = await getRawInput()
    const problem = unknownInput(path, asked)
    if (problem) throw new TRPCError({ code: 'BAD_REQUEST', message: problem })
    if (!evenIfBlocked) refuseBlocked(viewer)
    const result = await next({ ctx: { viewer } })
    if (result.ok) return result
    if (result.error.cause instanceof z.ZodError) {
      throw new TRPCError({
        code: 'BAD_REQUEST',
        message: sentences(result.error.cause),
        cause: result.error.cause,
      })
    }
    if (isTold(type, meta))
      await tellIfRefused(ctx, viewer, { procedure: path, ...thingIn(asked) }, result.error)
    return result
  })
}

const unblocked = withSession({ evenIfBlocked: false })

/**
 * Rights whose answers show things one by one. Who asks what takes one of them leaves an entry in the audit, whether rows
 * were read or not; who asks what others are answered too, where rows were read one by one.
 */
const POINTS: ReadonlySet<Right> = new Set(['points.governance', 'points.publicOrder', 'cameras.points'])

/** What a call may use to read, to change and to leave a trace, and the order in which these end. */
async function recorded<Result extends { ok: boolean }>(
  call: ProcedureCall,
  {
    type,
    path,
    meta,
    signal,
  }: {
    type: 'query' | 'mutation' | 'subscription'
    path: string
    meta: Meta | undefined
    signal: AbortSignal | undefined
  },
  run: () => Promise<Result>,
): Promise<Result> {
  // Its answer would leave piece by piece, long after the call has ended: the hub serves it (live/streamRoute.ts).
  if (type === 'subscription') {
    throw new TRPCError({
      code: 'METHOD_NOT_SUPPORTED',
      message: `${path} is a stream: ask for it alone, by GET.`,
    })
  }
  let result: Result
  try {
    result = await run()
  } catch (error) {
    await call.abandon()
    throw error
  }
  if (!result.ok) {
    await call.abandon()
    // Nobody is told, and nothing is wrong.
    if (signal?.aborted) throw new TRPCError({ code: 'CLIENT_CLOSED_REQUEST' })
    return result
  }
  const showsPoints =
    meta !== undefined && meta.right !== 'signedIn' && meta.right.every((each) => POINTS.has(each))
  if (!call.isAudited && (type === 'mutation' || showsPoints || call.hasReadPoints)) {
    await call.abandon()
    throw new Error(
      `${path} left nothing in the audit: ${type === 'mutation' ? 'a change' : 'a look at single things'} must.`,
    )
  }
  await call.end()
  return result
}

/** What a procedure uses of its call. */
function toolsOf(call: ProcedureCall) {
  return {
    signal: call.signal,
    rows: call.rows.bind(call),
    audit: call.audit.bind(call),
    auditNow: call.auditNow.bind(call),
    // bind would forget what `run` answers
    change: <T>(entry: Parameters<typeof call.change<T>>[0], run: Parameters<typeof call.change<T>>[1]) =>
      call.change<T>(entry, run),
  }
}

function own(procedure: typeof unblocked) {
  return procedure.meta({ right: 'signedIn' }).use(({ ctx, type, path, meta, signal, next }) => {
    const call = new ProcedureCall(ctx.database, ctx.viewer, undefined, signal)
    return recorded(call, { type, path, meta, signal }, () => next({ ctx: toolsOf(call) }))
  })
}

/** Anyone with a session, about their own account. */
export const signedIn = own(unblocked)

/** The few questions that are answered while a password or a second factor is still to be set. */
export const evenIfBlocked = own(withSession({ evenIfBlocked: true }))

function lacking(rights: readonly Right[]): TRPCError {
  const what =
    rights.length === 1 ? `the right ${listed([...rights])}` : `one of the rights ${listed([...rights])}`
  return forbidden(`This account may not ask this: it takes ${what}.`, { reason: 'right' })
}

/**
 * Whoever holds any of the rights, in whatever city: for what belongs to the installation.
 * @throws Error at once for a right that may demand a purpose: whether it does is a matter of a city.
 */
export function permittedAnywhere(right: Right | readonly Right[]) {
  const rights: readonly Right[] = typeof right === 'string' ? [right] : right
  const demanding = rights.find((each) => mayDemandPurpose(each))
  if (demanding) throw new Error(`The right ${demanding} is asked for in a city, never anywhere.`)
  return unblocked.meta({ right: rights, anywhere: true }).use(({ ctx, type, path, meta, signal, next }) => {
    const held = rightsOf(ctx.viewer.grants)
    if (!rights.some((each) => held.includes(each))) throw lacking(rights)
    const call = new ProcedureCall(ctx.database, ctx.viewer, undefined, signal)
    return recorded(call, { type, path, meta, signal }, () => next({ ctx: toolsOf(call) }))
  })
}

/** A city for somebody who may use any of the rights there. @throws TRPCError for everybody else. */
export async function permittedIn(
  database: Database,
  viewer: Viewer,
  cityName: string,
  rights: readonly Right[],
): Promise<SeenCityAccess> {
  const seen = await accessFor(database, viewer, cityName)
  if (!seen) throw noCity(cityName)
  const held = rights.filter((each) => seen.access.has(each))
  if (held.length === 0) throw lacking(rights)
  if (!held.some((each) => seen.access.may(each))) throw purposeless()
  return seen
}

/** @throws TRPCError for somebody who has a password or a second factor to set first. */
export function refuseBlocked(viewer: Viewer): void {
  const block = blockOf(viewer)
  if (block === 'changePassword') throw forbidden('Change the password first.', { reason: block })
  if (block === 'twoFactor') throw forbidden('Set up the second factor first.', { reason: block })
}

/**
 * A question about one city, named by its code or its division code, by somebody who holds any of the rights there. A
 * city in which somebody sees nothing sounds like one that does not exist.
 */
export function permitted(right: Right | readonly Right[]) {
  const rights: readonly Right[] = typeof right === 'string' ? [right] : right
  const asked = unblocked.meta({ right: rights }).input(z.object({ city: cityName }))
  return asked.use(async ({ ctx, input, type, path, meta, signal, next }) => {
    const { city, access } = await permittedIn(ctx.database, ctx.viewer, input.city, rights)
    const call = new ProcedureCall(ctx.database, ctx.viewer, city.code, signal)
    return recorded(call, { type, path, meta, signal }, () =>
      next({ ctx: { ...toolsOf(call), city, access } }),
    )
  })
}

/**
 * Whose refusals stand in the audit: changes, questions for single things and exports, and those of administration. What
 * is only counted, and geography, are not told: screens ask for these without anybody's doing.
 */
export function isTold(type: 'query' | 'mutation' | 'subscription', { right, anywhere }: Meta): boolean {
  if (type === 'mutation') return true
  if (right === 'signedIn') return false
  return anywhere ? !right.includes('map') : right.some((each) => POINTS.has(each) || each === 'export')
}

/** Leaves an entry about a question that failed, where it was refused. */
export async function tellIfRefused(
  ctx: Context,
  viewer: Viewer,
  asked: Omit<Refusal, 'reason'>,
  error: TRPCError,
): Promise<void> {
  const reason = reasonOf(error)
  if (reason !== null) await tellRefusal(ctx.database, viewer, { ...asked, reason }, nowOf(ctx))
}

/** Why a question was refused, where that is told in the audit; null: it failed for another reason. */
function reasonOf({ code, cause }: TRPCError): Refusal['reason'] | null {
  if (code === 'NOT_FOUND') return 'notFound'
  if (code !== 'FORBIDDEN') return null
  // A change that the rows forbid gives no reason of its own.
  const reason = cause instanceof ForbiddenReason ? cause.data.reason : 'right'
  return reason === 'right' || reason === 'purpose' ? reason : null
}

const ID_NAMES = ['id', 'incidentId', 'dispatchId', 'personId', 'drillId', 'unitId'] as const

/** What was asked for, and of which city, where a question names one thing. Taken as it came: no longer than a name is. */
function thingIn(input: unknown): Pick<Refusal, 'city' | 'id'> {
  const asked = new Map(typeof input === 'object' && input !== null ? Object.entries(input) : [])
  const ids = ID_NAMES.map((name) => asked.get(name))
  const id = ids.find((each) => typeof each === 'number' || typeof each === 'string')
  return {
    city: cityName.safeParse(asked.get('city')).data,
    id: id === undefined ? id : String(id).slice(0, 60),
  }
}
