import type { Database, Queryable } from '../../db/client.ts'
import { type AuditActor, type AuditEntry, insertAudit } from '../../db/queries/audit.ts'
import { findWait } from '../../db/queries/signInFailures.ts'
import type { SignInPerson } from '../../db/queries/signIns.ts'
import { accountSubject } from './attempts.ts'

/** What the audit says of signing in: who, or that it was nobody here. */

export function personActor(person: SignInPerson, address: string, sessionId: string | null): AuditActor {
  return {
    personId: person.id,
    userName: person.user_name,
    kind: person.kind,
    roles: person.roles,
    address,
    sessionId,
  }
}

/** Somebody whom nothing here is known about. @param name what stands for them: '?' and a word. */
export function strangerActor(name: string, address: string): AuditActor {
  return { personId: null, userName: name, kind: 'stranger', roles: [], address, sessionId: null }
}

/** What a stranger typed as a name may be a password: only its fingerprint is written down, so that equal ones show. */
export function fingerprint(userName: string): string {
  return `?${accountSubject(userName).slice('account:'.length, 'account:'.length + 8)}`
}

/** Writes an entry, and whatever else belongs to it, in one transaction. */
export function note(
  database: Database,
  actor: AuditActor,
  entry: AuditEntry,
  more?: (tx: Queryable) => Promise<void>,
): Promise<void> {
  return database.transaction(async (tx) => {
    await insertAudit(tx, actor, entry)
    await more?.(tx)
  })
}

/** A refused attempt, and that the account has to wait where it now has to. */
export function noteRefusal(
  database: Database,
  actor: AuditActor,
  { userName, now, detail }: { userName: string; now: Date; detail: Record<string, unknown> },
): Promise<void> {
  return note(database, actor, { action: 'session.refuse', detail }, async (tx) => {
    const wait = await findWait(tx, accountSubject(userName), now)
    if (!wait) return
    await insertAudit(tx, actor, {
      action: 'account.lock',
      detail: { failures: wait.failures, until: wait.blocked_until.toISOString() },
    })
  })
}
