import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'

/** What was done, when and where: talks, trainings, drills, checks, warnings pushed … */
export const activities = pgTable(
  'activities',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    kind: text().notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    areaId: integer('area_id'),
    /** People reached, items, yuan: the kind says which. */
    quantity: doublePrecision(),
    attributes: jsonb().notNull().default({}),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
