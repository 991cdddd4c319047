import type { AreaRow } from '../db/queries/areas.ts'
import type { CellsRow, CityRow, KindRow, LevelRow } from '../db/queries/catalog.ts'
import { countDisputes, firstReport } from '../db/queries/disputes.ts'
import type { AreaColumns } from './aggregates/areaColumns.ts'
import type { AreaQuestion } from './aggregates/areaQuestion.ts'
import type { KindAnswer, KindQuestion } from './aggregates/kindQuestion.ts'
import { type CountContext, isoWindow, SOURCE } from './aggregates/shared.ts'
import type { Sight } from './aggregates/sight.ts'
import { requireSeen, visibleAreas } from './aggregates/visibleAreas.ts'
import { cellsOf, kindsOf, levelsOf, localTimeOf } from './catalog.ts'
import { type DisputeTree, disputeTree } from './disputeTree.ts'
import { badRequest, listed } from './refusal.ts'
import type { KindSelection, Window } from './selection.ts'
import {
  dateOfMonth,
  isWhole,
  type MonthSpan,
  monthHolding,
  monthStarting,
  nearestWhole,
  nextStart,
  type Period,
  periodsWithin,
  startOfPeriod,
} from './statistics/periods.ts'
import {
  type Offer,
  offersOf,
  type Policy,
  policies,
  policyOf,
  type Release,
  release,
  SETTLING_DAYS,
  sumOf,
} from './statistics/suppression.ts'

/**
 * The only door through which a count of disputes leaves the server. What may go through it is decided in
 * `statistics/suppression.ts`; here questions are brought into its terms, and what it does not offer is refused with the
 * nearest question that it does.
 *
 * Who may see disputes in a part of the city is answered about areas that lie wholly in it, and of these exactly what
 * anybody else is answered: what is hidden is worked out over the whole city first and left out by area afterwards. So
 * nothing follows from several people's answers that does not follow from those of one who may see all of it.
 */

/** @throws TRPCError BAD_REQUEST: what is asked for would show disputes one by one or in short windows. */
export function refuseDisputes(kinds: KindSelection, what: string): void {
  if (!kinds.disputes) return
  throw badRequest(
    `kinds: ${what}; ask aggregates.byArea, aggregates.byKind or disputes.series over the periods that disputes.offers names instead.`,
  )
}

/** A register of a city and how it may be asked about. */
interface Register {
  city: CityRow
  name: string
  policy: Policy
  kinds: KindRow[]
  /** First-level types, in the order of lists. */
  types: string[]
  typeOf: Map<string, string>
  tree: DisputeTree
  offers: Offer[]
  /** The first month that is not answered yet. */
  ended: number
  /** Cells of the city's levels, and where in them disputes may be seen by whoever asks. */
  cells: readonly CellsRow[]
  sight: Sight
}

type DisputeContext = Pick<CountContext, 'database' | 'city' | 'access' | 'rows'>

/** What all registers of a city have in common. */
interface Registry {
  city: CityRow
  kinds: KindRow[]
  levels: LevelRow[]
  cells: readonly CellsRow[]
  /** When the first incident was reported; null before there is one. */
  first: Date | null
  sight: Sight
}

async function openRegistry({ database, city, access, rows }: DisputeContext): Promise<Registry> {
  const kinds = await kindsOf(database, city)
  const levels = await levelsOf(database, city)
  const cells = await cellsOf(database, city)
  const { cells: ids, key } = access.scope('disputes')
  const sight: Sight = { families: [], parts: [{ codes: null, cells: { ids, key } }], limited: ids !== null }
  return { city, kinds, levels, cells, first: await firstReport(rows('counts'), city.code), sight }
}

function openRegister({ city, first, cells, sight, ...all }: Registry, name: string): Register {
  const kinds = all.kinds.filter((kind) => kind.dispute)
  const policy = policyOf(
    name,
    kinds.some((kind) => !kind.sensitive),
  )
  if (!policy) throw badRequest(`caseSource: expected one of ${listed(Object.keys(policies))}, got "${name}"`)
  const typeOf = typesByKind(kinds)
  const version = city.current_version
  const levels = all.levels.filter((row) => row.version === version && row.hierarchy === 'administration')
  const tree = treeOf(
    cells,
    version,
    policy.levels.map(({ level }) => level).filter((level) => levels.some((row) => row.level === level)),
  )
  const ended = monthHolding(localDate(city, new Date(city.as_of.getTime() - SETTLING_DAYS * 86_400_000)))
  const told = { from: first ? monthHolding(localDate(city, first)) : ended, to: ended }
  const has = tree.levels.map(({ level }) => level)
  const types = [...new Set(typeOf.values())]
  const known = offersOf(policy, has, told).filter(
    ({ level }) => !sight.limited || (level !== null && areasSeen(cells, version, level, sight).size > 0),
  )
  return { city, name, policy, kinds, types, typeOf, tree, offers: known, ended, cells, sight }
}

