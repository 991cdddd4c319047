import type { LiveIncident } from '../../api/live/messages.ts'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'

/** What of the feed is listed; an empty list lets everything pass. */
export interface FeedFilter {
  groups: readonly string[]
  levels: readonly number[]
  stages: readonly LiveIncident['status'][]
  /** Ids of squad areas. */
  squads: readonly number[]
}

export const noFilter: FeedFilter = { groups: [], levels: [], stages: [], squads: [] }

export function isFiltering({ groups, levels, stages, squads }: FeedFilter): boolean {
  return groups.length + levels.length + stages.length + squads.length > 0
}

/** The squad in whose area a cell lies, as an area's id; null where in none. */
export function squadOf(areas: AreaBundle, cellId: number | null): number | null {
  const index = cellId === null ? -1 : areaIndexOf(areas, cellId)
  for (let i = index; i >= 0; i = areas.parent[i]) if (areas.squad[i] >= 0) return areas.id[areas.squad[i]]
  return null
}

/**
 * The incidents that pass, the newest first.
 * @param kinds of the view, which the map follows too; undefined: all. @param areas null: no squad is known.
 */
export function filterFeed(
  incidents: Iterable<LiveIncident>,
  { groups, levels, stages, squads }: FeedFilter,
  groupOf: (kind: string) => string,
  kinds: readonly string[] | undefined,
  areas: AreaBundle | null,
): LiveIncident[] {
  const shownKinds = kinds && new Set(kinds)
  const found: LiveIncident[] = []
  for (const incident of incidents) {
    if (shownKinds && !shownKinds.has(incident.kind)) continue
    if (levels.length > 0 && !levels.includes(incident.level)) continue
    if (stages.length > 0 && !stages.includes(incident.status)) continue
    if (groups.length > 0 && !groups.includes(groupOf(incident.kind))) continue
    if (squads.length > 0) {
      const squad = areas && squadOf(areas, incident.cellId)
      if (squad === null || !squads.includes(squad)) continue
    }
    found.push(incident)
  }
  // Instants of one form are in the order of their text; parsing thousands of them at every look would be felt.
  return found.sort((a, b) =>
    a.reportedAt < b.reportedAt ? 1 : a.reportedAt > b.reportedAt ? -1 : b.id - a.id,
  )
}

/** Open, and past the time by which it should have been closed. @param now epoch milliseconds of the server's clock. */
export function isOverdue({ status, dueAt }: Pick<LiveIncident, 'status' | 'dueAt'>, now: number): boolean {
  return status !== 'closed' && status !== 'recorded' && dueAt !== null && Date.parse(dueAt) < now
}
