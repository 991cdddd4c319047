/** Plain requests to the endpoints under `/api/auth`, and what they refuse in words a form can show. */
import { z } from 'zod/mini'

export type AuthProblem =
  | 'wrong'
  | 'locked'
  | 'disabled'
  | 'unreachable'
  | 'wrongCode'
  | 'factorExpired'
  | 'wrongPassword'
  | 'passwordRules'
  | 'providerDown'
  | 'refused'

/** A refusal of the server. `retryAfterSeconds` is known where it said so, `code` and `words` are the server's own. */
export class AuthError extends Error {
  readonly problem: AuthProblem
  readonly code: string
  readonly words: string
  readonly retryAfterSeconds: number | null
  constructor(
    problem: AuthProblem,
    {
      code = '',
      words = '',
      retryAfterSeconds = null,
    }: Partial<Pick<AuthError, 'code' | 'words' | 'retryAfterSeconds'>> = {},
  ) {
    super(words || `Signing in failed: ${problem}.`)
    this.problem = problem
    this.code = code
    this.words = words
    this.retryAfterSeconds = retryAfterSeconds
  }
}

const refusal = z.object({ code: z.nullish(z.string()), message: z.nullish(z.string()) })

const problemOfCode: Readonly<Record<string, AuthProblem>> = {
  INVALID_USERNAME_OR_PASSWORD: 'wrong',
  ACCOUNT_DISABLED: 'disabled',
  ACCOUNT_TEMPORARILY_LOCKED: 'locked',
  INVALID_CODE: 'wrongCode',
  INVALID_BACKUP_CODE: 'wrongCode',
  INVALID_TWO_FACTOR_COOKIE: 'factorExpired',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'factorExpired',
  INVALID_PASSWORD: 'wrongPassword',
  PROVIDER_UNREACHABLE: 'providerDown',
}

/** Sends a question to `/api/auth<path>` and answers its JSON. @throws AuthError */
export async function askAuth(path: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
  const response = await fetch(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null)
  if (!response || response.status >= 500) throw new AuthError('unreachable')
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) return answer
  throw refused(response, answer)
}

function refused(response: Response, answer: unknown): AuthError {
  const parsed = refusal.safeParse(answer)
  const code = (parsed.success && parsed.data.code) || ''
  const words = (parsed.success && parsed.data.message) || ''
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const told = { code, words, retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : null }
  if (response.status === 429) return new AuthError('locked', told)
  const known = problemOfCode[code]
  if (known) return new AuthError(known, told)
  if (code.startsWith('PASSWORD_')) return new AuthError('passwordRules', told)
  return new AuthError(response.status === 401 ? 'wrong' : 'refused', told)
}
