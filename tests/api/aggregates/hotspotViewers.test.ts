import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant } from '../../../api/access.ts'
import { falseDiscoveryRate } from '../../../api/statistics/falseDiscovery.ts'
import { localG } from '../../../api/statistics/getisOrd.ts'
import { contiguity, withSelf } from '../../../api/statistics/spatialWeights.ts'
import { grant } from '../../factories/people.ts'
import { TOY_AS_OF, TOY_FROM } from '../../factories/toyCity.ts'
import { databaseKinds } from '../../setup/database.ts'
import { type Caller, openTestApi, type TestApi } from '../setup.ts'
import { type AreasOfCell, countedGround } from './viewers.ts'

const window = { city: 'shuifu', from: TOY_FROM.toISOString(), to: TOY_AS_OF.toISOString() }

type Question = Omit<Parameters<Caller['aggregates']['hotspots']>[0], 'city' | 'from' | 'to'>

describe.each(databaseKinds())('hotspots of whoever may see a part on %s', (kind) => {
  let api: TestApi
  let areasOfCell: AreasOfCell
  beforeAll(async () => {
    api = await openTestApi(kind)
    areasOfCell = new Map(api.ground.cells.map((cell) => [cell.id, new Set(cell.areaIds)]))
  })
  afterAll(() => api?.close())

  const areaOf = (level: string, index = 0, version = '2025') =>
    api.ground.areas.filter((each) => each.version === version && each.level === level)[index].id
  const here = (role: Grant['role'], level: string, index = 0) => grant(role, 'shuifu', areaOf(level, index))

  async function ofAreas(caller: Caller, question: Omit<Question, 'method'>, method: 'gi' | 'moran' = 'gi') {
    const answer = await caller.aggregates.hotspots({ ...window, permutations: 199, ...question, method })
    if (answer.method !== 'gi' && answer.method !== 'moran') throw new Error(`Got ${answer.method}.`)
    return answer
  }
  async function density(caller: Caller, question: Omit<Question, 'method' | 'level'> = {}) {
    const answer = await caller.aggregates.hotspots({ ...window, level: 'grid', ...question, method: 'kde' })
    if (answer.method !== 'kde') throw new Error(`Got ${answer.method}.`)
    return answer
  }

  test('only own areas are tested, among own neighbours alone, and counted as on the map', async () => {
    const { caller } = await api.person([here('officer', 'squad', 1)])
    const map = await caller.aggregates.byArea({ ...window, level: 'microGrid' })
    const gi = await ofAreas(caller, { level: 'microGrid' })
    expect(gi).toMatchObject({ limited: true, families: ['governance', 'publicOrder'] })
    expect(gi.areaId).toEqual(map.areaId)
    expect(gi.areaId).toHaveLength(80)
    expect(gi.count).toEqual(map.count)
    expect(gi.totals).toEqual({ count: map.totals.count, outside: null })
    expect(gi.partial).toEqual(map.partial)
    expect(gi.tested).toBe(80)
    const shapes = new Map(api.ground.areas.map((area) => [area.id, area.polygons]))
    const weights = contiguity(
      gi.areaId.map((id) => shapes.get(id) ?? []),
      'queen',
    )
    const { z } = localG(gi.count, withSelf(weights), { star: true })
    gi.z.forEach((each, index) => {
      expect(each).toBeCloseTo(z[index], 8)
    })
    const q = falseDiscoveryRate(gi.p.map((p) => p ?? Number.NaN))
    gi.q.forEach((each, index) => {
      expect(each).toBeCloseTo(q[index], 8)
    })
  })

  test.each(['gi', 'moran'] as const)('areas seen in part are listed and not tested: %s', async (method) => {
    // A grid of 2018 holds eight micro-grids, of which these people see four or all.
    const grants = [here('officer', 'grid', 0), here('officer', 'village', 7), here('officer', 'village', 8)]
    const { caller } = await api.person(grants)
    const answer = await ofAreas(caller, { level: 'grid', version: '2018' }, method)
    expect(answer.partial?.filter((each) => each)).toHaveLength(1)
    const whole = answer.partial?.filter((each) => !each).length ?? 0
    expect(whole).toBe(4)
    answer.partial?.forEach((partial, i) => {
      if (!partial) return
      expect([answer.statistic[i], answer.z[i], answer.p[i], answer.q[i]]).toEqual([null, null, null, null])
      expect(answer.class[i]).toBe('none')
    })
    expect(answer.tested).toBeLessThanOrEqual(whole)
    // Nothing whole at all: everything is listed, nothing is tested, nothing fails.
    const none = await ofAreas(caller, { level: 'squad' }, method)
    expect(none.partial).not.toContain(false)
    expect(none.tested).toBe(0)
    expect(none.class).not.toContain('hot')
    expect(none.validation).toBeNull()
  })

  test('exposure is told as far as patrols and cameras may be known of all of that ground', async () => {
    const exposureOf = async (...grants: Grant[]) => {
      const { caller } = await api.person(grants)
      return (await ofAreas(caller, { level: 'microGrid' })).exposure
    }
    const [village, squad] = [here('gridWorker', 'village', 22), here('officer', 'squad', 0)]
    expect(await exposureOf(village)).toBeNull()
    expect(await exposureOf(here('centreClerk', 'village', 22))).toMatchObject({
      patrolMinutes: null,
      patrolRank: null,
      patrolCorrelation: null,
    })
    const own = await exposureOf(squad)
    expect(own?.cameras).toHaveLength(80)
    const inSquad = api.things.cameras.filter(
      ({ cellId }) => cellId !== null && areasOfCell.get(cellId)?.has(areaOf('squad', 0)),
    )
    expect(own?.cameras?.reduce((sum, n) => sum + n, 0)).toBe(inSquad.length)
    expect(inSquad.length).toBeGreaterThan(10)
    expect(own?.patrolMinutes?.some((minutes) => minutes > 0)).toBe(true)
    // Counted in both, patrols and cameras known in one of them only.
    expect(await exposureOf(village, squad)).toBeNull()
  })

  test.each<[string, () => Grant[]]>([
    ['a village', () => [here('gridWorker', 'village', 11)]],
    ['two squads', () => [here('officer', 'squad', 0), here('officer', 'squad', 4)]],
    [
      'a grid in each hierarchy and an old one',
      () => [here('wall', 'grid', 17), grant('wall', 'shuifu', areaOf('grid', 5, '2018'))],
    ],
    ['one family here, both there', () => [here('gridWorker', 'township', 1), here('officer', 'squad', 5)]],
    ['governance of the city', () => [grant('department', 'shuifu')]],
  ])('a density holds every incident seen and no other, on that ground alone: %s', async (_, grants) => {
    const held = grants()
    const { caller } = await api.person(held)
    const map = await caller.aggregates.byArea({ ...window, level: 'microGrid' })
    const answer = await density(caller)
    expect(answer.count).toBe(map.totals.count)
    expect(answer.count).toBeGreaterThan(0)
    expect(Math.abs(answer.mass / answer.count - 1)).toBeLessThan(1e-6)
    const ground = [...countedGround(held, areasOfCell).values()]
    if (ground.includes('everywhere')) return
    const boxes = api.ground.areas.filter(({ id }) =>
      ground.some((cells) => cells !== 'everywhere' && cells.has(id)),
    )
    const points = boxes.flatMap((area) => area.polygons.flat(2))
    const [lng, lat] = [points.map(([x]) => x), points.map(([, y]) => y)]
    const { origin, cellLng, cellLat, columns, rows } = answer.grid
    expect(origin[0]).toBeGreaterThan(Math.min(...lng) - cellLng)
    expect(origin[1]).toBeGreaterThan(Math.min(...lat) - cellLat)
    expect(origin[0] + columns * cellLng).toBeLessThan(Math.max(...lng) + 2 * cellLng)
    expect(origin[1] + rows * cellLat).toBeLessThan(Math.max(...lat) + 2 * cellLat)
    // Density only on cells of the jurisdiction, or right beside them.
    const steps = new Uint16Array(Uint8Array.from(Buffer.from(answer.steps, 'base64')).buffer)
    const near = (value: number, list: number[], size: number) =>
      value > Math.min(...list) - size && value < Math.max(...list) + size
    steps.forEach((step, place) => {
      if (step === 0) return
      const x = origin[0] + ((place % columns) + 0.5) * cellLng
      const y = origin[1] + (Math.floor(place / columns) + 0.5) * cellLat
      const inside = boxes.some(({ polygons }) => {
        const ring = polygons.flat(2)
        return (
          near(
            x,
            ring.map(([a]) => a),
            cellLng,
          ) &&
          near(
            y,
            ring.map(([, b]) => b),
            cellLat,
          )
        )
      })
      expect(inside).toBe(true)
    })
  })

  test('near repeats are looked for among the incidents seen', async () => {
    const { caller } = await api.person([here('gridWorker', 'township', 0), here('officer', 'squad', 5)])
    const map = await caller.aggregates.byArea({ ...window, level: 'city' })
    const answer = await caller.aggregates.hotspots({
      ...window,
      level: 'grid',
      method: 'nearRepeat',
      bands: { distancesM: [1, 500], days: [10, 40] },
      permutations: 99,
    })
    if (answer.method !== 'nearRepeat') throw new Error(`Got ${answer.method}.`)
    expect(answer.count).toBe(map.totals.count)
    expect(answer.limited).toBe(true)
  })

  test('people who ask the same at the same moment each get their own', async () => {
    const people = await Promise.all([
      api.person([here('officer', 'squad', 0)]),
      api.person([here('officer', 'squad', 3)]),
      api.person([here('gridWorker', 'squad', 3)]),
      api.person([grant('department', 'shuifu')]),
      api.person([grant('wall')]),
      api.person([here('officer', 'squad', 0)]),
    ])
    const ask = ({ caller }: { caller: Caller }) => ofAreas(caller, { level: 'microGrid' })
    const together = await Promise.all(people.map(ask))
    const alone: Awaited<ReturnType<typeof ask>>[] = []
    for (const person of people) alone.push(await ask(person))
    expect(together).toEqual(alone)
    expect(together[5]).toEqual(together[0])
    expect(new Set(together.map(({ areaId, count }) => JSON.stringify([areaId, count]))).size).toBe(5)
    expect(together.map(({ limited }) => limited)).toEqual([true, true, true, false, false, true])
  })

  test('an area outside is not there, a kind of the other family is none', async () => {
    const { caller } = await api.person([here('gridWorker', 'village', 0)])
    const outside = areaOf('village', 20)
    for (const method of ['gi', 'kde', 'nearRepeat'] as const) {
      await expect(
        caller.aggregates.hotspots({ ...window, level: 'grid', within: outside, method }),
      ).rejects.toThrow(new RegExp(`^No area ${outside} in shuifu\\.$`))
      const messageOf = (code: string) =>
        caller.aggregates.hotspots({ ...window, level: 'grid', kinds: [code], method }).then(
          () => 'an answer',
          (error: Error) => error.message.replaceAll(code, 'X'),
        )
      expect(await messageOf('010100')).toBe(await messageOf('999999'))
    }
  })
})
