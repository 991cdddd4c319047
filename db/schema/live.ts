import { bigint, boolean, integer, json, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const told = {
  cityCode: text('city_code').notNull(),
  topic: text().notNull(),
  cellId: integer('cell_id'),
  kind: text(),
  unitId: integer('unit_id'),
  incidentId: bigint('incident_id', { mode: 'number' }),
  squadId: integer('squad_id'),
  /** The first that is told of its incident. */
  opening: boolean().notNull(),
  message: json().notNull(),
}

/** Changes that have been committed and not numbered yet. */
export const liveWaiting = pgTable('live_waiting', {
  id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  ...told,
})

/** Changes in the order in which everybody reads them. */
export const liveEvents = pgTable('live_events', {
  number: bigint({ mode: 'number' }).primaryKey(),
  numberedAt: timestamp('numbered_at', { withTimezone: true }).notNull(),
  ...told,
})

/** One row: the last number that was given. */
export const liveHead = pgTable('live_head', {
  single: boolean().primaryKey().default(true),
  lastNumber: bigint('last_number', { mode: 'number' }).notNull(),
  numberedAt: timestamp('numbered_at', { withTimezone: true }).notNull(),
})
