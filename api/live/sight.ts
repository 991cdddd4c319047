import type { KindRow } from '../../db/queries/catalog.ts'
import type { LiveEventRow } from '../../db/queries/liveReading.ts'
import { type Access, FAMILIES, familyOf } from '../access.ts'
import { countOf, withoutPoints } from './wording.ts'

/**
 * Who hears of what, decided once for all who see the same. PostgreSQL decides alike for whoever asks it (policy
 * live_events_seen, db/migrations/0011_live.sql).
 */

/** What decides, of an event. */
export type Seeable = Pick<LiveEventRow, 'topic' | 'cell_id' | 'kind' | 'squad_id' | 'opening'>

/** How an event is told: whole; an incident as a count; a unit without place and incident, an alert without; not at all. */
export type Wording = 'whole' | 'count' | 'withoutPoints' | null

/** The rights of which one opens the stream. */
export const LIVE_RIGHTS = [
  'counts.governance',
  'counts.publicOrder',
  'points.governance',
  'points.publicOrder',
  'patrols',
] as const

/** What one viewer hears of a city; viewers with the same key hear the same. */
export class LiveSight {
  readonly key: string
  /** Code of the city. */
  readonly city: string
  private readonly access: Access
  private readonly kinds: ReadonlyMap<string, KindRow>
  private readonly squads = new Map<number, boolean>()

  constructor(access: Access, kinds: readonly KindRow[]) {
    this.access = access
    this.city = access.city
    this.kinds = kindsByCode(kinds)
    this.key = [
      access.city,
      ...LIVE_RIGHTS.map((right) => (access.may(right) ? access.scope(right).key : '-')),
    ].join(' ')
  }

  /** Whether anything is shown one by one: then opening the stream leaves an entry in the audit. */
  get showsPoints(): boolean {
    return FAMILIES.some((family) => this.access.may(`points.${family}`))
  }

  wordingOf(event: Seeable): Wording {
    if (event.topic === 'incident') return this.incidentWording(event)
    if (!this.seesSquad(event) && !this.seesGround(event)) return null
    const points = this.access.may('points.publicOrder')
    switch (event.topic) {
      case 'alert':
      case 'unit':
        return points ? 'whole' : 'withoutPoints'
      default:
        return points ? 'whole' : null
    }
  }

  /** The message of an event as this viewer gets it, JSON; null: they hear nothing. */
  textOf(event: LiveEventRow): string | null {
    switch (this.wordingOf(event)) {
      case 'whole':
        return event.text
      case 'count':
        return countOf(event)
      case 'withoutPoints':
        return withoutPoints(event)
      default:
        return null
    }
  }

  private incidentWording({ kind, cell_id, opening }: Seeable): Wording {
    const known = kind === null ? undefined : this.kinds.get(kind)
    if (!known || known.dispute) return null
    const family = familyOf(known)
    const sees = (right: `points.${typeof family}` | `counts.${typeof family}`) =>
      this.access.may(right) && this.access.seesCell(right, cell_id)
    if (!known.sensitive && sees(`points.${family}`)) return 'whole'
    return opening && sees(`counts.${family}`) ? 'count' : null
  }

  /** Whoever answers for the ground of an incident hears who is sent there, also from other squads. */
  private seesGround({ topic, cell_id }: Seeable): boolean {
    return topic === 'dispatch' && this.access.may('patrols') && this.access.seesCell('patrols', cell_id)
  }

  /** Squads that share ground with the viewer's areas, as patrols.layout shows them; what is no squad's, to whoever sees patrols. */
  private seesSquad({ topic, squad_id }: Seeable): boolean {
    if (!this.access.may('patrols')) return false
    if (squad_id === null) return topic === 'alert' || this.access.scope('patrols').cells === null
    const known = this.squads.get(squad_id) ?? this.access.seesArea('patrols', squad_id) !== 'none'
    this.squads.set(squad_id, known)
    return known
  }
}

const byCode = new WeakMap<readonly KindRow[], ReadonlyMap<string, KindRow>>()

function kindsByCode(kinds: readonly KindRow[]): ReadonlyMap<string, KindRow> {
  const known = byCode.get(kinds)
  if (known) return known
  const made = new Map(kinds.map((kind) => [kind.code, kind]))
  byCode.set(kinds, made)
  return made
}
