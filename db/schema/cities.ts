import { boolean, date, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

export const cities = pgTable('cities', {
  code: text().primaryKey(),
  /** Six-digit division code where the city has one. */
  divisionCode: text('division_code').unique(),
  nameZh: text('name_zh').notNull(),
  nameEn: text('name_en').notNull(),
  timeZone: text('time_zone').notNull(),
  synthetic: boolean().notNull(),
  /** The last instant the city's data speaks about. */
  asOf: timestamp('as_of', { withTimezone: true }).notNull(),
  currentVersion: text('current_version').notNull(),
  /** Generator seed and options, or the import manifest. */
  origin: jsonb().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

export const boundaryVersions = pgTable(
  'boundary_versions',
  {
    cityCode: text('city_code')
      .notNull()
      .references(() => cities.code, { onDelete: 'cascade' }),
    version: text().notNull(),
    validFrom: date('valid_from', { mode: 'string' }).notNull(),
    validTo: date('valid_to', { mode: 'string' }),
    synthetic: boolean().notNull(),
    source: text().notNull(),
    /** SHA-256 over the version's areas: names its immutable bundle. */
    contentHash: text('content_hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.version] })],
)
