import { z } from 'zod'
import { areasOfCell } from '../../db/queries/areas.ts'
import {
  countInView,
  findIncident,
  type IncidentRow,
  incidentsInView,
  latestIncidents,
} from '../../db/queries/incidents.ts'
import { refuseDisputes } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { notFound } from '../refusal.ts'
import { selectKinds, selectVersion, selectWindow } from '../selection.ts'
import { ofCity, router } from '../trpc.ts'
import { areaAnswer } from './areas.ts'

/** Instants are ISO texts, positions degrees. */
function incidentAnswer(row: IncidentRow) {
  return {
    id: row.id,
    kind: row.kind,
    /** 1 red, 2 orange, 3 yellow, 4 blue. */
    level: row.level,
    channel: row.channel,
    status: row.status,
    outcome: row.outcome,
    resolvedLevel: row.resolved_level,
    reportedAt: row.reported_at.toISOString(),
    dispatchedAt: row.dispatched_at?.toISOString() ?? null,
    arrivedAt: row.arrived_at?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    dueAt: row.due_at?.toISOString() ?? null,
    cellId: row.cell_id,
    lng: row.lng,
    lat: row.lat,
    source: row.source,
    sourceId: row.source_id,
    synthetic: row.synthetic,
  }
}

const STEPS = [
  ['reported', 'reported_at'],
  ['dispatched', 'dispatched_at'],
  ['arrived', 'arrived_at'],
  ['closed', 'closed_at'],
] as const

/** What happened, in the order it happened. */
function history(row: IncidentRow): { step: (typeof STEPS)[number][0]; at: string }[] {
  return STEPS.flatMap(([step, column]) => {
    const at = row[column]
    return at === null ? [] : [{ step, at: at.toISOString() }]
  })
}

export const incidents = router({
  /**
   * The newest incidents in a box and window as columns: positions in 1e-6 degrees, `reportedAt` in epoch seconds,
   * `kindIndex` and `statusIndex` into `kinds` and `statuses`. `total` counts all of them; `truncated` says that some
   * are left out. Never disputes.
   */
  inView: ofCity
    .input(
      z.object({
        bbox: inputs.bbox,
        ...inputs.windowShape,
        kinds: inputs.kindCodes.optional(),
        limit: inputs.limit(5000, 20_000),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { database: db, city } = ctx
      const selected = await selectKinds(db, city, input.kinds)
      refuseDisputes(selected, 'disputes are never shown as points')
      const { window } = selectWindow(city, input)
      const view = { city: city.code, box: input.bbox, ...window, kinds: selected.codes }
      const columns = await incidentsInView(db, { ...view, limit: input.limit })
      const shown = columns.id.length
      const total = shown < input.limit ? shown : await countInView(db, view)
      const kinds = [...new Set(columns.kind)].sort()
      const statuses = [...new Set(columns.status)].sort()
      const kindIndex = new Map(kinds.map((kind, index) => [kind, index]))
      const statusIndex = new Map(statuses.map((status, index) => [status, index]))
      return {
        truncated: total > shown,
        total,
        asOf: city.as_of.toISOString(),
        kinds,
        statuses,
        id: columns.id,
        lng: columns.lng,
        lat: columns.lat,
        kindIndex: columns.kind.map((kind) => kindIndex.get(kind) ?? -1),
        reportedAt: columns.reported_at,
        level: columns.level,
        status: columns.status.map((status) => statusIndex.get(status) ?? -1),
      }
    }),

  /** One incident with its history and the areas of a version it lies in. Disputes are never shown one by one. */
  get: ofCity
    .input(z.object({ id: inputs.incidentId, version: inputs.versionName.optional() }))
    .query(async ({ ctx, input }) => {
      const { database: db, city } = ctx
      const version = await selectVersion(db, city, input)
      const row = await findIncident(db, city.code, input.id)
      // A dispute sounds like an incident that does not exist: the answer must not tell which ids are disputes.
      if (!row) {
        throw notFound(
          `No incident ${input.id} in ${city.code} that may be shown; disputes are never shown one by one.`,
        )
      }
      const areas = row.cell_id === null ? [] : await areasOfCell(db, city.code, version, row.cell_id)
      return { ...incidentAnswer(row), history: history(row), areas: areas.map(areaAnswer) }
    }),

  /** The newest incidents first; `next` is the `before` of the following page, null at the end. Never disputes. */
  latest: ofCity
    .input(
      z.object({
        limit: inputs.limit(50, 500),
        before: z.object({ reportedAt: inputs.instant, id: inputs.incidentId }).optional(),
        kinds: inputs.kindCodes.optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { database: db, city } = ctx
      const selected = await selectKinds(db, city, input.kinds)
      refuseDisputes(selected, 'disputes are never shown one by one')
      const rows = await latestIncidents(db, {
        city: city.code,
        kinds: selected.codes,
        limit: input.limit,
        before: input.before ? { reportedAt: new Date(input.before.reportedAt), id: input.before.id } : null,
      })
      const last = rows.length === input.limit ? rows.at(-1) : undefined
      return {
        asOf: city.as_of.toISOString(),
        incidents: rows.map(incidentAnswer),
        next: last ? { reportedAt: last.reported_at.toISOString(), id: last.id } : null,
      }
    }),
})
