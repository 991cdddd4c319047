import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant } from '../../api/access.ts'
import { type Catalog, keepCatalog } from '../../api/catalog.ts'
import { dateOfMonth, monthHolding, periodsWithin } from '../../api/statistics/periods.ts'
import { hiddenSiblings, SMALLEST, sumOf } from '../../api/statistics/suppression.ts'
import { kinds } from '../../geodata/kinds.ts'
import { createRandom } from '../../geodata/random.ts'
import { Attacker } from '../factories/attacker.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { type Caller, openTestApi, type TestApi } from './setup.ts'

const TYPES = kinds.filter((kind) => kind.dispute && kind.parentCode === null).map((kind) => kind.code)
const LEVELS = ['city', 'township', 'village', 'grid'] as const
const FIRST = 2023 * 12
const YEARS = 3

type Counts = Map<number, number | null>

/**
 * People with different jurisdictions who show each other everything they are told. On one database: a thousand questions
 * take minutes, and what may be read of disputes is tested on both in tests/db.
 */
describe.each(databaseKinds().slice(-1))('disputes for whoever may see a part on %s', (kind) => {
  let api: TestApi
  let catalog: Catalog
  const colluders: { name: string; caller: Caller; cells: Set<number> }[] = []
  /** Level → area → its cells, of the boundaries in force. */
  const cellsOf = new Map<string, Map<number, Set<number>>>()

  beforeAll(async () => {
    api = await openTestApi(kind)
    catalog = await keepCatalog(api.database)
    for (const level of LEVELS) {
      const ids = new Set(
        api.ground.areas
          .filter((area) => area.version === '2025' && area.level === level)
          .map(({ id }) => id),
      )
      const cells = new Map<number, Set<number>>()
      for (const cell of api.ground.cells) {
        for (const id of cell.areaIds.filter((each) => ids.has(each))) {
          cells.set(id, (cells.get(id) ?? new Set()).add(cell.id))
        }
      }
      cellsOf.set(level, cells)
    }
    const random = createRandom(11)
    const of = (version: string, level: string) =>
      api.ground.areas.filter((area) => area.version === version && area.level === level).map(({ id }) => id)
    const townships = of('2025', 'township')
    const villages = of('2025', 'village')
    const some = (ids: number[], n: number) => random.shuffled(ids).slice(0, n)
    const jurisdictions: Record<string, number[]> = {
      'a township': [townships[0]],
      'all townships but one': townships.slice(1),
      'all villages but one': villages.slice(1),
      'seven villages': some(villages, 7),
      'twenty villages': some(villages, 20),
      'a hundred grids': some(of('2025', 'grid'), 100),
      'two squads': some(of('2025', 'squad'), 2),
      'a district and old grids': [of('2025', 'district')[1], ...some(of('2018', 'grid'), 20)],
      'micro-grids here and there': some(of('2025', 'microGrid'), 300),
      'the area of the city': of('2025', 'city'),
    }
    for (const [i, [name, areas]] of Object.entries(jurisdictions).entries()) {
      const grants = areas.map((areaId): Grant => grant(i % 2 ? 'leader' : 'centreClerk', 'shuifu', areaId))
      const { caller } = await api.person(grants)
      const cells = api.ground.cells.filter((cell) => cell.areaIds.some((id) => areas.includes(id)))
      colluders.push({ name, caller, cells: new Set(cells.map(({ id }) => id)) })
    }
  })
  afterAll(async () => {
    await catalog?.close()
    await api?.close()
  })

  const areasIn = (level: string, cells: ReadonlySet<number>, how: 'whole' | 'part' | 'none') =>
    [...(cellsOf.get(level) ?? [])].flatMap(([id, own]) => {
      const seen = [...own].filter((cell) => cells.has(cell)).length
      const is = seen === 0 ? 'none' : seen === own.size ? 'whole' : 'part'
      return is === how ? [id] : []
    })
  const sorted = (ids: number[]) => ids.sort((a, b) => a - b)

  /** Every question that is offered to whoever may see the whole city. */
  async function questions() {
    const registers = await api.caller.disputes.offers({ city: 'shuifu' })
    return registers
      .filter(({ register }) => register === 'platform' || register === 'centre')
      .flatMap(({ register, offers }) =>
        offers.flatMap(({ level, types, period, from, to }) => {
          const span = { from: monthHolding(from), to: monthHolding(to) }
          // Of months and quarters the last: all are made alike.
          const windows = [...periodsWithin(span, period).slice(-1), span]
          return windows.flatMap((window) =>
            (types ? [['D08'], ['D01']] : [TYPES]).map((chosen) => ({
              level,
              question: {
                city: 'shuifu',
                kinds: chosen,
                caseSource: register as 'platform' | 'centre',
                from: dateOfMonth(window.from),
                to: dateOfMonth(window.to),
              },
            })),
          )
        }),
      )
  }

  test('areas wholly inside are answered, with exactly the counts anybody else gets, hidden ones hidden', async () => {
    let shown = 0
    let hidden = 0
    const random = createRandom(3)
    for (const { level, question } of await questions()) {
      if (level === null) continue
      const everybody = await api.caller.aggregates.byArea({ ...question, level })
      const counts: Counts = new Map(everybody.areaId.map((id, i) => [id, everybody.count[i]]))
      for (const { caller, cells } of random.shuffled(colluders).slice(0, 4)) {
        const whole = sorted(areasIn(level, cells, 'whole'))
        const answer = caller.aggregates.byArea({ ...question, level })
        if (whole.length === 0) {
          await expect(answer).rejects.toThrow(/of the register .* are only counted by|has ended here yet/)
          continue
        }
        const { areaId, count, suppressed, partial, totals } = await answer
        expect(areaId).toEqual(whole)
        expect(count).toEqual(whole.map((id) => counts.get(id)))
        expect(suppressed).toEqual(count.map((each) => each === null))
        expect(partial).toEqual(whole.map(() => false))
        // Nothing is said of the rest, not even together with these.
        expect(totals.count).toBe(sumOf(count))
        expect(totals.outside).toBeNull()
        expect(totals.hidden).toEqual({
          areas: count.filter((each) => each === null).length,
          count: count.includes(null) ? null : 0,
        })
        shown += count.filter((each) => each !== null).length
        hidden += count.filter((each) => each === null).length
      }
    }
    expect(shown).toBeGreaterThan(40)
    expect(hidden).toBeGreaterThan(100)
  })

  test('an area in the jurisdiction is answered as to anybody, a part of one is refused, others are not there', async () => {
    const year = { city: 'shuifu', from: '2025-01-01', to: '2026-01-01', kinds: TYPES }
    const messageOf = (answer: Promise<unknown>) =>
      answer.then(
        () => 'an answer',
        (error: Error) => error.message,
      )
    const refusedPart = /expected an area that lies wholly in this account's jurisdiction/
    let compared = 0
    for (const { caller, cells } of colluders) {
      expect(await messageOf(caller.aggregates.byKind(year))).toMatch(refusedPart)
      expect(await messageOf(caller.disputes.series({ city: 'shuifu' }))).toMatch(refusedPart)
      for (const level of LEVELS) {
        for (const areaId of areasIn(level, cells, 'whole').slice(0, 1)) {
          const ask = (by: Caller) => by.aggregates.byKind({ ...year, areaId })
          const [own, anybody] = [await ask(caller), await ask(api.caller)]
          expect({ ...own, countedAt: '' }).toEqual({ ...anybody, countedAt: '' })
          const series = (by: Caller) => by.disputes.series({ city: 'shuifu', areaId })
          expect(await series(caller)).toEqual(await series(api.caller))
          const finer = LEVELS[LEVELS.indexOf(level) + 1] ?? level
          const parts = (by: Caller) => by.aggregates.byArea({ ...year, level: finer, within: areaId })
          expect({ ...(await parts(caller)), partial: undefined, countedAt: '' }).toEqual({
            ...(await parts(api.caller)),
            countedAt: '',
          })
          compared++
        }
        for (const areaId of areasIn(level, cells, 'part').slice(0, 1)) {
          expect(await messageOf(caller.aggregates.byKind({ ...year, areaId }))).toMatch(refusedPart)
          expect(await messageOf(caller.disputes.series({ city: 'shuifu', areaId }))).toMatch(refusedPart)
        }
        for (const areaId of areasIn(level, cells, 'none').slice(0, 1)) {
          const missing = (id: number) => `No area ${id} in shuifu.`
          for (const id of [areaId, 999_999]) {
            expect(await messageOf(caller.aggregates.byKind({ ...year, areaId: id }))).toBe(missing(id))
            expect(await messageOf(caller.disputes.series({ city: 'shuifu', areaId: id }))).toBe(missing(id))
            expect(await messageOf(caller.aggregates.byArea({ ...year, level: 'grid', within: id }))).toBe(
              missing(id),
            )
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(20)
  })

  test('together they learn no hidden count, whatever their jurisdictions have in common', async () => {
    const grids = [...(cellsOf.get('grid') ?? new Map<number, Set<number>>()).entries()]
    const gridsIn = (id: number) => {
      for (const areas of cellsOf.values()) {
        const cells = areas.get(id)
        if (cells)
          return grids.flatMap(([, own], place) => ([...own].every((cell) => cells.has(cell)) ? [place] : []))
      }
      throw new Error(`There is no area ${id}.`)
    }
    const atoms = (ids: readonly number[], from: number, to: number) =>
      ids.flatMap((id) =>
        gridsIn(id).flatMap((grid) =>
          [0, 1, 2].flatMap((y) => (FIRST + y * 12 >= from && FIRST + y * 12 < to ? [grid * YEARS + y] : [])),
        ),
      )
    const attacker = new Attacker(grids.length * YEARS)
    const windows = [0, 1, 2].map((y) => ({ from: FIRST + y * 12, to: FIRST + y * 12 + 12 }))
    windows.push({ from: FIRST, to: FIRST + 36 })
    const { offers } = (await api.caller.disputes.offers({ city: 'shuifu' }))[0]
    const isOffered = (level: string, from: number, to: number) =>
      offers.some(
        (offer) =>
          offer.level === level &&
          !offer.types &&
          monthHolding(offer.from) <= from &&
          to <= monthHolding(offer.to) &&
          (to - from) % { month: 1, quarter: 3, year: 12, threeYears: 36 }[offer.period] === 0,
      )
    const hidden: number[][] = []
    const naive: { id: number; from: number }[] = []
    for (const { from, to } of windows) {
      const span = { from: dateOfMonth(from), to: dateOfMonth(to) }
      const question = { city: 'shuifu', kinds: TYPES, ...span }
      for (const level of LEVELS.filter((each) => isOffered(each, from, to))) {
        const all = await api.caller.aggregates.byArea({ ...question, level })
        for (const [i, id] of all.areaId.entries())
          if (all.count[i] === null) hidden.push(atoms([id], from, to))
        for (const { caller, cells } of colluders) {
          const whole = areasIn(level, cells, 'whole')
          if (whole.length === 0) continue
          // Without an area to look inside, inside those wholly and inside those partly theirs.
          const parts = LEVELS.slice(1, LEVELS.indexOf(level)).flatMap((coarser) => [
            ...areasIn(coarser, cells, 'whole').slice(0, 1),
            ...areasIn(coarser, cells, 'part').slice(0, 1),
          ])
          for (const within of [undefined, ...parts]) {
            const { areaId, count, totals } = await caller.aggregates.byArea({ ...question, level, within })
            areaId.forEach((id, i) => {
              const known = count[i]
              if (known !== null) attacker.learn(atoms([id], from, to), known)
            })
            if (totals.count !== null) attacker.learn(atoms(areaId, from, to), totals.count)
            const secret = areaId.filter((_, i) => count[i] === null)
            if (totals.hidden?.count) attacker.learn(atoms(secret, from, to), totals.hidden.count)
          }
          if (level === 'village' && to - from === 12) {
            // What a server would show that hides small numbers among the areas of each jurisdiction alone.
            const ids = new Set(whole)
            const truth = await trueCounts(span, level)
            const seen = [...truth].filter(([id]) => ids.has(id))
            const isHidden = hiddenSiblings(
              seen.map(([, n]) => n),
              SMALLEST,
            )
            naive.push(
              ...seen.flatMap(([id], i) =>
                !isHidden[i] && all.count[all.areaId.indexOf(id)] === null ? [{ id, from }] : [],
              ),
            )
          }
        }
      }
    }
    expect(hidden.length).toBeGreaterThan(100)
    expect(attacker.knowledge).toBeGreaterThan(50)
    for (const cell of hidden) expect(attacker.knows(cell)).toBe(false)
    const random = createRandom(5)
    for (const { low, high } of attacker.bounds(random.shuffled(hidden).slice(0, 40))) {
      expect(high - low).toBeGreaterThan(SMALLEST - 1e-6)
    }
    // The same people see through that other server.
    expect(naive.length).toBeGreaterThan(0)
  }, 300_000)

  /** Disputes of the platform's register by area, for judging only. */
  async function trueCounts(
    window: { from: string; to: string },
    level: string,
  ): Promise<Map<number, number>> {
    const rows = await api.database.query<{ area_id: number; n: number }>(
      `SELECT ca.area_id, count(i.id)::int AS n FROM cell_areas ca
       LEFT JOIN incidents i ON i.city_code = ca.city_code AND i.cell_id = ca.cell_id AND i.kind LIKE 'D%'
         AND coalesce(i.attributes ->> 'caseSource', 'platform') = 'platform'
         AND i.reported_at >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai' AND i.reported_at < $3::date::timestamp AT TIME ZONE 'Asia/Shanghai'
       WHERE ca.version = '2025' AND ca.level = $1 GROUP BY 1`,
      [level, window.from, window.to],
    )
    return new Map(rows.map((row) => [row.area_id, row.n]))
  }

  test('what is offered to them is answered, and nothing of the whole city is offered', async () => {
    for (const { caller, cells } of colluders) {
      const own = (await caller.disputes.offers({ city: 'shuifu' }))[0]
      const all = (await api.caller.disputes.offers({ city: 'shuifu' }))[0]
      const levels = new Set(LEVELS.filter((level) => areasIn(level, cells, 'whole').length > 0))
      expect(own.offers).toEqual(
        all.offers.filter(({ level }) => LEVELS.some((each) => each === level && levels.has(each))),
      )
    }
  })

  test('no row of a dispute is read by anybody, and no count without the right', async () => {
    const { viewer, caller } = await api.person([grant('planner', 'shuifu')])
    await expect(
      caller.aggregates.byArea({
        city: 'shuifu',
        level: 'city',
        from: '2025-01-01',
        to: '2026-01-01',
        kinds: TYPES,
      }),
    ).rejects.toThrow(/kinds: expected codes that cities.get lists for shuifu, such as .*; got "D01"/)
    await expect(caller.disputes.offers({ city: 'shuifu' })).rejects.toThrow(/takes the right "disputes"/)
    expect(viewer.grants).toHaveLength(1)
  })
})
