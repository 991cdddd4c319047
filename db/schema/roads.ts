import {
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core'
import { lineString } from '../geometry.ts'

export const roads = pgTable(
  'roads',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    class: text().notNull(),
    nameZh: text('name_zh'),
    nameEn: text('name_en'),
    speedKmh: smallint('speed_kmh').notNull(),
    /** Equal nodes are the same junction. */
    fromNode: integer('from_node').notNull(),
    toNode: integer('to_node').notNull(),
    lengthM: doublePrecision('length_m').notNull(),
    /** The cell holding the road's middle. */
    cellId: integer('cell_id'),
    geom: lineString().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.id] }),
    index('roads_geom').using('gist', table.geom),
  ],
)
