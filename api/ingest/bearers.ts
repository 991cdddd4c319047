import { timingSafeEqual } from 'node:crypto'
import type { Database } from '../../db/client.ts'
import { type BearerRow, findBearer, findSigner, type SourceKind } from '../../db/queries/ingestTokens.ts'
import type { GeographicCrs } from '../../geodata/crs.ts'
import { signingSecret, tokenHash } from './tokens.ts'

/** Who brings something: a source, or the beacon of a unit, by a token that holds. */
export interface Bearer {
  tokenId: number
  city: string
  /** 'ingest:110'; null for a beacon. */
  source: string | null
  kind: SourceKind
  /** The beacon's unit; null for a source. */
  unitId: number | null
  /** Of positions that do not say. */
  crs: GeographicCrs
  /** Of incidents that do not say. */
  channel: string
  defaultKind: string | null
  ratePerSecond: number
  /** Whether what it brings is made up. */
  synthetic: boolean
  /** Equal for all tokens of one source or beacon. */
  key: string
}

/** A phone that was out of reach sends what it kept as fast as it can. */
const DEVICE_RATE = 10
/** The database says when a token changes and checks each again; this is for one that runs out by itself. */
const REMEMBERED_MS = 2_000
const MOST_REMEMBERED = 5_000

function bearerOf(row: BearerRow): Bearer {
  const { city_code, source_code, unit_id } = row
  return {
    tokenId: row.id,
    city: city_code,
    source: source_code,
    kind: row.kind,
    unitId: unit_id,
    crs: row.crs,
    channel: row.channel ?? 'unknown',
    defaultKind: row.default_kind,
    ratePerSecond: row.rate_per_second ?? DEVICE_RATE,
    synthetic: row.synthetic,
    key: source_code === null ? `${city_code} unit ${unit_id}` : `${city_code} ${source_code}`,
  }
}

/** Tokens as this server knows them: looked up by their hash, remembered for a moment. */
export class Bearers {
  private readonly database: Database
  private readonly secret: string
  private readonly remembered = new Map<string, { bearer: Bearer; until: number }>()
  private stop: () => Promise<void> = async () => undefined

  private constructor(database: Database, secret: string) {
    this.database = database
    this.secret = secret
  }

  /** @param secret of the installation, from which the secrets of signed requests follow. */
  static async start(database: Database, secret: string): Promise<Bearers> {
    const bearers = new Bearers(database, secret)
    bearers.stop = await database.listen('sources', () => bearers.forget())
    return bearers
  }

  /** Whose token this is; undefined for one that is unknown, revoked or over: they must all sound alike. */
  async of(token: string): Promise<Bearer | undefined> {
    const hash = tokenHash(token)
    const name = hash.toString('base64')
    const known = this.remembered.get(name)
    if (known && known.until > performance.now()) return known.bearer
    const row = await findBearer(this.database, hash)
    // What is signed is never let in by the secret itself.
    if (!row || row.kind === 'sms') {
      this.remembered.delete(name)
      return undefined
    }
    const bearer = bearerOf(row)
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear()
    this.remembered.set(name, { bearer, until: performance.now() + REMEMBERED_MS })
    return bearer
  }

  /** The source whose key has this name, with the secret it signs by; undefined as above. */
  async signer(keyName: string): Promise<{ bearer: Bearer; secret: string } | undefined> {
    const row = await findSigner(this.database, keyName)
    if (!row) return undefined
    const secret = signingSecret(this.secret, keyName)
    // Made under another secret of the installation: void.
    if (!timingSafeEqual(tokenHash(secret), row.token_hash)) return undefined
    return { bearer: bearerOf(row), secret }
  }

  /** Whether the token held when it came last: it is looked up however many others from its address do not hold. */
  knew(token: string): boolean {
    return this.remembered.has(tokenHash(token).toString('base64'))
  }

  /** Looks each up anew when it comes next. */
  forget(): void {
    for (const known of this.remembered.values()) known.until = 0
  }

  close(): Promise<void> {
    return this.stop()
  }
}
