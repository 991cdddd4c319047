/** The second factor of the signed-in account: six digits of an authenticator, and codes on paper for when it is lost. */
import { z } from 'zod/mini'
import { AuthError, askAuth } from './authRequest.ts'

export interface Enrolment {
  /** What the QR code says (otpauth://…). */
  uri: string
  /** The secret for typing, in groups of four. */
  secret: string
  backupCodes: readonly string[]
}

const enabled = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) })
const renewed = z.object({ backupCodes: z.array(z.string()) })

/** Begins: nothing is demanded yet before `confirmEnrolment`. @throws AuthError */
export async function startEnrolment(password: string): Promise<Enrolment> {
  const answer = enabled.safeParse(await askAuth('/two-factor/enable', { password }))
  if (!answer.success) throw new AuthError('refused')
  return {
    uri: answer.data.totpURI,
    secret: secretOf(answer.data.totpURI),
    backupCodes: answer.data.backupCodes,
  }
}

/** The secret of an otpauth address in groups of four. */
export function secretOf(uri: string): string {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  return (
    secret
      .replaceAll('=', '')
      .match(/.{1,4}/g)
      ?.join(' ') ?? ''
  )
}

/** @param code six digits the authenticator shows now. @throws AuthError */
export async function confirmEnrolment(code: string): Promise<void> {
  await askAuth('/two-factor/verify-totp', { code })
}

/** New backup codes; the old ones are void. @throws AuthError */
export async function renewBackupCodes(password: string): Promise<readonly string[]> {
  const answer = renewed.safeParse(await askAuth('/two-factor/generate-backup-codes', { password }))
  if (!answer.success) throw new AuthError('refused')
  return answer.data.backupCodes
}

/** @throws AuthError */
export async function switchOffFactor(password: string): Promise<void> {
  await askAuth('/two-factor/disable', { password })
}
