import type { Database, Queryable, Transaction } from '../../db/client.ts'
import { type Keeper, keepDoing } from '../../db/keeper.ts'
import {
  type AlertRow,
  alertsToClear,
  clearAlerts,
  type NewAlert,
  raiseAlerts,
  settledLeft,
} from '../../db/queries/alerts.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import {
  type FenceRow,
  fencedUnits,
  keepBreaches,
  listFences,
  takeWatch,
  watchedCities,
} from '../../db/queries/fences.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import { feedsOf } from '../../db/queries/sources.ts'
import { cityNamed, localTimeOf } from '../catalog.ts'
import { alertEvent } from './events.ts'
import { breachesOf, type WatchedUnit } from './fenceRules.ts'
import { cellsOfAreas } from './ground.ts'

const EVERY_MS = 5000

/** Names an alert among the open ones. */
function keyOf(alert: NewAlert): string {
  return [alert.kind, alert.fence_id, alert.squad_id, alert.unit_id, alert.source_code].join(' ')
}

function fenceAlert(fence: FenceRow, squadId: number, unitId: number | null): NewAlert {
  return {
    kind: fence.rule === 'inside' ? 'outsideFence' : 'insideFence',
    fence_id: fence.id,
    area_id: fence.area_ids[0] ?? null,
    squad_id: squadId,
    unit_id: unitId,
    source_code: null,
    incident_id: null,
    synthetic: fence.synthetic,
  }
}

/** What of the fences is broken for longer than their grace time. */
async function brokenFences(
  tx: Transaction,
  city: CityRow,
  cellsOf: (fence: FenceRow) => ReadonlySet<number>,
  now: Date,
): Promise<NewAlert[]> {
  const fences = (await listFences(tx, city.code)).filter(({ enabled }) => enabled)
  const units = (fences.length > 0 ? await fencedUnits(tx, city.code) : []).map(
    (row): WatchedUnit => ({
      id: row.id,
      squadId: row.squad_id,
      onDuty: row.on_duty,
      fix: row.fixed_at && { cellId: row.cell_id, at: row.fixed_at.getTime() },
    }),
  )
  const at = { now: now.getTime(), localTime: localTimeOf(city) }
  const found = fences.flatMap((fence) =>
    breachesOf(
      {
        squadIds: fence.squad_ids,
        unitIds: fence.unit_ids,
        rule: fence.rule,
        demand: fence.demand,
        schedule: fence.schedule,
      },
      cellsOf(fence),
      units,
      at,
    ).map(({ squadId, unitId }) => ({ fence_id: fence.id, squad_id: squadId, unit_id: unitId })),
  )
  const byId = new Map(fences.map((fence) => [fence.id, fence]))
  const breaches = await keepBreaches(tx, city.code, found, now)
  return breaches.flatMap(({ fence_id, squad_id, unit_id, since }) => {
    const fence = byId.get(fence_id)
    if (!fence || now.getTime() - since.getTime() < fence.grace_s * 1000) return []
    return [fenceAlert(fence, squad_id, unit_id)]
  })
}

async function silentSources(tx: Queryable, city: CityRow, now: Date): Promise<NewAlert[]> {
  const { feeds } = await feedsOf(tx, city.code, now)
  return feeds
    .filter(({ state }) => state === 'silent')
    .map(({ source }) => ({
      kind: 'sourceSilent',
      fence_id: null,
      area_id: null,
      squad_id: null,
      unit_id: null,
      source_code: source,
      incident_id: null,
      synthetic: city.synthetic,
    }))
}

/**
 * Looks at the fences and sources of a city once: raises what has become true, clears what no longer is, says both in the
 * live stream and the audit. By the micro-grids that fixes were stored with; no geometry. Nothing where another node is
 * at it.
 */
export async function watchCity(
  tx: Transaction,
  city: CityRow,
  cellsOf: (fence: FenceRow) => ReadonlySet<number>,
  now: Date,
): Promise<{ raised: AlertRow[]; cleared: AlertRow[] }> {
  if (!(await takeWatch(tx, city.code))) return { raised: [], cleared: [] }
  const due = [...(await brokenFences(tx, city, cellsOf, now)), ...(await silentSources(tx, city, now))]
  const open = await alertsToClear(tx, city.code, ['outsideFence', 'insideFence', 'sourceSilent'])
  const dueKeys = new Set(due.map(keyOf))
  const openKeys = new Set(open.map(keyOf))
  const raised = await raiseAlerts(
    tx,
    city.code,
    due.filter((alert) => !openKeys.has(keyOf(alert))),
    now,
  )
  const cleared = await clearAlerts(
    tx,
    city.code,
    [
      ...open.filter((alert) => !dueKeys.has(keyOf(alert))).map(({ id }) => id),
      ...(await settledLeft(tx, city.code)),
    ],
    now,
  )
  await appendEvents(
    tx,
    [...raised, ...cleared].map((row) => alertEvent(city.code, row)),
  )
  for (const [action, rows] of [
    ['alerts.raise', raised],
    ['alerts.clear', cleared],
  ] as const) {
    for (const row of rows)
      await insertAudit(tx, systemActor('server'), {
        action,
        city: city.code,
        target: String(row.id),
        areaId: row.area_id ?? undefined,
        detail: { kind: row.kind, fence: row.fence_id, squad: row.squad_id, unit: row.unit_id },
      })
  }
  return { raised, cleared }
}

/** Watches the fences and sources of all cities now and every five seconds until `stop`. */
export function keepFences(database: Database, clock: () => Date = () => new Date()): Keeper {
  return keepDoing(
    async () => {
      for (const { city: code, fenced } of await watchedCities(database)) {
        const city = await cityNamed(database, code)
        // Most of the time every source speaks, and nothing else is watched.
        if (!city || !(fenced || (await silentSources(database, city, clock())).length > 0)) continue
        // Read before the transaction: PGlite has one session.
        const cells = new Map<number, ReadonlySet<number>>()
        for (const fence of await listFences(database, code))
          cells.set(fence.id, await cellsOfAreas(database, city, fence.area_ids))
        await database.transaction((tx) =>
          watchCity(tx, city, ({ id }) => cells.get(id) ?? new Set(), clock()),
        )
      }
    },
    EVERY_MS,
    (error) => console.error('fences could not be watched:', error),
  )
}
