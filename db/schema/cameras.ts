import {
  boolean,
  char,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { point } from '../geometry.ts'

export const cameras = pgTable(
  'cameras',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    code: char({ length: 20 }).notNull(),
    ownership: text({ enum: ['public', 'social'] }).notNull(),
    /** Number of the social unit that owns it. */
    ownerUnit: integer('owner_unit'),
    type: text().notNull(),
    industry: char({ length: 2 }).notNull(),
    /** 0 north, clockwise. */
    directionDeg: smallint('direction_deg').notNull(),
    fieldOfViewDeg: smallint('field_of_view_deg').notNull(),
    rangeM: smallint('range_m').notNull(),
    indoor: boolean().notNull(),
    installedOn: date('installed_on', { mode: 'string' }).notNull(),
    in2018Register: boolean('in_2018_register').notNull().default(false),
    status: text({ enum: ['online', 'offline', 'repair'] }).notNull(),
    statusSince: timestamp('status_since', { withTimezone: true }).notNull(),
    retentionDays: smallint('retention_days').notNull(),
    cellId: integer('cell_id'),
    geom: point().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.id] }),
    unique().on(table.cityCode, table.code),
    index('cameras_geom').using('gist', table.geom),
    index('cameras_cell').on(table.cityCode, table.cellId),
  ],
)

export const cameraOutages = pgTable(
  'camera_outages',
  {
    cityCode: text('city_code').notNull(),
    cameraId: integer('camera_id').notNull(),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
    endedAt: timestamp('ended_at', { withTimezone: true }),
    reason: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.cameraId, table.startedAt] })],
)
