/**
 * Small numbers: which counts of disputes may leave the server, and why nothing else can be worked out from them.
 *
 * **The danger.** 1,495 disputes a year over 3,381 micro-grids is 0.44 each. A count of two in a hamlet is two
 * households. Hiding small counts is not enough: who may choose windows, areas and kinds freely asks twice and subtracts
 * (a year less the same year without its last day; a township less its other villages; all types less all but one).
 * So nothing is answered freely. There is one fixed set of tables, the same for everyone who ever asks.
 *
 * **What is released** of one register of disputes (never of several at once: they may hold the same dispute), in the
 * administrative hierarchy and the boundary version in force, over whole periods of the calendar that have ended and
 * been left a fortnight for late rows (`policies` is the one place where this is set):
 *
 *   | level    | all disputes                       | by type (first level, never finer) |
 *   |----------|------------------------------------|------------------------------------|
 *   | city     | months                             | years                              |
 *   | township | quarters                           | years                              |
 *   | village  | years                              | –                                  |
 *   | grid     | blocks of three years, and in them years | –                            |
 *
 * A longer window is a sum of these. It is null as soon as one of its parts is hidden, so that it adds no knowledge.
 * Why three years for grids: in the demo city's largest register a grid has 1.9 disputes a year, so that 4 % of the
 * grids reach k in a year, but 38 % in three (8 and 261 of 797 are shown). Blocks are fixed (2023–2025, 2026–2028), because two overlapping
 * windows would give their difference. Registers other than the platform's have a tenth of its rows and start at
 * quarters and years; those that are sensitive as a whole end at the township, as sensitive types do.
 *
 * **Why this gives nothing back.** Four rules, each over counts that are either all shown or pooled:
 *
 * 1. *Siblings* (`hiddenSiblings`). The parts of an area whose own count is known, in one period. If one is below k,
 *    all counts up to a limit are hidden, the limit being the first count at least k above the least one. Their sum
 *    is known to everybody. But the rule looks at values only, never at which area has them: swap any two hidden
 *    values and everything shown stays the same. So each hidden count may be the least or the largest of them as far as
 *    anyone can tell, who knows this rule too, and these are at least k apart. If no limit exists all are hidden, and
 *    (0, …, 0, sum) looks the same. What lies in an area but in none of its parts is a sibling as well ("rest").
 * 2. *Down the tree.* Where a parent's count is not known for a period (a part of it hidden), its parts are hidden.
 *    Where it is known, the table of its parts has nothing in common with any other table but that count. Levels only
 *    grow coarser in time as they grow finer in space, so that the tables form a tree: tables that share nothing but
 *    known totals cannot tell of each other (they always fit together, whatever the hidden parts are).
 * 3. *Crossed tables* (`leadingRows`): types × townships, grids × years. Rows in order of their known totals are shown
 *    as long as each of their cells is large enough and what is left over is so in each column. All other rows stay
 *    hidden whole. A cell of a table with totals r and c of n in all is bounded by max(0, r + c − n) and min(r, c),
 *    which are min(r, c, n − r, n − c) apart (Fréchet): every one of these is k or more. Types are not crossed with
 *    quarters: with three two-way tables round a circle these bounds would no longer hold.
 * 4. *Types* in the whole city are siblings with the larger k for all, because sensitive ones are among them.
 *
 * Zeros are counts below k like others: "nothing happened here" is said of nobody. Disputes without a place are in no
 * count at all, so that the city less its townships is nothing.
 *
 * **Not covered**, knowingly. (a) Who writes down figures and asks again after late rows, corrections or merged
 * duplicates sees a shown count change; the fortnight makes this rare, only published, stored tables would end it.
 * (b) Figures others publish (the cited facts) are known to all anyway. (c) People who know of a dispute know of it:
 * with a count of k, k − 1 parties together know of the last. (d) A township that consists of one village or one grid is
 * shown as the township it is. (e) A source that brings disputes only is heard to speak: its feed says when it last did,
 * and the administrator of sources, who sees no data, how many rows it brought.
 *
 * **What stands beside the counts** tells nothing either: disputes have numbers of their own (0024), draw none of the live
 * stream, and do not move the as-of time, so that neither a gap in a list nor a clock tells that one came in
 * (but for rows written before, and for the rare one that turns out to be none, whose number says how many came before it).
 *
 * `tests/api/suppression.test.ts` attacks all this, with linear algebra, bounds, exhaustive small cities and random pairs.
 */
