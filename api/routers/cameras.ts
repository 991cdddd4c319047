import { z } from 'zod'
import { areasOfCell } from '../../db/queries/areas.ts'
import {
  cameraOutages,
  camerasAtPoint,
  camerasInView,
  countCamerasInView,
  findCamera,
} from '../../db/queries/cameras.ts'
import * as inputs from '../inputs.ts'
import { notFound } from '../refusal.ts'
import { selectVersion } from '../selection.ts'
import { permitted, router } from '../trpc.ts'
import { areaAnswer, finest } from './areas.ts'

const seen = permitted('cameras.points')

/** Cameras one by one, in the cells the viewer may see; each answer is an entry of the audit (as incidents' are). */
export const cameras = router({
  /**
   * Cameras in a box as columns, by id: positions in 1e-6 degrees, directions in degrees clockwise from north, range
   * in metres. `total` counts all of them; `truncated` says that some are left out.
   */
  inView: seen
    .input(z.object({ bbox: inputs.bbox, limit: inputs.limit(5000, 50_000) }))
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const { cells } = access.scope('cameras.points')
      const view = { city: city.code, box: input.bbox, cells: cells && [...cells] }
      const db = ctx.rows('points')
      const columns = await camerasInView(db, { ...view, limit: input.limit })
      const shown = columns.id.length
      const total = shown < input.limit ? shown : await countCamerasInView(db, view)
      ctx.audit({ action: 'cameras.view', box: input.bbox, rows: shown })
      return {
        truncated: total > shown,
        total,
        asOf: city.as_of.toISOString(),
        id: columns.id,
        lng: columns.lng,
        lat: columns.lat,
        type: columns.type,
        ownership: columns.ownership,
        status: columns.status,
        directionDeg: columns.direction_deg,
        fieldOfViewDeg: columns.field_of_view_deg,
        rangeM: columns.range_m,
      }
    }),

  /** One camera, the areas of a version it stands in, what else hangs at its point, and its last 50 outages, newest first. Instants ISO, position in degrees. */
  get: seen
    .input(z.object({ id: inputs.cameraId, version: inputs.versionName.optional() }))
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const version = await selectVersion(ctx.database, city, input)
      const db = ctx.rows('points')
      const row = await findCamera(db, city.code, input.id)
      if (!row || !access.seesCell('cameras.points', row.cell_id))
        throw notFound(`No camera ${input.id} in ${city.code}.`)
      const outages = await cameraOutages(db, city.code, row.id)
      const atPoint = await camerasAtPoint(db, city.code, row.id)
      const areas = row.cell_id === null ? [] : await areasOfCell(db, city.code, version, row.cell_id)
      ctx.audit({ action: 'cameras.read', target: String(row.id), rows: 1, areaId: finest(areas)?.id })
      return {
        id: row.id,
        code: row.code,
        ownership: row.ownership,
        /** Number of the social unit that owns it, no name. */
        ownerUnit: row.owner_unit,
        type: row.type,
        industry: row.industry,
        directionDeg: row.direction_deg,
        fieldOfViewDeg: row.field_of_view_deg,
        rangeM: row.range_m,
        indoor: row.indoor,
        installedOn: row.installed_on,
        in2018Register: row.in_2018_register,
        status: row.status,
        statusSince: row.status_since.toISOString(),
        retentionDays: row.retention_days,
        cellId: row.cell_id,
        lng: row.lng,
        lat: row.lat,
        synthetic: row.synthetic,
        outages: outages.map((outage) => ({
          startedAt: outage.started_at.toISOString(),
          endedAt: outage.ended_at?.toISOString() ?? null,
          reason: outage.reason,
        })),
        areas: areas.map(areaAnswer),
        /** The other cameras on the same pole, wall or hall. */
        atPoint: atPoint.map((other) => ({
          id: other.id,
          type: other.type,
          directionDeg: other.direction_deg,
          status: other.status,
        })),
        asOf: city.as_of.toISOString(),
      }
    }),
})
