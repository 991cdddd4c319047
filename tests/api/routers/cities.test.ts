import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

describe.each(databaseKinds())('cities, cameras, places, patrols and cited facts on %s', (kind) => {
  let api: TestApi

  beforeAll(async () => {
    api = await openTestApi(kind)
  })
  afterAll(() => api?.close())

  test('a city answers to its code and to its division code', async () => {
    const [listed] = await api.caller.cities.list()
    expect(listed).toMatchObject({
      code: 'shuifu',
      divisionCode: '530681',
      timeZone: 'Asia/Shanghai',
      synthetic: true,
      asOf: '2026-11-22T06:32:00.000Z',
      currentVersion: '2025',
      bounds: [104.2, 28.4, 104.44, 28.6],
    })
    expect(await api.caller.cities.get({ city: '530681' })).toEqual(
      await api.caller.cities.get({ city: 'shuifu' }),
    )
  })

  test('it names its versions, levels, kinds and sources', async () => {
    const city = await api.caller.cities.get({ city: 'shuifu' })
    expect(city.versions.map((version) => version.version)).toEqual(['2018', '2025'])
    expect(
      city.levels
        .filter((level) => level.version === '2025')
        .map((level) => `${level.hierarchy} ${level.level}`),
    ).toEqual(
      expect.arrayContaining([
        'administration city',
        'administration township',
        'administration village',
        'administration grid',
        'administration microGrid',
        'patrol district',
        'patrol squad',
      ]),
    )
    expect(city.kinds).toHaveLength(api.things.kinds.length)
    expect(city.kinds.find((entry) => entry.code === 'D01')).toMatchObject({ dispute: true, sensitive: true })
    expect(city.sources.length).toBeGreaterThan(0)
  })

  test('a box of cameras holds the cameras in it, cut where asked and saying so', async () => {
    const bbox = [104.2, 28.4, 104.3, 28.5] as [number, number, number, number]
    const expected = api.things.cameras.filter(
      ({ point: [lng, lat] }) => lng >= bbox[0] && lng <= bbox[2] && lat >= bbox[1] && lat <= bbox[3],
    )
    const all = await api.caller.cameras.inView({ city: 'shuifu', bbox })
    expect(all).toMatchObject({
      truncated: false,
      total: expected.length,
      id: expected.map((camera) => camera.id),
    })
    expect(all.directionDeg).toEqual(expected.map((camera) => camera.directionDeg))
    const few = await api.caller.cameras.inView({ city: 'shuifu', bbox, limit: 5 })
    expect(few).toMatchObject({ truncated: true, total: expected.length })
    expect(few.id).toEqual(all.id.slice(0, 5))
  })

  test('a camera tells its outages, newest first, and where it stands', async () => {
    const camera = await api.caller.cameras.get({ city: 'shuifu', id: 1 })
    expect(camera.outages.map((outage) => [outage.reason, outage.endedAt === null])).toEqual([
      ['power', true],
      ['network', false],
    ])
    expect(camera.code).toMatch(/^\d{20}$/)
    expect(camera.areas.find((area) => area.level === 'microGrid')?.id).toBe(api.things.cameras[0].cellId)
    const samePoint = api.things.cameras.filter(
      (other) => other.id !== 1 && String(other.point) === String(api.things.cameras[0].point),
    )
    expect(samePoint).toHaveLength(1)
    expect(camera.atPoint.map((other) => other.id)).toEqual(samePoint.map((other) => other.id))
    await expect(api.caller.cameras.get({ city: 'shuifu', id: 99_999 })).rejects.toThrow(
      'No camera 99999 in shuifu',
    )
  })

  test('places come by category', async () => {
    const all = await api.caller.places.list({ city: 'shuifu' })
    expect(all).toMatchObject({ truncated: false, total: api.things.places.length })
    const posts = await api.caller.places.list({ city: 'shuifu', category: 'post', limit: 2 })
    expect(posts).toMatchObject({ truncated: true, total: 6 })
    expect(posts.places.every((place) => place.category === 'post')).toBe(true)
    await expect(api.caller.places.list({ city: 'shuifu', category: 'pub' as never })).rejects.toThrow(
      'category: expected one of site, centre, hall, post',
    )
  })

  test('the patrol layout: districts hold squads, strengths add up, routes lie on the ground', async () => {
    const layout = await api.caller.patrols.layout({ city: 'shuifu' })
    expect(layout.districts).toHaveLength(3)
    const squads = layout.districts.flatMap((district) => district.squads)
    expect(squads).toHaveLength(6)
    const strength = api.things.units.reduce((sum, unit) => sum + unit.strength, 0)
    expect(layout.strength).toBe(strength)
    expect(layout.districts.reduce((sum, district) => sum + district.strength, 0)).toBe(strength)
    for (const squad of squads) {
      const area = api.ground.areas.find((candidate) => candidate.id === squad.areaId)
      expect(area?.level).toBe('squad')
      expect(squad.gridCount).toBe(
        api.ground.areas.filter(
          (candidate) => candidate.level === 'grid' && candidate.squadId === squad.areaId,
        ).length,
      )
      expect(squad.units).toHaveLength(1)
      expect(squad.posts).toHaveLength(1)
      expect(squad.routes).toHaveLength(1)
      const route = api.things.patrolRoutes.find((candidate) => candidate.id === squad.routes[0].id)
      expect(squad.routes[0].line).toEqual(route?.line)
      expect(squad.roadsKm).toBeGreaterThan(0)
    }
    expect(squads.reduce((sum, squad) => sum + squad.incidents30d, 0)).toBe(
      (
        await api.caller.aggregates.byArea({
          city: 'shuifu',
          level: 'squad',
          from: '2026-10-23T06:32:00Z',
          to: '2026-11-22T06:32:00Z',
        })
      ).totals.count,
    )
    expect(layout.duties).toEqual([{ code: 'T1', name: { zh: '值守', en: 'Guard' }, synthetic: true }])
    expect(layout.serviceModes).toHaveLength(1)
  })

  test('published figures come with their source, and by theme', async () => {
    const all = await api.caller.facts.cited()
    expect(all.length).toBeGreaterThan(300)
    for (const fact of all) expect(fact.source.title.length).toBeGreaterThan(0)
    const grids = await api.caller.facts.cited({ theme: 'grid' })
    expect(grids.find((fact) => fact.id === 'shuifu-2025-full-function-grids')?.value).toBe(797)
    expect(grids.every((fact) => fact.theme === 'grid')).toBe(true)
    await expect(api.caller.facts.cited({ theme: 'gossip' })).rejects.toThrow(
      /theme: expected one of "alert"/,
    )
  })
})
