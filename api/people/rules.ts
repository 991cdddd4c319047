import { z } from 'zod'

/** What an installation asks of passwords, sessions and second factors. Whole numbers, each within its range. */
export interface Rules {
  /** Fewest characters of a password. */
  passwordLength: number
  /** How many of the four classes it must have: small letters, capitals, digits, other characters. */
  passwordClasses: number
  /** How many passwords of before may not come back; 0: any may. */
  passwordHistory: number
  /** After how many days it must be changed; 0: never. */
  passwordAgeDays: number
  /** Failed sign-ins of one account in a row before it has to wait. */
  accountFailures: number
  /** Failed sign-ins from one address in a row before it has to wait: an office may share one. */
  addressFailures: number
  /** The first wait, seconds; each further failure doubles it. */
  firstWaitSeconds: number
  /** The longest wait, minutes. */
  longestWaitMinutes: number
  /** A session that nobody uses ends after this many minutes; kiosks' do not. */
  idleMinutes: number
  /** Any session of a person ends after this many hours, used or not. */
  absoluteHours: number
  /** So many sessions of a person at a time: one more ends the oldest; 0: as many as there are. */
  concurrentSessions: number
  /** Roles that must have a second factor. */
  secondFactorRoles: string[]
}

type NumberName = Exclude<keyof Rules, 'secondFactorRoles'>

/** Least and most of each, both allowed. */
export const RULE_RANGES: Record<NumberName, [least: number, most: number]> = {
  passwordLength: [8, 64],
  passwordClasses: [1, 4],
  passwordHistory: [0, 24],
  passwordAgeDays: [0, 365],
  accountFailures: [3, 20],
  addressFailures: [10, 500],
  firstWaitSeconds: [10, 3600],
  longestWaitMinutes: [1, 1440],
  idleMinutes: [5, 480],
  absoluteHours: [1, 168],
  concurrentSessions: [0, 20],
}

/** Until somebody decides otherwise: what GB/T 22239 level 3 is usually read as. */
export const STANDARD_RULES: Rules = {
  passwordLength: 10,
  passwordClasses: 3,
  passwordHistory: 5,
  passwordAgeDays: 90,
  accountFailures: 5,
  addressFailures: 50,
  firstWaitSeconds: 60,
  longestWaitMinutes: 60,
  idleMinutes: 30,
  absoluteHours: 12,
  concurrentSessions: 0,
  secondFactorRoles: [],
}

function within(name: NumberName) {
  const [least, most] = RULE_RANGES[name]
  return z
    .number()
    .int()
    .min(least)
    .max(most, { error: `expected ${name} from ${least} to ${most}` })
}

/** What rules.set takes: all of them, so that nobody changes one by leaving it out. */
export const rulesShape = {
  passwordLength: within('passwordLength'),
  passwordClasses: within('passwordClasses'),
  passwordHistory: within('passwordHistory'),
  passwordAgeDays: within('passwordAgeDays'),
  accountFailures: within('accountFailures'),
  addressFailures: within('addressFailures'),
  firstWaitSeconds: within('firstWaitSeconds'),
  longestWaitMinutes: within('longestWaitMinutes'),
  idleMinutes: within('idleMinutes'),
  absoluteHours: within('absoluteHours'),
  concurrentSessions: within('concurrentSessions'),
}

const stored = z.object({ ...rulesShape, secondFactorRoles: z.array(z.string()) }).partial()

/** Rules as stored (null: none are), the standard where one is missing or no longer within its range. */
export function rulesOf(values: unknown): Rules {
  if (values === null || typeof values !== 'object') return STANDARD_RULES
  const known: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const alone = stored.safeParse({ [name]: value })
    if (alone.success) Object.assign(known, alone.data)
  }
  return { ...STANDARD_RULES, ...known }
}
