import { boolean, date, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { point } from '../geometry.ts'

/** Key sites, service centres, service halls, patrol posts. */
export const places = pgTable(
  'places',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    category: text({ enum: ['site', 'centre', 'hall', 'post'] }).notNull(),
    kind: text().notNull(),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
    /** The level it serves. */
    level: text(),
    /** The area it belongs to, of any level. */
    areaId: integer('area_id'),
    openedOn: date('opened_on', { mode: 'string' }),
    cellId: integer('cell_id'),
    geom: point().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
