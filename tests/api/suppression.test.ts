import { describe, expect, test } from 'vitest'
import { type MonthSpan, monthsIn, type Period, periodsWithin } from '../../api/statistics/periods.ts'
import {
  hiddenSiblings,
  leadingRows,
  policies,
  type Release,
  release,
  SMALLEST,
  type Tally,
  type TreeLevel,
} from '../../api/statistics/suppression.ts'
import { createRandom } from '../../geodata/random.ts'
import { Attacker } from '../factories/attacker.ts'

/** All ways to share `total` among `parts`. */
function* shared(total: number, parts: number): Generator<number[]> {
  if (parts === 1) {
    yield [total]
    return
  }
  for (let first = 0; first <= total; first++) {
    for (const rest of shared(total - first, parts - 1)) yield [first, ...rest]
  }
}

const added = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)

/**
 * What somebody who knows the rule itself can say of a hidden count: everything that would have looked the same is tried.
 * @param rule Which are hidden. @returns The fewest values a hidden count can have, over all tables of `parts` with these totals.
 */
function fewestValues(rule: (counts: number[]) => boolean[], parts: number, totals: number[]): number {
  let fewest = Number.POSITIVE_INFINITY
  for (const total of totals) {
    const looksAlike = new Map<string, number[][]>()
    for (const counts of shared(total, parts)) {
      const hidden = rule(counts)
      const seen = JSON.stringify(counts.map((count, i) => (hidden[i] ? null : count)))
      looksAlike.set(seen, [...(looksAlike.get(seen) ?? []), counts])
    }
    for (const [seen, tables] of looksAlike) {
      for (const [i, shown] of JSON.parse(seen).entries()) {
        if (shown !== null) continue
        const values = tables.map((counts) => counts[i])
        fewest = Math.min(fewest, Math.max(...values) - Math.min(...values) + 1)
      }
    }
  }
  return fewest
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('siblings', () => {
  test.each([
    [2, 2, 14],
    [3, 2, 14],
    [3, 3, 16],
    [4, 3, 14],
    [5, 2, 10],
    [3, 5, 20],
  ])('%i areas, k = %i: who knows the rule finds no hidden count within k values', (parts, k, most) => {
    expect(fewestValues((counts) => hiddenSiblings(counts, k), parts, upTo(k, most))).toBeGreaterThan(k)
  })

  test('none below k is shown, and nothing is hidden without need', () => {
    for (const counts of shared(17, 4)) {
      const hidden = hiddenSiblings(counts, 3)
      counts.forEach((count, i) => {
        if (count < 3) expect(hidden[i]).toBe(true)
      })
      if (Math.min(...counts) >= 3) expect(hidden).not.toContain(true)
    }
  })

  test('this finds a rule that hides the small counts only', () => {
    expect(fewestValues((counts) => counts.map((count) => count < 3), 3, upTo(3, 12))).toBe(1)
  })

  test('this finds a rule that hides the next larger one as well, but is known to hide no more than it must', () => {
    const usual = (counts: number[]) => {
      const order = counts.map((_, i) => i).sort((a, b) => counts[a] - counts[b] || a - b)
      let hidden = order.filter((i) => counts[i] < 3).length
      while (
        hidden > 0 &&
        hidden < order.length &&
        (hidden < 2 || added(order.slice(0, hidden).map((i) => counts[i])) < 3)
      )
        hidden++
      return counts.map((_, i) => order.indexOf(i) < hidden)
    }
    // Linear algebra alone would not: what is hidden has a sum of 3 or more, of two or more counts.
    expect(fewestValues(usual, 4, upTo(3, 14))).toBeLessThan(3)
  })
})

/** Everything a crossed table shows, and the table's own rows in the order of the rule. */
function crossedView(table: readonly number[][], k: number) {
  const totals = table.map(added)
  const hidden = hiddenSiblings(totals, k)
  const rows = [...table.keys()].filter((row) => !hidden[row]).sort((a, b) => totals[b] - totals[a] || a - b)
  const others = [...table.keys()].filter((row) => hidden[row])
  const pooled =
    others.length > 0 ? table[0].map((_, c) => added(others.map((row) => table[row][c]))) : undefined
  const leading = rows.slice(
    0,
    leadingRows(
      rows.map((row) => table[row]),
      pooled,
      () => k,
      k,
    ),
  )
  return { totals: totals.map((total, row) => (hidden[row] ? null : total)), leading }
}

function fewestCells(rowCount: number, columnTotals: readonly number[], k: number): number {
  const looksAlike = new Map<string, { low: number[][]; high: number[][]; leading: number[] }>()
  const columns = columnTotals.map((total) => [...shared(total, rowCount)])
  const visit = (chosen: number[][]) => {
    if (chosen.length < columns.length) {
      for (const column of columns[chosen.length]) visit([...chosen, column])
      return
    }
    const table = upTo(0, rowCount - 1).map((row) => chosen.map((column) => column[row]))
    const { totals, leading } = crossedView(table, k)
    const seen = JSON.stringify([totals, leading.map((row) => [row, table[row]])])
    const known = looksAlike.get(seen) ?? {
      low: table.map((row) => [...row]),
      high: table.map((row) => [...row]),
      leading,
    }
    table.forEach((row, r) => {
      row.forEach((cell, c) => {
        known.low[r][c] = Math.min(known.low[r][c], cell)
        known.high[r][c] = Math.max(known.high[r][c], cell)
      })
    })
    looksAlike.set(seen, known)
  }
  visit([])
  let fewest = Number.POSITIVE_INFINITY
  for (const { low, high, leading } of looksAlike.values()) {
    low.forEach((row, r) => {
      if (leading.includes(r)) return
      row.forEach((cell, c) => {
        fewest = Math.min(fewest, high[r][c] - cell + 1)
      })
    })
  }
  return fewest
}

describe('crossed tables', () => {
  test.each([
    [3, [6, 7], 2],
    [3, [9, 10], 3],
    [3, [4, 12], 3],
    [4, [6, 6], 2],
    [2, [5, 5, 6], 2],
    [3, [4, 5, 4], 2],
  ])(
    '%i rows, columns of %j, k = %i: who knows the rule finds no hidden cell within k values',
    (rows, columns, k) => {
      expect(fewestCells(rows, columns, k)).toBeGreaterThanOrEqual(k)
    },
  )

  test('rows are shown as long as each cell is large enough, and what is left over too', () => {
    const rows = [
      [30, 20],
      [12, 9],
      [10, 4],
    ]
    expect(leadingRows(rows, undefined, () => 5, 5)).toBe(1)
    expect(leadingRows(rows, undefined, () => 4, 4)).toBe(3)
    expect(leadingRows(rows, [1, 0], () => 4, 4)).toBe(2)
    expect(leadingRows(rows, [1, 9], () => 4, 10)).toBe(2)
    expect(leadingRows(rows, [1, 9], () => 10, 10)).toBe(1)
  })
})

const YEARS: MonthSpan = { from: 2023 * 12, to: 2026 * 12 }
const MONTHS = YEARS.to - YEARS.from
/** The last is sensitive. */
const TYPES = ['A', 'B', 'S']
const isSensitive = (type: string) => type === 'S'

/** A small random city with three years of disputes, and its every possible sum of counts. */
function smallCity(seed: number) {
  const random = createRandom(seed)
  const levels: TreeLevel[] = [{ level: 'city', areaId: [1], parent: [0] }]
  for (const [level, least, most] of [
    ['township', 2, 3],
    ['village', 2, 3],
    ['grid', 2, 3],
  ] as const) {
    const above = levels[levels.length - 1]
    const parent = above.areaId.flatMap((_, node) => new Array<number>(random.int(least, most)).fill(node))
    // Now and then some ground belongs to no area of the level.
    const areaId = parent.map((_, node) => (random.chance(0.05) ? null : levels.length * 1000 + node))
    levels.push({ level, areaId, parent })
  }
  const leaves = levels[levels.length - 1].areaId.length
  const weight = Array.from({ length: leaves }, () => random.next() ** 2)
  const whole = added(weight)
  const perMonth = leaves * random.between(0.6, 2.5)
  const tallies: Tally[] = []
  const counts = new Int32Array(leaves * MONTHS * TYPES.length)
  const atom = (leaf: number, month: number, type: number) =>
    (leaf * MONTHS + (month - YEARS.from)) * TYPES.length + type
  for (let leaf = 0; leaf < leaves; leaf++) {
    for (let month = YEARS.from; month < YEARS.to; month++) {
      TYPES.forEach((type, t) => {
        const expected = (perMonth * weight[leaf] * [0.6, 0.3, 0.1][t]) / whole
        const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0)
        if (count === 0) return
        tallies.push({ leaf, month, type, count })
        counts[atom(leaf, month, t)] = count
      })
    }
  }
  const leavesOf = (level: number, node: number): number[] =>
    level === levels.length - 1
      ? [node]
      : [...levels[level + 1].parent.keys()]
          .filter((child) => level < 0 || levels[level + 1].parent[child] === node)
          .flatMap((child) => leavesOf(level + 1, child))
  const atoms = (level: number, node: number, span: MonthSpan, types: readonly number[]) =>
    leavesOf(level, node).flatMap((leaf) =>
      upTo(span.from, span.to - 1).flatMap((month) => types.map((type) => atom(leaf, month, type))),
    )
  const truth = (of: readonly number[]) => added(of.map((each) => counts[each]))
  const answers = release({
    policy: policies.platform,
    levels,
    tallies,
    types: TYPES,
    isSensitive,
    span: YEARS,
    ended: YEARS.to,
  })
  return { random, levels, counts, atoms, truth, answers }
}

