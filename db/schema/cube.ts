import {
  bigint,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'

// Transaction numbers and snapshots are handed around as texts and only ever compared by the server.
const transactionNumber = customType<{ data: string }>({ dataType: () => 'xid8' })
const snapshot = customType<{ data: string }>({ dataType: () => 'pg_snapshot' })
const instant = (name: string) => timestamp(name, { withTimezone: true })

/** Where each cell lies in a plane; ordinal 0 is "in no cell". */
export const cubeCells = pgTable(
  'cube_cells',
  {
    cityCode: text('city_code').notNull(),
    ordinal: integer().notNull(),
    cellId: integer('cell_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.ordinal] }),
    unique().on(table.cityCode, table.cellId),
  ],
)

/** What the planes of a city hold, and from where on the log is whole. */
export const cubeState = pgTable('cube_state', {
  cityCode: text('city_code').primaryKey(),
  epoch: transactionNumber().notNull(),
  snapshot: snapshot(),
  foldedAt: instant('folded_at'),
  systemIdentifier: bigint('system_identifier', { mode: 'bigint' }),
  purgedXid: transactionNumber('purged_xid').notNull(),
  markedXid: transactionNumber('marked_xid').notNull(),
  markedAt: instant('marked_at').notNull(),
})

/** How many incidents of a node of the tree of kinds were reported in each cell before an instant. */
export const cubePlanes = pgTable(
  'cube_planes',
  {
    cityCode: text('city_code').notNull(),
    node: text().notNull(),
    until: instant('until').notNull(),
    total: bigint({ mode: 'number' }).notNull(),
    counts: integer().array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.node, table.until] })],
)

/** What changed in the counts, by the transaction that changed it. */
export const cubeChanges = pgTable(
  'cube_changes',
  {
    xid: transactionNumber().notNull(),
    reportedAt: instant('reported_at').notNull(),
    cellId: integer('cell_id'),
    n: integer().notNull(),
    cityCode: text('city_code').notNull(),
    kind: text().notNull(),
  },
  (table) => [index('cube_changes_xid').on(table.cityCode, table.xid)],
)
