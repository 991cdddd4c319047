import type { Queryable } from '../../db/client.ts'
import {
  endTokensAt,
  insertToken,
  revokeTokens,
  type SourceKind,
  type TokenOwner,
} from '../../db/queries/ingestTokens.ts'
import { newKeyName, newToken, tokenHash } from './tokens.ts'

/** What whoever issues a token is shown, this once. */
export interface IssuedToken {
  token: string
  /** What a signed request names its key by; then `token` is the secret it signs with. Null for all else. */
  keyName: string | null
}

/**
 * Gives a source or a beacon a new token, which holds at once.
 * @param options `oldUntil`: when those before run out; absent: now. `secretOf`: the secret of a key that requests are
 * signed with.
 */
export async function issueToken(
  tx: Queryable,
  owner: TokenOwner,
  options: {
    kind: SourceKind
    oldUntil?: Date
    createdBy: string
    secretOf: ((keyName: string) => string) | undefined
  },
): Promise<IssuedToken> {
  const { kind, oldUntil, createdBy, secretOf } = options
  if (oldUntil) await endTokensAt(tx, owner, oldUntil)
  else await revokeTokens(tx, owner)
  const keyName = kind === 'sms' ? newKeyName() : null
  if (keyName !== null && !secretOf)
    throw new Error('Secrets of signed sources are made by a running server.')
  const token = keyName !== null && secretOf ? secretOf(keyName) : newToken()
  await insertToken(tx, owner, { hash: tokenHash(token), keyName, createdBy })
  return { token, keyName }
}