const ALL = [0, 1, 2]
const PERIODS: Record<string, Period[]> = {
  city: ['month'],
  township: ['quarter'],
  village: ['year'],
  grid: ['threeYears', 'year'],
}

/** Every count of the fixed tables: of what, and what is answered. */
function* everything(city: ReturnType<typeof smallCity>) {
  const { levels, atoms, answers } = city
  const nodesOf = (level: number) => (level < 0 ? [0] : [...levels[level].areaId.keys()])
  for (const level of upTo(-1, levels.length - 1)) {
    const name = level < 0 ? 'city' : levels[level].level
    for (const node of nodesOf(level)) {
      // A rest is never asked for.
      if (level >= 0 && levels[level].areaId[node] === null) continue
      for (const period of PERIODS[name]) {
        for (const span of periodsWithin(YEARS, period)) {
          yield { atoms: atoms(level, node, span, ALL), count: answers.all(level, node, span) }
        }
      }
      if (level > 1) continue
      for (const year of periodsWithin(YEARS, 'year')) {
        for (const [t, type] of TYPES.entries()) {
          yield { atoms: atoms(level, node, year, [t]), count: answers.ofType(level, node, type, year) }
        }
      }
    }
  }
}

/** Learns all that is shown; gives back what is hidden. */
function collect(city: ReturnType<typeof smallCity>, attacker: Attacker): number[][] {
  const hidden: number[][] = []
  for (const { atoms, count } of everything(city)) {
    if (count === null) hidden.push(atoms)
    else attacker.learn(atoms, count)
  }
  return hidden
}

