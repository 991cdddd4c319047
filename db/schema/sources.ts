import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true })
const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

/** How a source or a beacon is, as servers write it every few seconds. */
const health = {
  lastSeenAt: instant('last_seen_at'),
  accepted: bigint({ mode: 'number' }).notNull().default(0),
  rejected: bigint({ mode: 'number' }).notNull().default(0),
  /** Requests over the rate. */
  limited: bigint({ mode: 'number' }).notNull().default(0),
  lastError: text('last_error'),
  lastErrorAt: instant('last_error_at'),
}

/** Where live data come from. */
export const sources = pgTable(
  'sources',
  {
    cityCode: text('city_code').notNull(),
    /** 'ingest:110': incidents.source of what it brings. */
    code: text().notNull(),
    kind: text({ enum: ['incidents', 'positions', 'duties', 'sms'] }).notNull(),
    name: text().notNull(),
    /** Empty: it has the one name. */
    nameEn: text('name_en').notNull().default(''),
    crs: text().notNull().default('EPSG:4326'),
    channel: text().notNull().default('unknown'),
    defaultKind: text('default_kind'),
    ratePerSecond: real('rate_per_second').notNull(),
    /** Seconds; null: nobody waits for it. */
    expectedEveryS: integer('expected_every_s'),
    /** Seconds, as its history says; null: too little of it. */
    learnedEveryS: integer('learned_every_s'),
    /** When it last brought what is shown live: no dispute moves it. */
    shownAt: instant('shown_at'),
    synthetic: boolean().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    createdBy: text('created_by'),
    revokedAt: instant('revoked_at'),
    ...health,
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.code] })],
)

/** Ten minutes in which a source was heard. */
export const sourceHistory = pgTable(
  'source_history',
  {
    cityCode: text('city_code').notNull(),
    /** sources.code, or 'beacons'. */
    sourceCode: text('source_code').notNull(),
    beganAt: instant('began_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    /** The longest silence that ended here. */
    longestGapS: real('longest_gap_s'),
    longestGapTo: instant('longest_gap_to').notNull(),
    accepted: bigint({ mode: 'number' }).notNull(),
    rejected: bigint({ mode: 'number' }).notNull(),
    limited: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cityCode, table.sourceCode, table.beganAt] }),
    index('source_history_time').on(table.beganAt),
  ],
)

/** A phone or handheld that is the beacon of a unit. */
export const devices = pgTable(
  'devices',
  {
    cityCode: text('city_code').notNull(),
    unitId: integer('unit_id').notNull(),
    /** The unit's when the token was issued. */
    callSign: text('call_sign').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    createdBy: text('created_by'),
    revokedAt: instant('revoked_at'),
    ...health,
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.unitId] })],
)

/** Tokens of sources and devices, by their SHA-256. */
export const ingestTokens = pgTable(
  'ingest_tokens',
  {
    cityCode: text('city_code').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity().unique(),
    sourceCode: text('source_code'),
    unitId: integer('unit_id'),
    tokenHash: bytes('token_hash').notNull().unique(),
    /** Of a key that requests are signed with. */
    keyName: text('key_name').unique(),
    createdAt: instant('created_at').notNull().defaultNow(),
    createdBy: text('created_by'),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)

/** Signatures of messages that were taken. */
export const ingestSignatures = pgTable(
  'ingest_signatures',
  {
    cityCode: text('city_code').notNull(),
    sourceCode: text('source_code').notNull(),
    signature: bytes().notNull(),
    takenAt: instant('taken_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.sourceCode, table.signature] })],
)
