import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
import { cityNamed } from './catalog.ts'
import type { Context } from './context.ts'
import { cityName } from './inputs.ts'

const t = initTRPC.context<Context>().create({
  // Stacks never leave the server, whatever NODE_ENV says.
  isDev: false,
  errorFormatter({ shape, error }) {
    if (error.code === 'INTERNAL_SERVER_ERROR') {
      return { ...shape, message: 'Something went wrong on the server; its log has the details.' }
    }
    return shape
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

/** The foot of the ladder. Nothing is served from here; every procedure starts at `signedIn` or above. */
const open = t.procedure.use(async ({ next }) => {
  const result = await next()
  if (!result.ok && result.error.cause instanceof z.ZodError) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: sentences(result.error.cause),
      cause: result.error.cause,
    })
  }
  return result
})

/** Anyone with a session. */
export const signedIn = open.use(async ({ ctx, path, getRawInput, next }) => {
  if (ctx.viewer === null) {
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first: this needs a session.' })
  }
  const problem = unknownInput(path, await getRawInput())
  if (problem) throw new TRPCError({ code: 'BAD_REQUEST', message: problem })
  return next({ ctx: { viewer: ctx.viewer } })
})

/** A signed-in question about one city, named by its code or its division code. */
export const ofCity = signedIn.input(z.object({ city: cityName })).use(async ({ ctx, input, next }) => {
  const city = await cityNamed(ctx.database, input.city)
  if (!city) {
    throw new TRPCError({
      code: 'NOT_FOUND',
      message: `No city "${input.city}" here: expected the code or the division code of a city that cities.list names.`,
    })
  }
  return next({ ctx: { city } })
})
