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
export const signedIn = open.use(({ ctx, next }) => {
  if (ctx.viewer === null) {
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first: this needs a session.' })
  }
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
