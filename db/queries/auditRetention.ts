import type { Database, Queryable } from '../client.ts'
import { type AuditActor, insertAudit } from './audit.ts'

/** Letting go of what has been kept for long enough: whole seals from the beginning, so that the rest still verifies. */

/** No setting goes below this: half a year. The database refuses it too. */
export const LEAST_KEEP_DAYS = 183
export const STANDARD_KEEP_DAYS = 400

export interface Retained {
  /** Rows that went. */
  removed: number
  /** The last place in the chain that went; null: nothing was old enough. */
  through: number | null
}

const SETTING = 'auditKeepDays'

/** For how many days rows are kept, by the setting. */
export async function keepDays(db: Queryable): Promise<number> {
  const [row] = await db.query<{ value: unknown }>('SELECT value FROM settings WHERE name = $1', [SETTING])
  const days = Number(row?.value ?? STANDARD_KEEP_DAYS)
  return Number.isInteger(days) && days >= LEAST_KEEP_DAYS ? days : STANDARD_KEEP_DAYS
}

/** What the audit says of a retention. */
export function retentionEntry(days: number, { removed, through }: Retained) {
  return { action: 'audit.retain', rows: removed, detail: { days, ...(through === null ? {} : { through }) } }
}

/** Removes what is older than the setting says, as the installation itself, and says so in the audit. */
export function retainAudit(db: Database, actor: AuditActor, days: number): Promise<Retained> {
  return db.transaction(async (tx) => {
    const [retained] = await tx.query<Retained>('SELECT removed, through FROM audit_retain($1)', [days])
    await insertAudit(tx, actor, retentionEntry(days, retained))
    return retained
  })
}

/** Whether the installation itself has done so within the last 20 hours. */
export async function retainedToday(db: Queryable): Promise<boolean> {
  const [{ done }] = await db.query<{ done: boolean }>(
    `SELECT EXISTS (SELECT FROM audit WHERE at > now() - interval '20 hours' AND action = 'audit.retain' AND kind = 'system') AS done`,
  )
  return done
}

/** As the keeper of the audit: `tx` is gridwall_writer's, and the caller writes the audit row. `days` becomes the setting. */
export async function retainAsKeeper(tx: Queryable, days: number): Promise<Retained> {
  const [retained] = await tx.query<Retained>('SELECT removed, through FROM audit_keep($1)', [days])
  return retained
}

export async function setKeepDays(db: Queryable, days: number): Promise<void> {
  await db.query(
    `INSERT INTO settings (name, value) VALUES ($1, to_jsonb($2::int)) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [SETTING, days],
  )
}
