import type { TRPCError } from '@trpc/server'
import type { Queryable } from '../../db/client.ts'
import { countHolders, findPerson, type PersonRow } from '../../db/queries/people.ts'
import { type Right, rightsOf } from '../access.ts'
import type { Viewer } from '../context.ts'
import { badRequest, conflict, forbidden, notFound } from '../refusal.ts'

/** Roles that guard the others: nobody alone becomes one of them by resetting a password, another guard neither. */
const GUARDS = ['securityAdmin', 'auditAdmin', 'auditor']

function isGuard({ roles }: PersonRow): boolean {
  return roles.some((role) => GUARDS.includes(role))
}

function lacking(right: Right): TRPCError {
  return forbidden(`This takes the right "${right}".`, { reason: 'right' })
}

export async function personNamed(tx: Queryable, id: string): Promise<PersonRow> {
  const person = await findPerson(tx, id)
  if (!person) throw notFound(`No account "${id}" here.`)
  return person
}

/**
 * Somebody whose account is changed by somebody else. The accounts of guards belong to the right `grants`, all others to
 * `people`. Nobody does it to themselves. The database decides the same (account_kept, 0020).
 */
export async function personKept(tx: Queryable, viewer: Viewer, id: string): Promise<PersonRow> {
  const person = await personNamed(tx, id)
  if (id === viewer.userId) throw badRequest('This is your own account: others do this for you.')
  const right: Right = isGuard(person) ? 'grants' : 'people'
  if (!rightsOf(viewer.grants).includes(right)) throw lacking(right)
  return person
}

/**
 * The same for somebody's password or second factor. Those of guards take two people: one takes the role away and gives it
 * back, the other resets in between (secrets_kept, 0022).
 */
export async function secretsKept(tx: Queryable, viewer: Viewer, id: string): Promise<PersonRow> {
  const person = await personKept(tx, viewer, id)
  if (!isGuard(person)) return person
  throw forbidden('Who guards the others is reset by nobody alone: first the role is taken away.', {
    reason: 'right',
  })
}

/** Changes of who administers take turns, so that two of them do not leave nobody. Call it first. */
export async function takeTurn(tx: Queryable): Promise<void> {
  await tx.query('SELECT take_turn()')
}

/** @throws where a change has left nobody who can sign in and run accounts. Call it last, in the same transaction. */
export async function requireSystemAdmin(tx: Queryable): Promise<void> {
  if ((await countHolders(tx, 'systemAdmin')) > 0) return
  throw conflict('At least one account that may sign in must stay system administrator.')
}
