import { boolean, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'

export const units = pgTable(
  'units',
  {
    cityCode: text('city_code').notNull(),
    id: integer().notNull(),
    squadId: integer('squad_id').notNull(),
    callSign: text('call_sign').notNull(),
    kind: text({ enum: ['car', 'motorcycle', 'foot', 'command'] }).notNull(),
    /** Officers and auxiliaries on the roster; a number, never people. */
    strength: smallint().notNull(),
    homePostId: integer('home_post_id'),
    synthetic: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cityCode, table.id] })],
)
