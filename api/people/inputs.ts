import { z } from 'zod'
import { plainName } from '../inputs.ts'
import { USER_NAME } from './signInPlugin.ts'

const USER = 'a user name of 3 to 30 letters, digits, dots, hyphens and underscores'

/** The name one signs in with. Never a person's: no number that belongs to one either. */
export const userName = z
  .string({ error: `expected ${USER}` })
  .regex(USER_NAME, { error: `expected ${USER}` })
  .and(plainName(30))

/** Ids of accounts, sessions and kiosks. */
export const accountId = z
  .string({ error: 'expected the id of an account' })
  .regex(/^[\w-]{1,64}$/, { error: 'expected the id of an account' })
