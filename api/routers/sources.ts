import { z } from 'zod'
import { feedStateOf } from '../../db/feedState.ts'
import { revokeTokens, SOURCE_KINDS } from '../../db/queries/ingestTokens.ts'
import { BEACONS, HISTORY_DAYS, sourceHistory } from '../../db/queries/sourceHistory.ts'
import {
  changeSource,
  findSourceKind,
  insertSource,
  listSources,
  revokeSource,
} from '../../db/queries/sources.ts'
import { channels } from '../../geodata/codes.ts'
import { GEOGRAPHIC_CRS } from '../../geodata/crs.ts'
import { citiesOf, cityNamed, kindsOf } from '../catalog.ts'
import { codeOf } from '../ingest/cityCode.ts'
import { issueToken } from '../ingest/issueToken.ts'
import { cityName, expected, kindCode, overlapHours, plainName } from '../inputs.ts'
import { nowOf } from '../people/clock.ts'
import { badRequest, noCity, notFound } from '../refusal.ts'
import { permittedAnywhere, router } from '../trpc.ts'

const permitted = permittedAnywhere('sources')
const MOST_LISTED = 1000

const CODE = 'ingest: and 1 to 40 small letters, digits or hyphens, such as "ingest:110"'
const code = z
  .string({ error: expected(CODE) })
  .regex(/^ingest:[a-z0-9][a-z0-9-]{0,39}$/, { error: expected(CODE) })
const KIND = `one of ${SOURCE_KINDS.join(', ')}`
const RATE = 'requests a second, from 0.1 to 1000'
const ratePerSecond = z
  .number({ error: expected(RATE) })
  .min(0.1, { error: expected(RATE) })
  .max(1000, { error: expected(RATE) })
const EVERY = 'whole seconds from 1 to 604800, or null where nobody waits for it'
const expectedEveryS = z
  .number({ error: expected(EVERY) })
  .int({ error: expected(EVERY) })
  .min(1, { error: expected(EVERY) })
  .max(604_800, { error: expected(EVERY) })
  .nullable()
/** Empty: it has the one name. */
const englishName = z.union([z.literal(''), plainName(60)])
const owned = z.object({ city: cityName, code })
const DAYS = `a whole number of days from 1 to ${HISTORY_DAYS}`
const DAY_MS = 86_400_000

function noSource(name: string) {
  return notFound(`No source ${name} in use there.`)
}

