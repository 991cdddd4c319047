import { TRPCError } from '@trpc/server'
import { PURPOSE_HEADER, PURPOSES } from './access.ts'

/** A question that cannot be answered as asked; the sentence says what was expected and what came. */
export function badRequest(message: string): TRPCError {
  return new TRPCError({ code: 'BAD_REQUEST', message })
}

/** Somebody else changed it meanwhile, or it is so already. */
export function conflict(message: string): TRPCError {
  return new TRPCError({ code: 'CONFLICT', message })
}

/** There is no such thing, or none that may be shown: both sound alike. */
export function notFound(message: string): TRPCError {
  return new TRPCError({ code: 'NOT_FOUND', message })
}

export function noArea(cityCode: string, id: number): TRPCError {
  return notFound(`No area ${id} in ${cityCode}.`)
}

/** Why somebody who is signed in is refused, for screens to act on: `error.data` carries it. */
export interface RefusalData {
  reason: 'right' | 'purpose' | 'changePassword' | 'twoFactor'
  /** The purposes that may be stated. */
  purposes?: string[]
}

export class ForbiddenReason extends Error {
  readonly data: RefusalData

  constructor(data: RefusalData) {
    super(data.reason)
    this.data = data
  }
}

/** Whoever asks may not, whatever the thing: it says nothing about whether the thing exists. */
export function forbidden(message: string, data: RefusalData): TRPCError {
  return new TRPCError({ code: 'FORBIDDEN', message, cause: new ForbiddenReason(data) })
}

export function noCity(name: string): TRPCError {
  return notFound(
    `No city "${name}" here: expected the code or the division code of a city that cities.list names.`,
  )
}

export function purposeless(): TRPCError {
  return forbidden(
    `Say what for: expected the header ${PURPOSE_HEADER} with one of ${PURPOSES.join(', ')}.`,
    {
      reason: 'purpose',
      purposes: [...PURPOSES],
    },
  )
}

/** "a", "b" and "c", cut after `most`. */
export function listed(names: string[], most = 20): string {
  const quoted = names.slice(0, most).map((name) => `"${name}"`)
  if (names.length > most) return `${quoted.join(', ')} and ${names.length - most} more`
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}` : (quoted[0] ?? 'none')
}
