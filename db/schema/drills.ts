import { integer, jsonb, pgTable, primaryKey, real, smallint, text, timestamp } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true })

/** A scripted scene that is, or was, drilled beside real data. */
export const drills = pgTable(
  'drills',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    scenarioCode: text('scenario_code').notNull(),
    /** With places found on the ground; see api/drills/scenario.ts. */
    scenario: jsonb().notNull(),
    /** Minutes of the scenario that pass in one of the clock. */
    pace: real().notNull(),
    startedAt: instant('started_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    endedAt: instant('ended_at'),
    /** users.id */
    startedBy: text('started_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)

/** A scenario that somebody brought. */
export const drillScenarios = pgTable(
  'drill_scenarios',
  {
    cityCode: text('city_code').notNull(),
    code: text().notNull(),
    scenario: jsonb().notNull(),
    importedAt: instant('imported_at').notNull().defaultNow(),
    /** users.id */
    importedBy: text('imported_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.code] })],
)

/** Where a made-up unit of a drill was sent. */
export const drillSends = pgTable(
  'drill_sends',
  {
    cityCode: text('city_code').notNull(),
    drillId: integer('drill_id').notNull(),
    unitNumber: smallint('unit_number').notNull(),
    sentAt: instant('sent_at').notNull(),
    inject: text().notNull(),
    /** See api/drills/ways.ts. */
    way: jsonb().notNull(),
    /** users.id */
    sentBy: text('sent_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.drillId, table.unitNumber, table.sentAt] })],
)

/** What was done in a drill. */
export const drillResponses = pgTable(
  'drill_responses',
  {
    cityCode: text('city_code').notNull(),
    drillId: integer('drill_id').notNull(),
    expectation: text().notNull(),
    unitNumber: smallint('unit_number'),
    respondedAt: instant('responded_at').notNull(),
    respondedBy: text('responded_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.drillId, table.expectation] })],
)
