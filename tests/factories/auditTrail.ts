import type { Database, Queryable } from '../../db/client.ts'
import { type AuditActor, type AuditEntry, insertAudit, systemActor } from '../../db/queries/audit.ts'

/** Accounts and entries of all kinds, as a day at work leaves them. */

export const officer: AuditActor = {
  personId: 'person-7',
  userName: 'officer-7',
  kind: 'person',
  roles: ['officer', 'planner'],
  address: '10.0.0.7',
  sessionId: 'session-7',
}
const wall: AuditActor = {
  personId: 'kiosk-1',
  userName: 'wall-1',
  kind: 'kiosk',
  roles: ['wall'],
  address: '10.0.0.20',
  sessionId: null,
}
const stranger: AuditActor = {
  personId: null,
  userName: '',
  kind: 'stranger',
  roles: [],
  address: '10.0.0.99',
  sessionId: null,
}

export function auditEntry(n: number): { actor: AuditActor; entry: AuditEntry } {
  switch (n % 5) {
    case 0:
      return {
        actor: officer,
        entry: {
          action: 'incidents.inView',
          city: 'shuifu',
          box: [104.1 + n / 1000, 28.5, 104.2 + n / 1000, 28.6 + 1 / 3],
          rows: n,
          purpose: 'dispatch',
          detail: { kinds: ['020000', '030000'], from: '2026-11-01T00:00:00.000Z' },
        },
      }
    case 1:
      return {
        actor: officer,
        entry: { action: 'incidents.get', city: 'shuifu', areaId: 12, target: String(1000 + n), rows: 1 },
      }
    case 2:
      return {
        actor: wall,
        entry: { action: 'session.begin', detail: { 说明: '大屏一号 "A"\\ \u2028', share: 0.1 } },
      }
    case 3:
      return { actor: stranger, entry: { action: 'session.refuse', detail: { reason: 'password' } } }
    default:
      return { actor: systemActor('import'), entry: { action: 'city.import', city: 'shuifu', rows: 10 * n } }
  }
}

/** Writes entries numbered from `first`, each in a transaction of its own. @returns their numbers in the table. */
export async function writeTrail(db: Database | Queryable, count: number, first = 0): Promise<number[]> {
  const ids: number[] = []
  for (let n = first; n < first + count; n++) {
    const { actor, entry } = auditEntry(n)
    ids.push((await insertAudit(db, actor, entry)).id)
  }
  return ids
}

const TABLES = ['audit', 'audit_links', 'audit_seals', 'audit_anchors']

/** What somebody does who owns the database and wants nobody to see it: statements with every trigger off, and on again afterwards. */
export async function tamper(db: Queryable, ...statements: string[]): Promise<void> {
  await db.script(TABLES.map((table) => `ALTER TABLE ${table} DISABLE TRIGGER ALL`).join(';'))
  for (const statement of statements) await db.query(statement)
  const triggers = await db.query<{ table_name: string; trigger_name: string }>(
    `SELECT tgrelid::regclass::text AS table_name, tgname AS trigger_name FROM pg_trigger
     WHERE tgname LIKE 'audit\\_%' AND NOT tgisinternal`,
  )
  await db.script(
    triggers
      .map(
        ({ table_name, trigger_name }) => `ALTER TABLE ${table_name} ENABLE ALWAYS TRIGGER ${trigger_name}`,
      )
      .join(';'),
  )
}
