import { boolean, doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { point } from '../geometry.ts'

/** Resettlement and building projects. */
export const projects = pgTable(
  'projects',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
    resettledHouseholds: integer('resettled_households').notNull(),
    floorAreaM2: doublePrecision('floor_area_m2').notNull(),
    /** 1 mu = 666.67 m². */
    landMu: doublePrecision('land_mu').notNull(),
    cellIds: integer('cell_ids').array().notNull(),
    geom: point().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
