import type { Translate } from '../i18n/translate.ts'
import { errorCode, wasUnreached } from '../trpc.ts'

const known = [
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'TOO_MANY_REQUESTS',
  'INTERNAL_SERVER_ERROR',
] as const

/** Whether the server was not reached at all. */
export function isOffline(error: unknown): boolean {
  return wasUnreached(error) || error instanceof TypeError
}

/** Why something could not be read, in the reader's language. What only the server can say precisely is quoted. */
export function errorText(error: unknown, t: Translate): string {
  if (isOffline(error)) return t('signIn.unreachable')
  const code = errorCode(error)
  const found = known.find((each) => each === code)
  if (found) return t(`state.errors.${found}`)
  const words = error instanceof Error ? error.message : String(error)
  return code === null ? words : t('state.errors.quoted', { words })
}