import {
  consistsOf,
  isWhole,
  type MonthSpan,
  monthsIn,
  type Period,
  periodsWithin,
  startOfPeriod,
} from './periods.ts'

/** The smallest count that is shown, and the smallest of a sensitive type, register, or table with such types. */
export const SMALLEST = 5
export const SMALLEST_SENSITIVE = 10
/** Days after its end before a period is answered: what comes late has mostly come. */
export const SETTLING_DAYS = 14

export interface LevelPolicy {
  level: string
  /** The one period of this level: every window is a union of these. */
  period: Period
  /** A finer period inside, for those areas that are large enough in each. Only for the finest level. */
  within?: Period
  /** Types may be told apart, by the year. */
  types: boolean
}

export interface Policy {
  /** Smallest count shown of all disputes. */
  smallest: number
  /** The whole city, with or without an area of its own. */
  whole: { period: Period }
  /** Coarse to fine; levels not named here have no dispute counts. */
  levels: LevelPolicy[]
}

const city = { level: 'city', types: true } as const
const township = { level: 'township', types: true } as const
const village = { level: 'village', period: 'year', types: false } as const
const grid = { level: 'grid', period: 'threeYears', within: 'year', types: false } as const

/** For the register with over a thousand disputes a year. */
const large: Policy = {
  smallest: SMALLEST,
  whole: { period: 'month' },
  levels: [{ ...city, period: 'month' }, { ...township, period: 'quarter' }, village, grid],
}
/** For registers with some hundred. */
const small: Policy = {
  smallest: SMALLEST,
  whole: { period: 'quarter' },
  levels: [{ ...city, period: 'quarter' }, { ...township, period: 'year' }, village, grid],
}
/** For registers that are sensitive whatever the type: nothing below the township. */
const sensitive: Policy = {
  smallest: SMALLEST_SENSITIVE,
  whole: { period: 'quarter' },
  levels: [
    { ...city, period: 'quarter' },
    { ...township, period: 'year' },
  ],
}

/** For registers with a dozen or two: the city by the year. */
const tiny: Policy = {
  smallest: SMALLEST,
  whole: { period: 'year' },
  levels: [{ ...city, period: 'year' }],
}

/** How a register may be asked about; undefined: not at all. @param plain False where all types of the city are sensitive. */
export function policyOf(register: string, plain: boolean): Policy | undefined {
  const policy = Object.hasOwn(policies, register) ? policies[register] : undefined
  return policy && !plain ? sensitive : policy
}

/** By register. One that is not named here is not answered. */
export const policies: Readonly<Record<string, Policy>> = {
  platform: large,
  centre: small,
  prelitigation: small,
  litigation: small,
  project: tiny,
  major: tiny,
  // Marriage and family; people who came home.
  family: sensitive,
  returnee: sensitive,
}

/**
 * Which of the parts of a known whole are hidden (rule 1).
 * @param counts One a part. @returns One flag a part.
 */
export function hiddenSiblings(counts: readonly number[], smallest: number): boolean[] {
  const least = Math.min(...counts)
  if (counts.length === 0 || least >= smallest) return counts.map(() => false)
  const above = counts.filter((count) => count >= least + smallest)
  const limit = above.length > 0 ? Math.min(...above) : Number.POSITIVE_INFINITY
  return counts.map((count) => count <= limit)
}

/**
 * How many rows of a crossed table are shown, the first ones (rule 3).
 * @param rows Cells of the rows that may be shown, in order of totals everybody knows.
 * @param others Cells of all other rows together, by column; undefined when there are none.
 * @param smallest Smallest cell of a row, by its place. @param smallestLeft Smallest cell of what is left over.
 */