describe.each(upTo(1, 12))('small city %i', (seed) => {
  const city = smallCity(seed)
  const attacker = new Attacker(city.counts.length)
  const hidden = collect(city, attacker)

  test('shows much and hides something', () => {
    expect(attacker.knowledge).toBeGreaterThan(40)
    expect(hidden.length).toBeGreaterThan(10)
  })

  test('every shown count is right, and none is below k', () => {
    for (const { atoms, count } of everything(city)) {
      if (count === null) continue
      expect(count).toBe(city.truth(atoms))
      expect(count).toBeGreaterThanOrEqual(SMALLEST)
    }
  })

  test('no hidden count follows from all shown ones together', () => {
    for (const atoms of hidden) expect(attacker.knows(atoms)).toBe(false)
  })

  test('no hidden count lies between bounds narrower than k', () => {
    const targets = hidden.filter(() => city.random.chance(Math.min(1, 30 / hidden.length)))
    const bounds = attacker.bounds(targets)
    targets.forEach((atoms, i) => {
      const { low, high } = bounds[i]
      expect(low).toBeLessThanOrEqual(city.truth(atoms) + 1e-6)
      expect(high).toBeGreaterThanOrEqual(city.truth(atoms) - 1e-6)
      expect(high - low).toBeGreaterThan(SMALLEST - 1e-6)
    })
  })

  test('nor does any count of other areas, periods and types: what is known of them exactly is k or more', () => {
    const { random, levels } = city
    const targets = Array.from({ length: 25 }, () => {
      const level = random.int(0, levels.length - 1)
      const node = random.int(0, levels[level].areaId.length - 1)
      const period = random.pick(['month', 'quarter', 'year', 'threeYears'] as const)
      const span = random.pick(periodsWithin(YEARS, period))
      return city.atoms(level, node, span, random.pick([ALL, [0], [1], [2], [0, 1]]))
    })
    const bounds = attacker.bounds(targets)
    targets.forEach((atoms, i) => {
      const { low, high } = bounds[i]
      if (high - low > SMALLEST - 1e-6) return
      expect(attacker.knows(atoms)).toBe(true)
      expect(city.truth(atoms)).toBeGreaterThanOrEqual(SMALLEST)
    })
  })
})

