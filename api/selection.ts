import type { Queryable } from '../db/client.ts'
import type { AreaRow } from '../db/queries/areas.ts'
import type { CityRow, KindRow, LevelRow } from '../db/queries/catalog.ts'
import { type LocalTime, yearEarlier } from '../geodata/localTime.ts'
import type { Access } from './access.ts'
import { areaOf, kindsOf, levelsOf, localTimeOf, versionsOf } from './catalog.ts'
import { badRequest, listed, noArea } from './refusal.ts'

/** Names in a question turned into what the city really has. Each throws a TRPCError that lists what there is. */

/** The version by name, or the one valid on a date, or the current one. */
export async function selectVersion(
  db: Queryable,
  city: CityRow,
  { version, at }: { version?: string; at?: string },
): Promise<string> {
  if (version === undefined && at === undefined) return city.current_version
  const versions = await versionsOf(db, city)
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
  const levels = (await levelsOf(db, city)).filter((row) => row.version === version)
  const found = levels.find((row) => row.level === level)
  if (found) return { level: found, levels }
  throw badRequest(
    `level: expected one of ${listed(levels.map((row) => row.level))} in version "${version}" of ${city.code}, got "${level}"`,
  )
}

export async function selectArea(db: Queryable, city: CityRow, id: number): Promise<AreaRow> {
  const area = await areaOf(db, city, id)
  if (area) return area
  throw noArea(city.code, id)
}

/** Which kinds a question is about. */
export interface KindSelection {
  /** Codes of rows: parents stand beside all their sub-kinds. */
  codes: string[]
  /** The codes as asked, or null for all kinds but disputes. */
  asked: string[] | null
  disputes: boolean
  /** Those of `codes` that are sensitive. */
  sensitive: string[]
}

/** Which kinds somebody knows of: disputes, and of the others those of a family. */
export interface KindSight {
  governance: boolean
  publicOrder: boolean
  disputes: boolean
}

/** The kinds that somebody may count, or see one by one. */
export function kindSight(access: Access, use: 'counts' | 'points'): KindSight {
  return {
    governance: access.may(`${use}.governance`),
    publicOrder: access.may(`${use}.publicOrder`),
    disputes: access.has('disputes'),
  }
}

function sees(sight: KindSight, { dispute, public_order }: KindRow): boolean {
  if (dispute) return sight.disputes
  return public_order ? sight.publicOrder : sight.governance
}

/**
 * Codes of kinds, each with all its sub-kinds; without codes every kind that is no dispute. Kinds that are not seen
 * sound like kinds that do not exist.
 */
export async function selectKinds(
  db: Queryable,
  city: CityRow,
  asked: string[] | undefined,
  sight: KindSight,
): Promise<KindSelection> {
  const all = await kindsOf(db, city)
  // The same few choices are asked again and again while the catalog stays the same.
  const known = selections.get(all) ?? new Map<string, KindSelection>()
  selections.set(all, known)
  const key = [sight.governance, sight.publicOrder, sight.disputes, ...(asked ?? [])].join('\n')
  const selection = known.get(key) ?? selectionOf(city, all, sight, asked)
  if (known.size < MOST_SELECTIONS) known.set(key, selection)
  return selection
}

const MOST_SELECTIONS = 500
const selections = new WeakMap<KindRow[], Map<string, KindSelection>>()

function selectionOf(city: CityRow, all: KindRow[], sight: KindSight, asked?: string[]): KindSelection {
  const seen = all.filter((kind) => sees(sight, kind))
  if (asked === undefined) {
    return {
      codes: seen.filter((kind) => !kind.dispute).map((kind) => kind.code),
      asked: null,
      disputes: false,
      sensitive: [],
    }
  }
  const known = new Set(seen.map((kind) => kind.code))
  const unknown = asked.filter((code) => !known.has(code))
  if (unknown.length > 0) {
    throw badRequest(
      `kinds: expected codes that cities.get lists for ${city.code}, such as ${listed(
        seen.map((kind) => kind.code),
        5,
      )}; got ${listed(unknown)}`,
    )
  }
  const selected = withSubKinds(all, new Set(asked)).filter((kind) => sees(sight, kind))
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

/**
 * The window asked for and the one it is compared with: the same length just before, the same local dates and hours a
 * year earlier, or the one given. Dates become midnights of the city's own time zone.
 */
export function selectWindow(
  city: CityRow,
  input: {
    from: string
    to: string
    compareTo?: 'previousPeriod' | 'previousYear' | { from: string; to: string }
  },
): { window: Window; compare: Window | null } {
  const clock = localTimeOf(city)
  const window = { from: instantOf(clock, input.from), to: instantOf(clock, input.to) }
  checkOrder(window, 'from')
  const compare = compareWindow(clock, window, input.compareTo)
  if (compare) checkOrder(compare, 'compareTo.from')
  return { window, compare }
}

function compareWindow(
  clock: LocalTime,
  { from, to }: Window,
  compareTo: 'previousPeriod' | 'previousYear' | { from: string; to: string } | undefined,
): Window | null {
  if (compareTo === undefined) return null
  if (compareTo === 'previousPeriod') return { from: new Date(2 * from.getTime() - to.getTime()), to: from }
  if (compareTo === 'previousYear') {
    const earlier = (instant: Date) =>
      new Date(clock.toInstant(yearEarlier(clock.toLocal(instant.getTime()))))
    return { from: earlier(from), to: earlier(to) }
  }
  return { from: instantOf(clock, compareTo.from), to: instantOf(clock, compareTo.to) }
}

/** @param text A date, which means its local midnight, or an instant. */
function instantOf(clock: LocalTime, text: string): Date {
  const time = Date.parse(text)
  return new Date(text.length === 10 ? clock.toInstant(time) : time)
}

function checkOrder({ from, to }: Window, name: string): void {
  if (from < to) return
  throw badRequest(
    `${name}: expected an instant before "to" (${to.toISOString()}), got ${from.toISOString()}; a window is [from, to), "to" is not part of it`,
  )
}
