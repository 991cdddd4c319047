import type { Database, Queryable } from '../../db/client.ts'
import { ingestAs } from '../../db/ingesting.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import type { CityRow, KindRow } from '../../db/queries/catalog.ts'
import {
  type IngestedDraft,
  type IngestedRow,
  ingestCell,
  insertIngested,
  lockIngested,
  updateIngested,
} from '../../db/queries/ingestIncidents.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import type { Position } from '../../geodata/city.ts'
import { type GeographicCrs, toWgs84 } from '../../geodata/crs.ts'
import { scrub } from '../../geodata/scrub.ts'
import { cityNamed, kindsOf } from '../catalog.ts'
import type { LiveIncident } from '../live/messages.ts'
import { liveIncident } from '../live/things.ts'
import type { Bearer } from './bearers.ts'
import { draftOf, type IncidentStatement, merged, saysTheSame, timeFault } from './incidentMerge.ts'
import { type IncidentItem, type Rejected, readIncidentItems } from './items.ts'
import { type CityPlaces, placesOf, swapFault } from './places.ts'
import { sourceIdOf } from './sourceId.ts'

/** What came of a batch of incidents: how many were new, changed a known one, or said what was known. */
export interface IncidentsAnswer {
  accepted: number
  changed: number
  unchanged: number
  rejected: Rejected[]
}

export interface Arrival {
  now: Date
  /** Of the socket, for the audit. */
  address: string | null
}

/** Clocks that are ahead by more are wrong. */
export const AHEAD_MS = 120_000

/** A statement on its way in, by its place in the batch. */
export interface Arriving {
  index: number
  statement: Omit<IncidentStatement, 'cellId'> & { cellId: IncidentStatement['cellId'] | readonly number[] }
}

/** Whether incidents of a kind are told of one by one. Disputes and what is sensitive leave as numbers of suppressed tables only. */
export function isShown({ dispute, sensitive }: KindRow): boolean {
  return !dispute && !sensitive
}

