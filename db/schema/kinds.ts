import { boolean, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

export const kinds = pgTable(
  'kinds',
  {
    cityCode: text('city_code').notNull(),
    code: text().notNull(),
    parentCode: text('parent_code'),
    /** One of at most eight groups; colour and shape on the map follow it. */
    group: text('kind_group').notNull(),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
    /** Never as points, never below grid level. */
    dispute: boolean().notNull().default(false),
    /** Never below township level. */
    sensitive: boolean().notNull().default(false),
    /** Of public order; the others are of governance. */
    publicOrder: boolean('public_order').notNull().default(true),
    sort: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.code] })],
)