export function leadingRows(
  rows: readonly (readonly number[])[],
  others: readonly number[] | undefined,
  smallest: (row: number) => number,
  smallestLeft: number,
): number {
  let candidates = rows.findIndex((cells, row) => cells.some((cell) => cell < smallest(row)))
  if (candidates < 0) candidates = rows.length
  for (let shown = candidates; shown > 0; shown--) {
    const left = rows.slice(shown)
    if (others) left.push(others)
    if (left.length === 0) return shown
    const columns = left[0].map((_, column) => left.reduce((sum, cells) => sum + cells[column], 0))
    if (columns.every((cell) => cell >= smallestLeft)) return shown
  }
  return 0
}

/** The areas of one level. */
export interface TreeLevel {
  level: string
  /** Ids; null: what lies in the parent but in no area of this level. */
  areaId: (number | null)[]
  /** Place of each area's parent in the level above; 0 on the first level, whose parent is the whole city. */
  parent: number[]
}

/** Disputes of one month and type in one area of the finest level. */
export interface Tally {
  /** Place in the finest level. */
  leaf: number
  month: number
  type: string
  count: number
}

/** The released counts of one register over some years. null: hidden. */
export interface Release {
  /** All disputes of an area in a window of whole periods of its level. @param level Place in the tree, −1: the whole city. */
  all(level: number, node: number, window: MonthSpan): number | null
  /** Disputes of one type in an area, in whole years. */
  ofType(level: number, node: number, type: string, window: MonthSpan): number | null
}

/**
 * Works out what is shown.
 * @param levels The tree's levels are `policy.levels`, those the city has, in the same order; each has at least one area.
 * @param span Whole blocks of the longest period asked about; `ended`: the first month that is not yet answered.
 */
