import type { Database } from '../../db/client.ts'
import { Bearers } from './bearers.ts'
import { Health } from './health.ts'
import { Rates } from './rates.ts'
import { signingSecret } from './tokens.ts'

/** What a server keeps for whatever comes in live. */
export interface Ingest {
  bearers: Bearers
  health: Health
  rates: Rates
  now: () => Date
  /** The secret behind the name of a key that requests are signed with. */
  secretOf: (keyName: string) => string
  close(): Promise<void>
}

/**
 * @param options `secret`: of the installation; `limitFactor` multiplies what sources may send, 0: no limits; `now`: the
 * clock that times are compared with.
 */
export async function startIngest(
  database: Database,
  {
    secret,
    limitFactor = 1,
    now = () => new Date(),
  }: { secret: string; limitFactor?: number; now?: () => Date },
): Promise<Ingest> {
  const bearers = await Bearers.start(database, secret)
  const health = new Health(database, now)
  return {
    bearers,
    health,
    rates: new Rates(limitFactor),
    now,
    secretOf: (keyName) => signingSecret(secret, keyName),
    async close() {
      await bearers.close()
      await health.close()
    },
  }
}
