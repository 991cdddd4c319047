import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TOLD_AN_HOUR } from '../../api/audit/refusals.ts'
import type { Viewer } from '../../api/context.ts'
import { createCaller } from '../../api/router.ts'
import { createPerson, grant, withPurpose } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestApi, type TestApi } from './setup.ts'

const city = 'shuifu'
const BOX: [number, number, number, number] = [104, 28, 105, 29]
const WINDOW = { from: '2026-01-01', to: '2026-02-01' }
const MISSING = 987_654

describe.each(databaseKinds())('refused questions for single things on %s', (kind) => {
  let api: TestApi
  let now = new Date('2026-11-22T06:00:00Z')
  const as = (viewer: Viewer) => createCaller({ ...api.context, viewer, now: () => now })
  const refused = (question: Promise<unknown>) => expect(question).rejects.toThrow()
  const told = ({ userId }: Viewer) =>
    api.database.query<{ city: string; target: string | null; purpose: string | null; detail: object }>(
      `SELECT city_code AS city, target, purpose, detail FROM audit
       WHERE action = 'question.refuse' AND person_id = $1 ORDER BY id`,
      [userId],
    )

  beforeAll(async () => {
    api = await openTestApi(kind)
  })
  afterAll(() => api?.close())

  test('tell what was asked, for what and why it was refused', async () => {
    const wall = await createPerson(api.database, [grant('wall', city)], { kind: 'kiosk' })
    await refused(as(wall).incidents.get({ city, id: 7 }))
    expect(await told(wall)).toEqual([
      { city, target: '7', purpose: null, detail: { procedure: 'incidents.get', reason: 'right' } },
    ])

    const leader = await createPerson(api.database, [grant('leader', city)])
    await refused(as(leader).incidents.inView({ city, bbox: BOX, ...WINDOW }))
    expect(await told(leader)).toEqual([
      { city, target: null, purpose: null, detail: { procedure: 'incidents.inView', reason: 'purpose' } },
    ])
    // With a purpose the look itself is told, and nothing was refused.
    await as(withPurpose(leader, 'inspection')).incidents.inView({ city, bbox: BOX, ...WINDOW })
    expect(await told(leader)).toHaveLength(1)

    const officer = await createPerson(api.database, [grant('officer', city)])
    await refused(as(officer).incidents.get({ city, id: MISSING }))
    await refused(as(officer).cameras.get({ city, id: MISSING }))
    await refused(as(officer).incidents.latest({ city: 'nowhere' }))
    expect(await told(officer)).toEqual([
      {
        city,
        target: String(MISSING),
        purpose: null,
        detail: { procedure: 'incidents.get', reason: 'notFound' },
      },
      {
        city,
        target: String(MISSING),
        purpose: null,
        detail: { procedure: 'cameras.get', reason: 'notFound' },
      },
      {
        city: 'nowhere',
        target: null,
        purpose: null,
        detail: { procedure: 'incidents.latest', reason: 'notFound' },
      },
    ])
  })

  test('what is only counted, or misspelt, is not told', async () => {
    const worker = await createPerson(api.database, [grant('gridWorker', city)])
    await refused(as(worker).patrols.layout({ city }))
    await refused(as(worker).incidents.inView({ city, bbox: BOX, from: 'never', to: 'ever' }))
    expect(await told(worker)).toEqual([])
  })

  test('nobody floods the audit: so many an hour, and then how many more there were', async () => {
    const prober = await createPerson(api.database, [grant('officer', city)])
    const other = await createPerson(api.database, [grant('officer', city)])
    const most = TOLD_AN_HOUR + 12
    for (let id = MISSING; id < MISSING + most; id++) await refused(as(prober).incidents.get({ city, id }))
    expect(await told(prober)).toHaveLength(TOLD_AN_HOUR)
    await refused(as(other).incidents.get({ city, id: MISSING }))
    expect(await told(other)).toHaveLength(1)
    now = new Date(now.getTime() + 3_600_000)
    await refused(as(prober).incidents.get({ city, id: MISSING }))
    expect((await told(prober)).slice(TOLD_AN_HOUR)).toEqual([
      expect.objectContaining({
        detail: { procedure: 'incidents.get', reason: 'notFound', untoldBefore: 12 },
      }),
    ])
  })
})
