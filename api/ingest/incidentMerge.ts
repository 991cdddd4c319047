import type { IngestedDraft, IngestedRow } from '../../db/queries/ingestIncidents.ts'

/** What a source says of an incident at one moment. What it leaves out (undefined) stays as it was. */
export interface IncidentStatement {
  sourceId: string
  kind: string
  /** [lng, lat], EPSG:4326, degrees; and its cell. */
  lng: number
  lat: number
  cellId: number | null
  reportedAt: Date
  level?: number
  channel?: string
  status?: Status
  dispatchedAt?: Date
  arrivedAt?: Date
  closedAt?: Date
  dueAt?: Date
  outcome?: string
  text?: string
  /** When the source said so. */
  toldAt: Date
}

/** From first to last; none goes back. 'recorded': a source that knows no stages. */
export const STATUSES = ['recorded', 'new', 'dispatched', 'onScene', 'closed'] as const
export type Status = (typeof STATUSES)[number]

const ranks: ReadonlyMap<string, number> = new Map(STATUSES.map((status, rank) => [status, rank]))
const rankOf = (status: string) => ranks.get(status) ?? 0

function stageOf({ status, dispatchedAt, arrivedAt, closedAt }: IncidentStatement): Status {
  const reached = closedAt ? 'closed' : arrivedAt ? 'onScene' : dispatchedAt ? 'dispatched' : 'new'
  if (status === undefined) return reached
  return reached === 'new' || rankOf(status) > rankOf(reached) ? status : reached
}

function earliest(known: Date | null, told: Date | undefined): Date | null {
  if (!known || !told) return known ?? told ?? null
  return told < known ? told : known
}

/** What a new row is to hold. @param channel of statements that name none. */
export function draftOf(told: IncidentStatement, channel: string): IngestedDraft {
  return {
    source_id: told.sourceId,
    kind: told.kind,
    level: told.level ?? 4,
    channel: told.channel ?? channel,
    status: stageOf(told),
    reported_at: told.reportedAt,
    dispatched_at: told.dispatchedAt ?? null,
    arrived_at: told.arrivedAt ?? null,
    closed_at: told.closedAt ?? null,
    due_at: told.dueAt ?? null,
    outcome: told.outcome ?? null,
    cell_id: told.cellId,
    lng: told.lng,
    lat: told.lat,
    text: told.text ?? null,
    told_at: told.toldAt,
  }
}

/**
 * A known row with one more statement taken in. Stages only go forward, and of each the first time counts; place, kind
 * and the rest are as the newest statement has them, of two from the same instant the one that came last. So statements
 * that carry the same fields end in the same row, in whatever order and however often they come.
 */
export function merged(known: IngestedDraft | IngestedRow, told: IncidentStatement): IngestedDraft {
  const stage = stageOf(told)
  const forward = {
    status: rankOf(stage) > rankOf(known.status) ? stage : known.status,
    dispatched_at: earliest(known.dispatched_at, told.dispatchedAt),
    arrived_at: earliest(known.arrived_at, told.arrivedAt),
    closed_at: earliest(known.closed_at, told.closedAt),
  }
  const { told_at } = known
  if (told_at !== null && told.toldAt < told_at) {
    return {
      ...known,
      ...forward,
      // What nobody has said yet an older statement may still say.
      due_at: known.due_at ?? told.dueAt ?? null,
      outcome: known.outcome ?? told.outcome ?? null,
      text: known.text ?? told.text ?? null,
      told_at,
    }
  }
  return {
    ...draftOf(told, known.channel),
    level: told.level ?? known.level,
    due_at: told.dueAt ?? known.due_at,
    outcome: told.outcome ?? known.outcome,
    text: told.text ?? known.text,
    ...forward,
  }
}

/** Why a row cannot be: its times go back. Null: it can. */
export function timeFault(row: IngestedDraft): string | null {
  const at = (time: Date | null) => time?.toISOString()
  if (row.dispatched_at && row.dispatched_at < row.reported_at) {
    return `expected dispatchedAt at or after reportedAt (${at(row.reported_at)}), got ${at(row.dispatched_at)}`
  }
  if (row.arrived_at && row.dispatched_at && row.arrived_at < row.dispatched_at) {
    return `expected arrivedAt at or after dispatchedAt (${at(row.dispatched_at)}), got ${at(row.arrived_at)}`
  }
  if (row.arrived_at && row.arrived_at < row.reported_at) {
    return `expected arrivedAt at or after reportedAt (${at(row.reported_at)}), got ${at(row.arrived_at)}`
  }
  if (row.closed_at && row.closed_at < row.reported_at) {
    return `expected closedAt at or after reportedAt (${at(row.reported_at)}), got ${at(row.closed_at)}`
  }
  return null
}

const COMPARED = [
  'kind',
  'level',
  'channel',
  'status',
  'outcome',
  'lng',
  'lat',
  'text',
  'reported_at',
  'dispatched_at',
  'arrived_at',
  'closed_at',
  'due_at',
] as const

/** Whether two rows say the same, whenever it was said. */
export function saysTheSame(a: IngestedDraft | IngestedRow, b: IngestedDraft): boolean {
  return COMPARED.every((name) => {
    const [left, right] = [a[name], b[name]]
    return left instanceof Date && right instanceof Date ? left.getTime() === right.getTime() : left === right
  })
}
