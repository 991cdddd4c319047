import type { Database, Queryable } from '../../db/client.ts'
import { ingestAs } from '../../db/ingesting.ts'
import { ingestCell } from '../../db/queries/ingestIncidents.ts'
import { type GivenFix, storeFixes } from '../../db/queries/ingestPositions.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import { TRACK_DAYS } from '../../db/queries/tracks.ts'
import type { Bearer } from './bearers.ts'
import { AHEAD_MS, type Arrival, ingestCityOf, placed } from './incidents.ts'
import { type PositionItem, type Rejected, readPositionItems } from './items.ts'
import { type CityPlaces, swapFault } from './places.ts'

/** What came of a batch of positions. */
export interface PositionsAnswer {
  accepted: number
  /** Known already. */
  unchanged: number
  /** Of units that were not on duty then: nothing of them is stored. */
  offDuty: number
  rejected: Rejected[]
  /** Where nothing but that was wrong. */
  dropped?: 'offDuty'
}

const DAY_MS = 86_400_000
const DIGITS = /^\d{1,9}$/

/** Why a fix cannot be meant. */
function fixFault(item: PositionItem, { now, places }: { now: Date; places: CityPlaces }): string | null {
  const age = now.getTime() - Date.parse(item.at)
  if (age < -AHEAD_MS) {
    return `at: expected an instant that is not ahead of ${now.toISOString()}, got ${item.at}`
  }
  if (age > TRACK_DAYS * DAY_MS) {
    return `at: expected an instant of the last ${TRACK_DAYS} days, got ${item.at}`
  }
  // What receivers say before they know where they are.
  if (item.lng === 0 && item.lat === 0) return 'expected a position, got 0, 0'
  return swapFault([item.lng, item.lat], places)
}

type Placing = Omit<GivenFix, 'cell_id'> & { cell: ReturnType<CityPlaces['cellAt']> }

/**
 * Takes in positions of units, by a beacon (whose unit its token says) or a gateway (whose items name units by id or call
 * sign). Late, doubled and disordered fixes leave the same rows; the newest of a unit on duty goes to the live picture.
 * Committed when it answers. No audit row: where a unit was is kept for days, who looked at it for years.
 * @throws TokenRefused when the token no longer holds.
 */
export async function ingestPositions(
  database: Database,
  bearer: Bearer,
  body: readonly unknown[],
  { now }: Arrival,
): Promise<PositionsAnswer> {
  const { items, rejected } = readPositionItems(body)
  const { places } = await ingestCityOf(database, bearer.city)
  const fixes: Placing[] = []
  for (const { index, item } of items) {
    const unit = item.unit ?? bearer.unitId
    const fault =
      unit === null
        ? 'unit: expected the id or the call sign of a unit, got nothing'
        : fixFault(item, { now, places })
    if (unit === null || fault !== null) {
      rejected.push({ index, id: unit === null ? null : String(unit), reason: fault ?? '' })
      continue
    }
    const [lng, lat] = placed([item.lng, item.lat], item.crs ?? bearer.crs)
    fixes.push({
      index,
      unit_id: typeof unit === 'number' ? unit : DIGITS.test(unit) ? Number(unit) : null,
      call_sign: typeof unit === 'string' ? unit : null,
      at: item.at,
      heading_deg: item.headingDeg === undefined ? null : item.headingDeg % 360,
      speed_ms: item.speedMs ?? null,
      cell: places.cellAt([lng, lat]),
      lng,
      lat,
    })
  }
  const answer: PositionsAnswer = { accepted: 0, unchanged: 0, offDuty: 0, rejected }
  if (fixes.length > 0) await store(database, bearer, fixes, answer)
  rejected.sort((a, b) => a.index - b.index)
  if (answer.offDuty > 0 && answer.offDuty === body.length) answer.dropped = 'offDuty'
  return answer
}

async function store(
  database: Database,
  bearer: Bearer,
  placings: readonly Placing[],
  answer: PositionsAnswer,
): Promise<void> {
  const judged = await ingestAs(database, bearer.tokenId, async (tx) => {
    const fixes = await withCells(tx, placings)
    const stored = await storeFixes(
      tx,
      { city: bearer.city, own: bearer.unitId, synthetic: bearer.synthetic },
      fixes,
    )
    const byIndex = new Map(fixes.map((fix) => [fix.index, fix]))
    await appendEvents(
      tx,
      stored.flatMap(({ index, unit_id, newest, stored, synthetic }) => {
        const fix = byIndex.get(index)
        if (!newest || !stored || !fix || unit_id === null) return []
        return [
          {
            city: bearer.city,
            topic: 'position' as const,
            cellId: fix.cell_id,
            kind: null,
            unitId: unit_id,
            message: {
              topic: 'position' as const,
              fix: {
                unitId: unit_id,
                lng: fix.lng,
                lat: fix.lat,
                at: fix.at,
                headingDeg: fix.heading_deg,
                speedMs: fix.speed_ms,
                synthetic,
              },
            },
          },
        ]
      }),
    )
    return stored
  })
  const named = new Map(placings.map((each) => [each.index, each.call_sign ?? String(each.unit_id)]))
  for (const { index, unit_id, on_duty, stored } of judged) {
    if (unit_id === null) {
      const id = named.get(index) ?? null
      const reason =
        bearer.unitId === null
          ? `unit: expected the id or the call sign of a unit of ${bearer.city}, got ${JSON.stringify(id)}`
          : `unit: expected the one this token is the beacon of, got ${JSON.stringify(id)}`
      answer.rejected.push({ index, id, reason })
    } else if (!on_duty) answer.offDuty += 1
    else if (stored) answer.accepted += 1
    else answer.unchanged += 1
  }
}

async function withCells(tx: Queryable, placings: readonly Placing[]): Promise<GivenFix[]> {
  const fixes: GivenFix[] = []
  for (const { cell, ...fix } of placings) {
    const known = cell === null || typeof cell === 'number'
    fixes.push({ ...fix, cell_id: known ? cell : await ingestCell(tx, cell) })
  }
  return fixes
}
