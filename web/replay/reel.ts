import type {
  LiveAlert,
  LiveDispatch,
  LiveFix,
  LiveIncident,
  LiveMessage,
  LiveUnit,
} from '../../api/live/messages.ts'
import { unpackTracks } from '../../geodata/trackBundle.ts'
import type { LiveState } from '../live/liveStore.ts'
import type { Outputs } from '../trpc.ts'

/** Incidents this long over are no longer of the day. Milliseconds. */
const dayMs = 86_400_000
/** What a fix before the beginning leaves as a trail. */
const trailMs = 5 * 60_000

type Tracks = Outputs['replay']['tracks']
type Incidents = Outputs['replay']['incidents']

/** A course of incidents as instants, epoch milliseconds. */
interface PastIncident {
  whole: LiveIncident
  reportedAt: number
  /** Ascending instants at which its state changed, the report first. */
  changes: number[]
}

/** What was of units in [from, to), epoch milliseconds. */
export interface Piece {
  from: number
  to: number
  units: Map<number, Tracks['units'][number]>
  duties: { unitId: number; from: number; to: number }[]
  dispatches: {
    row: Tracks['dispatches'][number]
    assignedAt: number
    acknowledgedAt: number
    arrivedAt: number
    endedAt: number
  }[]
  alerts: { whole: LiveAlert; raisedAt: number; clearedAt: number }[]
  /** By instant. */
  fixes: { at: number; fix: LiveFix }[]
  /** Before this instant no fixes are kept. */
  fixesFrom: number
}

const never = Number.POSITIVE_INFINITY
const instantOf = (text: string | null): number => (text === null ? never : Date.parse(text))
const isoOf = (seconds: number): string | null =>
  seconds < 0 ? null : new Date(seconds * 1000).toISOString()

export function pieceOf(answer: Tracks): Piece {
  const from = Date.parse(answer.from)
  const units = new Map(answer.units.map((unit) => [unit.id, unit]))
  const { unit, at, lng, lat, heading, speed } = unpackTracks(answer.packed)
  const fixes = Array.from(unit, (unitId, i) => ({
    at: from + at[i] * 1000,
    fix: {
      unitId,
      lng: lng[i] / 1e6,
      lat: lat[i] / 1e6,
      at: new Date(from + at[i] * 1000).toISOString(),
      headingDeg: heading[i] < 0 ? null : heading[i],
      speedMs: speed[i] < 0 ? null : speed[i] / 10,
      synthetic: units.get(unitId)?.synthetic ?? false,
    },
  })).sort((a, b) => a.at - b.at)
  return {
    from,
    to: Date.parse(answer.to),
    units,
    fixes,
    duties: answer.duties.map((duty) => ({
      unitId: duty.unitId,
      from: Date.parse(duty.from),
      to: instantOf(duty.to),
    })),
    dispatches: answer.dispatches.map((row) => ({
      row,
      assignedAt: Date.parse(row.assignedAt),
      acknowledgedAt: instantOf(row.acknowledgedAt),
      arrivedAt: instantOf(row.arrivedAt),
      endedAt: instantOf(row.endedAt),
    })),
    alerts: answer.alerts.map((whole) => ({
      whole,
      raisedAt: Date.parse(whole.raisedAt),
      clearedAt: instantOf(whole.clearedAt),
    })),
    fixesFrom: Date.parse(answer.fixesFrom),
  }
}

export function pastIncidentsOf(answer: Incidents): PastIncident[] {
  return answer.id
    .map((id, i): PastIncident => {
      const stages = [answer.reported[i], answer.dispatched[i], answer.arrived[i], answer.closed[i]]
      const whole: LiveIncident = {
        id,
        kind: answer.kinds[answer.kind[i]],
        level: levelOf(answer.level[i]),
        status: answer.recorded[i] ? 'recorded' : 'closed',
        lng: answer.lng[i] / 1e6,
        lat: answer.lat[i] / 1e6,
        cellId: answer.cell[i] < 0 ? null : answer.cell[i],
        source: answer.sources[answer.source[i]],
        channel: answer.channels[answer.channel[i]],
        reportedAt: new Date(answer.reported[i] * 1000).toISOString(),
        dispatchedAt: isoOf(answer.dispatched[i]),
        arrivedAt: isoOf(answer.arrived[i]),
        closedAt: isoOf(answer.closed[i]),
        dueAt: isoOf(answer.due[i]),
        synthetic: answer.synthetic[i] === 1,
      }
      return {
        whole,
        reportedAt: answer.reported[i] * 1000,
        changes: stages.filter((seconds) => seconds >= 0).map((seconds) => seconds * 1000),
      }
    })
    .sort((a, b) => a.reportedAt - b.reportedAt || a.whole.id - b.whole.id)
}

