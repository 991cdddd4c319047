import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true })
const bigId = () => bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity()

/** A unit sent to an incident. */
export const dispatches = pgTable(
  'dispatches',
  {
    cityCode: text('city_code').notNull(),
    id: bigId(),
    incidentId: bigint('incident_id', { mode: 'number' }).notNull(),
    unitId: integer('unit_id').notNull(),
    /** The unit's squad when it was sent. */
    squadId: integer('squad_id').notNull(),
    /** The incident's micro-grid. */
    cellId: integer('cell_id'),
    state: text({ enum: ['assigned', 'acknowledged', 'onScene', 'done', 'withdrawn'] })
      .notNull()
      .default('assigned'),
    assignedAt: instant('assigned_at').notNull(),
    acknowledgedAt: instant('acknowledged_at'),
    arrivedAt: instant('arrived_at'),
    /** Done or withdrawn. */
    endedAt: instant('ended_at'),
    /** Sent although the unit was at another incident. */
    beside: boolean().notNull().default(false),
    synthetic: boolean().notNull(),
    /** The source that sent it; null: a person. */
    toldBy: text('told_by'),
    /** Why it was withdrawn where nobody decided it. */
    withdrawnBecause: text('withdrawn_because', { enum: ['offDuty'] }),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)

/** Which squad an incident was handed to. */
export const handovers = pgTable(
  'handovers',
  {
    cityCode: text('city_code').notNull(),
    id: bigId(),
    incidentId: bigint('incident_id', { mode: 'number' }).notNull(),
    fromSquadId: integer('from_squad_id'),
    toSquadId: integer('to_squad_id').notNull(),
    cellId: integer('cell_id'),
    handedAt: instant('handed_at').notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)

/** Where units should be, or should not, in which hours of the week (api/dispatch/schedule.ts). */
export const fences = pgTable(
  'fences',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    areaIds: integer('area_ids').array().notNull(),
    squadIds: integer('squad_ids').array().notNull(),
    unitIds: integer('unit_ids').array().notNull().default([]),
    rule: text({ enum: ['inside', 'outside'] }).notNull(),
    demand: text({ enum: ['one', 'each'] }).notNull(),
    schedule: jsonb().notNull(),
    graceS: integer('grace_s').notNull(),
    enabled: boolean().notNull().default(true),
    revision: integer().notNull().default(1),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)

/** What is broken, and since when; unique by all but `since`. */
export const fenceBreaches = pgTable('fence_breaches', {
  cityCode: text('city_code').notNull(),
  fenceId: integer('fence_id').notNull(),
  squadId: integer('squad_id').notNull(),
  unitId: integer('unit_id'),
  since: instant('since').notNull(),
})

export const alerts = pgTable(
  'alerts',
  {
    cityCode: text('city_code').notNull(),
    id: bigId(),
    kind: text({ enum: ['outsideFence', 'insideFence', 'sourceSilent', 'leftIncident'] }).notNull(),
    fenceId: integer('fence_id'),
    areaId: integer('area_id'),
    squadId: integer('squad_id'),
    unitId: integer('unit_id'),
    sourceCode: text('source_code'),
    /** Of an incident that nobody is at any more. */
    incidentId: bigint('incident_id', { mode: 'number' }),
    raisedAt: instant('raised_at').notNull(),
    acknowledgedAt: instant('acknowledged_at'),
    clearedAt: instant('cleared_at'),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
