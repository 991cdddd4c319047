import { z } from 'zod'
import {
  type AuditFilter,
  areasHolding,
  auditState,
  CURSOR,
  countBoxes,
  labelPoints,
  listAudit,
  looksByArea,
  looksByBox,
  peopleInAudit,
} from '../../db/queries/auditReading.ts'
import {
  keepDays,
  LEAST_KEEP_DAYS,
  type Retained,
  retainAsKeeper,
  retentionEntry,
} from '../../db/queries/auditRetention.ts'
import { verifyAudit } from '../../db/queries/auditVerifying.ts'
import type { Verification } from '../audit/keeper.ts'
import { countLooks } from '../audit/looks.ts'
import { cellsOf } from '../catalog.ts'
import * as inputs from '../inputs.ts'
import { PURPOSES } from '../roles.ts'
import { selectLevel, selectVersion } from '../selection.ts'
import { permitted, permittedAnywhere, router } from '../trpc.ts'

/** Boxes taken into the map of looks, newest first, and of these the ones drawn. */
const MOST_BOXES = 5000
const DRAWN_BOXES = 300
const MOST_DAYS = 3660
const MOST_PEOPLE = 500

const ACTION = 'an action such as "incidents.get", or its noun alone'
const PERSON = 'the id of an account'
const CURSOR_WORDS = 'what an earlier answer called next'
const filterShape = {
  from: inputs.instant,
  to: inputs.instant,
  person: z
    .string({ error: `expected ${PERSON}` })
    .regex(/^[\w-]{1,100}$/, { error: `expected ${PERSON}` })
    .optional(),
  action: z
    .string({ error: `expected ${ACTION}` })
    .regex(/^[a-z][A-Za-z]{0,39}(\.[a-z][A-Za-z]{0,39})?$/, { error: `expected ${ACTION}` })
    .optional(),
  purpose: z.enum(PURPOSES, { error: `expected one of ${PURPOSES.join(', ')}` }).optional(),
}

/** What somebody asked the audit for, as the audit itself tells it. */
function told({ from, to, person, action, city, purpose }: AuditFilter) {
  return { from: from.toISOString(), to: to.toISOString(), person, action, city, purpose }
}

function filterOf(input: {
  from: string
  to: string
  person?: string
  action?: string
  city?: string
  purpose?: string
}): AuditFilter {
  return { ...input, from: new Date(input.from), to: new Date(input.to) }
}

const readers = permittedAnywhere('audit.read')
const keepers = permittedAnywhere('audit.keep')

