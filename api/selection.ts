import type { Queryable } from '../db/client.ts'
import { resolveWindow } from '../db/queries/aggregates.ts'
import { type AreaRow, findArea } from '../db/queries/areas.ts'
import {
  type CityRow,
  type KindRow,
  type LevelRow,
  listKinds,
  listLevels,
  listVersions,
} from '../db/queries/catalog.ts'
import type { KindSelection } from './disputes.ts'
import { badRequest, listed, notFound } from './refusal.ts'

/** Names in a question turned into what the city really has. Each throws a TRPCError that lists what there is. */

/** The version by name, or the one valid on a date, or the current one. */
export async function selectVersion(
  db: Queryable,
  city: CityRow,
  { version, at }: { version?: string; at?: string },
): Promise<string> {
  if (version === undefined && at === undefined) return city.current_version
  const versions = await listVersions(db, city.code)
  const names = versions.map((row) => row.version)
  if (version !== undefined) {
    if (names.includes(version)) return version
    throw badRequest(`version: expected one of ${listed(names)}, got "${version}"`)
  }
  const valid = versions.filter(
    (row) => at !== undefined && row.valid_from <= at && (row.valid_to === null || at < row.valid_to),
  )
  const found = valid.at(-1)
  if (found) return found.version
  throw badRequest(
    `at: expected a date on which a boundary version was valid (the first from ${versions[0]?.valid_from}), got "${at}"`,
  )
}

/** The level of a version with all levels of that version beside it. */
export async function selectLevel(
  db: Queryable,
  city: CityRow,
  version: string,
  level: string,
): Promise<{ level: LevelRow; levels: LevelRow[] }> {
  const levels = (await listLevels(db, city.code)).filter((row) => row.version === version)
  const found = levels.find((row) => row.level === level)
  if (found) return { level: found, levels }
  throw badRequest(
    `level: expected one of ${listed(levels.map((row) => row.level))} in version "${version}" of ${city.code}, got "${level}"`,
  )
}

export async function selectArea(db: Queryable, city: CityRow, id: number): Promise<AreaRow> {
  const area = await findArea(db, city.code, id)
  if (area) return area
  throw notFound(`No area ${id} in ${city.code}.`)
}

/** Codes of kinds, each with all its sub-kinds; without codes every kind that is no dispute. */
export async function selectKinds(db: Queryable, city: CityRow, asked?: string[]): Promise<KindSelection> {
  const all = await listKinds(db, city.code)
  if (asked === undefined) {
    return {
      codes: all.filter((kind) => !kind.dispute).map((kind) => kind.code),
      asked: null,
      disputes: false,
      sensitive: [],
    }
  }
  const known = new Set(all.map((kind) => kind.code))
  const unknown = asked.filter((code) => !known.has(code))
  if (unknown.length > 0) {
    throw badRequest(
      `kinds: expected codes that cities.get lists for ${city.code}, such as ${listed(
        all.map((kind) => kind.code),
        5,
      )}; got ${listed(unknown)}`,
    )
  }
  const selected = withSubKinds(all, new Set(asked))
  const disputes = selected.filter((kind) => kind.dispute)
  if (disputes.length > 0 && disputes.length < selected.length) {
    throw badRequest(
      `kinds: expected either disputes or other kinds, got both; disputes are never mixed with other kinds in one count.`,
    )
  }
  return {
    codes: selected.map((kind) => kind.code),
    asked,
    disputes: disputes.length > 0,
    sensitive: selected.filter((kind) => kind.sensitive).map((kind) => kind.code),
  }
}

function withSubKinds(all: KindRow[], asked: Set<string>): KindRow[] {
  const parents = new Map(all.map((kind) => [kind.code, kind.parent_code]))
  const isAsked = (kind: KindRow): boolean => {
    const seen = new Set<string>()
    for (
      let code: string | null = kind.code;
      code !== null && !seen.has(code);
      code = parents.get(code) ?? null
    ) {
      if (asked.has(code)) return true
      seen.add(code)
    }
    return false
  }
  return all.filter(isAsked)
}

/** A window [from, to), as instants. */
export interface Window {
  from: Date
  to: Date
}

/** The window asked for and the one it is compared with; dates become midnights of the city's own time zone. */
export async function selectWindow(
  db: Queryable,
  city: CityRow,
  input: {
    from: string
    to: string
    compareTo?: 'previousPeriod' | 'previousYear' | { from: string; to: string }
  },
): Promise<{ window: Window; compare: Window | null }> {
  const row = await resolveWindow(db, {
    timeZone: city.time_zone,
    from: input.from,
    to: input.to,
    compareTo: input.compareTo ?? null,
  })
  const window = { from: row.starts, to: row.ends }
  checkOrder(window, 'from')
  if (row.compare_starts === null || row.compare_ends === null) return { window, compare: null }
  const compare = { from: row.compare_starts, to: row.compare_ends }
  checkOrder(compare, 'compareTo.from')
  return { window, compare }
}

function checkOrder({ from, to }: Window, name: string): void {
  if (from < to) return
  throw badRequest(
    `${name}: expected an instant before "to" (${to.toISOString()}), got ${from.toISOString()}; a window is [from, to), "to" is not part of it`,
  )
}
