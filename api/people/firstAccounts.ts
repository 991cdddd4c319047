import { randomBytes } from 'node:crypto'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import type { Database, Transaction } from '../../db/client.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import { setGrants } from '../../db/queries/grants.ts'
import {
  countHolders,
  findAccount,
  insertPerson,
  recoverAccount,
  setPassword,
} from '../../db/queries/people.ts'
import { passwordHashes } from '../../db/queries/signIns.ts'
import { accountSubject } from './attempts.ts'
import { demoPeople } from './demoPeople.ts'

export const ADMIN = 'admin'
/** As many as the database keeps (password_set, 0007). */
const MOST_REMEMBERED = 24

/** What the first account may, so that whoever installs sees everything there is: appoint others and then take these away. */
const ADMIN_GRANTS = ['systemAdmin', 'planner', 'leader'].map((role) => ({
  role,
  city_code: null,
  area_id: null,
}))

export interface MadeAccount {
  userName: string
  /** Shown once, stored nowhere. */
  password: string
  /** Roles and where they hold, for whoever reads the list. */
  roles: string
}

/** Something nobody guesses, with all four classes, so that any rule takes it. */
export function madePassword(): string {
  return `${randomBytes(12).toString('base64url')}-Gw7`
}

export function newId(): string {
  return randomBytes(16).toString('base64url')
}

/** The account `admin`: made, completed after a killed start, or let in again with the password given. */
async function ensureAdmin(tx: Transaction, given: string | undefined): Promise<string | undefined> {
  const actor = systemActor('server')
  const known = await findAccount(tx, ADMIN)
  const id = known?.id ?? newId()
  const [hash] = known ? await passwordHashes(tx, id, 0) : []
  if (!hash) {
    const password = given ?? madePassword()
    if (!known) await insertPerson(tx, { id, userName: ADMIN, name: ADMIN })
    await setPassword(tx, id, await hashPassword(password), given === undefined)
    await insertAudit(tx, actor, { action: 'person.create', target: id, detail: { userName: ADMIN } })
    await giveFirstGrants(tx, id)
    return given === undefined ? password : undefined
  }
  await giveFirstGrants(tx, id)
  if (given === undefined || (await verifyPassword({ hash, password: given }))) return undefined
  // One they have had may simply have been left in the environment: nobody has lost anything.
  const stale = await wasHad(tx, id, given)
  await setPassword(tx, id, await hashPassword(given), false)
  await recoverAccount(tx, id, accountSubject(ADMIN), { keepSecondFactor: stale })
  await insertAudit(tx, actor, {
    action: 'person.recover',
    target: id,
    detail: { userName: ADMIN, secondFactorKept: stale },
  })
  return undefined
}

async function wasHad(tx: Transaction, id: string, password: string): Promise<boolean> {
  const [, ...had] = await passwordHashes(tx, id, MOST_REMEMBERED)
  for (const hash of had) if (await verifyPassword({ hash, password })) return true
  return false
}

/** Only where nobody runs accounts: the installation is new, or from before there were grants. Later one always does. */
async function giveFirstGrants(tx: Transaction, id: string): Promise<void> {
  if ((await countHolders(tx, 'systemAdmin')) > 0) return
  await setGrants(tx, id, ADMIN_GRANTS, null)
  await insertAudit(tx, systemActor('server'), {
    action: 'grants.set',
    target: id,
    detail: { given: ADMIN_GRANTS.map(({ role }) => role) },
  })
}

/** A made password for an account that nobody else can let in again, such as the only security administrator's. */
async function recover(tx: Transaction, userName: string): Promise<MadeAccount | undefined> {
  const known = await findAccount(tx, userName)
  if (known?.kind !== 'person') return undefined
  const password = madePassword()
  await setPassword(tx, known.id, await hashPassword(password), true)
  await recoverAccount(tx, known.id, accountSubject(userName), { keepSecondFactor: false })
  await insertAudit(tx, systemActor('server'), {
    action: 'person.recover',
    target: known.id,
    detail: { userName: userName.toLowerCase() },
  })
  return { userName: userName.toLowerCase(), password, roles: '' }
}

/** Ids of demo accounts begin so. */
const DEMO_ID = 'demo-'

/** Demo accounts are there while the server shows a demonstration, and no longer: their passwords were printed on a screen. */
async function removeDemoPeople(tx: Transaction): Promise<void> {
  const gone = await tx.query<{ id: string; user_name: string }>(
    'DELETE FROM users WHERE starts_with(id, $1) RETURNING id, username AS user_name',
    [DEMO_ID],
  )
  for (const { id, user_name: userName } of gone) {
    await insertAudit(tx, systemActor('server'), {
      action: 'person.remove',
      target: id,
      detail: { userName, demo: true },
    })
  }
}

async function ensureDemoPeople(tx: Transaction): Promise<MadeAccount[]> {
  const made: MadeAccount[] = []
  for (const { userName, name, grants, roles } of await demoPeople(tx)) {
    if (await findAccount(tx, userName)) continue
    const id = DEMO_ID + newId()
    const password = madePassword()
    await insertPerson(tx, { id, userName, name })
    await setPassword(tx, id, await hashPassword(password), false)
    await setGrants(tx, id, grants, null)
    await insertAudit(tx, systemActor('server'), {
      action: 'person.create',
      target: id,
      detail: { userName, demo: true, roles },
    })
    made.push({ userName, password, roles })
  }
  return made
}

/**
 * The accounts an installation begins with, each told of in the audit. Of servers that start together one makes them.
 *
 * A given password of the administrator that is not theirs is how one gets in again: it replaces the old one, ends their
 * sessions, and takes away what else keeps them out: the wait after failures, being disabled, and, where they have never
 * had this password, a second factor that was lost. Whoever can set it runs the machine anyway.
 * @returns passwords made here, to be shown once.
 */
export function ensureAccounts(
  database: Database,
  {
    adminPassword,
    demo = false,
    recoverUser,
  }: { adminPassword?: string; demo?: boolean; recoverUser?: string },
): Promise<{
  firstPassword: string | undefined
  demoAccounts: MadeAccount[]
  recovered: MadeAccount | undefined
}> {
  return database.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock(hashtext('gridwall accounts'))")
    if (!demo) await removeDemoPeople(tx)
    const firstPassword = await ensureAdmin(tx, adminPassword)
    const demoAccounts = demo ? await ensureDemoPeople(tx) : []
    const recovered = recoverUser === undefined ? undefined : await recover(tx, recoverUser)
    return { firstPassword, demoAccounts, recovered }
  })
}
