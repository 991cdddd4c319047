import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

describe.each(databaseKinds())('the area of another boundary version on %s', (kind) => {
  let api: TestApi

  beforeAll(async () => {
    api = await openTestApi(kind)
  })
  afterAll(() => api?.close())

  const of = (version: string, level: string) =>
    api.ground.areas.filter((area) => area.version === version && area.level === level)
  const ask = (areaId: number, version: string) =>
    api.caller.areas.counterpart({ city: 'shuifu', areaId, version })

  test('every grid leads to one its lineage names, in both directions', async () => {
    for (const [from, to] of [
      ['2025', '2018'],
      ['2018', '2025'],
    ])
      for (const grid of of(from, 'grid')) {
        const { counterpart } = await ask(grid.id, to)
        const related = api.ground.lineage.filter((each) =>
          from === '2018' ? each.fromId === grid.id : each.toId === grid.id,
        )
        const others = related.map((each) => (from === '2018' ? each.toId : each.fromId))
        expect(others).toContain(counterpart?.areaId)
        expect(counterpart?.level).toBe('grid')
        if (related.every((each) => each.relation === 'same')) expect(counterpart?.relation).toBe('same')
        else expect(counterpart?.relation).not.toBe('same')
      }
  })

  test('the whole stays the whole, and an area is its own counterpart in its own version', async () => {
    const [city] = of('2025', 'city')
    const [before] = of('2018', 'city')
    expect((await ask(city.id, '2018')).counterpart).toMatchObject({ areaId: before.id, relation: 'same' })
    expect((await ask(city.id, '2025')).counterpart).toMatchObject({ areaId: city.id, relation: 'same' })
  })

  test('a micro-grid, which 2018 lacks, leads to the grid that held it', async () => {
    const [micro] = of('2025', 'microGrid')
    const { counterpart } = await ask(micro.id, '2018')
    expect(counterpart?.level).toBe('grid')
    expect(counterpart?.relation).toBe('within')
    const grid = api.ground.areas.find((area) => area.id === counterpart?.areaId)
    expect(grid?.version).toBe('2018')
  })

  test('a squad, which 2018 lacks with all its hierarchy, has no counterpart', async () => {
    const [squad] = of('2025', 'squad')
    expect((await ask(squad.id, '2018')).counterpart).toBeNull()
  })

  test('names what it does not know', async () => {
    await expect(ask(999_999_999, '2018')).rejects.toThrow(/999999999/)
    await expect(ask(of('2025', 'grid')[0].id, '1999')).rejects.toThrow(/1999/)
  })
})
