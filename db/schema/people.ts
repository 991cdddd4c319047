import {
  bigint,
  boolean,
  customType,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'

// Names of the exports and properties are better-auth's models and fields; give them to its drizzle adapter as they are.

const hash = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true })
const createdAt = () => instant('created_at').notNull().defaultNow()
const updatedAt = () =>
  instant('updated_at')
    .notNull()
    .defaultNow()
    .$onUpdate(() => new Date())

export const user = pgTable('users', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text(),
  username: text().unique(),
  displayUsername: text('display_username'),
  kind: text().notNull().default('person'),
  disabledAt: instant('disabled_at'),
  passwordChangedAt: instant('password_changed_at'),
  mustChangePassword: boolean('must_change_password').notNull().default(false),
  twoFactorEnabled: boolean('two_factor_enabled').notNull().default(false),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})

const userId = () =>
  text('user_id')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' })

export const session = pgTable('sessions', {
  id: text().primaryKey(),
  userId: userId(),
  token: text().notNull().unique(),
  expiresAt: instant('expires_at').notNull(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  usedAt: instant('used_at').notNull().defaultNow(),
  method: text().notNull().default('password'),
  openedBy: text('opened_by'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})

export const account = pgTable('accounts', {
  id: text().primaryKey(),
  userId: userId(),
  accountId: text('account_id').notNull(),
  providerId: text('provider_id').notNull(),
  accessToken: text('access_token'),
  refreshToken: text('refresh_token'),
  idToken: text('id_token'),
  accessTokenExpiresAt: instant('access_token_expires_at'),
  refreshTokenExpiresAt: instant('refresh_token_expires_at'),
  scope: text(),
  password: text(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})

export const verification = pgTable('verifications', {
  id: text().primaryKey(),
  identifier: text().notNull(),
  value: text().notNull(),
  expiresAt: instant('expires_at').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})

export const twoFactor = pgTable('two_factors', {
  id: text().primaryKey(),
  userId: userId().unique(),
  secret: text().notNull(),
  backupCodes: text('backup_codes').notNull(),
  verified: boolean().notNull().default(false),
  failedVerificationCount: integer('failed_verification_count').notNull().default(0),
  lockedUntil: instant('locked_until'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})

// The tables below are not better-auth's; queries name their columns themselves.

export const secondFactorCodes = pgTable(
  'second_factor_codes',
  { userId: userId(), codeHash: hash('code_hash').notNull(), triedAt: instant('tried_at').notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
)

export const passwordHistory = pgTable('password_history', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  userId: userId(),
  hash: text().notNull(),
  replacedAt: instant('replaced_at').notNull().defaultNow(),
})

export const signInFailures = pgTable('sign_in_failures', {
  subject: text().primaryKey(),
  failures: integer().notNull(),
  lastAt: instant('last_at').notNull(),
  blockedUntil: instant('blocked_until'),
})

export const kiosks = pgTable('kiosks', {
  id: text().primaryKey(),
  userId: userId().unique(),
  name: text().notNull(),
  cityCode: text('city_code').notNull(),
  areaId: integer('area_id'),
  tokenHash: hash('token_hash').notNull().unique(),
  createdAt: createdAt(),
  createdBy: text('created_by').notNull(),
  expiresAt: instant('expires_at').notNull(),
  revokedAt: instant('revoked_at'),
})

export const accountRules = pgTable('account_rules', {
  single: boolean().primaryKey().default(true),
  rules: jsonb().notNull(),
  changedAt: instant('changed_at').notNull().defaultNow(),
  changedBy: text('changed_by'),
})