/** Areas of a level that lie wholly where disputes may be seen. */
function areasSeen(cells: readonly CellsRow[], version: string, level: string, sight: Sight): Set<number> {
  const { areaId, partial } = visibleAreas(cells, { version, level }, sight, null)
  return new Set(areaId.filter((_, index) => !partial[index]))
}

/**
 * Whether a whole area, or the whole city, may be answered.
 * @throws TRPCError NOT_FOUND for an area that is not seen at all.
 */
function isSeenWhole({ city, cells, sight }: Register, area: AreaRow | null): boolean {
  if (!sight.limited) return true
  return area !== null && requireSeen(cells, city, area, sight) === 'whole'
}

/** @throws TRPCError BAD_REQUEST where only a part of an area, or of the city, may be seen; NOT_FOUND where nothing. */
function requireSeenWhole(register: Register, area: AreaRow | null): void {
  if (isSeenWhole(register, area)) return
  throw badRequest(
    `areaId: expected an area that lies wholly in this account's jurisdiction, got ${area ? `area ${area.id}, a part of which lies outside` : 'the whole city'}; disputes are not counted in parts of an area.`,
  )
}

/** Trees by the rows they are made of: as long as the catalog keeps those, a tree is made once. */
const trees = new WeakMap<readonly CellsRow[], Map<string, DisputeTree>>()

function treeOf(cells: readonly CellsRow[], version: string, levels: readonly string[]): DisputeTree {
  const kept = trees.get(cells) ?? new Map<string, DisputeTree>()
  trees.set(cells, kept)
  const name = [version, ...levels].join('/')
  const known = kept.get(name)
  if (known) return known
  const tree = disputeTree(
    levels.flatMap((level) => cells.filter((row) => row.version === version && row.level === level)),
  )
  kept.set(name, tree)
  return tree
}

/** Each dispute kind's type of the first level. */
function typesByKind(kinds: readonly KindRow[]): Map<string, string> {
  const parents = new Map(kinds.map((kind) => [kind.code, kind.parent_code]))
  const top = (code: string): string => {
    const parent = parents.get(code)
    return parent && parents.has(parent) && parent !== code ? top(parent) : code
  }
  return new Map(kinds.map(({ code }) => [code, top(code)]))
}

function localDate(city: CityRow, instant: Date): string {
  return new Date(localTimeOf(city).toLocal(instant.getTime())).toISOString().slice(0, 10)
}

/** The month that begins at an instant by the city's clocks, or undefined. */
function monthAt(city: CityRow, instant: Date): number | undefined {
  const local = new Date(localTimeOf(city).toLocal(instant.getTime())).toISOString()
  return local.endsWith('T00:00:00.000Z') ? monthStarting(local.slice(0, 10)) : undefined
}

function instantOfMonth(city: CityRow, month: number): Date {
  return new Date(localTimeOf(city).toInstant(Date.parse(dateOfMonth(month))))
}

function spanOf(city: CityRow, window: Window): MonthSpan | undefined {
  const from = monthAt(city, window.from)
  const to = monthAt(city, window.to)
  return from === undefined || to === undefined ? undefined : { from, to }
}

function windowOf(city: CityRow, span: MonthSpan): Window {
  return { from: instantOfMonth(city, span.from), to: instantOfMonth(city, span.to) }
}

function isOffered(span: MonthSpan, offers: readonly Offer[]): boolean {
  return offers.some(
    (offer) => isWhole(span, offer.period) && offer.span.from <= span.from && span.to <= offer.span.to,
  )
}

const PERIODS: Record<Period, string> = {
  month: 'months',
  quarter: 'quarters',
  year: 'years',
  threeYears: 'blocks of three years',
}

