/** Signing in and out, by plain requests to better-auth's endpoints under `/api/auth`. */
import { z } from 'zod/mini'
import { noteTold } from './activity.ts'
import { AuthError, askAuth } from './authRequest.ts'

const signInAnswer = z.looseObject({ twoFactorRedirect: z.optional(z.boolean()) })

/** What is left to do: nothing, or the second factor. */
export type SignInStep = 'done' | 'factor'

/** @throws AuthError with what is wrong. */
export async function signIn(credentials: { username: string; password: string }): Promise<SignInStep> {
  const at = Date.now()
  const answer = signInAnswer.safeParse(await askAuth('/sign-in/username', credentials))
  noteTold(at)
  return answer.success && answer.data.twoFactorRedirect ? 'factor' : 'done'
}

/** The second step of signing in. @throws AuthError */
export async function signInWithFactor({ kind, code }: { kind: 'totp' | 'backup'; code: string }) {
  const at = Date.now()
  await askAuth(kind === 'totp' ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code', { code })
  noteTold(at)
}

const redirect = z.object({ url: z.string() })

/** Where the identity provider signs people in; it sends them back to this very view. @throws AuthError */
export async function providerAddress(): Promise<string> {
  const here = `${window.location.pathname}${window.location.search}`
  const answer = redirect.safeParse(await askAuth('/sign-in/social', { provider: 'oidc', callbackURL: here }))
  if (!answer.success) throw new AuthError('refused')
  return answer.data.url
}

export async function signOut(): Promise<void> {
  await askAuth('/sign-out', {})
}
