import { z } from 'zod'
import {
  dispatchesOf,
  type HandoverRow,
  handoversOf,
  standingIncident,
  standingIncidentSentTo,
  workOfUnits,
} from '../../db/queries/dispatch.ts'
import { homePosts } from '../../db/queries/dispatchGround.ts'
import { liveUnits } from '../../db/queries/dispatchUnits.ts'
import type { LiveIncidentRow } from '../../db/queries/liveSnapshot.ts'
import { outcomes } from '../../geodata/codes.ts'
import { type Access, familyOf } from '../access.ts'
import { kindsOf } from '../catalog.ts'
import { squadIdsOf, squadOfCells } from '../dispatch/ground.ts'
import { roadTimesOf } from '../dispatch/roadTimes.ts'
import { assign, close, type Decided, handOver, squadInCharge, step } from '../dispatch/sending.ts'
import { isSentTo } from '../dispatch/sentTo.ts'
import { suggestUnits, WORK_HOURS } from '../dispatch/suggestion.ts'
import * as inputs from '../inputs.ts'
import { liveDispatch } from '../live/things.ts'
import { nowOf } from '../people/clock.ts'
import { badRequest, notFound } from '../refusal.ts'
import { permitted, router } from '../trpc.ts'

const POINTS = ['points.governance', 'points.publicOrder'] as const

const unitIds = (least: number) => z.array(inputs.unitId).min(least).max(20)

const OUTCOME = `one of ${Object.keys(outcomes).join(', ')}`
const outcome = z.enum(Object.keys(outcomes), { error: `expected ${OUTCOME}` })

function handoverAnswer(row: HandoverRow) {
  return {
    id: row.id,
    fromSquadId: row.from_squad_id,
    toSquadId: row.to_squad_id,
    at: row.handed_at.toISOString(),
  }
}

function decidedAnswer({ incident, changed }: Decided) {
  return {
    incident: incident && {
      id: incident.id,
      status: incident.status,
      dispatchedAt: incident.dispatched_at?.toISOString() ?? null,
      arrivedAt: incident.arrived_at?.toISOString() ?? null,
      closedAt: incident.closed_at?.toISOString() ?? null,
    },
    dispatches: changed.map(liveDispatch),
  }
}

/** What the audit says of a change: which incident, how many dispatches, of which units; nothing of its content. */
function decidedEntry(action: string, incidentId: number | undefined) {
  return ({ changed }: Decided) => ({
    action,
    target: String(changed[0]?.incident_id ?? incidentId ?? ''),
    rows: changed.length,
    detail: { units: changed.map(({ unit_id }) => unit_id) },
  })
}

/** The incident if it may be shown to this person one by one; a dispute sounds like what does not exist. */
async function shownIncident(
  row: LiveIncidentRow | undefined,
  {
    id,
    city,
    access,
    kinds,
  }: { id: number; city: string; access: Access; kinds: Parameters<Access['seesKind']>[1][] },
): Promise<LiveIncidentRow> {
  const kind = row && kinds.find(({ code }) => code === row.kind)
  if (
    row &&
    kind &&
    access.seesKind('points', kind) &&
    access.seesCell(`points.${familyOf(kind)}`, row.cell_id)
  )
    return row
  throw notFound(`No incident ${id} in ${city} that may be shown; disputes are never shown one by one.`)
}

const onIncident = { incidentId: inputs.incidentId }
const onDispatch = { dispatchId: inputs.dispatchId }

/**
 * Sending units to incidents. Every change is one transaction with its entry in the audit and what the live stream says
 * of it. Who comes second is told what has happened meanwhile (CONFLICT), and has changed nothing.
 */
