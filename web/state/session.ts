/** The session, by plain requests to better-auth's endpoints under `/api/auth`. */
import { z } from 'zod/mini'

const sessionAnswer = z.nullable(
  z.object({
    user: z.object({ id: z.string(), name: z.string(), username: z.nullish(z.string()) }),
  }),
)

export interface Session {
  userId: string
  name: string
}

export type SignInProblem = 'wrong' | 'locked' | 'unreachable'

export class SignInError extends Error {
  readonly problem: SignInProblem
  constructor(problem: SignInProblem) {
    super(`Signing in failed: ${problem}.`)
    this.problem = problem
  }
}

/** Who is signed in, or null. @throws when the server cannot be reached or answers with an error. */
export async function readSession(): Promise<Session | null> {
  const response = await fetch('/api/auth/get-session', { headers: { accept: 'application/json' } })
  if (response.status === 401) return null
  if (!response.ok) throw new Error(`The server answered ${response.status} when asked for the session.`)
  const answer = sessionAnswer.parse(await response.json())
  return answer && { userId: answer.user.id, name: answer.user.username ?? answer.user.name }
}

/** @throws SignInError with what is wrong. */
export async function signIn(credentials: { username: string; password: string }): Promise<void> {
  const response = await post('/api/auth/sign-in/username', credentials).catch(() => null)
  if (response?.ok) return
  if (!response || response.status >= 500) throw new SignInError('unreachable')
  throw new SignInError(response.status === 429 ? 'locked' : 'wrong')
}

export async function signOut(): Promise<void> {
  const response = await post('/api/auth/sign-out', {})
  if (!response.ok) throw new Error(`The server answered ${response.status} when asked to sign out.`)
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}
