import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { point } from '../geometry.ts'

const instant = (name: string) => timestamp(name, { withTimezone: true })

export const incidents = pgTable(
  'incidents',
  {
    cityCode: text('city_code').notNull(),
    /** Given by a trigger: disputes have numbers of their own, below zero. */
    id: bigint({ mode: 'number' }).notNull().default(0),
    /** 'demo', 'import:<file>', 'ingest:110' … */
    source: text().notNull(),
    /** The row's name at its source: what makes a second run add nothing. */
    sourceId: text('source_id').notNull(),
    kind: text().notNull(),
    /** 1 red, 2 orange, 3 yellow, 4 blue. */
    level: smallint().notNull().default(4),
    channel: text().notNull().default('unknown'),
    reportedAt: instant('reported_at').notNull(),
    dispatchedAt: instant('dispatched_at'),
    arrivedAt: instant('arrived_at'),
    closedAt: instant('closed_at'),
    dueAt: instant('due_at'),
    status: text({ enum: ['new', 'dispatched', 'onScene', 'closed', 'recorded'] }).notNull(),
    outcome: text(),
    resolvedLevel: text('resolved_level'),
    /** The cell holding the point, found once, at insert; null outside every area. */
    cellId: integer('cell_id'),
    geom: point().notNull(),
    attributes: jsonb().notNull().default({}),
    synthetic: boolean().notNull(),
    /** A merged duplicate: the incident that stays and is counted in its place. */
    duplicateOf: bigint('duplicate_of', { mode: 'number' }),
    /** When the source said what stands here; null: it came whole, with an import. */
    toldAt: instant('told_at'),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.id] }),
    unique().on(table.cityCode, table.source, table.sourceId),
    index('incidents_time').on(table.cityCode, table.reportedAt),
    index('incidents_geom').using('gist', table.geom),
    index('incidents_duplicates')
      .on(table.cityCode, table.duplicateOf)
      .where(sql`${table.duplicateOf} IS NOT NULL`),
    // The migration adds INCLUDE (cell_id), which drizzle cannot say.
    index('incidents_counted')
      .on(table.cityCode, table.kind, table.reportedAt)
      .where(sql`${table.duplicateOf} IS NULL`),
  ],
)
