import { z } from 'zod'
import {
  type DrillResponseRow,
  type DrillRow,
  deleteDrillResponse,
  drillResponses,
  endDrill,
  findDrill,
  insertDrill,
  insertDrillResponse,
  listDrills,
} from '../../db/queries/drills.ts'
import { missingPlaces, placedScenario, scenario, scenarioFiles } from '../drills/scenario.ts'
import { type DrillCourse, injectInstant, injectsBy, scoreDrill } from '../drills/score.ts'
import { badRequest, listed, notFound } from '../refusal.ts'
import { permitted, router } from '../trpc.ts'

const SHOWN = 50
const ID = 'the number of a drill, a whole number from 1'
const PACE = 'a pace from 1 to 20'
const drillId = z
  .int({ error: `expected ${ID}` })
  .min(1, { error: `expected ${ID}` })
  .max(2 ** 31 - 1, { error: `expected ${ID}` })
const code = z.string().regex(/^[a-z0-9-]{1,40}$/, { error: 'expected the code of an expected response' })

const noDrill = (id: number) => notFound(`No drill ${id} in this city.`)

function courseOf(row: DrillRow): DrillCourse {
  return {
    scenario: scenario.parse(row.scenario),
    startedAt: row.started_at.getTime(),
    pace: row.pace,
    endsAt: (row.ended_at ?? row.ends_at).getTime(),
  }
}

function scored(row: DrillRow, responses: readonly DrillResponseRow[], now: number) {
  const course = courseOf(row)
  const own = responses
    .filter((response) => response.drill_id === row.id)
    .map((response) => ({
      expectation: response.expectation,
      unitNumber: response.unit_number,
      respondedAt: response.responded_at.getTime(),
    }))
  return { course, score: scoreDrill(course, own, now) }
}

function drillHead(row: DrillRow, course: DrillCourse, now: number) {
  return {
    id: row.id,
    scenario: row.scenario_code,
    name: course.scenario.name,
    minutes: course.scenario.minutes,
    pace: row.pace,
    startedAt: row.started_at.toISOString(),
    endsAt: new Date(course.endsAt).toISOString(),
    over: now >= course.endsAt,
  }
}

const dispatcher = permitted('dispatch')
const oneDrill = dispatcher.input(z.object({ drillId }))

/**
 * Drills: a scripted scene with injects, expected responses and a score sheet, beside real data and apart from it. Nothing
 * here is an incident, a unit or a position of the city.
 */
