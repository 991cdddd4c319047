import {
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { multiPolygon, point } from '../geometry.ts'

export const areaLevels = pgTable(
  'area_levels',
  {
    cityCode: text('city_code').notNull(),
    version: text().notNull(),
    level: text().notNull(),
    hierarchy: text({ enum: ['administration', 'patrol'] }).notNull(),
    /** 0 is the whole city; larger is finer. */
    rank: smallint().notNull(),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.version, table.level] })],
)

export const areas = pgTable(
  'areas',
  {
    cityCode: text('city_code').notNull(),
    /** Unique in its city over all versions. */
    id: integer().notNull(),
    version: text().notNull(),
    level: text().notNull(),
    code: text().notNull(),
    nameZh: text('name_zh').notNull(),
    nameEn: text('name_en').notNull(),
    parentId: integer('parent_id'),
    squadId: integer('squad_id'),
    population: integer().notNull().default(0),
    households: integer().notNull().default(0),
    /** Urban/rural class of the statistics bureau, 111…220. */
    urbanRural: text('urban_rural'),
    /** Geodesic, on the WGS 84 ellipsoid. */
    areaKm2: doublePrecision('area_km2').notNull(),
    labelPoint: point('label_point').notNull(),
    geom: multiPolygon().notNull(),
    synthetic: boolean().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.id] }),
    unique().on(table.cityCode, table.version, table.level, table.code),
    index('areas_geom').using('gist', table.geom),
    index('areas_parent').on(table.cityCode, table.parentId),
  ],
)

export const areaLineage = pgTable(
  'area_lineage',
  {
    cityCode: text('city_code').notNull(),
    fromId: integer('from_id').notNull(),
    toId: integer('to_id').notNull(),
    relation: text({ enum: ['same', 'split', 'merge'] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.fromId, table.toId] })],
)

/** Which area of each level and version holds a cell, the finest piece of ground. */
export const cellAreas = pgTable(
  'cell_areas',
  {
    cityCode: text('city_code').notNull(),
    version: text().notNull(),
    level: text().notNull(),
    cellId: integer('cell_id').notNull(),
    areaId: integer('area_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.version, table.level, table.cellId] }),
    index('cell_areas_area').on(table.cityCode, table.areaId),
  ],
)

const cellRanges = customType<{ data: string }>({ dataType: () => 'int4multirange' })

/** The cells of each area as ranges, for row-level security; kept by triggers on cell_areas. */
export const areaGround = pgTable(
  'area_ground',
  {
    cityCode: text('city_code').notNull(),
    areaId: integer('area_id').notNull(),
    cells: cellRanges().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.areaId] })],
)

/** Which areas of any hierarchy share ground with which of the patrol hierarchy; kept by triggers on cell_areas. */
export const sharedGround = pgTable(
  'shared_ground',
  {
    cityCode: text('city_code').notNull(),
    areaId: integer('area_id').notNull(),
    patrolAreaId: integer('patrol_area_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.areaId, table.patrolAreaId] }),
    index('shared_ground_patrol').on(table.cityCode, table.patrolAreaId),
  ],
)