/** Where live data come from: who may send, how often, and how they are. Tokens are answered once. */
export const sources = router({
  /** Sources of all cities, those in use first, and the cities. Times are ISO; health is at most a second old. */
  list: permitted.query(async ({ ctx }) => {
    const rows = await listSources(ctx.rows('counts'), MOST_LISTED)
    const cities = await citiesOf(ctx.database)
    const now = nowOf(ctx)
    return {
      at: now.toISOString(),
      /** Seconds by which the clock of this server is ahead of the database's; null: it agrees. */
      clockOffByS: ctx.clockOffByS?.() ?? null,
      cities: cities.map((city) => ({
        code: city.code,
        name: { zh: city.name_zh, en: city.name_en },
        synthetic: city.synthetic,
      })),
      sources: rows.map((row) => ({
        city: row.city_code,
        code: row.code,
        kind: row.kind,
        name: row.name,
        nameEn: row.name_en,
        crs: row.crs,
        channel: row.channel,
        defaultKind: row.default_kind,
        ratePerSecond: row.rate_per_second,
        expectedEveryS: row.expected_every_s,
        /** As its history says, for where nobody does; null: too little of it. */
        learnedEveryS: row.learned_every_s,
        synthetic: row.synthetic,
        createdAt: row.created_at.toISOString(),
        createdBy: row.created_by,
        revokedAt: row.revoked_at?.toISOString() ?? null,
        lastSeenAt: row.last_seen_at?.toISOString() ?? null,
        /** Whether it still speaks. */
        state: feedStateOf(row.last_seen_at, row.expected_every_s ?? row.learned_every_s, now),
        accepted: row.accepted,
        rejected: row.rejected,
        limited: row.limited,
        lastError: row.last_error,
        lastErrorAt: row.last_error_at?.toISOString() ?? null,
        tokens: row.tokens,
        tokenSince: row.token_since?.toISOString() ?? null,
        overlapUntil: row.overlap_until?.toISOString() ?? null,
      })),
    }
  }),

  /**
   * How a source was, or the beacons of a city ('beacons'), in the last days: ten minutes at a time in which it was heard,
   * `at` the beginning of each; where there is none it was silent. Times are ISO.
   */
  history: permitted
    .input(
      z.object({
        city: cityName,
        code: z.union([code, z.literal(BEACONS)]),
        days: z
          .int({ error: expected(DAYS) })
          .min(1, { error: expected(DAYS) })
          .max(HISTORY_DAYS, { error: expected(DAYS) })
          .default(7),
      }),
    )
    .query(async ({ ctx, input }) => {
      const now = nowOf(ctx)
      const since = new Date(now.getTime() - input.days * DAY_MS)
      const city = await codeOf(ctx.database, input.city)
      const rows = await sourceHistory(ctx.rows('counts'), { city, source: input.code, since })
      return {
        at: now.toISOString(),
        pieces: rows.map((row) => ({
          at: row.began_at.toISOString(),
          lastSeenAt: row.last_seen_at.toISOString(),
          /** The longest silence that ended in it, and when; null: it had not been heard before. */
          longestGapS: row.longest_gap_s,
          longestGapTo: row.longest_gap_to.toISOString(),
          accepted: row.accepted,
          rejected: row.rejected,
          limited: row.limited,
        })),
      }
    }),

  /** A new source with its first token. */
  create: permitted
    .input(
      owned.extend({
        kind: z.enum(SOURCE_KINDS, { error: expected(KIND) }),
        name: plainName(60),
        nameEn: englishName.default(''),
        crs: z
          .enum(GEOGRAPHIC_CRS, { error: expected(`one of ${GEOGRAPHIC_CRS.join(', ')}`) })
          .default('EPSG:4326'),
        channel: z
          .enum(Object.keys(channels), { error: expected(`one of ${Object.keys(channels).join(', ')}`) })
          .default('unknown'),
        defaultKind: kindCode.nullish(),
        ratePerSecond: ratePerSecond.default(20),
        expectedEveryS: expectedEveryS.default(null),
        /** What it brings is made up. Default: as the city is; nothing in a made-up city passes for real. */
        synthetic: z.boolean({ error: expected('true or false') }).optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const city = await cityNamed(ctx.database, input.city)
      if (!city) throw noCity(input.city)
      const defaultKind = input.defaultKind ?? null
      if (
        defaultKind !== null &&
        !(await kindsOf(ctx.database, city)).some((kind) => kind.code === defaultKind)
      ) {
        throw badRequest(`defaultKind: expected the code of a kind of ${city.code}, got "${defaultKind}".`)
      }
      return ctx.change(
        {
          action: 'source.create',
          city: city.code,
          target: input.code,
          detail: { kind: input.kind, name: input.name, ratePerSecond: input.ratePerSecond },
        },
        async (tx) => {
          const made = await insertSource(tx, {
            city: city.code,
            code: input.code,
            kind: input.kind,
            name: input.name,
            nameEn: input.nameEn,
            crs: input.crs,
            channel: input.channel,
            defaultKind,
            ratePerSecond: input.ratePerSecond,
            expectedEveryS: input.expectedEveryS,
            synthetic: input.synthetic ?? city.synthetic,
            createdBy: ctx.viewer.userId,
          })
          if (!made)
            throw badRequest(
              `There is a source ${input.code} in ${city.code}, or there was one: choose another code.`,
            )
          return issueToken(
            tx,
            { city: city.code, source: input.code },
            { kind: input.kind, createdBy: ctx.viewer.userId, secretOf: ctx.secretOf },
          )
        },
      )
    }),

  /** Another name, rate or expectation; what is left out stays. */
  change: permitted
    .input(
      owned.extend({
        name: plainName(60).optional(),
        nameEn: englishName.optional(),
        ratePerSecond: ratePerSecond.optional(),
        expectedEveryS: expectedEveryS.optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { code, city: name, ...to } = input
      const city = await codeOf(ctx.database, name)
      await ctx.change({ action: 'source.change', city, target: code, detail: to }, async (tx) => {
        if (!(await changeSource(tx, { city, code }, to))) throw noSource(code)
      })
    }),

  /** A new token; those before run out after the overlap, so that nothing is lost while it is put in place. */
  rotate: permitted.input(owned.extend({ overlapHours })).mutation(async ({ ctx, input }) => {
    const { code } = input
    const city = await codeOf(ctx.database, input.city)
    const oldUntil = new Date(nowOf(ctx).getTime() + input.overlapHours * 3_600_000)
    return ctx.change(
      { action: 'source.rotate', city, target: code, detail: { oldUntil: oldUntil.toISOString() } },
      async (tx) => {
        const kind = await findSourceKind(tx, city, code)
        if (!kind) throw noSource(code)
        return issueToken(
          tx,
          { city, source: code },
          {
            kind,
            oldUntil: input.overlapHours > 0 ? oldUntil : undefined,
            createdBy: ctx.viewer.userId,
            secretOf: ctx.secretOf,
          },
        )
      },
    )
  }),

  /** Ends a source and its tokens at once, for good; what it brought stays. */
  revoke: permitted.input(owned).mutation(async ({ ctx, input: { code, ...named } }) => {
    const city = await codeOf(ctx.database, named.city)
    await ctx.change({ action: 'source.revoke', city, target: code }, async (tx) => {
      if (!(await revokeSource(tx, city, code))) throw noSource(code)
      await revokeTokens(tx, { city, source: code })
    })
  }),
})
