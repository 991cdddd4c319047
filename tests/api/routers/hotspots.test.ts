import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { falseDiscoveryRate } from '../../../api/statistics/falseDiscovery.ts'
import { localG } from '../../../api/statistics/getisOrd.ts'
import { contiguity, withSelf } from '../../../api/statistics/spatialWeights.ts'
import { TOY_AS_OF, TOY_FROM } from '../../factories/toyCity.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

const DAY_MS = 86_400_000
const window = { city: 'shuifu', from: TOY_FROM.toISOString(), to: TOY_AS_OF.toISOString() }
/** A window that another of the same length follows. */
const early = { ...window, to: new Date(TOY_FROM.getTime() + 400 * DAY_MS).toISOString() }

describe.each(databaseKinds())('hotspots on %s', (kind) => {
  let api: TestApi
  beforeAll(async () => {
    api = await openTestApi(kind)
  })
  afterAll(() => api?.close())

  const ask = (input: Omit<Parameters<TestApi['caller']['aggregates']['hotspots']>[0], 'city'>) =>
    api.caller.aggregates.hotspots({ city: 'shuifu', ...input })

  async function areas(input: Omit<Parameters<TestApi['caller']['aggregates']['hotspots']>[0], 'city'>) {
    const answer = await ask(input)
    if (answer.method !== 'gi' && answer.method !== 'moran') throw new Error(`Got ${answer.method}.`)
    return answer
  }
  async function density(input: Omit<Parameters<TestApi['caller']['aggregates']['hotspots']>[0], 'city'>) {
    const answer = await ask(input)
    if (answer.method !== 'kde') throw new Error(`Got ${answer.method}.`)
    return answer
  }
  async function repeats(input: Omit<Parameters<TestApi['caller']['aggregates']['hotspots']>[0], 'city'>) {
    const answer = await ask(input)
    if (answer.method !== 'nearRepeat') throw new Error(`Got ${answer.method}.`)
    return answer
  }

  test.each([
    ['2025', 'microGrid'],
    ['2025', 'grid'],
    ['2025', 'squad'],
    ['2018', 'grid'],
  ])('of version %s, level %s, count what the map counts', async (version, level) => {
    const [gi, map] = await Promise.all([
      areas({ ...window, version, level, method: 'gi', permutations: 999 }),
      api.caller.aggregates.byArea({ ...window, version, level }),
    ])
    expect(gi.areaId).toEqual(map.areaId)
    expect(gi.count).toEqual(map.count)
    expect(gi.totals.count).toBe(map.totals.count)
  })

  test('Gi* is that of the published formula over the areas’ own borders, q that of its p', async () => {
    const gi = await areas({ ...window, level: 'grid', method: 'gi', permutations: 999 })
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
    expect(gi.class).toEqual(
      gi.q.map((each, index) =>
        each === null || each > 0.05 ? 'none' : (gi.z[index] ?? 0) > 0 ? 'hot' : 'cold',
      ),
    )
  })

  test('the same question answers the same', async () => {
    const question = { ...window, level: 'grid', method: 'moran' as const, permutations: 999 }
    expect(await areas(question)).toEqual(await areas(question))
  })

  test('beside each area stand the cameras in it, and all of them are found', async () => {
    const { exposure } = await areas({ ...window, level: 'microGrid', method: 'gi', permutations: 99 })
    const { cameras, cameraRank, patrolRank, lookedMore } = exposure ?? {}
    expect(cameras?.reduce((sum, each) => sum + each, 0)).toBe(api.things.cameras.length)
    expect(lookedMore).toContain(true)
    lookedMore?.forEach((looked, index) => {
      if (looked)
        expect(Math.max(patrolRank?.[index] ?? 0, cameraRank?.[index] ?? 0)).toBeGreaterThanOrEqual(0.9)
    })
  })

  test('a map is judged by the window that follows, or by the last third of its own', async () => {
    const following = await areas({ ...early, level: 'grid', method: 'gi', permutations: 99 })
    expect(following.validation).toMatchObject({
      how: 'following',
      judgedBy: { from: new Date(early.to) },
    })
    const split = await areas({ ...window, level: 'grid', method: 'gi', permutations: 99 })
    expect(split.validation).toMatchObject({ how: 'split', judgedBy: { to: TOY_AS_OF } })
    for (const { map, counts } of split.validation?.cutoffs ?? []) {
      for (const { pei, hitShare } of [map, counts]) {
        expect(pei).toBeLessThanOrEqual(1 + 1e-9)
        expect(hitShare).toBeLessThanOrEqual(1)
      }
    }
  })

  test('a density holds every incident of the city and no other, whatever the bandwidth', async () => {
    const map = await api.caller.aggregates.byArea({ ...window, level: 'city' })
    for (const bandwidthM of [undefined, 150, 900]) {
      const answer = await density({ ...window, level: 'grid', method: 'kde', bandwidthM })
      expect(answer.count).toBe(map.totals.count)
      const steps = new Uint16Array(Uint8Array.from(Buffer.from(answer.steps, 'base64')).buffer)
      expect(steps).toHaveLength(answer.grid.columns * answer.grid.rows)
      const mass =
        steps.reduce((sum, step) => sum + step, 0) * answer.perKm2 * (answer.grid.cellM / 1000) ** 2
      expect(Math.abs(mass / answer.count - 1)).toBeLessThan(1e-6)
      expect(answer.mass).toBeCloseTo(mass, 6)
      expect(answer.bandwidthM).toBe(bandwidthM ?? answer.bandwidthM)
    }
  })

  test('a density within an area holds what that area counts', async () => {
    const villages = await api.caller.aggregates.byArea({ ...window, level: 'village' })
    const answer = await density({ ...window, level: 'grid', within: villages.areaId[0], method: 'kde' })
    expect(answer.count).toBe(villages.count[0])
  })

  test('near repeats are counted in pairs, few enough to check one by one', async () => {
    const answer = await repeats({
      ...window,
      level: 'grid',
      method: 'nearRepeat',
      bands: { distancesM: [1, 500], days: [10, 40] },
      permutations: 99,
    })
    const kinds = new Set(api.things.kinds.filter((each) => !each.dispute).map((each) => each.code))
    const rows = api.things.incidents.filter(
      (each) => kinds.has(each.kind) && each.cellId !== null && Number(each.sourceId) % 50 !== 0,
    )
    expect(answer.count).toBe(rows.length)
    expect(answer.observed.flat().reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(answer.nearPairs)
    for (const p of answer.p.flat()) {
      expect(p).toBeGreaterThan(0)
      expect(p).toBeLessThanOrEqual(1)
    }
  })

  test.each(['gi', 'moran', 'kde', 'nearRepeat'] as const)(
    'disputes have no hotspots: %s',
    async (method) => {
      const dispute = api.things.kinds.find((each) => each.dispute)
      await expect(
        ask({ ...window, level: 'township', method, kinds: [dispute?.code ?? ''] }),
      ).rejects.toThrow(/no hotspots are made of disputes/)
    },
  )

  test('what cannot be asked is refused in words', async () => {
    await expect(
      ask({ ...window, level: 'grid', method: 'nearRepeat', bands: { distancesM: [100, 50], days: [1] } }),
    ).rejects.toThrow(/ascending limits of metres/)
    await expect(ask({ ...window, level: 'grid', method: 'kde', bandwidthM: 9_000 })).rejects.toThrow(
      /bandwidth from 50 to 5000 metres/,
    )
    await expect(ask({ ...window, level: 'street', method: 'gi' })).rejects.toThrow(/level: expected one of/)
    await expect(
      api.stranger.aggregates.hotspots({ ...window, level: 'grid', method: 'gi' }),
    ).rejects.toThrow(/Sign in/)
  })

  test('a window without incidents has no hotspots and does not fail', async () => {
    const empty = { from: '2001-01-01', to: '2001-02-01', level: 'grid' }
    expect((await areas({ ...empty, method: 'gi' })).class.every((each) => each === 'none')).toBe(true)
    expect((await areas({ ...empty, method: 'moran' })).class.every((each) => each === 'none')).toBe(true)
    expect(await density({ ...empty, method: 'kde' })).toMatchObject({ count: 0, mass: 0, most: 0 })
    expect(await repeats({ ...empty, method: 'nearRepeat' })).toMatchObject({ count: 0, nearPairs: 0 })
  })
})