/** A position in EPSG:4326 to 1e-7 degrees (a centimetre): the same one again is the same to the last digit. */
export function placed(position: Position, crs: GeographicCrs): Position {
  const [lng, lat] = toWgs84(position, crs)
  return [Math.round(lng * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7]
}

/** What is known of the city while a batch is read. */
export interface IngestCity {
  city: CityRow
  kinds: ReadonlyMap<string, KindRow>
  places: CityPlaces
}

export async function ingestCityOf(database: Database, code: string): Promise<IngestCity> {
  const city = await cityNamed(database, code)
  if (!city) throw new Error(`The city ${code} is gone, but a token of it holds.`)
  const kinds = await kindsOf(database, city)
  return {
    city,
    kinds: new Map(kinds.map((kind) => [kind.code, kind])),
    places: await placesOf(database, city),
  }
}

/** An item as a statement, or why not. */
function statementOf(
  item: IncidentItem,
  { kinds, places, city }: IngestCity,
  { crs, now }: { crs: GeographicCrs; now: Date },
): Arriving['statement'] | { reason: string } {
  if (!kinds.has(item.kind)) return { reason: unknownKind(item.kind, city.code) }
  const position = placed([item.lng, item.lat], item.crs ?? crs)
  const swapped = swapFault(position, places)
  if (swapped !== null) return { reason: swapped }
  const time = (text: string | undefined) => (text === undefined ? undefined : new Date(text))
  const reportedAt = new Date(item.reportedAt)
  const [dispatchedAt, arrivedAt, closedAt] = [item.dispatchedAt, item.arrivedAt, item.closedAt].map(time)
  const told = [reportedAt, dispatchedAt, arrivedAt, closedAt].flatMap((at) => at?.getTime() ?? [])
  const toldAt = time(item.updatedAt) ?? new Date(Math.max(...told))
  for (const [name, at] of Object.entries({
    reportedAt,
    dispatchedAt,
    arrivedAt,
    closedAt,
    updatedAt: toldAt,
  })) {
    if (at && at.getTime() > now.getTime() + AHEAD_MS) {
      return {
        reason: `${name}: expected an instant that is not ahead of ${now.toISOString()}, got ${at.toISOString()}`,
      }
    }
  }
  return {
    sourceId: sourceIdOf(item.id),
    kind: item.kind,
    lng: position[0],
    lat: position[1],
    cellId: places.cellAt(position),
    reportedAt,
    level: item.level,
    channel: item.channel,
    status: item.status,
    dispatchedAt,
    arrivedAt,
    closedAt,
    dueAt: time(item.dueAt),
    outcome: item.outcome,
    text: item.text === undefined ? undefined : scrub(item.text).text,
    toldAt,
  }
}

export function unknownKind(kind: string, city: string): string {
  return `kind: expected the code of a kind of ${city}, got ${JSON.stringify(kind)}`
}

/**
 * Takes in a batch of a source of kind `incidents`: the good ones are kept whatever the others are. Everything in one
 * transaction with its live events and its audit row; when this answers it is durable. The same batch again changes
 * nothing.
 * @throws TokenRefused when the token no longer holds.
 */
export async function ingestIncidents(
  database: Database,
  bearer: Bearer,
  body: readonly unknown[],
  arrival: Arrival,
): Promise<IncidentsAnswer> {
  const { items, rejected } = readIncidentItems(body)
  const within = await ingestCityOf(database, bearer.city)
  const arriving: Arriving[] = []
  for (const { index, item } of items) {
    const statement = statementOf(item, within, { crs: bearer.crs, now: arrival.now })
    if ('reason' in statement) rejected.push({ index, id: item.id, reason: statement.reason })
    else arriving.push({ index, statement })
  }
  const stored = await storeStatements(database, bearer, within, arriving, arrival)
  return answerOf(stored, rejected)
}

/** Puts both lists of rejected in the order of the batch. */
export function answerOf(stored: IncidentsAnswer, rejected: readonly Rejected[]): IncidentsAnswer {
  return { ...stored, rejected: [...rejected, ...stored.rejected].sort((a, b) => a.index - b.index) }
}

/** Whether anything of a batch was kept or was known. */
export function keptAny({ accepted, changed, unchanged }: IncidentsAnswer): boolean {
  return accepted + changed + unchanged > 0
}

interface StoreOptions {
  /** Done first in the same transaction. */
  before?: (tx: Queryable) => Promise<void>
  /** What is known stays as it is, whatever is said of it again. Default false. */
  onlyNew?: boolean
}

/** Stores statements of a source; see `ingestIncidents`. */
export async function storeStatements(
  database: Database,
  bearer: Bearer,
  within: IngestCity,
  arriving: readonly Arriving[],
  { now, address }: Arrival,
  { before, onlyNew = false }: StoreOptions = {},
): Promise<IncidentsAnswer> {
  const { source } = bearer
  if (source === null) throw new Error('Incidents come from a source.')
  if (arriving.length === 0) return { accepted: 0, changed: 0, unchanged: 0, rejected: [] }
  return ingestAs(database, bearer.tokenId, async (tx) => {
    await before?.(tx)
    const at = { city: bearer.city, source }
    const folded = new Batch(await withCells(tx, arriving), { channel: bearer.channel, onlyNew })
    folded.know(await lockIngested(tx, at, folded.names))
    const fresh = folded.fresh()
    if (fresh.length > 0) {
      const inserted = await insertIngested(tx, { ...at, synthetic: bearer.synthetic }, fresh)
      folded.inserted(inserted)
      // Another request was faster with some: they are known now.
      const others = folded.names.filter((name) => !folded.has(name))
      if (others.length > 0) folded.know(await lockIngested(tx, at, others))
    }
    const changed = folded.changed()
    if (changed.length > 0) await updateIngested(tx, at, changed)
    const events = folded.told()
    await appendEvents(
      tx,
      events
        .filter(({ draft }) => {
          const kind = within.kinds.get(draft.kind)
          return kind !== undefined && isShown(kind)
        })
        .map(({ id, draft }) => ({
          city: bearer.city,
          topic: 'incident',
          cellId: draft.cell_id,
          kind: draft.kind,
          incidentId: id,
          message: {
            topic: 'incident',
            incident: ingestedIncident(id, draft, { source, synthetic: bearer.synthetic }),
          },
        })),
    )
    const answer = folded.answer()
    if (events.length > 0) {
      await insertAudit(
        tx,
        { ...systemActor(source), address },
        {
          action: 'incidents.ingest',
          city: bearer.city,
          target: source,
          rows: events.length,
          detail: {
            accepted: answer.accepted,
            changed: answer.changed,
            rejected: answer.rejected.length,
            at: now.toISOString(),
          },
        },
      )
    }
    return answer
  })
}

/** Cells for places in which nobody had been yet. */
async function withCells(
  tx: Queryable,
  arriving: readonly Arriving[],
): Promise<{ index: number; statement: IncidentStatement }[]> {
  const made = new Map<string, number | null>()
  const whole: { index: number; statement: IncidentStatement }[] = []
  for (const { index, statement } of arriving) {
    const { cellId } = statement
    if (cellId === null || typeof cellId === 'number') {
      whole.push({ index, statement: { ...statement, cellId } })
      continue
    }
    const key = cellId.join()
    const cell = made.has(key) ? (made.get(key) ?? null) : await ingestCell(tx, cellId)
    made.set(key, cell)
    whole.push({ index, statement: { ...statement, cellId: cell } })
  }
  return whole
}

interface Entry {
  /** In the order of the batch. */
  statements: { index: number; statement: IncidentStatement }[]
  known: IngestedRow | null
  id: number | null
  draft: IngestedDraft | null
  accepted: number
  changed: number
  unchanged: number
  rejected: Rejected[]
}

/** The statements of a batch by what they are about, taken in one after the other. */
class Batch {
  private readonly entries = new Map<string, Entry>()
  private readonly channel: string
  private readonly onlyNew: boolean
  private readonly order: string[]

  constructor(
    statements: readonly { index: number; statement: IncidentStatement }[],
    { channel, onlyNew }: { channel: string; onlyNew: boolean },
  ) {
    this.channel = channel
    this.onlyNew = onlyNew
    for (const each of statements) {
      const name = each.statement.sourceId
      const entry = this.entries.get(name)
      if (entry) entry.statements.push(each)
      else
        this.entries.set(name, {
          statements: [each],
          known: null,
          id: null,
          draft: null,
          accepted: 0,
          changed: 0,
          unchanged: 0,
          rejected: [],
        })
    }
    this.order = [...this.entries.keys()].sort()
    for (const entry of this.entries.values()) this.take(entry)
  }

  get names(): readonly string[] {
    return this.order
  }

  has(name: string): boolean {
    return (this.entries.get(name)?.id ?? null) !== null
  }

  /** Takes the statements in anew, now upon rows that are there. */
  know(rows: readonly IngestedRow[]): void {
    for (const row of rows) {
      const entry = this.entries.get(row.source_id)
      if (!entry) continue
      entry.known = row
      entry.id = row.id
      this.take(entry)
    }
  }

  private take(entry: Entry): void {
    Object.assign(entry, { draft: null, accepted: 0, changed: 0, unchanged: 0, rejected: [] })
    let current: IngestedDraft | IngestedRow | null = entry.known
    for (const { index, statement } of entry.statements) {
      if (current && this.onlyNew) {
        entry.unchanged += 1
        continue
      }
      const next: IngestedDraft = current ? merged(current, statement) : draftOf(statement, this.channel)
      const fault = timeFault(next)
      if (fault !== null) {
        entry.rejected.push({ index, id: statement.sourceId, reason: fault })
        continue
      }
      if (!current) entry.accepted += 1
      else if (saysTheSame(current, next)) entry.unchanged += 1
      else entry.changed += 1
      entry.draft = next
      current = next
    }
  }

  /** What is to be inserted, by name. */
  fresh(): IngestedDraft[] {
    return this.drafts((entry) => entry.known === null)
  }

  /** Rows that are to be written again: they say something else, or the same at a later time. */
  changed(): IngestedDraft[] {
    return this.drafts(
      ({ known, draft }) =>
        known !== null &&
        draft !== null &&
        (!saysTheSame(known, draft) || known.told_at?.getTime() !== draft.told_at.getTime()),
    )
  }

  private drafts(wanted: (entry: Entry) => boolean): IngestedDraft[] {
    return this.order.flatMap((name) => {
      const entry = this.entries.get(name)
      return entry?.draft && wanted(entry) ? [entry.draft] : []
    })
  }

  inserted(rows: readonly { id: number; source_id: string }[]): void {
    for (const { id, source_id } of rows) {
      const entry = this.entries.get(source_id)
      if (entry) entry.id = id
    }
  }

  /** What is new, or says something else than before, as it ends up. */
  told(): { id: number; draft: IngestedDraft }[] {
    return this.order.flatMap((name) => {
      const entry = this.entries.get(name)
      if (!entry || entry.id === null || entry.draft === null) return []
      if (entry.known !== null && saysTheSame(entry.known, entry.draft)) return []
      return [{ id: entry.id, draft: entry.draft }]
    })
  }

  answer(): IncidentsAnswer {
    const answer: IncidentsAnswer = { accepted: 0, changed: 0, unchanged: 0, rejected: [] }
    for (const { accepted, changed, unchanged, rejected } of this.entries.values()) {
      answer.accepted += accepted
      answer.changed += changed
      answer.unchanged += unchanged
      answer.rejected.push(...rejected)
    }
    answer.rejected.sort((a, b) => a.index - b.index)
    return answer
  }
}

/** A level as the live stream says it. */
function levelOf(level: number): LiveIncident['level'] {
  return level === 1 || level === 2 || level === 3 ? level : 4
}

/** An incident that was taken in, as the live stream tells it. */
export function ingestedIncident(
  id: number,
  draft: IngestedDraft,
  { source, synthetic }: { source: string; synthetic: boolean },
): LiveIncident {
  const status = (['new', 'dispatched', 'onScene', 'closed'] as const).find((each) => each === draft.status)
  return liveIncident({
    ...draft,
    id,
    level: levelOf(draft.level),
    status: status ?? 'recorded',
    source,
    synthetic,
  })
}
