import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import {
  type DrillResponseRow,
  type DrillRow,
  deleteDrillResponse,
  drillResponses,
  endDrill,
  findDrill,
  importedScenarios,
  insertDrill,
  insertDrillResponse,
  insertDrillSend,
  keepScenario,
  lastDrillSends,
  listDrills,
  removeScenario,
} from '../../db/queries/drills.ts'
import { placeOnWay } from '../../geodata/drillWay.ts'
import { kindsOf } from '../catalog.ts'
import { roadTimesOf } from '../dispatch/roadTimes.ts'
import {
  missingPlaces,
  placedScenario,
  readScenario,
  type ScenarioFile,
  scenario,
  scenarioFile,
  scenarioFiles,
} from '../drills/scenario.ts'
import { faultLanguages, faultLine, ruleText } from '../drills/scenarioFaults.ts'
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

const broughtScenario = z.object({ scenario: z.unknown(), language: z.enum(faultLanguages).default('en') })
const scenarioCode = z.string().regex(/^[a-z0-9-]{1,40}$/, { error: 'expected the code of a scenario' })
const unitNumber = z.int().min(0).max(99)

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

const drillWay = z.object({ lng: z.array(z.number()), lat: z.array(z.number()), s: z.array(z.number()) })

/** Scenarios of the installation, then those that people brought here. */
async function allScenarios(db: Queryable, city: string): Promise<ScenarioFile[]> {
  const own = await importedScenarios(db, city)
  return [...scenarioFiles(), ...own.map((row) => scenarioFile.parse(row.scenario))]
}

function noScenario(wanted: string, files: readonly ScenarioFile[]) {
  return notFound(`No scenario "${wanted}": expected one of ${listed(files.map(({ code }) => code))}.`)
}

const dispatcher = permitted('dispatch')
const oneDrill = dispatcher.input(z.object({ drillId }))

/**
 * Drills: a scripted scene with injects, made-up units that drive to them, expected responses and a score sheet, beside real data and apart from it. Nothing
 * here is an incident, a unit or a position of the city.
 */