/** @throws TRPCError BAD_REQUEST naming what is offered when a window is not. */
function checkWindow(register: Register, window: Window, offers: readonly Offer[], name: string): MonthSpan {
  const { city } = register
  const span = spanOf(city, window)
  if (span && isOffered(span, offers)) return span
  const asked = {
    from: monthHolding(localDate(city, window.from)),
    to: monthHolding(localDate(city, window.to)),
  }
  const allowed = offers.map(
    ({ period, span: { from, to } }) =>
      `whole ${PERIODS[period]} from "${dateOfMonth(from)}" to "${dateOfMonth(to)}"`,
  )
  const [nearest] = offers
    .flatMap((offer) => nearestWhole(asked, offer.period, offer.span) ?? [])
    .sort((a, b) => distance(a, asked) - distance(b, asked))
  throw badRequest(
    allowed.length === 0
      ? `${name}: no period of the register "${register.name}" has ended here yet`
      : `${name}: disputes are only counted over ${allowed.join(' or ')} here, got ${localDate(city, window.from)} to ${localDate(city, window.to)}; other windows could be subtracted from one another. The nearest: ${JSON.stringify(nearest && { from: dateOfMonth(nearest.from), to: dateOfMonth(nearest.to) })}`,
  )
}

function distance(a: MonthSpan, b: MonthSpan): number {
  return Math.abs(a.from - b.from) + Math.abs(a.to - b.to)
}

/**
 * The window compared with, in months. "The period before" and "a year earlier" are the same number of months before;
 * where these are not offered nothing is compared. @throws TRPCError BAD_REQUEST for any other that is not offered.
 */
function compareSpan(
  register: Register,
  { window, compare }: { window: Window; compare: Window | null },
  span: MonthSpan,
  offers: readonly Offer[],
): MonthSpan | null {
  if (!compare) return null
  const length = span.to - span.from
  const asked = spanOf(register.city, compare)
  const isBefore =
    compare.to.getTime() === window.from.getTime() &&
    compare.to.getTime() - compare.from.getTime() === window.to.getTime() - window.from.getTime()
  const isYearEarlier = asked?.from === span.from - 12 && asked.to === span.to - 12
  if (!isBefore && !isYearEarlier) return checkWindow(register, compare, offers, 'compareTo')
  const earlier = isBefore
    ? { from: span.from - length, to: span.from }
    : { from: span.from - 12, to: span.to - 12 }
  return isOffered(earlier, offers) ? earlier : null
}

/** null: all disputes; else whole types of the first level. @throws TRPCError BAD_REQUEST for parts of a type. */
function selectTypes({ kinds, typeOf }: Register, { codes }: KindSelection): string[] | null {
  const chosen = new Set(codes)
  const left = kinds.filter(({ code }) => !chosen.has(code))
  if (left.length === 0) return null
  const types = [...new Set(codes.flatMap((code) => typeOf.get(code) ?? []))]
  const cut = types.filter((type) => left.some(({ code }) => typeOf.get(code) === type))
  if (cut.length === 0) return types
  throw badRequest(
    `kinds: disputes are only counted all together or by type of the first level, got a part of ${listed(cut)}; sub-types could point at a household.`,
  )
}

/** Everything of a register that the windows need, released or hidden. */
async function releaseOf(
  { rows: rowsOf }: DisputeContext,
  register: Register,
  spans: readonly MonthSpan[],
): Promise<Release> {
  const { city, name, tree, typeOf, ended } = register
  const span = {
    from: startOfPeriod(Math.min(...spans.map(({ from }) => from)), 'threeYears'),
    to: nextStart(Math.max(...spans.map(({ to }) => to)), 'threeYears'),
  }
  const rows = await countDisputes(rowsOf('counts'), {
    city: city.code,
    timeZone: city.time_zone,
    register: name,
    kinds: [...typeOf.keys()],
    from: dateOfMonth(span.from),
    to: dateOfMonth(span.to),
  })
  const sensitive = new Set(
    register.kinds.filter((kind) => kind.sensitive).map(({ code }) => typeOf.get(code)),
  )
  return release({
    policy: register.policy,
    levels: tree.levels,
    tallies: rows.flatMap(({ cell_id, kind, month, count }) => {
      const leaf = tree.leafOf(cell_id)
      return leaf === undefined ? [] : { leaf, month, type: typeOf.get(kind) ?? kind, count }
    }),
    types: register.types,
    isSensitive: (type) => sensitive.has(type),
    span,
    ended,
  })
}

