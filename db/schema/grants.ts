import { bigint, boolean, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { user } from './people.ts'

/** Who holds which role, and where. */
export const grants = pgTable('grants', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  personId: text('person_id')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' }),
  role: text().notNull(),
  /** Null: every city. */
  cityCode: text('city_code'),
  /** Null: the whole city. */
  areaId: integer('area_id'),
  /** What the area was when it was granted; the database writes them. */
  areaVersion: text('area_version'),
  areaLevel: text('area_level'),
  areaCode: text('area_code'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  /** Null: the installation itself. */
  createdBy: text('created_by'),
})

/** What each role may; `api/access.ts` says the same. */
export const roleRights = pgTable(
  'role_rights',
  {
    role: text().notNull(),
    rightName: text('right_name').notNull(),
    purposeDemanded: boolean('purpose_demanded').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.role, table.rightName] })],
)

/** Which families of incidents each role shows, without a purpose and with one that is stated; kept by a trigger on role_rights. */
export const roleFamilies = pgTable('role_families', {
  role: text().primaryKey(),
  counts: text({ enum: ['both', 'governance'] }),
  points: text({ enum: ['both', 'governance'] }),
  statedCounts: text('stated_counts', { enum: ['both', 'governance'] }),
  statedPoints: text('stated_points', { enum: ['both', 'governance'] }),
})
