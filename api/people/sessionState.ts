import type { Database } from '../../db/client.ts'
import { type AuditActor, insertAudit } from '../../db/queries/audit.ts'
import { deleteSession, findSession, type SessionRow } from '../../db/queries/sessions.ts'
import { type Rules, rulesOf } from './rules.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Whose session it is and what it must do before anything else. */
export interface SessionState {
  userId: string
  userName: string
  name: string
  sessionId: string
  kind: 'person' | 'kiosk'
  roles: string[]
  /** Made by somebody else, or too old: nothing is served before it is changed. */
  mustChangePassword: boolean
  /** `required` and not `enabled`: nothing is served before one is set up. */
  twoFactor: { enabled: boolean; required: boolean }
  /** Null: this session does not end by not being used. */
  idleMinutes: number | null
  /** When it ends, used or not. */
  expiresAt: Date
  rules: Rules
}

type Over = 'idle' | 'absolute' | 'disabled' | 'kiosk'

function overOf(row: SessionRow, rules: Rules, now: Date): Over | null {
  if (row.disabled_at !== null) return 'disabled'
  if (row.kind === 'kiosk') return row.kiosk_open && now < row.expires_at ? null : 'kiosk'
  const absolute = Math.min(
    row.expires_at.getTime(),
    row.created_at.getTime() + rules.absoluteHours * 60 * MINUTE,
  )
  if (now.getTime() >= absolute) return 'absolute'
  return now.getTime() >= row.used_at.getTime() + rules.idleMinutes * MINUTE ? 'idle' : null
}

function stateOf(row: SessionRow, rules: Rules, now: Date): SessionState {
  const byPassword = row.kind === 'person' && row.method === 'password'
  const since = row.password_changed_at?.getTime() ?? 0
  const aged = rules.passwordAgeDays > 0 && now.getTime() >= since + rules.passwordAgeDays * DAY
  const endless = row.kind === 'kiosk'
  const absolute = row.created_at.getTime() + rules.absoluteHours * 60 * MINUTE
  return {
    userId: row.user_id,
    userName: row.user_name,
    name: row.name,
    sessionId: row.id,
    kind: row.kind,
    roles: row.roles,
    mustChangePassword: byPassword && (row.must_change_password || aged),
    twoFactor: {
      enabled: row.two_factor_enabled,
      required:
        row.kind === 'person' &&
        row.method !== 'oidcStrong' &&
        row.roles.some((role) => rules.secondFactorRoles.includes(role)),
    },
    idleMinutes: endless ? null : rules.idleMinutes,
    expiresAt: endless ? row.expires_at : new Date(Math.min(row.expires_at.getTime(), absolute)),
    rules,
  }
}

/** The person of a session, as the audit writes them. */
export function actorOf(state: SessionState, address: string | null): AuditActor {
  return {
    personId: state.userId,
    userName: state.userName,
    kind: state.kind,
    roles: state.roles,
    address,
    sessionId: state.sessionId,
  }
}

/**
 * The session of a token, null when there is none. One that was not used for too long, has run out, or belongs to an
 * account that may no longer be used ends here and now, and the audit says why.
 */
export async function liveSession(
  database: Database,
  token: string,
  now: Date,
): Promise<SessionState | null> {
  const row = await findSession(database, token, now)
  if (!row) return null
  const rules = rulesOf(row.rules)
  const state = stateOf(row, rules, now)
  const over = overOf(row, rules, now)
  if (over === null) return state
  await database.transaction(async (tx) => {
    if (!(await deleteSession(tx, row.id))) return
    await insertAudit(tx, actorOf(state, row.ip_address), {
      action: 'session.expire',
      detail: { reason: over },
    })
  })
  return null
}