function levelOf(level: number): LiveIncident['level'] {
  return level === 1 || level === 2 || level === 3 ? level : 4
}

/** An incident as it was known at an instant: nothing of what came later. */
export function incidentAt({ whole }: PastIncident, at: number): LiveIncident {
  const known = (instant: string | null) => (instant !== null && Date.parse(instant) <= at ? instant : null)
  const dispatchedAt = known(whole.dispatchedAt)
  const arrivedAt = known(whole.arrivedAt)
  const closedAt = known(whole.closedAt)
  const status =
    whole.status === 'recorded'
      ? 'recorded'
      : closedAt
        ? 'closed'
        : arrivedAt
          ? 'onScene'
          : dispatchedAt
            ? 'dispatched'
            : 'new'
  return { ...whole, status, dispatchedAt, arrivedAt, closedAt }
}

function dispatchAt(
  { row, acknowledgedAt, arrivedAt, endedAt }: Piece['dispatches'][number],
  at: number,
): LiveDispatch {
  const state =
    endedAt <= at
      ? row.withdrawn
        ? 'withdrawn'
        : 'done'
      : arrivedAt <= at
        ? 'onScene'
        : acknowledgedAt <= at
          ? 'acknowledged'
          : 'assigned'
  return {
    id: row.id,
    incidentId: row.incidentId,
    unitId: row.unitId,
    squadId: row.squadId,
    state,
    assignedAt: row.assignedAt,
    acknowledgedAt: acknowledgedAt <= at ? row.acknowledgedAt : null,
    arrivedAt: arrivedAt <= at ? row.arrivedAt : null,
    doneAt: endedAt <= at ? row.endedAt : null,
  }
}

function alertAt({ whole, clearedAt }: Piece['alerts'][number], at: number): LiveAlert {
  return clearedAt <= at ? whole : { ...whole, clearedAt: null }
}

const stateOf = { assigned: 'assigned', acknowledged: 'enRoute', onScene: 'onScene' } as const

function unitAt(piece: Piece, unitId: number, at: number, fix: LiveFix | null): LiveUnit | null {
  const unit = piece.units.get(unitId)
  if (!unit) return null
  const duty = piece.duties.find((each) => each.unitId === unitId && each.from <= at && at < each.to)
  const sent = piece.dispatches
    .filter((each) => each.row.unitId === unitId && each.assignedAt <= at && at < each.endedAt)
    .map((each) => dispatchAt(each, at))
    .at(-1)
  const dispatched =
    sent && (sent.state === 'assigned' || sent.state === 'acknowledged' || sent.state === 'onScene')
  return {
    id: unit.id,
    callSign: unit.callSign,
    kind: unit.kind,
    squadId: unit.squadId,
    strength: unit.strength,
    state: !duty ? 'offDuty' : dispatched ? stateOf[sent.state as keyof typeof stateOf] : 'free',
    incidentId: duty && dispatched ? sent.incidentId : null,
    dutySince: duty ? new Date(duty.from).toISOString() : null,
    fix: duty && fix && Date.parse(fix.at) >= duty.from ? fix : null,
    synthetic: unit.synthetic,
  }
}

/** Index of the first element whose instant lies after `at`. */
function after(list: readonly { at: number }[], at: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle].at <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** Everything of a replayed period that has been fetched: what was at an instant, and what happened between two. */
export class Reel {
  readonly from: number
  readonly to: number
  #incidents: PastIncident[] = []
  /** Instants at which incidents were closed since the beginning, ascending. */
  #closings: { at: number }[] = []
  readonly #pieces = new Map<number, Piece>()

  constructor(from: number, to: number) {
    this.from = from
    this.to = to
  }

  setIncidents(incidents: PastIncident[]): void {
    this.#incidents = incidents
    this.#closings = incidents
      .map(({ whole }) => ({ at: instantOf(whole.closedAt) }))
      .filter(({ at }) => at >= this.from && at < never)
      .sort((a, b) => a.at - b.at)
  }

  /** Instants at which incidents were reported, ascending. */
  get reports(): number[] {
    return this.#incidents.map(({ reportedAt }) => reportedAt).filter((at) => at >= this.from && at < this.to)
  }

