import { APIError } from 'better-auth/api'
import { verifyPassword } from 'better-auth/crypto'
import type { Database } from '../../db/client.ts'
import { passwordHashes } from '../../db/queries/signIns.ts'
import { LONGEST_PASSWORD, passwordProblem } from './passwordRules.ts'
import type { SessionState } from './sessionState.ts'

/** Whether it is the password of today. Some that cannot be are not even hashed. */
export async function isPasswordOf(database: Database, userId: string, password: string): Promise<boolean> {
  const [hash] = await passwordHashes(database, userId, 0)
  return (
    hash !== undefined && password.length <= LONGEST_PASSWORD && (await verifyPassword({ hash, password }))
  )
}

/** @throws BAD_REQUEST for a password that the rules refuse, or that the person has or has had. */
export async function requireNewPassword(
  database: Database,
  { userId, userName, rules }: SessionState,
  next: string,
): Promise<void> {
  const problem = passwordProblem(next, userName, rules)
  if (problem) throw new APIError('BAD_REQUEST', problem)
  // The one of today is never new, whatever the history is set to.
  for (const hash of await passwordHashes(database, userId, rules.passwordHistory)) {
    if (await verifyPassword({ hash, password: next })) {
      throw new APIError('BAD_REQUEST', {
        code: 'PASSWORD_REUSED',
        message: 'The password was had before. Choose a new one.',
      })
    }
  }
}
