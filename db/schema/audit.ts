import { sql } from 'drizzle-orm'
import { bigint, customType, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

// Handed around as texts and only ever compared by the server.
const transactionNumber = customType<{ data: string }>({ dataType: () => 'xid8' })
const snapshot = customType<{ data: string }>({ dataType: () => 'pg_snapshot' })
const hash = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
// A box, as EWKB in hexadecimal.
const polygon = customType<{ data: string }>({ dataType: () => 'geometry(Polygon,4326)' })
const instant = (name: string) => timestamp(name, { withTimezone: true })
const whole = (name: string) => bigint(name, { mode: 'number' })

/** Who saw or changed what. Only ever appended to. */
export const audit = pgTable(
  'audit',
  {
    id: whole('id').primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull(),
    xid: transactionNumber().notNull(),
    personId: text('person_id'),
    userName: text('user_name').notNull(),
    kind: text().notNull(),
    roles: text().array().notNull(),
    sessionId: text('session_id'),
    address: text(),
    action: text().notNull(),
    target: text(),
    rows: whole('rows'),
    cityCode: text('city_code'),
    areaId: integer('area_id'),
    box: polygon(),
    purpose: text(),
    detail: jsonb().notNull(),
  },
  (table) => [
    index('audit_at').on(table.at, table.id),
    index('audit_xid').on(table.xid),
    index('audit_person').on(table.personId, table.at),
    index('audit_resets')
      .on(table.target, table.at)
      .where(sql`action IN ('password.reset', 'factor.reset', 'person.recover')`),
    index('audit_opened').on(table.personId, table.at).where(sql`action = 'session.open'`),
  ],
)

/** The place of each row in the unbroken sequence, its hash and the hash of the chain up to it. */
export const auditLinks = pgTable('audit_links', {
  seq: whole('seq').primaryKey(),
  id: whole('id').notNull().unique(),
  rowHash: hash('row_hash').notNull(),
  chainHash: hash('chain_hash').notNull(),
})

/** Batches of links, chained in their turn. */
export const auditSeals = pgTable('audit_seals', {
  number: whole('number').primaryKey(),
  firstSeq: whole('first_seq').notNull(),
  lastSeq: whole('last_seq').notNull(),
  head: hash().notNull(),
  sealedAt: instant('sealed_at').notNull(),
  snapshot: snapshot().notNull(),
  systemIdentifier: bigint('system_identifier', { mode: 'bigint' }).notNull(),
  anchor: whole('anchor').notNull(),
  hash: hash().notNull(),
})

/** Where the chain begins once retention has removed older rows. */
export const auditAnchors = pgTable('audit_anchors', {
  seal: whole('seal').primaryKey(),
  seq: whole('seq').notNull(),
  head: hash().notNull(),
  sealHash: hash('seal_hash').notNull(),
  keepDays: integer('keep_days').notNull(),
  removed: whole('removed').notNull(),
  madeAt: instant('made_at').notNull(),
  xid: transactionNumber().notNull(),
})