export const drills = router({
  /** What can be drilled here. `missing`: areas it needs and the city has not; then it cannot begin. */
  scenarios: dispatcher.query(async ({ ctx }) => {
    const files = scenarioFiles()
    const city = { code: ctx.city.code, version: ctx.city.current_version }
    const missing = await missingPlaces(ctx.database, city, files)
    return files.map((file) => ({
      code: file.code,
      name: file.name,
      summary: file.summary,
      minutes: file.minutes,
      injects: file.injects.length,
      expected: file.injects.reduce((sum, { expected }) => sum + expected.length, 0),
      missing: missing.get(file.code) ?? [],
    }))
  }),

  /** The newest 50 drills with their scores. */
  list: dispatcher.query(async ({ ctx }) => {
    const now = (ctx.now?.() ?? new Date()).getTime()
    const db = ctx.rows('counts')
    const rows = await listDrills(db, ctx.city.code, SHOWN)
    const responses = await drillResponses(
      db,
      ctx.city.code,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => {
      const { course, score } = scored(row, responses, now)
      const { done, late, missed, asked } = score
      return { ...drillHead(row, course, now), score: { done, late, missed, asked } }
    })
  }),

  /**
   * One drill as it stands: the injects that have come (never those to come), what is expected of whom by when and what was
   * done, the made-up units, and the score. Instants are ISO texts, positions degrees.
   */
  room: oneDrill.query(async ({ ctx, input }) => {
    const now = (ctx.now?.() ?? new Date()).getTime()
    const db = ctx.rows('counts')
    const row = await findDrill(db, ctx.city.code, input.drillId)
    if (!row) throw noDrill(input.drillId)
    const { course, score } = scored(row, await drillResponses(db, ctx.city.code, [row.id]), now)
    const come = injectsBy(course, now)
    const iso = (instant: number) => new Date(instant).toISOString()
    const states = new Map(score.expectations.map((each) => [each.code, each]))
    return {
      ...drillHead(row, course, now),
      summary: course.scenario.summary,
      at: iso(now),
      toCome: course.scenario.injects.length - come.length,
      units: course.scenario.units,
      injects: come.map((inject) => ({
        ...inject,
        at: iso(injectInstant(course, inject.atMinute)),
        expected: inject.expected.map((each) => {
          const state = states.get(each.code)
          return {
            ...each,
            dueAt: iso(state?.dueAt ?? now),
            state: state?.state ?? 'open',
            respondedAt: state?.respondedAt ? iso(state.respondedAt) : null,
            tookS: state?.tookS ?? null,
            unitNumber: state?.unitNumber ?? null,
          }
        }),
      })),
      score: { done: score.done, late: score.late, missed: score.missed, asked: score.asked },
    }
  }),

  /** Begins a drill now. `pace`: minutes of the scenario that pass in one of the clock. */
  start: dispatcher
    .input(
      z.object({
        scenario: z.string().max(60),
        pace: z
          .number({ error: `expected ${PACE}` })
          .min(1, { error: `expected ${PACE}` })
          .max(20, { error: `expected ${PACE}` })
          .default(1),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const file = scenarioFiles().find((each) => each.code === input.scenario)
      if (!file) {
        const known = listed(scenarioFiles().map((each) => each.code))
        throw notFound(`No scenario "${input.scenario}": expected one of ${known}.`)
      }
      const city = { code: ctx.city.code, version: ctx.city.current_version }
      const placed = await placedScenario(ctx.database, city, file)
      if ('missing' in placed) {
        throw badRequest(
          `This city has no areas with the codes ${listed(placed.missing)} that the scenario plays in.`,
        )
      }
      const startedAt = ctx.now?.() ?? new Date()
      const id = await ctx.change<number>(
        (made) => ({
          action: 'drills.start',
          target: String(made),
          detail: { scenario: file.code, pace: input.pace },
        }),
        (tx) =>
          insertDrill(tx, {
            city: ctx.city.code,
            scenarioCode: file.code,
            scenario: placed,
            pace: input.pace,
            startedAt,
            endsAt: new Date(startedAt.getTime() + (file.minutes * 60_000) / input.pace),
            startedBy: ctx.viewer.userId,
          }),
      )
      return { drillId: id }
    }),

  /** Ends a drill before its time: what was not done is missed. */
  end: oneDrill.mutation(async ({ ctx, input }) => {
    await ctx.change({ action: 'drills.end', target: String(input.drillId) }, async (tx) => {
      const row = await findDrill(tx, ctx.city.code, input.drillId)
      if (!row) throw noDrill(input.drillId)
      const ended = await endDrill(tx, ctx.city.code, row.id, ctx.now?.() ?? new Date())
      if (!ended) throw badRequest(`Drill ${row.id} is over.`)
    })
    return { drillId: input.drillId }
  }),

  /** Records that an expected response was given now, by a made-up unit where one is named. The first word stands. */
  respond: oneDrill
    .input(z.object({ expectation: code, unitNumber: z.int().min(0).max(99).optional() }))
    .mutation(async ({ ctx, input }) => {
      const now = ctx.now?.() ?? new Date()
      await ctx.change(
        {
          action: 'drills.respond',
          target: String(input.drillId),
          detail: { expectation: input.expectation },
        },
        async (tx) => {
          const course = await running(await findDrill(tx, ctx.city.code, input.drillId), input.drillId, now)
          const asked = injectsBy(course, now.getTime()).flatMap((inject) => inject.expected)
          if (!asked.some((each) => each.code === input.expectation)) {
            throw badRequest(
              `Nothing called "${input.expectation}" is expected yet: expected one of ${listed(asked.map((each) => each.code))}.`,
            )
          }
          const { units } = course.scenario
          if (input.unitNumber !== undefined && input.unitNumber >= units.length) {
            throw badRequest(
              `expected a unit of the drill, 0 to ${units.length - 1}, got ${input.unitNumber}`,
            )
          }
          const said = await insertDrillResponse(tx, {
            city: ctx.city.code,
            drillId: input.drillId,
            expectation: input.expectation,
            unitNumber: input.unitNumber ?? null,
            respondedAt: now,
            respondedBy: ctx.viewer.userId,
          })
          if (!said) throw badRequest(`"${input.expectation}" was recorded before.`)
        },
      )
      return { drillId: input.drillId }
    }),

  /** Takes a response back that was clicked by mistake, while the drill runs. */
  retract: oneDrill.input(z.object({ expectation: code })).mutation(async ({ ctx, input }) => {
    await ctx.change(
      { action: 'drills.retract', target: String(input.drillId), detail: { expectation: input.expectation } },
      async (tx) => {
        const now = ctx.now?.() ?? new Date()
        await running(await findDrill(tx, ctx.city.code, input.drillId), input.drillId, now)
        const gone = await deleteDrillResponse(tx, ctx.city.code, input.drillId, input.expectation)
        if (!gone) throw badRequest(`"${input.expectation}" was not recorded.`)
      },
    )
    return { drillId: input.drillId }
  }),
})

/** The course of a drill that is not over. */
async function running(row: DrillRow | undefined, id: number, now: Date): Promise<DrillCourse> {
  if (!row) throw noDrill(id)
  const course = courseOf(row)
  if (now.getTime() >= course.endsAt) throw badRequest(`Drill ${id} is over: nothing is recorded any more.`)
  return course
}