describe('an attacker who is told more does find hidden counts:', () => {
  const cities = [1, 2, 3, 4].map(smallCity)
  /** How many small counts follow exactly, in all cities together. */
  const found = (
    tell: (city: (typeof cities)[number], learn: (atoms: number[]) => void, hidden: number[][]) => void,
  ) =>
    added(
      cities.map((city) => {
        const attacker = new Attacker(city.counts.length)
        const hidden = collect(city, attacker)
        tell(city, (atoms) => attacker.learn(atoms, city.truth(atoms)), hidden)
        return hidden.filter((atoms) => city.truth(atoms) < SMALLEST && attacker.knows(atoms)).length
      }),
    )
  const grids = 3

  test('none without', () => {
    expect(found(() => {})).toBe(0)
  })

  test('what is hidden beside the small counts', () => {
    expect(
      found((city, learn, hidden) => {
        for (const atoms of hidden) if (city.truth(atoms) >= SMALLEST) learn(atoms)
      }),
    ).toBeGreaterThan(0)
  })

  test('windows of a year and more that begin with any month', () => {
    const sliding = (length: number) =>
      upTo(YEARS.from, YEARS.to - length).map((from) => ({ from, to: from + length }))
    expect(
      found((city, learn) => {
        for (const span of [12, 13, 24, 25].flatMap(sliding)) {
          for (const node of city.levels[grids].areaId.keys()) learn(city.atoms(grids, node, span, ALL))
        }
      }),
    ).toBeGreaterThan(0)
  })

  test('other borders over the same ground: two and three neighbours together', () => {
    expect(
      found((city, learn) => {
        const count = city.levels[grids].areaId.length
        for (const length of [2, 3]) {
          for (let node = 0; node + length <= count; node++) {
            const ground = upTo(node, node + length - 1)
            for (const year of periodsWithin(YEARS, 'year'))
              learn(ground.flatMap((each) => city.atoms(grids, each, year, ALL)))
          }
        }
      }),
    ).toBeGreaterThan(0)
  })

  test('all types of a grid but one', () => {
    const types = [
      [0, 1],
      [1, 2],
      [0, 2],
    ]
    expect(
      found((city, learn) => {
        for (const node of city.levels[grids].areaId.keys()) {
          for (const year of periodsWithin(YEARS, 'year')) {
            for (const but of types) learn(city.atoms(grids, node, year, but))
          }
        }
      }),
    ).toBeGreaterThan(0)
  })
})

test('a longer window is the sum of its periods, and hidden as soon as one of them is', () => {
  const { levels, answers } = smallCity(5)
  const township = levels.findIndex(({ level }) => level === 'township')
  const grid = levels.findIndex(({ level }) => level === 'grid')
  const sumOver = (answer: Release['all'], level: number, node: number, span: MonthSpan, period: Period) => {
    const parts = periodsWithin(span, period).map((part) => answer(level, node, part))
    return parts.includes(null) ? null : added(parts.map((part) => part ?? 0))
  }
  for (const node of levels[township].areaId.keys()) {
    for (let from = YEARS.from; from < YEARS.to; from += monthsIn('quarter')) {
      for (let to = from + monthsIn('quarter'); to <= YEARS.to; to += monthsIn('quarter'))
        expect(answers.all(township, node, { from, to })).toBe(
          sumOver(answers.all, township, node, { from, to }, 'quarter'),
        )
    }
  }
  for (const node of levels[grid].areaId.keys()) {
    const span = { from: YEARS.from, to: YEARS.from + 24 }
    expect(answers.all(grid, node, span)).toBe(sumOver(answers.all, grid, node, span, 'year'))
  }
})

test('what has not ended is not told', () => {
  const tallies = upTo(YEARS.from, YEARS.to - 1).flatMap((month) =>
    TYPES.map((type) => ({ leaf: 0, month, type, count: 20 })),
  )
  const answers = release({
    policy: policies.platform,
    levels: [{ level: 'city', areaId: [1], parent: [0] }],
    tallies,
    types: TYPES,
    isSensitive,
    span: YEARS,
    ended: YEARS.from + 30,
  })
  expect(answers.all(0, 0, { from: YEARS.from, to: YEARS.from + 30 })).toBe(1800)
  expect(answers.all(0, 0, { from: YEARS.from + 30, to: YEARS.from + 31 })).toBeNull()
  expect(answers.ofType(0, 0, 'A', { from: YEARS.from + 12, to: YEARS.from + 24 })).toBe(240)
  expect(answers.ofType(0, 0, 'A', { from: YEARS.from + 24, to: YEARS.to })).toBeNull()
})

test('periods that do not nest are no policy', () => {
  const levels = policies.platform.levels.map((plan) =>
    plan.level === 'village' ? { ...plan, period: 'month' as const } : plan,
  )
  expect(() =>
    release({
      policy: { ...policies.platform, levels },
      levels: levels.map(({ level }) => ({ level, areaId: [1], parent: [0] })),
      tallies: [],
      types: TYPES,
      isSensitive,
      span: YEARS,
      ended: YEARS.to,
    }),
  ).toThrow(/expected a period of whole quarters, got "month"/)
})
