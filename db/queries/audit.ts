import { scrub } from '../../geodata/scrub.ts'
import type { Queryable } from '../client.ts'

/** Writing down who saw or changed what. Reading is auditReading.ts, sealing auditSealing.ts. */

/** Who did it, with name and roles as they are at this moment. */
export interface AuditActor {
  /** Of users; null for the installation itself and for strangers. */
  personId: string | null
  /** For a stranger what they said they were called, cleaned of what could be a secret; else the account's. */
  userName: string
  kind: 'person' | 'kiosk' | 'system' | 'stranger'
  roles: readonly string[]
  address: string | null
  sessionId: string | null
}

/** What was done, where and why. Never content: no row's values, no password, no token, no free text of a person. */
export interface AuditEntry {
  /** 'noun.verb' */
  action: string
  city?: string
  areaId?: number
  /** [west, south, east, north], EPSG:4326, degrees. */
  box?: readonly [number, number, number, number]
  /** Id or name of what was seen or changed. */
  target?: string
  /** How many rows were seen or changed. */
  rows?: number
  purpose?: string
  detail?: Record<string, unknown>
}

/** The installation itself: its start, its commands, its daily work. @param task 'server', 'seed', 'import', … */
export function systemActor(task: string): AuditActor {
  return { personId: null, userName: task, kind: 'system', roles: [], address: null, sessionId: null }
}

const NOTE = `
INSERT INTO audit (person_id, user_name, kind, roles, session_id, address, action, target, rows, city_code, area_id, box, purpose, detail)
VALUES ($1, $2, $3, $4::text[], $5, $6, $7, $8, $9, $10, $11,
  ST_MakeEnvelope($12::float8, $13::float8, $14::float8, $15::float8, 4326), $16, $17::jsonb)`
const INSERT = `${NOTE}
RETURNING id, at`

/** Numbers of persons taken out of whatever text is in a value: a filter may hold what somebody typed. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value).text
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [cleaned(name), cleaned(each)]))
}

/**
 * Writes one row in the transaction of what it tells of: both happen or neither. Under gridwall_reader and
 * gridwall_writer the database takes only rows of the person it was told (`gridwall.person`).
 * @returns the row's number, which stays its name for ever, and its time.
 */
export async function insertAudit(
  tx: Queryable,
  actor: AuditActor,
  entry: AuditEntry,
): Promise<{ id: number; at: Date }> {
  const [written] = await tx.query<{ id: number; at: Date }>(INSERT, valuesOf(actor, entry))
  return written
}

/** The same for whoever needs neither number nor time: the policies of reading are not asked then. */
export async function noteAudit(tx: Queryable, actor: AuditActor, entry: AuditEntry): Promise<void> {
  await tx.query(NOTE, valuesOf(actor, entry))
}

function valuesOf(actor: AuditActor, entry: AuditEntry): unknown[] {
  return [
    actor.personId,
    actor.kind === 'stranger' ? scrub(actor.userName).text : actor.userName,
    actor.kind,
    [...actor.roles],
    actor.sessionId,
    actor.address,
    entry.action,
    entry.target === undefined ? null : scrub(entry.target).text,
    entry.rows ?? null,
    entry.city ?? null,
    entry.areaId ?? null,
    ...(entry.box ?? [null, null, null, null]),
    entry.purpose ?? null,
    JSON.stringify(cleaned(entry.detail ?? {})),
  ]
}