export function release({
  policy,
  levels,
  tallies,
  types,
  isSensitive,
  span,
  ended,
}: {
  policy: Policy
  levels: readonly TreeLevel[]
  tallies: readonly Tally[]
  types: readonly string[]
  isSensitive: (type: string) => boolean
  span: MonthSpan
  ended: number
}): Release {
  const told = { from: span.from, to: Math.min(span.to, ended) }
  const plans = levels.map(({ level }) => {
    const plan = policy.levels.find((each) => each.level === level)
    if (!plan) throw new Error(`expected a level with a policy, got "${level}"`)
    return plan
  })
  const periodOf = (level: number) => (level < 0 ? policy.whole.period : plans[level].period)
  for (const [level, { period }] of plans.entries()) {
    if (!consistsOf(period, periodOf(level - 1)))
      throw new Error(`expected a period of whole ${periodOf(level - 1)}s, got "${period}"`)
  }

  const counts = countByNode(levels, tallies, span)
  const countIn = (level: number, node: number, { from, to }: MonthSpan) =>
    counts[level + 1].total(node, from, to)

  /** Shown base cells: `level/node/first month`. */
  const shown = new Set<string>()
  const key = (level: number, node: number, month: number) => `${level}/${node}/${month}`
  /** The count of whole base periods, null when one of them is hidden or has not ended. */
  const known = (level: number, node: number, window: MonthSpan): number | null => {
    const parts = periodsWithin(window, periodOf(level))
    return parts.every((part) => shown.has(key(level, node, part.from))) ? countIn(level, node, window) : null
  }

  for (const part of periodsWithin(told, periodOf(-1))) {
    if (countIn(-1, 0, part) >= policy.smallest) shown.add(key(-1, 0, part.from))
  }
  const childrenOf = levels.map(({ parent }) => Map.groupBy(parent.keys(), (node) => parent[node]))
  levels.forEach((_, level) => {
    for (const part of periodsWithin(told, periodOf(level))) {
      for (const [parent, children] of childrenOf[level]) {
        if (known(level - 1, parent, part) === null) continue
        const values = children.map((node) => countIn(level, node, part))
        const hidden = hiddenSiblings(values, policy.smallest)
        children.forEach((node, i) => {
          if (!hidden[i]) shown.add(key(level, node, part.from))
        })
      }
    }
  })

  const finest = levels.length - 1
  /** Shown cells of the finer period of the finest level. */
  const finer = new Set<string>()
  const plan: LevelPolicy | undefined = plans[finest]
  const within = plan?.within
  if (plan && within) {
    const { period } = plan
    for (const block of periodsWithin(told, period)) {
      const columns = periodsWithin(block, within)
      for (const [parent, children] of childrenOf[finest]) {
        if (columns.some((column) => known(finest - 1, parent, column) === null)) continue
        const cells = (node: number) => columns.map((column) => countIn(finest, node, column))
        const [rows, others] = split(children, (node) => known(finest, node, block))
        const leading = leadingRows(
          rows.map(cells),
          pooled(others.map(cells)),
          () => policy.smallest,
          policy.smallest,
        )
        for (const node of rows.slice(0, leading)) {
          for (const column of columns) finer.add(key(finest, node, column.from))
        }
      }
    }
  }

  const ofType = releaseTypes()

  return {
    all(level, node, window) {
      const plan: Pick<LevelPolicy, 'period' | 'within'> = level < 0 ? policy.whole : plans[level]
      if (plan.within && !isWhole(window, plan.period)) {
        return inParts(window, plan.period, plan.within, (part, whole) =>
          whole
            ? known(level, node, part)
            : finer.has(key(level, node, part.from))
              ? countIn(level, node, part)
              : null,
        )
      }
      if (!isWhole(window, plan.period)) throw new Error(`expected whole ${plan.period}s`)
      return known(level, node, window)
    },
    ofType(level, node, type, window) {
      if (!isWhole(window, 'year')) throw new Error('expected whole years')
      if (level >= 0 && !plans[level].types)
        throw new Error(`expected a level with types, got "${plans[level].level}"`)
      return sumOf(periodsWithin(window, 'year').map((year) => ofType(level, node, type, year.from)))
    },
  }

  /** Types by the year: in the whole city, and crossed with the finest level that has types. */
  function releaseTypes(): (level: number, node: number, type: string, year: number) => number | null {
    const crossing = plans.findLastIndex((plan) => plan.types)
    const inWhole = new Map<string, number>()
    const inArea = new Map<string, number>()
    for (const year of periodsWithin(told, 'year')) {
      if (known(-1, 0, year) === null) continue
      const totals = types.map((type) => counts[0].ofType(0, type, year.from))
      const hidden = hiddenSiblings(totals, Math.max(policy.smallest, SMALLEST_SENSITIVE))
      types.forEach((type, i) => {
        if (!hidden[i]) inWhole.set(`${type}/${year.from}`, totals[i])
      })
      if (crossing < 0) continue
      const nodes = levels[crossing].areaId.map((_, node) => node)
      if (nodes.some((node) => known(crossing, node, year) === null)) continue
      const cells = (type: string) => nodes.map((node) => counts[crossing + 1].ofType(node, type, year.from))
      const [large, others] = split(types, (type) => inWhole.get(`${type}/${year.from}`) ?? null)
      // Sensitive ones last: their larger limit is the first to end the list.
      const rows = large.toSorted((a, b) => Number(isSensitive(a)) - Number(isSensitive(b)))
      const leading = leadingRows(
        rows.map(cells),
        pooled(others.map(cells)),
        (row) => (isSensitive(rows[row]) ? SMALLEST_SENSITIVE : policy.smallest),
        Math.max(policy.smallest, SMALLEST_SENSITIVE),
      )
      for (const type of rows.slice(0, leading)) {
        cells(type).forEach((cell, node) => {
          inArea.set(`${node}/${type}/${year.from}`, cell)
        })
      }
    }
    /** Nodes of the crossed level in a node of it or of a coarser one. */
    const nodesIn = (level: number, node: number): number[] =>
      level === crossing
        ? [node]
        : (childrenOf[level + 1].get(node) ?? []).flatMap((child) => nodesIn(level + 1, child))
    return (level, node, type, year) => {
      // A level of one area is the whole city.
      if (level < 0 || levels[level].areaId.length === 1) return inWhole.get(`${type}/${year}`) ?? null
      return sumOf(nodesIn(level, node).map((each) => inArea.get(`${each}/${type}/${year}`) ?? null))
    }
  }
}

