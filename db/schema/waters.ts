import { boolean, doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { lineString } from '../geometry.ts'

export const waters = pgTable(
  'waters',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    kind: text().notNull(),
    nameZh: text('name_zh'),
    nameEn: text('name_en'),
    widthM: doublePrecision('width_m').notNull(),
    geom: lineString().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
