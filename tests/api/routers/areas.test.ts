import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

describe.each(databaseKinds())('areas on %s', (kind) => {
  let api: TestApi

  beforeAll(async () => {
    api = await openTestApi(kind)
  })
  afterAll(() => api?.close())

  const of = (version: string, level: string) =>
    api.ground.areas.filter((area) => area.version === version && area.level === level)

  test('the tree holds every area of a version once, with its parent before it', async () => {
    for (const version of ['2025', '2018']) {
      const tree = await api.caller.areas.tree({ city: 'shuifu', version })
      const expected = api.ground.areas.filter((area) => area.version === version)
      expect(tree.map((area) => area.id).sort((a, b) => a - b)).toEqual(
        expected.map((area) => area.id).sort((a, b) => a - b),
      )
      const seen = new Set<number>()
      for (const area of tree) {
        if (area.parentId !== null) expect(seen.has(area.parentId)).toBe(true)
        seen.add(area.id)
      }
    }
  })

  test('a name that no procedure knows is refused, not overlooked', async () => {
    const misspelt = { city: 'shuifu', vresion: '2018' }
    await expect(api.caller.areas.tree(misspelt)).rejects.toThrow(
      'areas.tree does not know the input "vresion": expected city, version, at.',
    )
    await expect(api.caller.facts.cited({ topics: 'x' } as never)).rejects.toThrow(
      'facts.cited does not know the input "topics"',
    )
    const window = { from: '2026-01-01', to: '2026-02-01' }
    const misspeltWithin = { from: '2025-01-01', to: '2025-02-01', till: '2025-03-01' }
    await expect(
      api.caller.operations.handling({ city: 'shuifu', ...window, compareTo: misspeltWithin }),
    ).rejects.toThrow('compareTo')
  })

  test('a date picks the version that was valid on it', async () => {
    const now = await api.caller.areas.summary({ city: 'shuifu' })
    expect(now).toEqual({
      city: 1,
      township: 4,
      village: 30,
      grid: 120,
      microGrid: 480,
      district: 3,
      squad: 6,
    })
    const then = await api.caller.areas.summary({ city: 'shuifu', at: '2018-06-30' })
    expect(then).toEqual(await api.caller.areas.summary({ city: 'shuifu', version: '2018' }))
    expect(then.grid).toBe(of('2018', 'grid').length)
    await expect(api.caller.areas.summary({ city: 'shuifu', at: '1990-01-01' })).rejects.toThrow(
      /at: expected a date on which a boundary version was valid/,
    )
  })

  test('a point lies in one area of every level, and its label point finds the area itself', async () => {
    for (const micro of of('2025', 'microGrid').filter((_, index) => index % 97 === 0)) {
      const [lng, lat] = micro.labelPoint
      const chain = await api.caller.areas.locate({ city: 'shuifu', lng, lat })
      expect(chain.map((area) => area.level).sort()).toEqual(
        ['city', 'district', 'grid', 'microGrid', 'squad', 'township', 'village'].sort(),
      )
      expect(chain.find((area) => area.level === 'microGrid')?.id).toBe(micro.id)
      expect(chain.find((area) => area.level === 'grid')?.id).toBe(micro.parentId)
    }
    const old = await api.caller.areas.locate({ city: 'shuifu', lng: 104.215, lat: 28.415, version: '2018' })
    expect(old.map((area) => area.level)).toEqual(['city', 'township', 'village', 'grid'])
  })

  test('a point on a border lies in one area of each level, outside the city in none', async () => {
    const [lng, lat] = of('2025', 'microGrid')[0].polygons[0][0][2]
    const chain = await api.caller.areas.locate({ city: 'shuifu', lng, lat })
    expect(new Set(chain.map((area) => area.level)).size).toBe(chain.length)
    expect(await api.caller.areas.locate({ city: 'shuifu', lng: 0, lat: 0 })).toEqual([])
  })

  test('facts of a village are the sums of what lies in it', async () => {
    const village = of('2025', 'village')[7]
    const grids = of('2025', 'grid').filter((area) => area.parentId === village.id)
    const micro = of('2025', 'microGrid').filter((area) => grids.some((grid) => grid.id === area.parentId))
    const cells = new Set(micro.map((area) => area.id))
    const answer = await api.caller.areas.facts({ city: 'shuifu', areaId: village.id })
    expect(answer.children).toEqual({ grid: grids.length, microGrid: micro.length })
    expect(answer.population).toBe(micro.reduce((sum, area) => sum + area.population, 0))
    const cameras = api.things.cameras.filter((camera) => cells.has(camera.cellId))
    expect(answer.cameras).toEqual({
      total: cameras.length,
      online: cameras.filter((camera) => camera.status === 'online').length,
    })
    const places = api.things.places.filter((place) => cells.has(place.cellId))
    expect(answer.places.reduce((sum, row) => sum + row.count, 0)).toBe(places.length)
  })

  test('facts of a squad, a grid and a grid of 2018 name what they hold, who patrols them and what became of them', async () => {
    const squad = of('2025', 'squad')[0]
    const facts = await api.caller.areas.facts({ city: 'shuifu', areaId: squad.id })
    expect(facts.children.grid).toBe(of('2025', 'grid').filter((area) => area.squadId === squad.id).length)
    const grid = of('2025', 'grid').find((area) => area.squadId === squad.id)
    if (!grid) throw new Error('The squad has no grid.')
    const gridFacts = await api.caller.areas.facts({ city: 'shuifu', areaId: grid.id })
    expect(gridFacts.squad?.id).toBe(squad.id)
    expect(gridFacts.lineage).toHaveLength(1)
    expect(gridFacts.lineage[0]).toMatchObject({ version: '2018', direction: 'before', relation: 'split' })
    const oldFacts = await api.caller.areas.facts({ city: 'shuifu', areaId: gridFacts.lineage[0].areaId })
    expect(oldFacts.lineage.map((row) => row.areaId)).toContain(grid.id)
    expect(oldFacts.roadsKm).toBeCloseTo(
      (
        await Promise.all(
          oldFacts.lineage.map(({ areaId }) => api.caller.areas.facts({ city: 'shuifu', areaId })),
        )
      ).reduce((sum, part) => sum + part.roadsKm, 0),
      9,
    )
  })
})
