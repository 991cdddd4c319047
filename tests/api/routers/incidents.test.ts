import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../../api/roles.ts'
import { createPerson, grant } from '../../factories/people.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

const ALWAYS = { city: 'shuifu', from: '2020-01-01', to: '2027-01-01' }

describe.each(databaseKinds())('incidents on %s', (kind) => {
  let api: TestApi

  beforeAll(async () => {
    api = await openTestApi(kind)
  })
  afterAll(() => api?.close())

  const plain = () => api.things.incidents.filter((incident) => !incident.kind.startsWith('D'))

  test('points of a box are the rows inside it, newest first, to a micro-degree', async () => {
    const [west, south, east, north] = [104.25, 28.45, 104.31, 28.52]
    const answer = await api.caller.incidents.inView({
      ...ALWAYS,
      bbox: [west, south, east, north],
      limit: 20_000,
    })
    const expected = plain().filter(
      ({ point: [lng, lat] }) => lng >= west && lng <= east && lat >= south && lat <= north,
    )
    expect(answer.total).toBe(expected.length)
    expect(answer.id).toHaveLength(expected.length)
    const rows = answer.id.map((_, index) => [
      answer.lng[index],
      answer.lat[index],
      answer.kinds[answer.kindIndex[index]],
      answer.reportedAt[index],
      answer.level[index],
      answer.statuses[answer.status[index]],
    ])
    const sorted = [...expected].sort((a, b) => b.reportedAt - a.reportedAt)
    expect(rows).toEqual(
      sorted.map((incident) => [
        Math.round(incident.point[0] * 1e6),
        Math.round(incident.point[1] * 1e6),
        incident.kind,
        Math.floor(incident.reportedAt / 1000),
        incident.level,
        incident.status,
      ]),
    )
  })

  test('what does not fit is counted and said', async () => {
    const answer = await api.caller.incidents.inView({ ...ALWAYS, bbox: [104, 28, 105, 29], limit: 10 })
    expect(answer).toMatchObject({ truncated: true, total: plain().length })
    expect(answer.id).toHaveLength(10)
  })

  test.each([
    [
      { bbox: [105, 28, 104, 29] },
      /bbox: expected a box \[west, south, east, north\].*got \[105,28,104,29\]/,
    ],
    [{ bbox: [104, 28, 105] }, /bbox: expected a box/],
    [{ bbox: [104, 28, 105, 99] }, /bbox: expected a box/],
    [{ limit: 20_001 }, /limit: expected a limit from 1 to 20000, got 20001/],
    [{ limit: 0 }, /limit: expected a limit from 1 to 20000, got 0/],
  ])('a bad view %j says what was expected and what came', async (change, message) => {
    const question = { ...ALWAYS, bbox: [104, 28, 105, 29], ...change }
    await expect(api.caller.incidents.inView(question as never)).rejects.toThrow(message)
  })

  test('what was told of an incident is for whoever may report there, and each look at it is in the audit', async () => {
    const { incidents } = await api.caller.incidents.latest({ city: 'shuifu', limit: 1 })
    const [{ id }] = incidents
    const told = '广场有人争执 〔电话已删除〕'
    await api.database.query(
      "UPDATE incidents SET attributes = attributes || jsonb_build_object('text', $2::text) WHERE city_code = 'shuifu' AND id = $1",
      [id, told],
    )
    const readBy = async (role: Role) => {
      const viewer = await createPerson(api.database, [grant(role, 'shuifu')], { purpose: 'inspection' })
      const { text } = await api.as(viewer).incidents.get({ city: 'shuifu', id })
      const [{ detail }] = await api.database.query<{ detail: unknown }>(
        "SELECT detail FROM audit WHERE action = 'incidents.read' AND person_id = $1 AND target = $2",
        [viewer.userId, String(id)],
      )
      return { text, noted: detail }
    }
    expect(await readBy('officer')).toEqual({ text: told, noted: { text: true } })
    expect(await readBy('leader')).toMatchObject({ text: null })
    expect(await readBy('leader')).not.toMatchObject({ noted: { text: true } })
  })

  test('one incident comes with its history in order and every area it lies in', async () => {
    const { incidents } = await api.caller.incidents.latest({ city: '530681', limit: 200 })
    const closed = incidents.find((incident) => incident.closedAt !== null && incident.cellId !== null)
    if (!closed) throw new Error('The toy city has no closed incident.')
    const answer = await api.caller.incidents.get({ city: 'shuifu', id: closed.id })
    expect(answer.history.map((entry) => entry.step)).toEqual(['reported', 'dispatched', 'arrived', 'closed'])
    expect([...answer.history].sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual(answer.history)
    expect(answer.areas.map((area) => area.level).sort()).toEqual(
      ['city', 'district', 'grid', 'microGrid', 'squad', 'township', 'village'].sort(),
    )
    expect(answer.areas.find((area) => area.level === 'microGrid')?.id).toBe(closed.cellId)
    const then = await api.caller.incidents.get({ city: 'shuifu', id: closed.id, version: '2018' })
    expect(then.areas.map((area) => area.level).sort()).toEqual(['city', 'grid', 'township', 'village'])
  })

  test('page after page the feed holds every incident once, newest first', async () => {
    const seen: number[] = []
    const times: string[] = []
    let before: { reportedAt: string; id: number } | undefined
    do {
      const page = await api.caller.incidents.latest({ city: 'shuifu', limit: 500, before })
      seen.push(...page.incidents.map((incident) => incident.id))
      times.push(...page.incidents.map((incident) => incident.reportedAt))
      before = page.next ?? undefined
    } while (before)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(plain().length)
    expect([...times].sort().reverse()).toEqual(times)
  })
})
