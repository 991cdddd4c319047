import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Access,
  accessOf,
  countScope,
  type Grant,
  isPurpose,
  needsCells,
  PURPOSE_DEMANDED,
  type PURPOSES,
  RIGHTS,
  RIGHTS_OF,
  type Right,
  ROLES,
  type Role,
  rightsOf,
  seesCity,
} from '../../api/access.ts'
import { listRoleRights } from '../../db/queries/grants.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

/** Two squads of three cells each, one shared village between them, and a kind of every sort. */
const CELLS: Record<number, number[]> = { 1: [1, 2, 3], 2: [4, 5, 6], 3: [3, 4], 9: [1, 2, 3, 4, 5, 6] }
const cellsOf = (areaId: number) => CELLS[areaId] ?? []
const KINDS = [
  { code: 'theft', dispute: false, public_order: true },
  { code: 'pothole', dispute: false, public_order: false },
  { code: 'quarrel', dispute: true, public_order: false },
]
const here = { code: 'here', kinds: KINDS }
const access = (grants: readonly Grant[], purpose: (typeof PURPOSES)[number] | null = null): Access =>
  accessOf({ grants, purpose }, here, cellsOf)

const anyRole = fc.constantFrom(...ROLES)
const anyGrant: fc.Arbitrary<Grant> = fc
  .record({
    role: anyRole,
    city: fc.constantFrom(null, 'here', 'there'),
    areaId: fc.constantFrom(null, 1, 2, 3, 9, 77),
  })
  .map((each) => (each.city === null ? { ...each, areaId: null } : each))
const anyGrants = fc.array(anyGrant, { maxLength: 5 })

test('roles and rights are the table of the issue, spelt out', () => {
  const data = ['map', 'counts.governance', 'counts.publicOrder']
  expect(RIGHTS_OF).toEqual({
    wall: [...data, 'cameras.counts', 'patrols'],
    officer: [
      ...data,
      'points.governance',
      'points.publicOrder',
      'cameras.counts',
      'cameras.points',
      'patrols',
      'incidents.report',
      'respond',
    ],
    squadLeader: [...RIGHTS_OF.officer, 'export', 'dispatch'],
    planner: [...RIGHTS_OF.officer, 'export', 'dispatch'],
    gridWorker: ['map', 'counts.governance', 'points.governance', 'incidents.report'],
    centreClerk: [
      'map',
      'counts.governance',
      'points.governance',
      'incidents.report',
      'disputes',
      'export',
      'cameras.counts',
    ],
    department: ['map', 'counts.governance', 'points.governance', 'export'],
    leader: [
      ...data,
      'points.governance',
      'points.publicOrder',
      'disputes',
      'cameras.counts',
      'cameras.points',
      'patrols',
      'export',
    ],
    auditor: ['map', 'audit.read'],
    systemAdmin: ['people', 'sources'],
    securityAdmin: ['grants'],
    auditAdmin: ['map', 'audit.read', 'audit.keep'],
  })
  expect(PURPOSE_DEMANDED).toEqual({
    department: ['points.governance', 'export'],
    leader: ['points.governance', 'points.publicOrder', 'cameras.points'],
  })
})

test('no administrator sees data, and none can do the part of another', () => {
  const data: Right[] = RIGHTS.filter((right) =>
    /^(counts|points|cameras|incidents)|^(disputes|patrols|export|dispatch|respond)$/.test(right),
  )
  const parts = (['systemAdmin', 'securityAdmin', 'auditAdmin'] as const).map((role) => RIGHTS_OF[role])
  for (const rights of parts) expect(rights.filter((right) => data.includes(right))).toEqual([])
  for (const right of ['people', 'sources', 'grants', 'audit.keep'] as const)
    expect(parts.filter((rights) => rights.includes(right))).toHaveLength(1)
  const others = ROLES.filter((role) => !role.endsWith('Admin')).flatMap((role) => RIGHTS_OF[role])
  for (const right of ['people', 'sources', 'grants', 'audit.keep'] as const)
    expect(others).not.toContain(right)
})

