import { newKeyName, newToken, signingSecret, tokenHash } from '../../api/ingest/tokens.ts'
import type { Database } from '../../db/client.ts'
import { insertToken, type SourceKind } from '../../db/queries/ingestTokens.ts'
import { insertSource, type NewSource } from '../../db/queries/sources.ts'

/** A source with a token that holds. @returns the token. */
export async function createSource(
  database: Database,
  code: string,
  kind: SourceKind,
  more: Partial<NewSource> = {},
): Promise<string> {
  const source: NewSource = {
    city: 'shuifu',
    code,
    kind,
    name: code,
    crs: 'EPSG:4326',
    channel: '110',
    defaultKind: null,
    ratePerSecond: 100,
    expectedEveryS: 60,
    synthetic: true,
    createdBy: null,
    ...more,
  }
  await insertSource(database, source)
  const token = newToken()
  await insertToken(
    database,
    { city: source.city, source: code },
    { hash: tokenHash(token), keyName: null, createdBy: null },
  )
  return token
}

/** A source whose messages are signed. @returns the name of its key and the secret. */
export async function createSignedSource(
  database: Database,
  installationSecret: string,
  code: string,
  more: Partial<NewSource> = {},
): Promise<{ keyName: string; secret: string }> {
  await createSource(database, code, 'sms', more)
  const keyName = newKeyName()
  const secret = signingSecret(installationSecret, keyName)
  await insertToken(
    database,
    { city: more.city ?? 'shuifu', source: code },
    { hash: tokenHash(secret), keyName, createdBy: null },
  )
  return { keyName, secret }
}

/** A beacon of a unit. @returns its token. */
export async function createBeacon(database: Database, unitId: number, city = 'shuifu'): Promise<string> {
  await database.query(
    'INSERT INTO devices (city_code, unit_id, call_sign) SELECT city_code, id, call_sign FROM units WHERE city_code = $1 AND id = $2',
    [city, unitId],
  )
  const token = newToken()
  await insertToken(database, { city, unitId }, { hash: tokenHash(token), keyName: null, createdBy: null })
  return token
}
