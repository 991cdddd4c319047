import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Grant, PURPOSE_DEMANDED, RIGHTS_OF, ROLES } from '../../api/access.ts'
import type { Queryable } from '../../db/client.ts'
import { deleteCity, writeCity } from '../../db/queries/cities.ts'
import { grantsOf, listGrants, listRoleRights, setGrants } from '../../db/queries/grants.ts'
import { changeAs, type Use, viewAs } from '../../db/viewing.ts'
import { type AllRows, readAllRows, rowsExpected, rowsSeen, type SeenRows } from '../factories/seenRows.ts'
import { TOY_AS_OF, writeToyCity } from '../factories/toyCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const USES = ['counts', 'points'] as const
/** Both are one city's code in the toy: the second is a copy under another name. */
const CITY = 'shuifu'
const OTHER = 'elsewhere'

const rowOf = ({ role, city, areaId }: Grant) => ({ role, city_code: city, area_id: areaId })

function sizes(rows: SeenRows): Record<string, number> {
  return Object.fromEntries(Object.entries(rows).map(([table, names]) => [table, names.length]))
}

describe.each(databaseKinds())('rows under row-level security on %s', (kind) => {
  let db: TestDatabase
  let all: AllRows
  /** 'version/level' → areas of CITY in order. */
  let areas: Map<string, number[]>

  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    const { ground, things } = await writeToyCity(db, { incidents: 1500 })
    await db.transaction(async (tx) => {
      const city = { ...ground.city, code: OTHER, divisionCode: null }
      await writeCity(tx, { ...ground, city }, things, { asOf: TOY_AS_OF, origin: { toy: true } })
      // A kind that is sensitive and no dispute, which only an import can have.
      await tx.query("UPDATE kinds SET sensitive = true WHERE code = '010600'")
      for (const code of [CITY, OTHER]) {
        await tx.query(
          `INSERT INTO activities (city_code, id, kind, occurred_at, synthetic) VALUES ($1, 1, 'drill', now(), true)`,
          [code],
        )
        await tx.query(
          `INSERT INTO camera_outages (city_code, camera_id, started_at, reason)
           SELECT city_code, id, '2026-11-01', 'made' FROM cameras WHERE city_code = $1 AND id % 20 = 2`,
          [code],
        )
      }
    })
    for (const id of ['viewer', 'nobody', 'second', 'third'])
      await db.query(`INSERT INTO users (id, name, email) VALUES ($1, $1, $1 || '@x.invalid')`, [id])
    all = await readAllRows(db)
    areas = new Map()
    const rows = await db.query<{ key: string; id: number }>(
      "SELECT version || '/' || level AS key, id FROM areas WHERE city_code = $1 ORDER BY id",
      [CITY],
    )
    for (const { key, id } of rows) areas.set(key, [...(areas.get(key) ?? []), id])
  })
  afterAll(() => db?.close())

  const grant = (person: string, grants: readonly Grant[]) =>
    db.transaction((tx) => setGrants(tx, person, grants.map(rowOf), null))

  async function seenBy(person: string, use: Use, { purpose = false } = {}): Promise<SeenRows> {
    const viewing = viewAs(db, { id: person, purpose: purpose ? 'inspection' : null }, use)
    const rows = await rowsSeen(viewing.rows)
    await viewing.end()
    return rows
  }

  const area = (key: string, index = 0): number => {
    const ids = areas.get(key) ?? []
    const id = ids[index % ids.length]
    if (id === undefined) throw new Error(`The toy city has no ${key}.`)
    return id
  }

  test('the rights in the database are those of api/access.ts', async () => {
    const rows = await listRoleRights(db)
    const expected = ROLES.flatMap((role) =>
      RIGHTS_OF[role].map((right) => ({
        role,
        right_name: right,
        purpose_demanded: PURPOSE_DEMANDED[role]?.includes(right) ?? false,
      })),
    )
    const key = ({ role, right_name }: { role: string; right_name: string }) => `${role} ${right_name}`
    const sorted = <Row extends { role: string; right_name: string }>(list: Row[]) =>
      list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    expect(sorted(rows)).toEqual(sorted(expected))
  })

  const PLACES = [
    'everywhere',
    'whole',
    '2025/township',
    '2025/village',
    '2025/grid',
    '2025/microGrid',
    '2025/district',
    '2025/squad',
    '2018/township',
    '2018/grid',
  ]

  test.each(ROLES)('%s sees what the rights give, in every kind of jurisdiction and use', async (role) => {
    const administrator = ['systemAdmin', 'securityAdmin', 'auditAdmin'].includes(role)
    const numbers = new Set<string>()
    for (const place of administrator ? ['everywhere'] : PLACES) {
      const grants: Grant[] = [
        {
          role,
          city: place === 'everywhere' ? null : CITY,
          areaId: place === 'everywhere' || place === 'whole' ? null : area(place, 1),
        },
      ]
      await grant('viewer', grants)
      const uses = USES.map((use) => ({ use, purpose: false }))
      if (PURPOSE_DEMANDED[role]) uses.push({ use: 'points', purpose: true })
      for (const { use, purpose } of uses) {
        const expected = rowsExpected(all, grants, use, { purpose })
        expect(await seenBy('viewer', use, { purpose }), `${role} ${place} ${use} ${purpose}`).toEqual(
          expected,
        )
        numbers.add(JSON.stringify(sizes(expected)))
      }
    }
    // That the jurisdictions differ, so that the comparison compares something.
    const seesThings = RIGHTS_OF[role].some((right) => /^(counts|points|cameras|patrols)/.test(right))
    expect(numbers.size).toBeGreaterThan(seesThings ? 6 : 0)
  })

  test('grants add up: families by role, cities, both hierarchies and versions, overlapping (random)', async () => {
    const anyArea = fc
      .constantFrom(...PLACES.slice(2))
      .chain((key) => fc.constantFrom(...(areas.get(key) ?? [])).map((areaId) => ({ key, areaId })))
    const anyGrant: fc.Arbitrary<Grant> = fc
      .oneof(
        { weight: 1, arbitrary: fc.record({ role: fc.constantFrom(...ROLES), where: fc.constant(null) }) },
        {
          weight: 2,
          arbitrary: fc.record({
            role: fc.constantFrom(...ROLES.slice(0, 9)),
            where: fc.record({ city: fc.constantFrom(CITY, OTHER), area: fc.constant(null) }),
          }),
        },
        {
          weight: 6,
          arbitrary: fc.record({
            role: fc.constantFrom(...ROLES.slice(0, 9)),
            // The copy has the same areas under the same numbers.
            where: fc.record({ city: fc.constantFrom(CITY, OTHER), area: anyArea }),
          }),
        },
      )
      .map(({ role, where }) => ({
        role,
        city: where?.city ?? null,
        areaId: where?.area?.areaId ?? null,
      }))
    const apart = new Set(['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor'])
    const anyGrants = fc
      .array(anyGrant, { minLength: 1, maxLength: 4 })
      .filter((grants) => new Set(grants.map(({ role }) => role).filter((role) => apart.has(role))).size <= 1)
    await fc.assert(
      fc.asyncProperty(anyGrants, fc.constantFrom(...USES), fc.boolean(), async (grants, use, purpose) => {
        await grant('viewer', grants)
        expect(await seenBy('viewer', use, { purpose })).toEqual(rowsExpected(all, grants, use, { purpose }))
      }),
      { numRuns: 100, seed: 20261122 },
    )
  })

  test('whoever holds nothing, is nobody or is not said sees nothing at all', async () => {
    await grant('viewer', [{ role: 'leader', city: null, areaId: null }])
    const nothing = rowsExpected(all, [], 'counts')
    for (const person of ['nobody', 'no such person', '', "viewer' OR '1'='1", 'VIEWER']) {
      for (const use of USES) expect(await seenBy(person, use), person).toEqual(nothing)
    }
    // The role alone, without settings; and settings without a use.
    for (const settings of ['', "SET LOCAL gridwall.person = ''; ", "SET LOCAL gridwall.use = 'counts'; "]) {
      const held = db.hold()
      const rows = await rowsSeen({
        ...db,
        query: (text, params) => held.query(`${settings}SET LOCAL ROLE gridwall_reader`, text, params),
      })
      await held.commit()
      expect(rows).toEqual(nothing)
    }
    const held = db.hold()
    const settings =
      "SET LOCAL gridwall.person = 'viewer'; SET LOCAL gridwall.use = 'everything'; SET LOCAL ROLE gridwall_reader"
    const [row] = await held.query<{ incidents: number; cameras: number }>(
      settings,
      'SELECT (SELECT count(*)::int FROM incidents) AS incidents, (SELECT count(*)::int FROM cameras) AS cameras',
    )
    await held.commit()
    expect(row).toEqual({ incidents: 0, cameras: 0 })
  })

  test('the audit says of the purpose what the rows were read for, and an export takes the right to it', async () => {
    await grant('viewer', [{ role: 'leader', city: null, areaId: null }])
    await grant('second', [{ role: 'department', city: CITY, areaId: null }])
    const note = async (
      person: string,
      stated: string | null,
      entry: { action: string; city: string; purpose: string | null },
    ) => {
      const viewing = viewAs(db, { id: person, purpose: stated }, 'points')
      try {
        await viewing.rows.query(
          `INSERT INTO audit (person_id, user_name, kind, roles, action, city_code, purpose)
           VALUES ($1, $1, 'person', '{}', $2, $3, $4)`,
          [person, entry.action, entry.city, entry.purpose],
        )
      } finally {
        await viewing.abandon()
      }
    }
    const look = { action: 'incidents.view', city: CITY }
    await note('viewer', 'briefing', { ...look, purpose: 'briefing' })
    await note('viewer', null, { ...look, purpose: null })
    for (const [stated, purpose] of [
      ['briefing', 'inspection'],
      ['briefing', null],
      [null, 'briefing'],
    ])
      await expect(note('viewer', stated, { ...look, purpose })).rejects.toThrow(/row-level security/)

    const out = { action: 'exports.note', city: CITY }
    await note('viewer', null, { ...out, purpose: null })
    await note('second', 'complaint', { ...out, purpose: 'complaint' })
    await expect(note('second', null, { ...out, purpose: null })).rejects.toThrow(/an export takes/)
    await expect(note('second', 'complaint', { ...out, city: OTHER, purpose: 'complaint' })).rejects.toThrow(
      /an export takes/,
    )
    await grant('second', [])
  })

  test('an account that may not be used sees nothing, from that moment on', async () => {
    await grant('viewer', [{ role: 'leader', city: null, areaId: null }])
    expect((await seenBy('viewer', 'counts')).incidents.length).toBeGreaterThan(0)
    await db.query("UPDATE users SET disabled_at = now() WHERE id = 'viewer'")
    expect(await seenBy('viewer', 'counts')).toEqual(rowsExpected(all, [], 'counts'))
    expect(await grantsOf(db, 'viewer')).toEqual([])
    await db.query("UPDATE users SET disabled_at = NULL WHERE id = 'viewer'")
    expect(await grantsOf(db, 'viewer')).toHaveLength(1)
  })

  test('disputes are in no use, and leave as counts of a city only for whoever has the right there', async () => {
    const ask = async (person: string, use: Use, city: string) => {
      const viewing = viewAs(db, { id: person }, use)
      const rows = await viewing.rows.query<{ cell_id: number; kind: string; count: number }>(
        `SELECT * FROM dispute_counts($1, 'Asia/Shanghai', 'platform',
           ARRAY(SELECT code FROM kinds WHERE city_code = $1), '2023-01-01', '2027-01-01')`,
        [city],
      )
      await viewing.end()
      return rows
    }
    const [{ n }] = await db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
       WHERE i.city_code = $1 AND k.dispute AND i.cell_id IS NOT NULL AND coalesce(attributes ->> 'caseSource', 'platform') = 'platform'`,
      [CITY],
    )
    const total = (rows: { count: number }[]) => rows.reduce((sum, { count }) => sum + count, 0)
    expect(n).toBeGreaterThan(50)
    await grant('viewer', [{ role: 'centreClerk', city: CITY, areaId: area('2025/township') }])
    expect(total(await ask('viewer', 'counts', CITY))).toBe(n)
    expect(await ask('viewer', 'points', CITY)).toEqual([])
    expect(await ask('viewer', 'counts', OTHER)).toEqual([])
    expect(await ask('nobody', 'counts', CITY)).toEqual([])
    await grant('viewer', [{ role: 'planner', city: null, areaId: null }])
    expect(await ask('viewer', 'counts', CITY)).toEqual([])
  })

  test('which cells an area has, and with which squads it shares ground, is what the cells say, also when cells move or go', async () => {
    const said = async (tx: Queryable) => {
      const ranges = await tx.query(
        'SELECT city_code, area_id, cells::text FROM area_ground WHERE NOT isempty(cells) ORDER BY 1, 2',
      )
      const listed = await tx.query(
        `SELECT city_code, area_id, range_agg(int4range(cell_id, cell_id, '[]'))::text AS cells
         FROM cell_areas GROUP BY 1, 2 ORDER BY 1, 2`,
      )
      expect(ranges).toEqual(listed)
      const kept = await tx.query('SELECT * FROM shared_ground ORDER BY 1, 2, 3')
      const found = await tx.query(
        `SELECT DISTINCT ca.city_code, ca.area_id, p.area_id AS patrol_area_id
         FROM area_levels l
         JOIN cell_areas p ON p.city_code = l.city_code AND p.version = l.version AND p.level = l.level
         JOIN cell_areas ca ON ca.city_code = p.city_code AND ca.cell_id = p.cell_id
         WHERE l.hierarchy = 'patrol' ORDER BY 1, 2, 3`,
      )
      expect(kept).toEqual(found)
      return kept.length
    }
    expect(await said(db)).toBeGreaterThan(100)
    const [one, other] = await db.query<{ id: number }>(
      "SELECT id FROM areas WHERE city_code = $1 AND level = 'squad' ORDER BY id LIMIT 2",
      [CITY],
    )
    const moved = db.transaction(async (tx) => {
      await tx.query('UPDATE cell_areas SET area_id = $3 WHERE city_code = $1 AND area_id = $2', [
        CITY,
        one.id,
        other.id,
      ])
      await said(tx)
      await tx.query('DELETE FROM cell_areas WHERE city_code = $1 AND area_id = $2', [CITY, other.id])
      await said(tx)
      throw new Error('put back')
    })
    await expect(moved).rejects.toThrow('put back')
  })

  test('when the first incident came is told to whoever counts there', async () => {
    const first = async (person: string, city: string) => {
      const viewing = viewAs(db, { id: person }, 'counts')
      const [row] = await viewing.rows.query<{ first: Date | null }>('SELECT first_report($1) AS first', [
        city,
      ])
      await viewing.end()
      return row.first
    }
    await grant('viewer', [{ role: 'gridWorker', city: CITY, areaId: area('2025/village') }])
    const [{ first: known }] = await db.query<{ first: Date }>(
      'SELECT min(reported_at) AS first FROM incidents WHERE city_code = $1',
      [CITY],
    )
    expect(await first('viewer', CITY)).toEqual(known)
    expect(await first('viewer', OTHER)).toBeNull()
    expect(await first('nobody', CITY)).toBeNull()
  })

  describe('grants', () => {
    const whole = (role: Grant['role']): Grant => ({ role, city: null, areaId: null })

    test('are of a real area, city and role, and the roles that watch each other stay apart', async () => {
      await grant('second', [])
      await expect(grant('second', [{ role: 'officer', city: CITY, areaId: 999_999 }])).rejects.toThrow(
        /no area/,
      )
      await expect(grant('second', [{ role: 'officer', city: 'atlantis', areaId: null }])).rejects.toThrow(
        /no such city/,
      )
      await expect(grant('second', [{ role: 'officer', city: null, areaId: 1 }])).rejects.toThrow(/no area/)
      await expect(
        db.query("INSERT INTO grants (person_id, role) VALUES ('second', 'superuser')"),
      ).rejects.toThrow(/grants_role_check/)
      await expect(grant('second', [{ role: 'systemAdmin', city: CITY, areaId: null }])).rejects.toThrow(
        /grants_check/,
      )
      for (const [one, other] of [
        ['systemAdmin', 'securityAdmin'],
        ['securityAdmin', 'auditAdmin'],
        ['auditAdmin', 'systemAdmin'],
        ['auditor', 'systemAdmin'],
        ['auditAdmin', 'auditor'],
      ] as const) {
        await expect(grant('second', [whole(one), whole(other)]), `${one} ${other}`).rejects.toThrow(
          /at most one/,
        )
      }
      expect(await grantsOf(db, 'second')).toEqual([])
      await grant('second', [whole('systemAdmin'), whole('planner')])
      expect(await grantsOf(db, 'second')).toHaveLength(2)
      await grant('second', [])
    })

    test('the roles that watch each other stay apart when they are given at the same moment', async () => {
      await grant('second', [])
      const results = await Promise.allSettled(
        (['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor'] as const).map((role) =>
          db.query('INSERT INTO grants (person_id, role) VALUES ($1, $2)', ['second', role]),
        ),
      )
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await grantsOf(db, 'second')).toHaveLength(1)
      await grant('second', [])
    })

    test('setting them again changes nothing; what stays keeps its day', async () => {
      const wanted: Grant[] = [
        { role: 'officer', city: CITY, areaId: area('2025/squad') },
        { role: 'officer', city: CITY, areaId: null },
        whole('planner'),
      ]
      expect(await grant('third', [...wanted, ...wanted])).toEqual({ given: 3, taken: 0 })
      const before = await listGrants(db, 'third')
      expect(await grant('third', wanted)).toEqual({ given: 0, taken: 0 })
      expect(await listGrants(db, 'third')).toEqual(before)
      expect(await grant('third', [wanted[0]])).toEqual({ given: 0, taken: 2 })
      expect(await listGrants(db, 'third')).toMatchObject([
        { person_id: 'third', role: 'officer', city_code: CITY, area_id: area('2025/squad'), in_force: true },
      ])
      await grant('third', [])
    })

    test('only the security administrator gives and takes, never their own; the first one is appointed', async () => {
      const give = (by: string, to: string, role: Grant['role']) =>
        changeAs(db, { id: by }, (tx) => setGrants(tx, to, [rowOf(whole(role))], by))
      for (const person of ['viewer', 'second', 'third', 'nobody']) await grant(person, [])
      await grant('viewer', [whole('systemAdmin'), whole('planner')])

      await expect(give('viewer', 'third', 'officer')).rejects.toThrow(/row-level security/)
      await expect(give('viewer', 'viewer', 'securityAdmin')).rejects.toThrow(
        /row-level security|at most one/,
      )
      await expect(give('nobody', 'second', 'securityAdmin')).rejects.toThrow(/row-level security/)
      await give('viewer', 'second', 'securityAdmin')
      // From now on only the security administrator.
      await expect(give('viewer', 'third', 'auditAdmin')).rejects.toThrow(/row-level security/)
      await expect(give('viewer', 'third', 'securityAdmin')).rejects.toThrow(/row-level security/)
      expect(
        await changeAs(db, { id: 'viewer' }, (tx) => tx.query('DELETE FROM grants RETURNING 1')),
      ).toEqual([])
      await give('second', 'third', 'officer')
      await expect(
        changeAs(db, { id: 'second' }, (tx) =>
          tx.query("INSERT INTO grants (person_id, role) VALUES ('second', 'leader')"),
        ),
      ).rejects.toThrow(/row-level security/)
      await changeAs(db, { id: 'second' }, (tx) => setGrants(tx, 'second', [], 'second'))
      expect(await grantsOf(db, 'second')).toMatchObject([{ role: 'securityAdmin' }])
      await expect(
        changeAs(db, { id: 'second' }, (tx) =>
          tx.query("UPDATE grants SET person_id = 'second' WHERE person_id = 'third'"),
        ),
      ).rejects.toThrow(/row-level security/)
      await give('second', 'third', 'wall')
      expect(await grantsOf(db, 'third')).toMatchObject([{ role: 'wall' }])
      for (const person of ['viewer', 'second', 'third']) await grant(person, [])
    })

    test('servers that remember them are told', async () => {
      let told = 0
      const stop = await db.listen('sessions', () => {
        told += 1
      })
      await grant('third', [whole('officer')])
      await expect.poll(() => told).toBeGreaterThan(0)
      told = 0
      await grant('third', [])
      await expect.poll(() => told).toBeGreaterThan(0)
      await stop()
    })

    test('an area that is drawn anew takes its grants along, one that is gone gives nothing, nor does its number', async () => {
      const squad = area('2025/squad', 0)
      const grid = area('2025/grid', 3)
      const areaGrant = (areaId: number): Grant => ({ role: 'officer', city: CITY, areaId })
      await grant('third', [areaGrant(squad), areaGrant(grid)])
      const [{ code }] = await db.query<{ code: string }>(
        'SELECT code FROM areas WHERE city_code = $1 AND id = $2',
        [CITY, grid],
      )
      const { ground, things } = await writeToyCity(db, { incidents: 1500 })
      expect(await grantsOf(db, 'third')).toHaveLength(2)

      // The same city again: the squad has become another area, all others another number.
      const shift = (id: number | null) => (id === null ? null : id + 10_000)
      const moved = {
        ...ground,
        areas: ground.areas.map((each) => ({
          ...each,
          id: each.id + 10_000,
          parentId: shift(each.parentId),
          squadId: shift(each.squadId),
          code: each.id === squad ? 'drawn-anew' : each.code,
        })),
        lineage: [],
        cells: ground.cells.map((cell) => ({ ...cell, areaIds: cell.areaIds.map((id) => id + 10_000) })),
      }
      const squadThings = {
        ...things,
        units: [],
        patrolRoutes: [],
      }
      await db.transaction((tx) => writeCity(tx, moved, squadThings, { asOf: TOY_AS_OF, origin: {} }))
      expect(await grantsOf(db, 'third')).toEqual([
        { role: 'officer', city_code: CITY, area_id: grid + 10_000 },
      ])
      const [same] = await db.query<{ code: string }>(
        'SELECT code FROM areas WHERE city_code = $1 AND id = $2',
        [CITY, grid + 10_000],
      )
      expect(same.code).toBe(code)
      const now = await readAllRows(db)
      expect(await seenBy('third', 'points')).toEqual(rowsExpected(now, [areaGrant(grid + 10_000)], 'points'))
      expect((await listGrants(db, 'third')).map(({ in_force }) => in_force).sort()).toEqual([false, true])

      await db.transaction((tx) => deleteCity(tx, CITY))
      expect(await grantsOf(db, 'third')).toEqual([])
      expect((await seenBy('third', 'points')).cities).toEqual([])
      await grant('third', [])
    })
  })
})
