import { TRPCError } from '@trpc/server'

/** A question that cannot be answered as asked; the sentence says what was expected and what came. */
export function badRequest(message: string): TRPCError {
  return new TRPCError({ code: 'BAD_REQUEST', message })
}

/** There is no such thing, or none that may be shown: both sound alike. */
export function notFound(message: string): TRPCError {
  return new TRPCError({ code: 'NOT_FOUND', message })
}

/** "a", "b" and "c", cut after `most`. */
export function listed(names: string[], most = 20): string {
  const quoted = names.slice(0, most).map((name) => `"${name}"`)
  if (names.length > most) return `${quoted.join(', ')} and ${names.length - most} more`
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}` : (quoted[0] ?? 'none')
}
