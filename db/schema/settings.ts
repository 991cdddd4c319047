import { jsonb, pgTable, text } from 'drizzle-orm/pg-core'

/** What the installation decides once and keeps. */
export const settings = pgTable('settings', {
  name: text().primaryKey(),
  value: jsonb().notNull(),
})