/** The place of an area in the tree. @throws TRPCError BAD_REQUEST when it has none: disputes are not counted there. */
function nodeOf({ tree, name }: Register, area: AreaRow, input: string): { level: number; node: number } {
  const level = tree.levels.findIndex((each) => each.level === area.level)
  const node = level < 0 ? -1 : tree.levels[level].areaId.indexOf(area.id)
  if (node >= 0) return { level, node }
  throw badRequest(
    `${input}: disputes of the register "${name}" are only counted in areas of ${listed(tree.levels.map((each) => each.level))} of the boundaries in force, got one of "${area.level}" of version "${area.version}"; others could point at a household, or be subtracted.`,
  )
}

/** Disputes per area of a level, from one register; sums of what is hidden stand in the totals. */
export async function disputesByArea(
  ctx: DisputeContext,
  question: AreaQuestion,
): Promise<AreaColumns & { compareFrom?: string; compareTo?: string }> {
  const { city, version, kinds, caseSource, within } = question
  refuseParts(question)
  if (version !== city.current_version) {
    throw badRequest(
      `version: disputes are only counted in the boundaries in force, "${city.current_version}", got "${version}"; two sets of borders could be subtracted.`,
    )
  }
  const register = openRegister(await openRegistry(ctx), caseSource)
  const isWholeSeen = isSeenWhole(register, within)
  const types = selectTypes(register, kinds)
  const offers = offersAt(register, question.level.level, types)
  const level = register.tree.levels.findIndex((each) => each.level === question.level.level)
  const span = checkWindow(register, question.window, offers, 'from … to')
  const before = compareSpan(register, question, span, offers)
  const scope = within ? nodeOf(register, within, 'within') : { level: -1, node: 0 }
  if (scope.level > level) {
    throw badRequest(
      `within: expected an area of "${question.level.level}" or coarser, got one of "${within?.level}"; disputes are not counted in parts of an area.`,
    )
  }
  const answers = await releaseOf(ctx, register, before ? [span, before] : [span])
  const countAt = (at: number, node: number, window: MonthSpan) =>
    types === null
      ? answers.all(at, node, window)
      : sumOf(types.map((type) => answers.ofType(at, node, type, window)))

  const { areaId } = register.tree.levels[level]
  const { cells, sight } = register
  const seen = sight.limited ? areasSeen(cells, version, question.level.level, sight) : null
  const nodes = areaId
    .flatMap((id, node) =>
      id !== null && seen?.has(id) !== false && register.tree.isIn(level, node, scope) ? { id, node } : [],
    )
    .sort((a, b) => a.id - b.id)
  const columns = (window: MonthSpan) => {
    const count = nodes.map(({ node }) => countAt(level, node, window))
    // Of a part only what its areas say themselves: the total of all of them is that of others too.
    const total = isWholeSeen
      ? countAt(scope.level, scope.node, window)
      : count.length > 0
        ? sumOf(count)
        : null
    return { count, total, hidden: hiddenIn(count, total) }
  }
  const now = columns(span)
  const then = before && columns(before)
  const compared = before && isoWindow(windowOf(city, before))
  return {
    areaId: nodes.map(({ id }) => id),
    count: now.count,
    compareCount: then?.count,
    suppressed: now.count.map((count) => count === null),
    partial: sight.limited ? nodes.map(() => false) : undefined,
    totals: {
      count: now.total,
      compareCount: then?.total,
      outside: null,
      compareOutside: then ? null : undefined,
      hidden: now.hidden,
      compareHidden: then?.hidden,
    },
    compareFrom: compared?.from,
    compareTo: compared?.to,
  }
}

/** @throws TRPCError BAD_REQUEST: hours of the week, handling times and outcomes would cut the counts into smaller ones. */
function refuseParts({
  hoursOfWeek,
  measures,
}: {
  hoursOfWeek?: number[]
  measures?: readonly string[]
}): void {
  if (hoursOfWeek === undefined && (measures ?? []).length === 0) return
  const asked = hoursOfWeek === undefined ? 'measures' : 'hoursOfWeek'
  throw badRequest(
    `${asked}: disputes are only counted as they are, without hours of the week or measures; parts of a count could point at a household.`,
  )
}

/** How many areas are hidden and how many disputes they have together; null: not even that is known. */
function hiddenIn(counts: readonly (number | null)[], total: number | null) {
  const shown = counts.filter((count) => count !== null)
  const areas = counts.length - shown.length
  return { areas, count: total === null ? null : total - (sumOf(shown) ?? 0) }
}

