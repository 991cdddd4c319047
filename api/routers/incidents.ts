import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { areasOfCell } from '../../db/queries/areas.ts'
import {
  countInView,
  findIncident,
  findIncidentSentTo,
  type IncidentRow,
  incidentsInView,
  latestIncidents,
} from '../../db/queries/incidents.ts'
import { insertReport } from '../../db/queries/ingestIncidents.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import { scrub } from '../../geodata/scrub.ts'
import { familyOf } from '../access.ts'
import { kindsOf } from '../catalog.ts'
import { isSentTo } from '../dispatch/sentTo.ts'
import { refuseDisputes } from '../disputes.ts'
import { draftOf } from '../ingest/incidentMerge.ts'
import { ingestedIncident, placed, unknownKind } from '../ingest/incidents.ts'
import { freeText } from '../ingest/items.ts'
import { cellAt } from '../ingest/places.ts'
import * as inputs from '../inputs.ts'
import type { StoredMessage } from '../live/messages.ts'
import { nowOf } from '../people/clock.ts'
import { badRequest, notFound } from '../refusal.ts'
import { kindSight, selectKinds, selectVersion, selectWindow } from '../selection.ts'
import { permitted, router } from '../trpc.ts'
import { areaAnswer, finest } from './areas.ts'

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

/** incidents.source of what people report. */
const REPORT_SOURCE = 'report'
/** Who reports what: patrols public order, grid workers the rest. */
const REPORT_CHANNELS = { publicOrder: 'patrol', governance: 'gridWorker' } as const

const seen = permitted(['points.governance', 'points.publicOrder'])

/**
 * Incidents one by one, of the kinds and in the cells the viewer may see. Each answer is one entry of the audit, with
 * the box that was asked for: a screen asks for more than it shows and only again when it leaves that (a few times a
 * minute while somebody moves the map), so that nothing needs to be gathered into fewer entries and no look is lost.
 */
