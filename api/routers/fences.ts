import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { liveUnits } from '../../db/queries/dispatchUnits.ts'
import {
  deleteFence,
  type FenceContent,
  type FenceRow,
  findFence,
  insertFence,
  listFences,
  updateFence,
} from '../../db/queries/fences.ts'
import type { Access } from '../access.ts'
import { areaOf, localTimeOf } from '../catalog.ts'
import { squadIdsOf } from '../dispatch/ground.ts'
import { isInSchedule } from '../dispatch/schedule.ts'
import * as inputs from '../inputs.ts'
import { badRequest, conflict, notFound } from '../refusal.ts'
import { permitted, router } from '../trpc.ts'

const MINUTES = 'minutes of the day, from 0 to 1440'
const minutes = (most: number) =>
  z
    .number({ error: `expected ${MINUTES}` })
    .int()
    .min(0)
    .max(most)

const span = z.strictObject({
  /** 0 Monday … 6 Sunday. */
  days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
  from: minutes(1439),
  /** At or before `from`: it ends on the next day. */
  to: minutes(1440),
})

const content = {
  name: inputs.plainName(40),
  areaIds: z.array(inputs.areaId).min(1).max(50),
  squadIds: z.array(inputs.areaId).min(1).max(50),
  /** Of those squads only these; empty: all. */
  unitIds: z.array(inputs.unitId).max(200).default([]),
  rule: z.enum(['inside', 'outside']),
  demand: z.enum(['one', 'each']).default('one'),
  schedule: z.array(span).min(1).max(21),
  graceS: z.number().int().min(0).max(86_400).default(120),
  enabled: z.boolean().default(true),
}
const fenceId = inputs.unitId
const revision = z.number().int().min(1)

function fenceAnswer(row: FenceRow, access: Access, local: number) {
  return {
    id: row.id,
    name: row.name,
    areaIds: row.area_ids,
    squadIds: row.squad_ids,
    unitIds: row.unit_ids,
    rule: row.rule,
    demand: row.demand,
    schedule: row.schedule,
    graceS: row.grace_s,
    enabled: row.enabled,
    revision: row.revision,
    updatedAt: row.updated_at.toISOString(),
    synthetic: row.synthetic,
    /** Whether its hours hold now. */
    inForce: row.enabled && isInSchedule(row.schedule, local),
    maySet: row.squad_ids.every((squadId) => access.seesArea('dispatch', squadId) !== 'none'),
  }
}

const unique = (ids: readonly number[]) => [...new Set(ids)].sort((a, b) => a - b)

function noFence(city: string, id: number) {
  return notFound(`No fence ${id} in ${city} that may be changed.`)
}

/** @throws unless all squads are this person's to send. */
function requireSquads(access: Access, city: string, squadIds: readonly number[]): void {
  const foreign = squadIds.find((squadId) => access.seesArea('dispatch', squadId) === 'none')
  if (foreign !== undefined) throw notFound(`No squad ${foreign} in ${city} that may be fenced.`)
}

/** @throws unless all units are of these squads. */
async function requireUnits(
  tx: Queryable,
  city: string,
  { unit_ids, squad_ids }: FenceContent,
): Promise<void> {
  if (unit_ids.length === 0) return
  const units = await liveUnits(tx, city, unit_ids)
  const foreign = unit_ids.find(
    (id) => !units.some((unit) => unit.id === id && squad_ids.includes(unit.squadId)),
  )
  if (foreign !== undefined) throw badRequest(`unitIds: expected units of the squads named, got ${foreign}.`)
}

/** Where units should be, or should not, in which hours of the week. api/dispatch/fenceKeeper.ts watches them. */
export const fences = router({
  /** Fences of the squads that are seen, by name. */
  list: permitted('patrols').query(async ({ ctx }) => {
    const { city, access } = ctx
    const now = ctx.now?.() ?? new Date()
    const local = localTimeOf(city).toLocal(now.getTime())
    const rows = await listFences(ctx.rows('counts'), city.code)
    return {
      at: now.toISOString(),
      fences: rows
        .filter(({ squad_ids }) =>
          squad_ids.some((squadId) => access.seesArea('patrols', squadId) !== 'none'),
        )
        .map((row) => fenceAnswer(row, access, local)),
    }
  }),

  /** Makes a fence, or changes the one of this id as it was seen (`revision`). */
  set: permitted('dispatch')
    .input(z.object({ id: fenceId.optional(), revision: revision.optional(), ...content }))
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      const squads = await squadIdsOf(ctx.database, city)
      const wanted: FenceContent = {
        name: input.name,
        area_ids: unique(input.areaIds),
        squad_ids: unique(input.squadIds),
        unit_ids: unique(input.unitIds),
        rule: input.rule,
        demand: input.rule === 'outside' ? 'each' : input.demand,
        schedule: input.schedule.map(({ days, from, to }) => ({ days: unique(days), from, to })),
        grace_s: input.graceS,
        enabled: input.enabled,
        synthetic: city.synthetic,
      }
      const noSquad = wanted.squad_ids.find((squadId) => !squads.has(squadId))
      if (noSquad !== undefined)
        throw badRequest(`squadIds: expected squads of ${city.code} of today, got ${noSquad}.`)
      requireSquads(access, city.code, wanted.squad_ids)
      for (const areaId of wanted.area_ids) {
        const area = await areaOf(ctx.database, city, areaId)
        if (area?.version !== city.current_version)
          throw badRequest(`areaIds: expected areas of ${city.code} of today, got ${areaId}.`)
      }
      if ((input.id === undefined) !== (input.revision === undefined))
        throw badRequest('expected id and revision of a fence that was seen, or neither for a new one.')
      const row = await ctx.change(
        (changed: FenceRow) => ({
          action: 'fences.set',
          target: String(changed.id),
          rows: 1,
          areaId: changed.area_ids[0],
          detail: { revision: changed.revision, squads: changed.squad_ids },
        }),
        async (tx) => {
          await requireUnits(tx, city.code, wanted)
          if (input.id === undefined || input.revision === undefined)
            return insertFence(tx, city.code, wanted)
          const before = await findFence(tx, city.code, input.id)
          if (!before) throw noFence(city.code, input.id)
          requireSquads(access, city.code, before.squad_ids)
          const changed = await updateFence(tx, city.code, { id: input.id, revision: input.revision }, wanted)
          if (!changed) throw changedMeanwhile(before)
          return changed
        },
      )
      const now = ctx.now?.() ?? new Date()
      return fenceAnswer(row, access, localTimeOf(city).toLocal(now.getTime()))
    }),

  /** Takes a fence away as it was seen; its alerts are cleared at the next look. */
  remove: permitted('dispatch')
    .input(z.object({ id: fenceId, revision }))
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      return ctx.change({ action: 'fences.remove', target: String(input.id), rows: 1 }, async (tx) => {
        const before = await findFence(tx, city.code, input.id)
        if (!before) throw noFence(city.code, input.id)
        requireSquads(access, city.code, before.squad_ids)
        if (!(await deleteFence(tx, city.code, input))) throw changedMeanwhile(before)
        return { id: input.id }
      })
    }),
})

function changedMeanwhile({ id, revision }: FenceRow) {
  return conflict(`Fence ${id} was changed by somebody else meanwhile: it is at revision ${revision}.`)
}