/** @throws TRPCError BAD_REQUEST when disputes, or types of them, are not counted by this level. */
function offersAt({ offers, name }: Register, level: string, types: string[] | null): Offer[] {
  const here = offers.filter((offer) => offer.level === level && offer.types === (types !== null))
  if (here.length > 0) return here
  const levels = [
    ...new Set(offers.flatMap((offer) => (offer.types === (types !== null) && offer.level) || [])),
  ]
  throw badRequest(
    `level: ${types === null ? 'disputes' : 'types of disputes'} of the register "${name}" are only counted by ${listed(levels)}, got "${level}"; ${types === null ? 'other areas' : 'types in smaller areas'} could point at a household.`,
  )
}

/** Disputes by type of the first level, from one register, in the whole city or one area. Types that are hidden are null. */
export async function disputesByKind(ctx: DisputeContext, question: KindQuestion): Promise<KindAnswer> {
  const { city, area, kinds, caseSource } = question
  refuseParts(question)
  const register = openRegister(await openRegistry(ctx), caseSource)
  requireSeenWhole(register, area)
  const types = selectTypes(register, kinds)
  const scope = area ? nodeOf(register, area, 'areaId') : { level: -1, node: 0 }
  const here = register.offers.filter((offer) => offer.level === (area?.level ?? null))
  const byType = here.filter((offer) => offer.types)
  if (types !== null && byType.length === 0 && area) offersAt(register, area.level, types)
  const offers = types === null ? here.filter((offer) => !offer.types) : byType
  const span = checkWindow(register, question.window, offers, 'from … to')
  const before = compareSpan(register, question, span, offers)
  const answers = await releaseOf(ctx, register, before ? [span, before] : [span])

  // A quarter has a count but no types: then there is only the total.
  const listedTypes = isOffered(span, byType) ? (types ?? register.types) : []
  const countOf = (type: string, window: MonthSpan) =>
    isOffered(window, byType) ? answers.ofType(scope.level, scope.node, type, window) : null
  const totalOf = (window: MonthSpan) =>
    types === null
      ? answers.all(scope.level, scope.node, window)
      : sumOf(types.map((type) => countOf(type, window)))
  const rows = listedTypes
    .map((kind) => ({ kind, now: countOf(kind, span), earlier: before && countOf(kind, before) }))
    .sort((a, b) => (b.now ?? -1) - (a.now ?? -1))
  const compared = before && isoWindow(windowOf(city, before))
  return {
    ...isoWindow(question.window),
    compareFrom: compared?.from,
    compareTo: compared?.to,
    asOf: city.as_of.toISOString(),
    caseSource,
    families: [],
    kind: rows.map(({ kind }) => kind),
    count: rows.map(({ now }) => now),
    compareCount: before ? rows.map(({ earlier }) => earlier) : undefined,
    suppressed: rows.map(({ now }) => now === null),
    totals: { count: totalOf(span), compareCount: before ? totalOf(before) : undefined },
    source: SOURCE,
    countedAt: new Date().toISOString(),
  }
}

/** How the registers of a city may be asked about; dates are local days, `to` not included. */
export async function disputeOffers(ctx: DisputeContext) {
  const registry = await openRegistry(ctx)
  const registers = Object.keys(policies).map((name) => openRegister(registry, name))
  return registers.map(({ name, policy, offers, ended }) => ({
    register: name,
    smallest: policy.smallest,
    /** The day from which nothing is answered yet. */
    ended: dateOfMonth(ended),
    offers: offers.map(({ level, types, period, span }) => ({
      level,
      types,
      period,
      from: dateOfMonth(span.from),
      to: dateOfMonth(span.to),
    })),
  }))
}

/** Disputes of the whole city or one area, in the periods of its level, oldest first; null: hidden. */
export async function disputeSeries(
  ctx: DisputeContext,
  { area, caseSource }: { area: AreaRow | null; caseSource: string },
) {
  const { city } = ctx
  const register = openRegister(await openRegistry(ctx), caseSource)
  requireSeenWhole(register, area)
  const scope = area ? nodeOf(register, area, 'areaId') : { level: -1, node: 0 }
  const offer = register.offers.find((each) => each.level === (area?.level ?? null) && !each.types)
  const periods = offer ? periodsWithin(offer.span, offer.period) : []
  const answers = offer && (await releaseOf(ctx, register, [offer.span]))
  return {
    period: offer?.period ?? null,
    from: periods.map((period) => dateOfMonth(period.from)),
    to: periods.map((period) => dateOfMonth(period.to)),
    count: periods.map((period) => answers?.all(scope.level, scope.node, period) ?? null),
    asOf: city.as_of.toISOString(),
    caseSource,
    source: SOURCE,
  }
}