export const incidents = router({
  /**
   * The newest incidents in a box and window as columns: positions in 1e-6 degrees, `reportedAt` in epoch seconds,
   * `kindIndex` and `statusIndex` into `kinds` and `statuses`. `total` counts all of them; `truncated` says that some
   * are left out. Never disputes.
   */
  inView: seen
    .input(
      z.object({
        bbox: inputs.bbox,
        ...inputs.windowShape,
        kinds: inputs.kindCodes.optional(),
        limit: inputs.limit(5000, 20_000),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const selected = await selectKinds(ctx.database, city, input.kinds, kindSight(access, 'points'))
      refuseDisputes(selected, 'disputes are never shown as points')
      const { window } = selectWindow(city, input)
      const parts = access.kindsInCells('points', selected.codes)
      const view = { city: city.code, box: input.bbox, ...window, parts }
      const db = ctx.rows('points')
      const columns = await incidentsInView(db, { ...view, limit: input.limit })
      const shown = columns.id.length
      const total = shown < input.limit ? shown : await countInView(db, view)
      ctx.audit({
        action: 'incidents.view',
        box: input.bbox,
        rows: shown,
        detail: { from: window.from.toISOString(), to: window.to.toISOString(), kinds: input.kinds },
      })
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

  /**
   * One incident with its history and the areas of a version it lies in, on the viewer's ground, or on any while a unit they
   * answer for is sent there. Disputes are never shown one by one. `text`, what was told of it, is for whoever may report
   * incidents on that ground, or answers for a unit that is sent there; null for everybody else.
   */
  get: seen
    .input(z.object({ id: inputs.incidentId, version: inputs.versionName.optional() }))
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const version = await selectVersion(ctx.database, city, input)
      const kinds = await kindsOf(ctx.database, city)
      const db = ctx.rows('points')
      const own = await findIncident(db, city.code, input.id)
      const row = own ?? (await findIncidentSentTo(db, city.code, input.id))
      const kind = row && kinds.find(({ code }) => code === row.kind)
      const onOwnGround =
        kind && access.seesKind('points', kind) && access.seesCell(`points.${familyOf(kind)}`, row.cell_id)
      const reports =
        row && access.may('incidents.report') && access.seesCell('incidents.report', row.cell_id)
      const answersFor =
        kind && !(onOwnGround && reports)
          ? await isSentTo(db, { city: city.code, access, kind, id: row.id })
          : false
      const maySee = onOwnGround || answersFor
      // A dispute or what lies elsewhere sounds like what does not exist: the answer must not tell which ids there are.
      if (!row || !maySee) {
        throw notFound(
          `No incident ${input.id} in ${city.code} that may be shown; disputes are never shown one by one.`,
        )
      }
      const areas = row.cell_id === null ? [] : await areasOfCell(db, city.code, version, row.cell_id)
      const text = reports || answersFor ? row.told_text : null
      ctx.audit({
        action: 'incidents.read',
        target: String(row.id),
        rows: 1,
        areaId: finest(areas)?.id,
        detail: text === null ? undefined : { text: true },
      })
      return { ...incidentAnswer(row), text, history: history(row), areas: areas.map(areaAnswer) }
    }),

  /** The newest incidents first; `next` is the `before` of the following page, null at the end. Never disputes. */
  latest: seen
    .input(
      z.object({
        limit: inputs.limit(50, 500),
        before: z.object({ reportedAt: inputs.instant, id: inputs.incidentId }).optional(),
        kinds: inputs.kindCodes.optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const selected = await selectKinds(ctx.database, city, input.kinds, kindSight(access, 'points'))
      refuseDisputes(selected, 'disputes are never shown one by one')
      const rows = await latestIncidents(ctx.rows('points'), {
        city: city.code,
        parts: access.kindsInCells('points', selected.codes),
        limit: input.limit,
        before: input.before ? { reportedAt: new Date(input.before.reportedAt), id: input.before.id } : null,
      })
      ctx.audit({
        action: 'incidents.list',
        rows: rows.length,
        detail: {
          newest: rows[0]?.reported_at.toISOString(),
          oldest: rows.at(-1)?.reported_at.toISOString(),
          kinds: input.kinds,
        },
      })
      const last = rows.length === input.limit ? rows.at(-1) : undefined
      return {
        asOf: city.as_of.toISOString(),
        incidents: rows.map(incidentAnswer),
        next: last ? { reportedAt: last.reported_at.toISOString(), id: last.id } : null,
      }
    }),

  /**
   * Tells of an incident at a place inside one's jurisdiction, of a kind one knows; never a dispute. Numbers of persons
   * are taken out of the text; `scrubbed` says which. It is on every screen that may show it when this answers.
   */
  report: permitted('incidents.report')
    .input(
      z.object({
        kind: inputs.kindCode,
        lng: inputs.lng,
        lat: inputs.lat,
        level: inputs.incidentLevel.optional(),
        text: freeText.optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      const position = placed([input.lng, input.lat], 'EPSG:4326')
      const cellId = await cellAt(ctx.database, city, position)
      if (!access.seesCell('incidents.report', cellId)) {
        throw notFound('Expected a place inside the areas this account may report from.')
      }
      const kind = (await kindsOf(ctx.database, city)).find(({ code }) => code === input.kind)
      if (!kind || kind.dispute || kind.sensitive || !access.knowsKind(kind)) {
        throw badRequest(`${unknownKind(input.kind, city.code)}; disputes are not reported here.`)
      }
      const { text, found } = scrub(input.text ?? '')
      const now = nowOf(ctx)
      const draft = draftOf(
        {
          sourceId: randomUUID(),
          kind: kind.code,
          lng: position[0],
          lat: position[1],
          cellId,
          reportedAt: now,
          level: input.level,
          text: text === '' ? undefined : text,
          toldAt: now,
        },
        REPORT_CHANNELS[familyOf(kind)],
      )
      const at = { city: city.code, source: REPORT_SOURCE, synthetic: city.synthetic }
      const id = await ctx.change(
        (written: number) => ({ action: 'incidents.report', target: String(written), rows: 1 }),
        async (tx) => {
          const written = await insertReport(tx, at, draft)
          const message: StoredMessage = {
            topic: 'incident',
            incident: ingestedIncident(written, draft, at),
          }
          await appendEvents(tx, [
            {
              city: city.code,
              topic: 'incident',
              cellId,
              kind: kind.code,
              incidentId: written,
              message,
            },
          ])
          return written
        },
      )
      return { id, cellId, reportedAt: now.toISOString(), scrubbed: found }
    }),
})
