import { bigint, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** What each import took and refused. */
export const imports = pgTable('imports', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  cityCode: text('city_code').notNull(),
  finishedAt: timestamp('finished_at', { withTimezone: true }).notNull().defaultNow(),
  report: jsonb().notNull(),
})
