/** The session, by plain requests to better-auth's endpoints under `/api/auth`. */
import { z } from 'zod/mini'
import { attendanceHeaders } from './activity.ts'
import { AuthError, askAuth } from './authRequest.ts'

const sessionAnswer = z.nullable(
  z.object({
    user: z.object({ id: z.string(), name: z.string(), username: z.nullish(z.string()) }),
  }),
)

export interface Session {
  userId: string
  /** The user name, which is what people sign in with. */
  name: string
}

/** Who is signed in, or null; prolongs the session while somebody is at the screen. @throws when the server cannot be reached or answers with an error. */
export async function readSession(): Promise<Session | null> {
  const response = await fetch('/api/auth/get-session', {
    headers: { accept: 'application/json', ...attendanceHeaders() },
  })
  if (response.status === 401) return null
  if (!response.ok) throw new Error(`The server answered ${response.status} when asked for the session.`)
  const answer = sessionAnswer.parse(await response.json())
  return answer && { userId: answer.user.id, name: answer.user.username ?? answer.user.name }
}

const signInAnswer = z.looseObject({ twoFactorRedirect: z.optional(z.boolean()) })

/** What is left to do: nothing, or the second factor. */
export type SignInStep = 'done' | 'factor'

/** @throws AuthError with what is wrong. */
export async function signIn(credentials: { username: string; password: string }): Promise<SignInStep> {
  const answer = signInAnswer.safeParse(await askAuth('/sign-in/username', credentials))
  return answer.success && answer.data.twoFactorRedirect ? 'factor' : 'done'
}

/** The second step of signing in. @throws AuthError */
export async function signInWithFactor({ kind, code }: { kind: 'totp' | 'backup'; code: string }) {
  await askAuth(kind === 'totp' ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code', { code })
}

const redirect = z.object({ url: z.string() })

/** Where the identity provider signs people in; it sends them back to this very view. @throws AuthError */
export async function providerAddress(): Promise<string> {
  const here = `${window.location.pathname}${window.location.search}`
  const answer = redirect.safeParse(
    await askAuth('/sign-in/oauth2', { providerId: 'oidc', callbackURL: here, errorCallbackURL: here }),
  )
  if (!answer.success) throw new AuthError('refused')
  return answer.data.url
}

export async function signOut(): Promise<void> {
  await askAuth('/sign-out', {})
}