test('wall screens see no single thing and change nothing', () => {
  expect(
    RIGHTS_OF.wall.filter((right) =>
      /points|disputes|export|report|dispatch|respond|sources|people|grants|audit/.test(right),
    ),
  ).toEqual([])
})

describe.each(databaseKinds())('the table in the database on %s', (kind) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase({ kind })
  })
  afterAll(() => database?.close())

  test('says the same as the one here', async () => {
    const told = (await listRoleRights(database)).map(
      (row) => `${row.role} ${row.right_name} ${row.purpose_demanded}`,
    )
    const here = ROLES.flatMap((role) =>
      RIGHTS_OF[role].map((right) => `${role} ${right} ${PURPOSE_DEMANDED[role]?.includes(right) ?? false}`),
    )
    expect(told.sort()).toEqual(here.sort())
  })
})

test('without a grant nothing is given, and a role nobody knows gives nothing', () => {
  for (const grants of [[], [grant('officer', 'there', 1)], [grant('emperor' as Role)]]) {
    const none = access(grants)
    for (const right of RIGHTS) {
      expect(none.has(right)).toBe(false)
      expect(none.may(right)).toBe(false)
      expect(none.scope(right)).toMatchObject({ whole: false, key: 'none' })
      expect(none.scope(right).cells?.size).toBe(0)
      expect(none.seesArea(right, 1)).toBe('none')
      expect(none.seesCell(right, 1)).toBe(false)
      expect(none.seesCell(right, null)).toBe(false)
    }
    for (const each of KINDS) expect(none.knowsKind(each)).toBe(false)
    expect(countScope(none)).toEqual({ parts: [], key: 'none' })
    expect(seesCity(grants, 'here')).toBe(false)
  }
})

test('an area is inside, outside or overlapping; what is in no cell is nobody’s who is limited', () => {
  const officer = access([grant('officer', 'here', 1)])
  expect(officer.seesArea('counts.publicOrder', 1)).toBe('whole')
  expect(officer.seesArea('counts.publicOrder', 2)).toBe('none')
  expect(officer.seesArea('counts.publicOrder', 3)).toBe('part')
  expect(officer.seesArea('counts.publicOrder', 9)).toBe('part')
  expect(officer.seesArea('counts.publicOrder', 77)).toBe('none')
  expect(officer.seesCell('points.publicOrder', 2)).toBe(true)
  expect(officer.seesCell('points.publicOrder', 4)).toBe(false)
  expect(officer.seesCell('points.publicOrder', null)).toBe(false)
  expect(officer.leavesOut(['counts.publicOrder'], 1)).toBe(false)
  expect(officer.leavesOut(['counts.publicOrder'], 3)).toBe(true)
  expect(officer.leavesOut(['counts.publicOrder'], null)).toBe(true)
  const planner = access([grant('planner')])
  expect(planner.seesArea('counts.publicOrder', 77)).toBe('whole')
  expect(planner.seesCell('points.publicOrder', null)).toBe(true)
  expect(planner.leavesOut(['counts.publicOrder'], 3)).toBeUndefined()
})

test('jurisdictions of several grants are one, right by right', () => {
  const both = access([grant('officer', 'here', 1), grant('gridWorker', 'here', 2)])
  expect([...(both.scope('counts.publicOrder').cells ?? [])]).toEqual([1, 2, 3])
  expect([...(both.scope('counts.governance').cells ?? [])]).toEqual([1, 2, 3, 4, 5, 6])
  expect(both.seesAreaWith(['counts.governance', 'counts.publicOrder'], 2)).toBe('part')
  expect(both.seesAreaWith(['counts.governance', 'counts.publicOrder'], 1)).toBe('whole')
  expect(both.kindsInCells('points')).toEqual([
    { kinds: ['pothole'], cells: [1, 2, 3, 4, 5, 6] },
    { kinds: ['theft'], cells: [1, 2, 3] },
  ])
  expect(both.kindsInCells('points', ['theft', 'quarrel'])).toEqual([{ kinds: ['theft'], cells: [1, 2, 3] }])
  expect(access([grant('officer', 'here', 1)]).kindsInCells('points')).toEqual([
    { kinds: ['pothole', 'theft'], cells: [1, 2, 3] },
  ])
})

