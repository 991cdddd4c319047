import type { Translate } from '../i18n/translate.ts'
import { errorCode } from '../trpc.ts'

const known = ['FORBIDDEN', 'NOT_FOUND', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR'] as const

/**
 * A refused change in words. What only the server can say precisely stays in its words.
 * @param conflict what a CONFLICT means here
 */
export function refusalText(error: unknown, t: Translate, conflict?: string): string {
  const code = errorCode(error)
  if (code === null) return t('signIn.unreachable')
  if (code === 'CONFLICT' && conflict) return conflict
  const found = known.find((each) => each === code)
  if (found) return t(`admin.refused.${found}`)
  return error instanceof Error ? error.message : String(error)
}
