import { z } from 'zod'
import { pastAlerts } from '../../db/queries/alerts.ts'
import { pastDispatches, pastDuties, pastFixes, pastIncidents, pastUnits } from '../../db/queries/replay.ts'
import { TRACK_DAYS } from '../../db/queries/tracks.ts'
import { packTracks } from '../../geodata/trackBundle.ts'
import * as inputs from '../inputs.ts'
import { liveAlert } from '../live/things.ts'
import { badRequest } from '../refusal.ts'
import { permitted, router } from '../trpc.ts'
import { concerns } from './alerts.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LONGEST_TRACKS_MS = 6 * HOUR_MS
const LONGEST_INCIDENTS_MS = 31 * DAY_MS
/** Fixes of one answer, about eight bytes each. */
const FIX_BUDGET = 60_000
const INCIDENT_BUDGET = 20_000
/** What was open this long before the window is an old case, not what was going on. */
const OPEN_FOR_MS = 7 * DAY_MS

const STEP = 'whole seconds from 1 to 300'
const windowShape = { from: inputs.instant, to: inputs.instant }

function pastWindow(city: string, input: { from: string; to: string }, longest: number) {
  const from = new Date(input.from)
  const to = new Date(input.to)
  const span = to.getTime() - from.getTime()
  if (span <= 0) throw badRequest(`expected from before to, got ${input.from} and ${input.to}`)
  if (span > longest) {
    throw badRequest(
      `expected a window of at most ${longest / HOUR_MS} hours, got ${Math.ceil(span / HOUR_MS)}: ask for one after the other`,
    )
  }
  return { city, from, to }
}

/**
 * Any past period again, in pieces that a player fetches one after the other. Every piece leaves an entry in the audit.
 */
export const replay = router({
  /**
   * Units that were on duty in a window of at most six hours: their duties, what they were sent to, the alerts that were
   * open (for whoever sees the squads' layout), and their fixes in
   * `packed` (base64 of geodata/trackBundle.ts, seconds since `from`), one a unit every `stepS` seconds: `everyS` as asked,
   * or more where the answer would pass its budget. Fixes are kept for 30 days: before `fixesFrom` there are none. The
   * viewer's own squads only, as row-level security decides.
   */
  tracks: permitted('points.publicOrder')
    .input(
      z.object({
        ...windowShape,
        everyS: z
          .int({ error: `expected ${STEP}` })
          .min(1, { error: `expected ${STEP}` })
          .max(300, { error: `expected ${STEP}` })
          .default(5),
      }),
    )
    .query(async ({ ctx, input }) => {
      const window = pastWindow(ctx.city.code, input, LONGEST_TRACKS_MS)
      const db = ctx.rows('points')
      const units = await pastUnits(db, window)
      const seconds = (window.to.getTime() - window.from.getTime()) / 1000
      const stepS = Math.max(input.everyS, Math.ceil((units.length * seconds) / FIX_BUDGET))
      const fixes = await pastFixes(db, { ...window, stepS, limit: FIX_BUDGET + units.length })
      const duties = await pastDuties(db, window)
      const dispatches = await pastDispatches(db, window)
      const alerts = ctx.access.may('patrols') ? await pastAlerts(ctx.rows('counts'), window) : []
      ctx.audit({
        action: 'replay.tracks',
        rows: fixes.unit.length,
        detail: { ...input, units: units.length },
      })
      return {
        from: input.from,
        to: input.to,
        stepS,
        fixesFrom: new Date((ctx.now?.() ?? new Date()).getTime() - TRACK_DAYS * DAY_MS).toISOString(),
        keptDays: TRACK_DAYS,
        units: units.map((unit) => ({
          id: unit.id,
          squadId: unit.squad_id,
          callSign: unit.call_sign,
          kind: unit.kind,
          strength: unit.strength,
          synthetic: unit.synthetic,
        })),
        duties: duties.map((duty) => ({
          unitId: duty.unit_id,
          from: duty.started_at.toISOString(),
          to: duty.ended_at?.toISOString() ?? null,
        })),
        dispatches: dispatches.map((row) => ({
          id: row.id,
          incidentId: row.incident_id,
          unitId: row.unit_id,
          squadId: row.squad_id,
          assignedAt: row.assigned_at.toISOString(),
          acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
          arrivedAt: row.arrived_at?.toISOString() ?? null,
          endedAt: row.ended_at?.toISOString() ?? null,
          withdrawn: row.withdrawn,
        })),
        alerts: alerts.filter((row) => concerns(row, ctx.access, 'patrols')).map((row) => liveAlert(row)),
        fixes: fixes.unit.length,
        packed: Buffer.from(packTracks(fixes)).toString('base64'),
      }
    }),

  /**
   * Incidents of a window of at most 31 days with the instants of their stages, and those of the seven days before it that
   * were still open, as columns: instants in epoch seconds and cells, -1 where there is none; positions in 1e-6 degrees;
   * `kind`, `source` and `channel` index the lists beside. The newest 20,000; `truncated` says that there are more. Never
   * disputes.
   */
  incidents: permitted(['points.governance', 'points.publicOrder'])
    .input(z.object(windowShape))
    .query(async ({ ctx, input }) => {
      const window = pastWindow(ctx.city.code, input, LONGEST_INCIDENTS_MS)
      const rows = await pastIncidents(ctx.rows('points'), {
        ...window,
        openSince: new Date(window.from.getTime() - OPEN_FOR_MS),
        limit: INCIDENT_BUDGET,
        parts: ctx.access.kindsInCells('points'),
      })
      ctx.audit({ action: 'replay.incidents', rows: rows.id.length, detail: input })
      const kinds = indexed(rows.kind)
      const sources = indexed(rows.source)
      const channels = indexed(rows.channel)
      return {
        from: input.from,
        to: input.to,
        truncated: rows.id.length === INCIDENT_BUDGET,
        kinds: kinds.names,
        sources: sources.names,
        channels: channels.names,
        ...rows,
        kind: kinds.index,
        source: sources.index,
        channel: channels.index,
      }
    }),
})

/** Texts that come again and again as a list and places in it. */
function indexed(texts: readonly string[]): { names: string[]; index: number[] } {
  const names = [...new Set(texts)].sort()
  const places = new Map(names.map((name, place) => [name, place]))
  return { names, index: texts.map((text) => places.get(text) ?? -1) }
}