test('equal keys see the same set, also when other areas make it up', () => {
  const one = access([grant('officer', 'here', 9)]).scope('patrols')
  const two = access([grant('planner', 'here', 2), grant('officer', 'here', 1)]).scope('patrols')
  expect(two).toBe(one)
  expect(access([grant('officer', 'here', 1)]).scope('patrols').key).not.toBe(one.key)
})

test('a purpose is demanded where every grant that gives the right demands one', () => {
  const leader = access([grant('leader', 'here')])
  expect(leader.purposeNeeded('points.publicOrder')).toBe(true)
  expect(leader.purposeNeeded('counts.publicOrder')).toBe(false)
  expect([leader.has('cameras.points'), leader.may('cameras.points')]).toEqual([true, false])
  expect(access([grant('leader', 'here')], 'inspection').may('cameras.points')).toBe(true)
  const both = access([grant('leader'), grant('officer', 'here', 1)])
  expect(both.purposeNeeded('points.publicOrder')).toBe(false)
  // What the leader has only for a purpose is not there without one.
  expect(both.scope('points.publicOrder').whole).toBe(false)
  expect(both.isWhole).toBe(false)
  expect(
    access([grant('leader'), grant('officer', 'here', 1)], 'inspection').scope('points.publicOrder').whole,
  ).toBe(true)
  // Governance without a purpose, public order only with one.
  const clerk = access([grant('leader'), grant('centreClerk', 'here')])
  expect(clerk.kindsInCells('points')).toEqual([{ kinds: ['pothole'], cells: null }])
  expect(clerk.seesKind('points', KINDS[0])).toBe(false)
  expect(clerk.knowsKind(KINDS[0])).toBe(true)
  expect([isPurpose('dispatch'), isPurpose('curiosity'), isPurpose('')]).toEqual([true, false, false])
})

test('disputes are known by their own right alone, and are in no scope of counts', () => {
  const clerk = access([grant('centreClerk')])
  expect(clerk.seesKind('counts', KINDS[2])).toBe(true)
  expect(access([grant('planner')]).knowsKind(KINDS[2])).toBe(false)
  expect(countScope(access([grant('leader')])).parts.flatMap(({ kinds }) => kinds)).toEqual([
    'pothole',
    'theft',
  ])
})

test('whatever the grants: never more with fewer of them, and what is seen is what some grant gives', () => {
  fc.assert(
    fc.property(anyGrants, anyGrant, fc.constantFrom(null, 'briefing' as const), (grants, more, purpose) => {
      const less = access(grants, purpose)
      const all = access([...grants, more], purpose)
      for (const right of RIGHTS) {
        const held = grants.filter(
          ({ role, city }) => city !== 'there' && RIGHTS_OF[role].some((each) => each === right),
        )
        const free = held.filter(({ role }) => !PURPOSE_DEMANDED[role]?.includes(right))
        const giving = purpose === null && free.length > 0 ? free : held
        expect(less.has(right)).toBe(held.length > 0)
        expect(less.may(right)).toBe((purpose === null ? free : held).length > 0)
        if (less.has(right)) expect(all.has(right)).toBe(true)
        if (less.may(right)) expect(all.may(right)).toBe(true)
        expect(less.isLimited(right)).toBe(less.has(right) && !less.scope(right).whole)
        for (const cell of [1, 2, 3, 4, 5, 6, 7, null]) {
          const seen = giving.some(
            ({ areaId }) => areaId === null || (cell !== null && cellsOf(areaId).includes(cell)),
          )
          expect(less.seesCell(right, cell)).toBe(seen)
          if (seen && less.may(right)) expect(all.seesCell(right, cell)).toBe(true)
        }
      }
      expect(RIGHTS.filter((right) => less.has(right))).toEqual(
        rightsOf(grants.filter(({ city }) => city !== 'there')),
      )
      const limited = RIGHTS.some((right) => less.isLimited(right))
      if (limited || purpose === null) expect(needsCells(grants, 'here')).toBe(limited)
      expect(less.isWhole).toBe(!needsCells(grants, 'here'))
    }),
    { numRuns: 300 },
  )
})