/** Sums of months by node: the whole city first, then each level. */
function countByNode(levels: readonly TreeLevel[], tallies: readonly Tally[], span: MonthSpan) {
  const months = span.to - span.from
  const table = (nodes: number) => {
    const all = new Float64Array(nodes * months)
    const years = new Map<string, number>()
    return {
      add(node: number, { month, type, count }: Tally) {
        all[node * months + month - span.from] += count
        const at = `${node}/${type}/${startOfPeriod(month, 'year')}`
        years.set(at, (years.get(at) ?? 0) + count)
      },
      total(node: number, from: number, to: number): number {
        let total = 0
        for (let month = from; month < to; month++) total += all[node * months + month - span.from]
        return total
      },
      ofType: (node: number, type: string, year: number) => years.get(`${node}/${type}/${year}`) ?? 0,
    }
  }
  const tables = [table(1), ...levels.map(({ areaId }) => table(areaId.length))]
  for (const tally of tallies) {
    if (tally.month < span.from || tally.month >= span.to) continue
    let node = tally.leaf
    for (let level = levels.length - 1; level >= 0; level--) {
      tables[level + 1].add(node, tally)
      node = levels[level].parent[node]
    }
    tables[0].add(0, tally)
  }
  return tables
}

/** Those with a known total, largest first (then in their own order), and the others. */
function split<T>(items: readonly T[], total: (item: T) => number | null): [T[], T[]] {
  const known = items.flatMap((item) => {
    const value = total(item)
    return value === null ? [] : [{ item, value }]
  })
  return [
    known.sort((a, b) => b.value - a.value).map(({ item }) => item),
    items.filter((item) => total(item) === null),
  ]
}

function pooled(rows: number[][]): number[] | undefined {
  if (rows.length === 0) return undefined
  return rows[0].map((_, column) => rows.reduce((sum, cells) => sum + cells[column], 0))
}

/** A sum that is hidden as soon as one of its parts is. */
export function sumOf(parts: readonly (number | null)[]): number | null {
  let total = 0
  for (const part of parts) {
    if (part === null) return null
    total += part
  }
  return total
}

/** Sums a window cut into as many coarse periods as fit, and fine ones for the rest. */
function inParts(
  window: MonthSpan,
  coarse: Period,
  fine: Period,
  count: (part: MonthSpan, whole: boolean) => number | null,
): number | null {
  if (!isWhole(window, fine)) throw new Error(`expected whole ${fine}s`)
  const parts: (number | null)[] = []
  for (let at = window.from; at < window.to; ) {
    const end = at + monthsIn(coarse)
    const whole = startOfPeriod(at, coarse) === at && end <= window.to
    const part = { from: at, to: whole ? end : at + monthsIn(fine) }
    parts.push(count(part, whole))
    at = part.to
  }
  return sumOf(parts)
}

/** One way to ask that is answered: windows of whole periods between two months. */
export interface Offer {
  level: string | null
  /** False: all disputes in one count; true: types of the first level, or sets of them. */
  types: boolean
  period: Period
  /** Months [from, to). */
  span: MonthSpan
}

/**
 * Every way to ask about a register. `level` null: the whole city.
 * @param has Names of the levels the city has. @param told From the first month with data to the first not yet answered.
 */
export function offersOf(policy: Policy, has: readonly string[], told: MonthSpan): Offer[] {
  const offers: Offer[] = []
  const offer = (level: string | null, types: boolean, period: Period) => {
    // Data may begin inside a period: what it holds of it is what there is.
    const from = startOfPeriod(told.from, period)
    const last = periodsWithin({ from, to: told.to }, period).at(-1)
    if (last) offers.push({ level, types, period, span: { from, to: last.to } })
  }
  offer(null, false, policy.whole.period)
  offer(null, true, 'year')
  for (const plan of policy.levels.filter(({ level }) => has.includes(level))) {
    offer(plan.level, false, plan.period)
    if (plan.within && offers.some((each) => each.level === plan.level)) {
      const coarse = offers.findLast((each) => each.level === plan.level)
      // Inside the blocks that have ended, never in one that has only begun.
      if (coarse) offers.push({ ...coarse, period: plan.within })
    }
    if (plan.types) offer(plan.level, true, 'year')
  }
  return offers
}
