import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'

/** Configuration and equipment that is counted: duties, service modes, terminals, teams … */
export const resources = pgTable(
  'resources',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    kind: text().notNull(),
    code: text().notNull(),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
    version: text(),
    areaId: integer('area_id'),
    quantity: doublePrecision().notNull().default(1),
    attributes: jsonb().notNull().default({}),
    /** True where the name stands in for one that was counted but not published. */
    synthetic: boolean().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.id] }),
    unique().on(table.cityCode, table.kind, table.code),
  ],
)
