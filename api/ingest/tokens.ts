import { createHash, createHmac, randomBytes } from 'node:crypto'

/** A token that nobody guesses: 256 random bits, shown once. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of it, and looked up: so that no time tells how much of a guess was right. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** A name for a key that requests are signed with; no secret. */
export function newKeyName(): string {
  return randomBytes(12).toString('base64url')
}

/**
 * The secret behind a key's name. It has to be known whole to check a signature, and so is worked out anew from the
 * installation's own secret instead of being kept: the database holds nothing that signs. Another BETTER_AUTH_SECRET
 * makes all of them void.
 */
export function signingSecret(installationSecret: string, keyName: string): string {
  return createHmac('sha256', installationSecret).update(`gridwall ingest ${keyName}`).digest('base64url')
}