export const drills = router({
  /**
   * What can be drilled here: scenarios of the installation and those that people brought (`own`). `missing`: areas it needs
   * and the city has not; then it cannot begin.
   */
  scenarios: dispatcher.query(async ({ ctx }) => {
    const files = await allScenarios(ctx.rows('counts'), ctx.city.code)
    const given = new Set(scenarioFiles().map(({ code }) => code))
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
      own: !given.has(file.code),
    }))
  }),

  /** A whole scenario as it may be imported again: what an editor begins with. */
  scenario: dispatcher.input(z.object({ code: scenarioCode })).query(async ({ ctx, input }) => {
    const files = await allScenarios(ctx.rows('counts'), ctx.city.code)
    const file = files.find(({ code }) => code === input.code)
    if (!file) throw noScenario(input.code, files)
    return file
  }),

  /**
   * Keeps a scenario that somebody brought, in the place of an own one of the same code. Faults are told all at once, a line
   * each: where, what was expected, what came, in the language of whoever brought it.
   */
  importScenario: dispatcher.input(broughtScenario).mutation(async ({ ctx, input }) => {
    const { city } = ctx
    const { language } = input
    const kinds = (await kindsOf(ctx.database, city)).filter(({ dispute }) => !dispute)
    const read = readScenario(input.scenario, new Set(kinds.map(({ code }) => code)), language)
    if ('faults' in read) throw badRequest(read.faults.join('\n'))
    const { file } = read
    if (scenarioFiles().some(({ code }) => code === file.code)) {
      throw badRequest(faultLine('code', ruleText('taken', language), `"${file.code}"`, language))
    }
    const missing =
      (await missingPlaces(ctx.database, { code: city.code, version: city.current_version }, [file])).get(
        file.code,
      ) ?? []
    if (missing.length > 0) {
      throw badRequest(faultLine('place.areas', ruleText('areas', language), listed(missing), language))
    }
    await ctx.change({ action: 'drills.import', target: file.code, rows: file.injects.length }, (tx) =>
      keepScenario(tx, { city: city.code, code: file.code, scenario: file, importedBy: ctx.viewer.userId }),
    )
    return { code: file.code }
  }),

  /** Removes a scenario that somebody brought; drills that were run keep their copy. */
  removeScenario: dispatcher
    .input(z.object({ code: z.string().max(60) }))
    .mutation(async ({ ctx, input }) => {
      await ctx.change({ action: 'drills.remove', target: input.code }, async (tx) => {
        if (!(await removeScenario(tx, ctx.city.code, input.code)))
          throw notFound(`No scenario "${input.code}" that somebody brought.`)
      })
      return { code: input.code }
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
    const sends = await lastDrillSends(db, ctx.city.code, row.id)
    const come = injectsBy(course, now)
    const iso = (instant: number) => new Date(instant).toISOString()
    const states = new Map(score.expectations.map((each) => [each.code, each]))
    return {
      ...drillHead(row, course, now),
      summary: course.scenario.summary,
      at: iso(now),
      toCome: course.scenario.injects.length - come.length,
      units: course.scenario.units,
      sends: sends.map((send) => ({
        unitNumber: send.unit_number,
        inject: send.inject,
        sentAt: send.sent_at.toISOString(),
        way: drillWay.parse(send.way),
      })),
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
      // A call that changes reads no rows as the viewer; scenarios are the city's.
      const files = await allScenarios(ctx.database, ctx.city.code)
      const file = files.find((each) => each.code === input.scenario)
      if (!file) throw noScenario(input.scenario, files)
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

  /**
   * Sends a made-up unit to an inject that has come: it drives there along roads from where it is, at the pace of the drill.
   * `seconds`: of the scenario, until it is there.
   */
  send: oneDrill.input(z.object({ unitNumber, inject: code })).mutation(async ({ ctx, input }) => {
    const { city } = ctx
    const now = ctx.now?.() ?? new Date()
    const roads = await roadTimesOf(ctx.database, city.code)
    return ctx.change<{ drillId: number; seconds: number }>(
      {
        action: 'drills.send',
        target: String(input.drillId),
        detail: { unit: input.unitNumber, inject: input.inject },
      },
      async (tx) => {
        const course = await running(await findDrill(tx, city.code, input.drillId), input.drillId, now)
        const come = injectsBy(course, now.getTime())
        const inject = come.find((each) => each.code === input.inject)
        if (!inject) {
          throw badRequest(
            `expected an inject that has come, one of ${listed(come.map((each) => each.code))}, got "${input.inject}"`,
          )
        }
        const unit = course.scenario.units[input.unitNumber]
        if (!unit) {
          throw badRequest(
            `expected a unit of the drill, 0 to ${course.scenario.units.length - 1}, got ${input.unitNumber}`,
          )
        }
        const last = (await lastDrillSends(tx, city.code, input.drillId)).find(
          (send) => send.unit_number === input.unitNumber,
        )
        const from = last
          ? placeOnWay(
              drillWay.parse(last.way),
              ((now.getTime() - last.sent_at.getTime()) / 1000) * course.pace,
            )
          : ([unit.lng, unit.lat] as [number, number])
        const way = roads.way(unit.kind, from, [inject.lng, inject.lat])
        if (!way) throw badRequest(`No way along roads from ${unit.callSign} to inject ${inject.code}.`)
        const sent = await insertDrillSend(tx, {
          city: city.code,
          drillId: input.drillId,
          unitNumber: input.unitNumber,
          sentAt: now,
          inject: inject.code,
          way,
          sentBy: ctx.viewer.userId,
        })
        if (!sent) throw badRequest(`${unit.callSign} was sent somewhere just now.`)
        return { drillId: input.drillId, seconds: way.s[way.s.length - 1] }
      },
    )
  }),

  /** Records that an expected response was given now, by a made-up unit where one is named. The first word stands. */
  respond: oneDrill
    .input(z.object({ expectation: code, unitNumber: unitNumber.optional() }))
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
