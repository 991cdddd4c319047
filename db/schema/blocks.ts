import { boolean, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { multiPolygon, point } from '../geometry.ts'

/** Residential estates and hamlets. */
export const blocks = pgTable(
  'blocks',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
    households: integer().notNull(),
    population: integer().notNull(),
    cellId: integer('cell_id'),
    point: point().notNull(),
    geom: multiPolygon().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