/** Who saw or changed what. Looking at it is looked at too. */
export const audit = router({
  /**
   * Rows of a window, newest first; `next` goes on as `before`. Boxes are [west, south, east, north], EPSG:4326, degrees;
   * `seq` is the place in the chain, null while the row waits for its seal (seconds).
   */
  list: readers
    .input(
      z.object({
        ...filterShape,
        city: inputs.cityName.optional(),
        limit: inputs.limit(100, 500),
        before: z
          .string({ error: `expected ${CURSOR_WORDS}` })
          .regex(CURSOR, { error: `expected ${CURSOR_WORDS}` })
          .optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { limit, before } = input
      const filter = filterOf(input)
      const found = await listAudit(ctx.rows('counts'), filter, { limit: limit + 1, before })
      const rows = found.slice(0, limit)
      ctx.audit({ action: 'audit.list', rows: rows.length, detail: told(filter) })
      return {
        rows: rows.map((row) => ({
          id: row.id,
          at: row.at.toISOString(),
          personId: row.person_id,
          userName: row.user_name,
          kind: row.kind,
          roles: row.roles,
          address: row.address,
          action: row.action,
          target: row.target,
          rows: row.rows,
          city: row.city_code,
          areaId: row.area_id,
          box: row.box,
          purpose: row.purpose,
          detail: row.detail,
          seq: row.seq,
        })),
        next: found.length > limit ? (rows.at(-1)?.cursor ?? null) : null,
      }
    }),

  /** Accounts and screens that left entries in a window, the most active first, by their newest names; at most 500. */
  people: readers
    .input(z.object({ from: inputs.instant, to: inputs.instant }))
    .query(async ({ ctx, input }) => {
      const filter = filterOf(input)
      const rows = await peopleInAudit(ctx.rows('counts'), filter, MOST_PEOPLE)
      ctx.audit({ action: 'audit.people', rows: rows.length, detail: told(filter) })
      return rows.map((row) => ({
        personId: row.person_id,
        userName: row.user_name,
        kind: row.kind,
        rows: row.rows,
      }))
    }),

  /** Told before rows of the audit leave as a file; number, name and time are printed in it. */
  export: readers
    .input(
      z.object({
        ...filterShape,
        city: inputs.cityName.optional(),
        rows: z
          .number({ error: 'expected how many rows the file holds' })
          .int({ error: 'expected a whole number of rows' })
          .min(0, { error: 'expected no negative number of rows' }),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { id, at } = await ctx.auditNow({
        action: 'audit.export',
        rows: input.rows,
        detail: told(filterOf(input)),
      })
      return { number: id, at: at.toISOString(), userName: ctx.viewer.userName }
    }),

  /**
   * Where people looked: how often, and how many people, for each area of a level. A look is an entry of a person or a
   * kiosk about the city, and counts once in each area it touches, however much of it that was:
   * about an area, in every area of the level that shares ground with it; about a box, in every area whose label point lies
   * in the box, or, where it holds none, in the area that holds its middle; about neither, nowhere: `wholeCity` says how many.
   * Of boxes the newest 5,000 are counted (`counted` of `total`) and the newest 300 given.
   */
  where: permitted('audit.read')
    .input(
      z.object({
        ...filterShape,
        level: inputs.levelName,
        version: inputs.versionName.optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { city } = ctx
      const version = await selectVersion(ctx.database, city, input)
      const { level } = await selectLevel(ctx.database, city, version, input.level)
      const cells = await cellsOf(ctx.database, city)
      const filter = { ...filterOf(input), city: city.code }
      const rows = ctx.rows('counts')
      const boxes = await looksByBox(rows, filter, MOST_BOXES)
      const points = await labelPoints(rows, city.code, version, level.level)
      const looks = await countLooks({
        level: { version, level: level.level },
        cells,
        byArea: await looksByArea(rows, filter),
        boxes,
        points,
        holding: (places) => areasHolding(rows, { city: city.code, version, level: level.level }, places),
      })
      const total = boxes.length < MOST_BOXES ? boxes.length : await countBoxes(rows, filter)
      ctx.audit({
        action: 'audit.where',
        rows: boxes.length,
        detail: { ...told(filter), level: level.level },
      })
      return {
        level: level.level,
        version,
        ...looks,
        counted: boxes.length,
        total,
        boxes: boxes.slice(0, DRAWN_BOXES).map(({ id, at, user_name, action, west, south, east, north }) => ({
          id,
          at: at.toISOString(),
          userName: user_name,
          action,
          box: [west, south, east, north] as [number, number, number, number],
        })),
      }
    }),

  /** How the audit stands: how much is kept and sealed, since when and for how long, and what the last verification found. */
  status: readers.query(async ({ ctx }) => {
    const state = await auditState(ctx.database)
    const keeper = ctx.auditKeeper
    return {
      rows: state.rows,
      sealedSeq: state.sealed_seq,
      sealedAt: state.sealed_at?.toISOString() ?? null,
      head: state.head,
      waiting: state.waiting,
      waitingSince: state.waiting_since?.toISOString() ?? null,
      oldest: state.oldest?.toISOString() ?? null,
      keepDays: await keepDays(ctx.database),
      leastKeepDays: LEAST_KEEP_DAYS,
      retainedAt: state.retained_at?.toISOString() ?? null,
      heads: keeper ? keeper.heads : null,
      verification: keeper ? verificationAnswer(keeper.verification) : null,
    }
  }),

  /** Walks the whole chain; answers within ten seconds, with the share done where it takes longer (`status` has the rest). */
  verify: keepers.mutation(async ({ ctx }) => {
    const verification = ctx.auditKeeper
      ? await ctx.auditKeeper.verify()
      : {
          running: null,
          at: new Date(),
          report: await verifyAudit(ctx.database, { headsPath: null }),
        }
    const { running, report } = verification
    ctx.audit({
      action: 'audit.verify',
      detail: running === null ? { faults: report?.faultCount } : { running },
    })
    return verificationAnswer(verification)
  }),

  /** Lets go of what is older than so many days, which become the setting. Whole seals, so that the rest still verifies. */
  retain: keepers
    .input(
      z.object({
        days: z
          .number({ error: `expected ${LEAST_KEEP_DAYS} to ${MOST_DAYS} days` })
          .int({ error: `expected ${LEAST_KEEP_DAYS} to ${MOST_DAYS} days` })
          .min(LEAST_KEEP_DAYS, { error: `expected at least ${LEAST_KEEP_DAYS} days` })
          .max(MOST_DAYS, { error: `expected at most ${MOST_DAYS} days` })
          .optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const days = input.days ?? (await keepDays(ctx.database))
      const work = () =>
        ctx.change<Retained>(
          (retained) => retentionEntry(days, retained),
          (tx) => retainAsKeeper(tx, days),
        )
      const retained = await (ctx.auditKeeper ? ctx.auditKeeper.alone(work) : work())
      return { days, ...retained }
    }),
})

function verificationAnswer({ running, at, report }: Verification) {
  return { running, at: at?.toISOString() ?? null, report }
}
