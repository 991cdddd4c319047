import { createHash } from 'node:crypto'
import type { Database, Queryable } from '../../db/client.ts'
import {
  type Attempt,
  countAttempt,
  forgetFailures,
  sweepFailures,
  uncountAttempt,
  type WaitRule,
} from '../../db/queries/signInFailures.ts'
import { networkOf } from '../hardening/requestLimits.ts'
import type { Rules } from './rules.ts'

const DAY_MINUTES = 24 * 60

/** What is counted for an account: never the name itself, for people type passwords there. */
export function accountSubject(userName: string): string {
  return `account:${createHash('sha256').update(userName.toLowerCase()).digest('hex')}`
}

/** Of IPv6 the network: whoever has one address there has all of them. */
export function addressSubject(address: string): string {
  return `address:${networkOf(address)}`
}

function accountRule(rules: Rules): WaitRule {
  return { ...rules, failures: rules.accountFailures, forgetMinutes: DAY_MINUTES }
}

function addressRule(rules: Rules): WaitRule {
  return { ...rules, failures: rules.addressFailures, forgetMinutes: 60 }
}

function secondsUntil(until: Date | null, now: Date): number | null {
  return until && Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
}

/**
 * Counts an attempt to get in, as failed until it succeeds: for the address first, then for the account, in one order, so
 * that two servers never wait for each other. An account that has to wait sounds like any other, there or not.
 * @returns how long nothing may be tried from here or for this account, whole seconds; null: go on.
 */
export function beginAttempt(
  database: Database,
  { userName, address, rules, now }: { userName: string; address: string; rules: Rules; now: Date },
): Promise<number | null> {
  return database.transaction(async (tx) => {
    const fromAddress = await countAttempt(tx, addressSubject(address), addressRule(rules), now)
    const ofAccount: Attempt = fromAddress.blockedUntil
      ? fromAddress
      : await countAttempt(tx, accountSubject(userName), accountRule(rules), now)
    if (fromAddress.failures === 1) await sweepFailures(tx, now)
    return secondsUntil(fromAddress.blockedUntil ?? ofAccount.blockedUntil, now)
  })
}

/** The same where there is no account to count for: a token is right or wrong. @returns how long to wait, whole seconds. */
export function beginTokenAttempt(
  database: Database,
  { address, rules, now }: { address: string; rules: Rules; now: Date },
): Promise<number | null> {
  return database.transaction(async (tx) => {
    const { blockedUntil } = await countAttempt(tx, addressSubject(address), addressRule(rules), now)
    return secondsUntil(blockedUntil, now)
  })
}

/** The token was right. */
export function passTokenAttempt(tx: Queryable, address: string): Promise<void> {
  return uncountAttempt(tx, addressSubject(address))
}

/** The attempt was right, but it is not over: the second factor is still to come. */
export function passAttempt(
  database: Database,
  { userName, address }: { userName: string; address: string },
): Promise<void> {
  return database.transaction(async (tx) => {
    await uncountAttempt(tx, addressSubject(address))
    await uncountAttempt(tx, accountSubject(userName))
  })
}

/** Somebody got in. Their address keeps what others there have failed. */
export async function succeedAttempt(
  tx: Queryable,
  { userName, address, now }: { userName: string; address: string; now: Date },
): Promise<void> {
  await uncountAttempt(tx, addressSubject(address))
  await forgetFailures(tx, accountSubject(userName), now)
}

/** How long to wait, in words for the person. */
export function waitMessage(seconds: number): string {
  const time = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return `Too many failed attempts. Try again in ${time}.`
}
