import { boolean, integer, pgTable, primaryKey, real, text, timestamp } from 'drizzle-orm/pg-core'
import { point } from '../geometry.ts'

const instant = (name: string) => timestamp(name, { withTimezone: true })

/** When a unit is on duty; without an end until it is said to be off. */
export const unitDuties = pgTable(
  'unit_duties',
  {
    cityCode: text('city_code').notNull(),
    unitId: integer('unit_id').notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.unitId, table.startedAt] })],
)

/** Raw fixes, kept for 30 days. Heading degrees clockwise from north, speed metres a second. */
export const unitPositions = pgTable(
  'unit_positions',
  {
    cityCode: text('city_code').notNull(),
    unitId: integer('unit_id').notNull(),
    fixedAt: instant('fixed_at').notNull(),
    headingDeg: real('heading_deg'),
    speedMs: real('speed_ms'),
    cellId: integer('cell_id'),
    geom: point().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.unitId, table.fixedAt] })],
)

/** What stays of fixes: seconds a micro-grid and hour (UTC) of a squad's units of one kind. */
export const patrolMinutes = pgTable(
  'patrol_minutes',
  {
    cityCode: text('city_code').notNull(),
    hour: instant('hour').notNull(),
    cellId: integer('cell_id').notNull(),
    squadId: integer('squad_id').notNull(),
    unitKind: text('unit_kind').notNull(),
    seconds: integer().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.cityCode, table.hour, table.cellId, table.squadId, table.unitKind, table.synthetic],
    }),
  ],
)
