import { customType, doublePrecision, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })

/** Pictures and other immutable files of a city (the shaded relief). */
export const assets = pgTable(
  'assets',
  {
    cityCode: text('city_code').notNull(),
    name: text().notNull(),
    mediaType: text('media_type').notNull(),
    /** [west, south, east, north], degrees. */
    bounds: doublePrecision().array(),
    content: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.name] })],
)
