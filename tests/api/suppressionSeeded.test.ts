import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Catalog, keepCatalog } from '../../api/catalog.ts'
import { createCaller } from '../../api/router.ts'
import { dateOfMonth, monthHolding, periodsWithin } from '../../api/statistics/periods.ts'
import { SMALLEST, SMALLEST_SENSITIVE } from '../../api/statistics/suppression.ts'
import { kinds } from '../../geodata/kinds.ts'
import { createRandom } from '../../geodata/random.ts'
import { Attacker } from '../factories/attacker.ts'
import { createWholeCityViewer } from '../factories/people.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const TYPES = kinds.filter((kind) => kind.dispute && kind.parentCode === null).map((kind) => kind.code)
const FIRST = 2023 * 12
const YEARS = 3

/** One number of one answer: of what, and what it is. null: hidden. */
interface Cell {
  /** null: the whole city. */
  areaId: number | null
  types: readonly string[]
  from: number
  to: number
  count: number | null
}

/** The demo city as somebody with an account sees it: every question the server offers, and its neighbours. */
describe('an attacker at the demo city', () => {
  let database: TestDatabase
  let catalog: Catalog
  let caller: ReturnType<typeof createCaller>
  /** Grids, townships by the grids in them. */
  const grids: number[] = []
  const gridsIn = new Map<number | null, number[]>()
  const townships: number[] = []
  const townshipsIn = new Map<number | null, number[]>()
  /** True counts by grid, type and month, for judging only. */
  const truth = new Map<string, number>()
  const cells: Cell[] = []

  type Question = {
    level: string | null
    kinds: readonly string[]
    from: string
    to: string
    within?: number
    version?: string
  }
  const answers = new Map<string, Promise<{ areaId: (number | null)[]; count: (number | null)[] } | string>>()
  const ask = (question: Question) => {
    const key = JSON.stringify(question)
    const known = answers.get(key)
    if (known) return known
    const { level, kinds, ...rest } = question
    const base = { city: 'shuifu', ...rest, kinds: [...kinds] }
    const asked =
      level === null
        ? caller.aggregates.byKind(base).then(({ totals }) => ({ areaId: [null], count: [totals.count] }))
        : caller.aggregates.byArea({ ...base, level })
    const answer = asked.catch((error: Error) => error.message)
    answers.set(key, answer)
    return answer
  }

  beforeAll(async () => {
    database = await openTestDatabase({ kind: databaseKinds().at(-1) ?? 'pglite', seeded: true })
    catalog = await keepCatalog(database)
    caller = createCaller({
      database,
      viewer: await createWholeCityViewer(database),
      bundleUrls: () => Promise.reject(new Error('no bundles here')),
    })
    const rows = await database.query<{ level: string; cell_id: number; area_id: number }>(
      `SELECT level, cell_id, area_id FROM cell_areas WHERE city_code = 'shuifu' AND version = '2025'
         AND level IN ('city', 'township', 'village', 'grid') ORDER BY cell_id`,
    )
    const at = (level: string) =>
      new Map(rows.filter((row) => row.level === level).map((row) => [row.cell_id, row.area_id]))
    const gridOf = at('grid')
    const townshipOf = at('township')
    grids.push(...new Set(gridOf.values()))
    townships.push(...new Set(townshipOf.values()))
    const place = new Map(grids.map((id, i) => [id, i]))
    gridsIn.set(null, [...grids.keys()])
    townshipsIn.set(null, [...townships.keys()])
    for (const level of ['city', 'township', 'village', 'grid']) {
      for (const [cell, area] of at(level)) {
        const grid = place.get(gridOf.get(cell) ?? -1) ?? -1
        gridsIn.set(area, [...new Set([...(gridsIn.get(area) ?? []), grid])])
        const township = townships.indexOf(townshipOf.get(cell) ?? -1)
        if (level === 'city' || level === 'township')
          townshipsIn.set(area, [...new Set([...(townshipsIn.get(area) ?? []), township])])
      }
    }
    for (const row of await database.query<{ cell_id: number; type: string; month: number; n: number }>(
      `SELECT cell_id, left(kind, 3) AS type, count(*)::int AS n,
         (extract(year FROM reported_at AT TIME ZONE 'Asia/Shanghai') * 12
           + extract(month FROM reported_at AT TIME ZONE 'Asia/Shanghai') - 1)::int AS month
       FROM incidents WHERE city_code = 'shuifu' AND kind LIKE 'D%' AND attributes ->> 'caseSource' = 'platform'
       GROUP BY 1, 2, 4`,
    )) {
      const key = `${place.get(gridOf.get(row.cell_id) ?? -1)}/${row.type}/${row.month}`
      truth.set(key, (truth.get(key) ?? 0) + row.n)
    }

    const [register] = await caller.disputes.offers({ city: 'shuifu' })
    for (const offer of register.offers) {
      const span = { from: monthHolding(offer.from), to: monthHolding(offer.to) }
      for (const { from, to } of [...periodsWithin(span, offer.period), span]) {
        for (const chosen of offer.types ? TYPES.map((type) => [type]) : [TYPES]) {
          const window = { from: dateOfMonth(from), to: dateOfMonth(to) }
          const answer = await ask({ level: offer.level, kinds: chosen, ...window })
          if (typeof answer === 'string') throw new Error(answer)
          answer.areaId.forEach((areaId, i) => {
            cells.push({ areaId, types: chosen, from, to, count: answer.count[i] })
          })
        }
      }
    }
  }, 300_000)
  afterAll(async () => {
    await catalog?.close()
    await database?.close()
  })

  const trueCount = ({ areaId, types, from, to }: Omit<Cell, 'count'>) => {
    let count = 0
    for (const grid of gridsIn.get(areaId) ?? []) {
      for (const type of types) {
        for (let month = from; month < to; month++) count += truth.get(`${grid}/${type}/${month}`) ?? 0
      }
    }
    return count
  }

  test('is told much, all of it right and none of it small', () => {
    const shown = cells.filter((cell) => cell.count !== null)
    expect(shown.length).toBeGreaterThan(500)
    for (const cell of shown) {
      expect(cell.count).toBe(trueCount(cell))
      expect(cell.count).toBeGreaterThanOrEqual(SMALLEST)
    }
    const ofTypes = shown.filter((cell) => cell.areaId === null && cell.types.length === 1)
    expect(Math.min(...ofTypes.map((cell) => cell.count ?? 0))).toBeGreaterThanOrEqual(SMALLEST_SENSITIVE)
    // Most villages, and a third of the grids over three years: a rule that hides everything is no use.
    const share = (level: number, from: number, to: number) => {
      const all = cells.filter(
        (cell) =>
          (gridsIn.get(cell.areaId)?.length === 1) === (level === 1) && cell.from === from && cell.to === to,
      )
      return all.filter((cell) => cell.count !== null).length / all.length
    }
    expect(share(1, FIRST, FIRST + 36)).toBeGreaterThan(0.25)
  })

  test('learns nothing from the numbers of incidents: without a gap they run through what everybody may see', async () => {
    const ids = await database.query<{ id: number; dispute: boolean }>(
      `SELECT i.id, k.dispute FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
       WHERE i.city_code = 'shuifu' ORDER BY i.id`,
    )
    const disputes = ids.filter(({ dispute }) => dispute)
    expect(disputes.length).toBeGreaterThan(1000)
    expect(ids.slice(0, disputes.length)).toEqual(disputes)
    expect(disputes.at(-1)?.id).toBe(-1)
    ids.slice(disputes.length).forEach(({ id }, i) => {
      expect(id).toBe(i + 1)
    })
  })

  test('learns no hidden count of an area from all areas, levels and windows together', () => {
    const size = grids.length * YEARS
    const atoms = ({ areaId, from, to }: Cell) =>
      (gridsIn.get(areaId) ?? []).flatMap((grid) =>
        [0, 1, 2].filter((y) => FIRST + y * 12 >= from && FIRST + y * 12 < to).map((y) => grid * YEARS + y),
      )
    const years = cells.filter(
      ({ types, from, to }) =>
        types === TYPES && from % 12 === 0 && to % 12 === 0 && to <= FIRST + YEARS * 12,
    )
    const attacker = new Attacker(size)
    // Months and quarters are asked for too: together they are years.
    for (const level of ['city', 'township', null]) {
      for (const area of level === null ? [null] : [...gridsIn.keys()]) {
        for (let y = 0; y < YEARS; y++) {
          const parts = cells.filter(
            (cell) =>
              cell.areaId === area &&
              cell.types === TYPES &&
              cell.to - cell.from < 12 &&
              cell.from >= FIRST + y * 12 &&
              cell.to <= FIRST + y * 12 + 12,
          )
          const months = parts.reduce((sum, part) => sum + part.to - part.from, 0)
          if (months !== 12 || parts.some((part) => part.count === null)) continue
          const count = parts.reduce((sum, part) => sum + (part.count ?? 0), 0)
          attacker.learn(
            atoms({ areaId: area, types: TYPES, from: FIRST + y * 12, to: FIRST + y * 12 + 12, count }),
            count,
          )
        }
      }
    }
    for (const cell of years) if (cell.count !== null) attacker.learn(atoms(cell), cell.count)
    const hidden = years.filter((cell) => cell.count === null)
    expect(hidden.length).toBeGreaterThan(1000)
    for (const cell of hidden) expect(attacker.knows(atoms(cell))).toBe(false)

    const random = createRandom(1)
    const targets = random.shuffled(hidden).slice(0, 60)
    attacker.bounds(targets.map(atoms)).forEach(({ low, high }, i) => {
      expect(low).toBeLessThanOrEqual(trueCount(targets[i]) + 1e-6)
      expect(high - low).toBeGreaterThan(SMALLEST - 1e-6)
    })

    // The same attack sees through a server that hides the small counts only.
    for (const cell of hidden) if (trueCount(cell) >= SMALLEST) attacker.learn(atoms(cell), trueCount(cell))
    expect(
      hidden.filter((cell) => trueCount(cell) < SMALLEST && attacker.knows(atoms(cell))).length,
    ).toBeGreaterThan(0)
  }, 120_000)

  test('learns no hidden count of a type from types, townships, months and quarters together', () => {
    const months = YEARS * 12
    const size = townships.length * TYPES.length * months
    const atoms = ({ areaId, types, from, to }: Omit<Cell, 'count'>) =>
      (townshipsIn.get(areaId) ?? []).flatMap((township) =>
        types.flatMap((type) =>
          Array.from(
            { length: to - from },
            (_, i) => (township * TYPES.length + TYPES.indexOf(type)) * months + (from - FIRST) + i,
          ),
        ),
      )
    const coarse = cells.filter((cell) => townshipsIn.has(cell.areaId) && cell.to <= FIRST + months)
    const attacker = new Attacker(size)
    for (const cell of coarse) if (cell.count !== null) attacker.learn(atoms(cell), cell.count)
    const hidden = coarse.filter((cell) => cell.count === null)
    expect(hidden.length).toBeGreaterThan(100)
    for (const cell of hidden) expect(attacker.knows(atoms(cell))).toBe(false)

    // And what nobody offers: any type of any township or of the city in any month, quarter or year.
    const random = createRandom(2)
    const others = Array.from({ length: 300 }, () => {
      const period = random.pick(
        periodsWithin(
          { from: FIRST, to: FIRST + months },
          random.pick(['month', 'quarter', 'year'] as const),
        ),
      )
      return { areaId: random.pick([null, ...townships]), types: [random.pick(TYPES)], ...period }
    })
    for (const cell of others) {
      if (attacker.knows(atoms(cell))) expect(trueCount(cell)).toBeGreaterThanOrEqual(SMALLEST)
    }
    const targets = [...random.shuffled(hidden).slice(0, 25), ...others.slice(0, 15)]
    attacker.bounds(targets.map(atoms)).forEach(({ low, high }, i) => {
      const count = trueCount(targets[i])
      expect(low).toBeLessThanOrEqual(count + 1e-6)
      if (high - low < SMALLEST - 1e-6) expect(count).toBeGreaterThanOrEqual(SMALLEST)
    })
  }, 120_000)

  test('finds no small difference between any two of thousands of questions', async () => {
    const random = createRandom(3)
    const { offers } = (await caller.disputes.offers({ city: 'shuifu' }))[0]
    const dayAfter = (date: string, days: number) =>
      new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)
    const question = (): Question => {
      const offer = random.pick(offers)
      const periods = periodsWithin(
        { from: monthHolding(offer.from), to: monthHolding(offer.to) },
        offer.period,
      )
      const first = random.int(0, periods.length - 1)
      const last = Math.min(periods.length - 1, first + random.int(0, 2))
      return {
        level: offer.level,
        kinds: offer.types ? [random.pick(TYPES)] : TYPES,
        from: dateOfMonth(periods[first].from),
        to: dateOfMonth(periods[last].to),
      }
    }
    const neighbour = (of: Question): Question => {
      const near = { ...of }
      const shift = random.pick([1, 7, 28, 31, 91, 365, -1, -7, -31, -365])
      const snapped = (date: string) => (random.chance(0.5) ? date : `${date.slice(0, 7)}-01`)
      switch (random.int(0, 5)) {
        case 0:
          return { ...near, from: snapped(dayAfter(of.from, -Math.abs(shift))) }
        case 1:
          return { ...near, to: snapped(dayAfter(of.to, shift)) }
        case 2:
          return { ...near, kinds: of.kinds === TYPES ? TYPES.filter(() => random.chance(0.9)) : TYPES }
        case 3:
          return { ...near, kinds: [...new Set([...of.kinds, random.pick(TYPES)])] }
        case 4:
          return { ...near, version: random.pick(['2018', '2025']) }
        default: {
          const other = question()
          return { ...other, level: of.level ?? other.level }
        }
      }
    }
    let compared = 0
    let refused = 0
    for (let pair = 0; pair < 3000; pair++) {
      const one = question()
      const other = neighbour(one)
      const [a, b] = [await ask(one), await ask(other)]
      if (typeof a === 'string' || typeof b === 'string') {
        refused++
        continue
      }
      const nested =
        (one.from >= other.from && one.to <= other.to) || (other.from >= one.from && other.to <= one.to)
      const sameKinds = one.kinds.join() === other.kinds.join()
      const nestedKinds =
        one.kinds.every((kind) => other.kinds.includes(kind)) ||
        other.kinds.every((kind) => one.kinds.includes(kind))
      const sameWindow = one.from === other.from && one.to === other.to
      // Only where one holds the other is their difference a count of something.
      if (!nested || !nestedKinds || sameKinds === sameWindow) continue
      const second = new Map(b.areaId.map((id, i) => [id, b.count[i]]))
      a.areaId.forEach((id, i) => {
        const now = a.count[i]
        const then = second.get(id)
        if (now == null || then == null) return
        compared++
        expect(Math.abs(now - then)).toBeGreaterThanOrEqual(SMALLEST)
      })
    }
    expect(compared).toBeGreaterThan(1000)
    expect(refused).toBeGreaterThan(500)
  }, 300_000)
})