export const dispatch = router({
  /** Everything sent to an incident, in order, the squads it was handed to, and the squad in charge (null: its ground is no squad's). */
  of: permitted(POINTS)
    .input(z.object(onIncident))
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const kinds = await kindsOf(ctx.database, city)
      const squadOf = await squadOfCells(ctx.database, city)
      const rows = ctx.rows('points')
      const own = await standingIncident(rows, city.code, input.incidentId)
      const sentTo = own ? undefined : await standingIncidentSentTo(rows, city.code, input.incidentId)
      const kind = sentTo && kinds.find(({ code }) => code === sentTo.kind)
      const maySee = kind && (await isSentTo(rows, { city: city.code, access, kind, id: input.incidentId }))
      const incident =
        sentTo && maySee
          ? sentTo
          : await shownIncident(own, { id: input.incidentId, city: city.code, access, kinds })
      const handovers = await handoversOf(rows, city.code, incident.id)
      const dispatches = await dispatchesOf(rows, city.code, incident.id)
      ctx.audit({ action: 'dispatch.read', target: String(incident.id), rows: dispatches.length })
      return {
        incidentId: incident.id,
        status: incident.status,
        inChargeSquadId: squadInCharge(handovers, squadOf(incident.cell_id)),
        dispatches: dispatches.map(liveDispatch),
        handovers: handovers.map(handoverAnswer),
      }
    }),

  /**
   * Units that could be sent, best first, each with why it stands there: minutes by road from its last fix (or its post),
   * what it is at, how much it has had to do. `offDuty`: how many are left out for that. A person decides.
   */
  suggest: permitted('dispatch')
    .input(z.object({ ...onIncident, limit: inputs.limit(20, 200) }))
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const kinds = await kindsOf(ctx.database, city)
      const squadOf = await squadOfCells(ctx.database, city)
      const roads = await roadTimesOf(ctx.database, city.code)
      const rows = ctx.rows('points')
      const incident = await shownIncident(await standingIncident(rows, city.code, input.incidentId), {
        id: input.incidentId,
        city: city.code,
        access,
        kinds,
      })
      const now = nowOf(ctx).getTime()
      const units = (await liveUnits(rows, city.code, null)).filter(
        ({ squadId }) => access.seesArea('dispatch', squadId) !== 'none',
      )
      const posts = await homePosts(rows, city.code)
      const work = await workOfUnits(rows, city.code, WORK_HOURS)
      const inChargeSquadId = squadInCharge(
        await handoversOf(rows, city.code, incident.id),
        squadOf(incident.cell_id),
      )
      const onDuty = units.filter(({ state }) => state !== 'offDuty')
      const places = onDuty.map((unit) => unit.fix ?? posts.get(unit.id) ?? null)
      const seconds = roads.secondsTo(
        [incident.lng, incident.lat],
        onDuty.map(({ kind }, index) => {
          const place = places[index]
          return { kind, place: place && [place.lng, place.lat] }
        }),
      )
      const suggested = suggestUnits(
        onDuty.map((unit, index) => ({
          unit,
          roadSeconds: seconds[index],
          from: unit.fix ? 'fix' : places[index] ? 'post' : null,
          fixAgeS: unit.fix && Math.max(0, (now - Date.parse(unit.fix.at)) / 1000),
          work: work.get(unit.id) ?? 0,
        })),
        { incidentId: incident.id, inChargeSquadId },
      )
      const byId = new Map(units.map((unit) => [unit.id, unit]))
      ctx.audit({ action: 'dispatch.suggest', target: String(incident.id), rows: suggested.length })
      return {
        incidentId: incident.id,
        at: new Date(now).toISOString(),
        inChargeSquadId,
        offDuty: units.length - onDuty.length,
        total: suggested.length,
        units: suggested
          .slice(0, input.limit)
          .flatMap(({ unit, roadSeconds, from, fixAgeS, work, reasons }) => {
            const whole = byId.get(unit.id)
            if (!whole) return []
            return [
              {
                unitId: unit.id,
                callSign: whole.callSign,
                kind: whole.kind,
                squadId: unit.squadId,
                strength: whole.strength,
                state: unit.state,
                incidentId: unit.incidentId,
                roadSeconds: roadSeconds === null ? null : Math.round(roadSeconds),
                from,
                fixAgeS: fixAgeS === null ? null : Math.round(fixAgeS),
                work,
                reasons,
                synthetic: whole.synthetic,
              },
            ]
          }),
      }
    }),

  /** Sends units: all of them or none. `besides`: also those that are at another incident. */
  assign: permitted('dispatch')
    .input(z.object({ ...onIncident, unitIds: unitIds(1), besides: z.boolean().default(false) }))
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      const squadOfCell = await squadOfCells(ctx.database, city)
      return decidedAnswer(
        await ctx.change(decidedEntry('dispatch.assign', input.incidentId), (tx) =>
          assign({ tx, city, access, squadOfCell }, input),
        ),
      )
    }),

  /** The unit has heard. */
  acknowledge: stepProcedure('respond', 'dispatch.acknowledge', 'acknowledged'),
  /** The unit is there (and so has heard). */
  onScene: stepProcedure('respond', 'dispatch.onScene', 'onScene'),
  /** The unit's part is done. */
  done: stepProcedure('respond', 'dispatch.done', 'done'),
  /** The unit is called back. Where nobody else is on the way and nobody has arrived, the incident is new again. */
  withdraw: stepProcedure('dispatch', 'dispatch.withdraw', 'withdrawn'),

  /**
   * Hands the incident to another squad, from the one that was seen in charge. Units of other squads that are on their way
   * are withdrawn; `unitIds` of the new squad are sent. History stays.
   */
  handOver: permitted('dispatch')
    .input(
      z.object({
        ...onIncident,
        fromSquadId: inputs.areaId.nullable(),
        toSquadId: inputs.areaId,
        unitIds: unitIds(0).default([]),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      const squadOfCell = await squadOfCells(ctx.database, city)
      if (!(await squadIdsOf(ctx.database, city)).has(input.toSquadId))
        throw badRequest(`toSquadId: expected a squad of ${city.code} of today, got ${input.toSquadId}.`)
      const decided = await ctx.change(
        (done: Decided & { handover: HandoverRow }) => ({
          action: 'dispatch.handOver',
          target: String(input.incidentId),
          rows: done.changed.length,
          areaId: input.toSquadId,
          detail: { from: input.fromSquadId, units: done.changed.map(({ unit_id }) => unit_id) },
        }),
        (tx) => handOver({ tx, city, access, squadOfCell }, input),
      )
      return { ...decidedAnswer(decided), handover: handoverAnswer(decided.handover) }
    }),

  /** Ends an incident with its outcome. Units on scene are done, those on their way withdrawn. */
  close: permitted('dispatch')
    .input(z.object({ ...onIncident, outcome }))
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      const squadOfCell = await squadOfCells(ctx.database, city)
      return decidedAnswer(
        await ctx.change(decidedEntry('dispatch.close', input.incidentId), (tx) =>
          close({ tx, city, access, squadOfCell }, input),
        ),
      )
    }),
})

function stepProcedure(
  right: 'respond' | 'dispatch',
  action: string,
  to: 'acknowledged' | 'onScene' | 'done' | 'withdrawn',
) {
  return permitted(right)
    .input(z.object(onDispatch))
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      const decided = await ctx.change(decidedEntry(action, undefined), (tx) =>
        step({ tx, city, access, squadOfCell: () => null }, { dispatchId: input.dispatchId, to }),
      )
      return decidedAnswer(decided)
    })
}