  /** How many incidents were closed between the beginning and an instant. */
  closedBy(at: number): number {
    return after(this.#closings, at)
  }

  /** The first incident reported after an instant; undefined: none in the period. */
  nextReport(at: number): LiveIncident | undefined {
    return this.#incidents.find(({ reportedAt }) => reportedAt > at && reportedAt < this.to)?.whole
  }

  add(piece: Piece): void {
    this.#pieces.set(piece.from, piece)
  }

  pieceAt(at: number): Piece | undefined {
    const instant = Math.min(at, this.to - 1)
    for (const piece of this.#pieces.values()) if (piece.from <= instant && instant < piece.to) return piece
    return undefined
  }

  stateAt(at: number): LiveState {
    const piece = this.pieceAt(at)
    const last = new Map<number, LiveFix>()
    if (piece) {
      for (let i = 0; i < piece.fixes.length && piece.fixes[i].at <= at; i++)
        last.set(piece.fixes[i].fix.unitId, piece.fixes[i].fix)
    }
    const units = piece
      ? [...piece.units.keys()].flatMap((id) => unitAt(piece, id, at, last.get(id) ?? null) ?? [])
      : []
    return {
      eventId: '0',
      incidents: this.#incidents
        .filter(({ whole, reportedAt, changes }) => {
          if (reportedAt > at) return false
          const open =
            whole.status !== 'recorded' && (whole.closedAt === null || changes[changes.length - 1] > at)
          return open || at - reportedAt < dayMs
        })
        .map((incident) => incidentAt(incident, at)),
      counts: [],
      units: units.filter(({ state }) => state !== 'offDuty'),
      dispatches: (piece?.dispatches ?? [])
        .filter(({ assignedAt }) => assignedAt <= at)
        .map((each) => dispatchAt(each, at)),
      alerts: (piece?.alerts ?? []).filter(({ raisedAt }) => raisedAt <= at).map((each) => alertAt(each, at)),
      feeds: [],
    }
  }

  /** The fixes of the minutes before an instant, for trails. */
  trailsBefore(at: number): LiveMessage[] {
    return this.#fixes(at - trailMs, at)
  }

  /** What happened in (from, to], in order. */
  messagesBetween(from: number, to: number): LiveMessage[] {
    const within = (instant: number) => instant > from && instant <= to
    const messages: LiveMessage[] = this.#incidents
      .filter(({ changes }) => changes.some(within))
      .map((incident) => ({ topic: 'incident', incident: incidentAt(incident, to) }))
    const changed = new Set<number>()
    for (const piece of this.#pieces.values()) {
      if (piece.to <= from || piece.from > to) continue
      for (const each of piece.dispatches) {
        const { row, assignedAt, acknowledgedAt, arrivedAt, endedAt } = each
        if (![assignedAt, acknowledgedAt, arrivedAt, endedAt].some(within)) continue
        changed.add(row.unitId)
        messages.push({ topic: 'dispatch', dispatch: dispatchAt(each, to) })
      }
      for (const each of piece.alerts)
        if (within(each.raisedAt) || within(each.clearedAt) || within(piece.from))
          messages.push({ topic: 'alert', alert: alertAt(each, to) })
      for (const duty of piece.duties) if (within(duty.from) || within(duty.to)) changed.add(duty.unitId)
      // A unit that comes on with a new piece is told of with it.
      if (within(piece.from)) for (const id of piece.units.keys()) changed.add(id)
    }
    const piece = this.pieceAt(to)
    if (piece) {
      for (const id of changed) {
        const unit = unitAt(piece, id, to, null)
        if (unit) messages.push({ topic: 'unit', unit })
      }
    }
    return [...messages, ...this.#fixes(from, to)]
  }

  #fixes(from: number, to: number): LiveMessage[] {
    const messages: LiveMessage[] = []
    for (const piece of this.#pieces.values()) {
      if (piece.to <= from || piece.from > to) continue
      const onDuty = (unitId: number, at: number) =>
        piece.duties.some((duty) => duty.unitId === unitId && duty.from <= at && at < duty.to && duty.to > to)
      const end = after(piece.fixes, to)
      for (let i = after(piece.fixes, from); i < end; i++) {
        const { at, fix } = piece.fixes[i]
        // The fix before a piece belongs to the piece before.
        if (at >= piece.from && onDuty(fix.unitId, at)) messages.push({ topic: 'position', fix })
      }
    }
    return messages
  }
}
