/** What the server tells everybody: whether an identity provider signs people in too, and the rules of passwords. */
import { z } from 'zod/mini'
import type { PasswordRules } from './passwordRules.ts'

const offers = z.looseObject({
  oidc: z.nullable(z.looseObject({ name: z.string() })),
  timeZone: z.string(),
  password: z.looseObject({
    minLength: z.number(),
    classes: z.number(),
    history: z.number(),
    maxAgeDays: z.number(),
  }),
})

export interface Offers {
  oidc: { name: string } | null
  /** IANA name. */
  timeZone: string
  password: PasswordRules
}

/** @throws when the server cannot be reached or answers with an error. */
export async function readOffers(): Promise<Offers> {
  const response = await fetch('/api/offers', { headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`The server answered ${response.status} when asked what it offers.`)
  return offers.parse(await response.json())
}
