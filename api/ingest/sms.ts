import type { Database } from '../../db/client.ts'
import { labelPoints } from '../../db/queries/areas.ts'
import { insertSignature } from '../../db/queries/ingestTokens.ts'
import { scrub } from '../../geodata/scrub.ts'
import type { Bearer } from './bearers.ts'
import {
  AHEAD_MS,
  type Arrival,
  type Arriving,
  answerOf,
  type IncidentsAnswer,
  type IngestCity,
  ingestCityOf,
  placed,
  storeStatements,
  unknownKind,
} from './incidents.ts'
import { readSmsItems, type SmsItem } from './items.ts'
import { swapFault } from './places.ts'
import { sourceIdOf } from './sourceId.ts'

/** A message under this signature was taken before. */
export class SignatureTaken extends Error {}

/**
 * Takes in reports by short message (96885) of a gateway: their text without numbers of persons, at the position given or
 * in the middle of the grid named. The sender's number is no field and is not kept. A message that is known stays as it
 * is; a signature is taken once.
 * @throws SignatureTaken for one that comes again. @throws TokenRefused when the key no longer holds.
 */
export async function ingestSms(
  database: Database,
  bearer: Bearer,
  body: readonly unknown[],
  { signature, ...arrival }: Arrival & { signature: Uint8Array },
): Promise<IncidentsAnswer> {
  const { items, rejected } = readSmsItems(body)
  const within = await ingestCityOf(database, bearer.city)
  const codes = items.flatMap(({ item }) => item.grid ?? [])
  const points = await labelPoints(database, within.city.code, within.city.current_version, codes)
  const pointOf = new Map(points.map(({ code, lng, lat }) => [code, { lng, lat }]))
  const arriving: Arriving[] = []
  for (const { index, item } of items) {
    const statement = statementOf(item, { within, pointOf, bearer, now: arrival.now })
    if ('reason' in statement) rejected.push({ index, id: item.id, reason: statement.reason })
    else arriving.push({ index, statement })
  }
  const stored = await storeStatements(database, bearer, within, arriving, arrival, {
    onlyNew: true,
    async before(tx) {
      const taken = { city: bearer.city, source: bearer.source ?? '', signature }
      try {
        await insertSignature(tx, taken)
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === '23505') {
          throw new SignatureTaken('this signature was taken before', { cause: error })
        }
        throw error
      }
    },
  })
  return answerOf(stored, rejected)
}

function statementOf(
  item: SmsItem,
  {
    within,
    pointOf,
    bearer,
    now,
  }: {
    within: IngestCity
    pointOf: ReadonlyMap<string, { lng: number; lat: number }>
    bearer: Bearer
    now: Date
  },
): Arriving['statement'] | { reason: string } {
  const kind = item.kind ?? bearer.defaultKind
  if (kind === null)
    return { reason: 'kind: expected one, since this source has no kind of its own, got nothing' }
  if (!within.kinds.has(kind)) return { reason: unknownKind(kind, within.city.code) }
  const reportedAt = item.reportedAt === undefined ? now : new Date(item.reportedAt)
  if (reportedAt.getTime() > now.getTime() + AHEAD_MS) {
    return {
      reason: `reportedAt: expected an instant that is not ahead of ${now.toISOString()}, got ${reportedAt.toISOString()}`,
    }
  }
  const place = placeOf(item, { within, pointOf, bearer })
  if ('reason' in place) return place
  const [lng, lat] = place.position
  return {
    sourceId: sourceIdOf(item.id),
    kind,
    lng,
    lat,
    cellId: within.places.cellAt(place.position),
    reportedAt,
    text: scrub(item.text).text,
    toldAt: reportedAt,
  }
}

function placeOf(
  item: SmsItem,
  {
    within: { city, places },
    pointOf,
    bearer,
  }: { within: IngestCity; pointOf: ReadonlyMap<string, { lng: number; lat: number }>; bearer: Bearer },
): { position: [number, number] } | { reason: string } {
  if (item.lng !== undefined && item.lat !== undefined) {
    const position = placed([item.lng, item.lat], item.crs ?? bearer.crs)
    const reason = swapFault(position, places)
    return reason === null ? { position } : { reason }
  }
  if (item.lng !== undefined || item.lat !== undefined) {
    return { reason: 'expected lng and lat, got one of them' }
  }
  if (item.grid === undefined) return { reason: 'expected lng and lat, or grid, got none of them' }
  const point = pointOf.get(item.grid)
  if (!point) {
    return { reason: `grid: expected the code of an area of ${city.code}, got ${JSON.stringify(item.grid)}` }
  }
  return { position: placed([point.lng, point.lat], 'EPSG:4326') }
}
