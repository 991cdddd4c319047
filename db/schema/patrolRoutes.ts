import { boolean, doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { lineString } from '../geometry.ts'

export const patrolRoutes = pgTable(
  'patrol_routes',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    squadId: integer('squad_id').notNull(),
    unitId: integer('unit_id'),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
    serviceMode: text('service_mode').notNull(),
    lengthM: doublePrecision('length_m').notNull(),
    durationS: doublePrecision('duration_s').notNull(),
    roadIds: integer('road_ids').array().notNull(),
    geom: lineString().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
