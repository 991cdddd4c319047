import { TRPCError } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Context } from '../../api/context.ts'
import { createCallerFactory, permitted, permittedAnywhere, router, signedIn } from '../../api/trpc.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestApi, type TestApi } from './setup.ts'

const city = 'shuifu'
const COUNT = 'SELECT count(*)::int AS n FROM incidents'

/** Procedures that forget what every procedure owes. */
const forgetful = router({
  countsOnly: permitted('counts.publicOrder').query(async ({ ctx }) => {
    const [row] = await ctx.rows('counts').query<{ n: number }>(COUNT)
    return row.n
  }),
  unaskedPoints: permitted('map').query(async ({ ctx }) => {
    const [row] = await ctx.rows('points').query<{ n: number }>(COUNT)
    return row.n
  }),
  rightOfPoints: permitted('cameras.points').query(() => 'nothing was read'),
  auditedPoints: permitted('points.publicOrder').query(async ({ ctx }) => {
    const [row] = await ctx.rows('points').query<{ n: number }>(COUNT)
    ctx.audit({ action: 'test.look', rows: row.n })
    return row.n
  }),
  stream: permitted('map').subscription(async function* () {
    yield 'one by one'
  }),
  numbered: permitted('points.publicOrder').query(
    async ({ ctx }) => (await ctx.auditNow({ action: 'test.number' })).id,
  ),
  change: permitted('map').mutation(() => 'changed'),
  changeOwn: signedIn.mutation(() => 'changed'),
  changeAnywhere: permittedAnywhere('map').mutation(() => 'changed'),
  auditedChange: signedIn.mutation(({ ctx }) => {
    ctx.audit({ action: 'test.change' })
    return 'changed'
  }),
  fails: permitted('points.publicOrder').query(async ({ ctx }) => {
    await ctx.rows('points').query(COUNT)
    ctx.audit({ action: 'test.fail' })
    throw new TRPCError({ code: 'BAD_REQUEST', message: 'changed my mind' })
  }),
  late: permitted('map').query(({ ctx }) => {
    later = () => ctx.rows('counts').query(COUNT)
    return ctx.rows('counts').query(COUNT)
  }),
  write: permitted('map')
    .input(z.object({ statement: z.string() }))
    .query(({ ctx, input }) => ctx.rows('counts').query(input.statement)),
  both: permitted('points.publicOrder').query(async ({ ctx }) => {
    const counts = await ctx.rows('counts').query<{ n: number }>(COUNT)
    const points = await ctx.rows('points').query<{ n: number }>(COUNT)
    ctx.audit({ action: 'test.both' })
    return [counts[0].n, points[0].n]
  }),
  appoint: signedIn
    .input(
      z.object({
        personId: z.string(),
        role: z.string().default('auditor'),
        fail: z.boolean().default(false),
      }),
    )
    .mutation(({ ctx, input }) =>
      ctx.change({ action: 'test.appoint', target: input.personId }, async (tx) => {
        await tx.query('INSERT INTO grants (person_id, role) VALUES ($1, $2)', [input.personId, input.role])
        if (input.fail) throw new Error('in the middle')
        return 'appointed'
      }),
    ),
})
let later: (() => Promise<unknown>) | undefined
const callerOf = createCallerFactory(forgetful)

test('a right that may demand a purpose is never asked for without a city', () => {
  for (const right of ['export', 'cameras.points'] as const)
    expect(() => permittedAnywhere(right)).toThrow('asked for in a city')
  expect(() => permittedAnywhere(['map', 'points.governance'])).toThrow('asked for in a city')
})

describe.each(databaseKinds())('what a procedure owes on %s', (kind) => {
  let api: TestApi
  let caller: ReturnType<typeof callerOf>
  const as = (viewer: Context['viewer']) => callerOf({ ...api.context, viewer })
  const actions = async (userId = api.viewer.userId) =>
    (
      await api.database.query<{ action: string }>(
        'SELECT action FROM audit WHERE person_id = $1 ORDER BY id',
        [userId],
      )
    ).map(({ action }) => action)

  beforeAll(async () => {
    api = await openTestApi(kind)
    caller = as(api.viewer)
  })
  afterAll(() => api?.close())

  test('counts need no entry in the audit', async () => {
    expect(await caller.countsOnly({ city })).toBeGreaterThan(0)
    expect(await actions()).toEqual([])
  })

  test('rows one by one without an entry are no answer, and neither is a right to them that left none', async () => {
    await expect(caller.unaskedPoints({ city })).rejects.toThrow('unaskedPoints left nothing in the audit')
    await expect(caller.rightOfPoints({ city })).rejects.toThrow('rightOfPoints left nothing in the audit')
    expect(await caller.auditedPoints({ city })).toBeGreaterThan(0)
    expect(await actions()).toEqual(['test.look'])
    const [{ id }] = await api.database.query<{ id: number }>('SELECT max(id)::int AS id FROM audit')
    expect(await caller.numbered({ city })).toBeGreaterThan(id)
  })

  test.each(['change', 'changeAnywhere', 'changeOwn'] as const)(
    '%s without an entry is none',
    async (name) => {
      await expect(
        name === 'changeOwn'
          ? caller.changeOwn()
          : name === 'change'
            ? caller.change({ city })
            : caller.changeAnywhere(),
      ).rejects.toThrow(`${name} left nothing in the audit`)
      expect(await caller.auditedChange()).toBe('changed')
    },
  )

  test('a subscription is refused as long as nothing decides what it may show', async () => {
    await expect(caller.stream({ city })).rejects.toThrow('stream is a stream: ask for it alone')
  })

  test('what fails leaves neither rows nor entry', async () => {
    const before = await actions()
    await expect(caller.fails({ city })).rejects.toThrow('changed my mind')
    expect(await actions()).toEqual(before)
  })

  test('nothing is read once the answer has left', async () => {
    await caller.late({ city })
    expect(() => later?.()).toThrow('The answer has already left')
  })

  test.each([
    "UPDATE incidents SET status = 'closed'",
    'DELETE FROM cameras',
    "INSERT INTO grants (person_id, role) VALUES (current_setting('gridwall.person'), 'planner')",
    'SELECT * FROM grants',
    'SELECT token FROM sessions',
    'SELECT password FROM accounts',
    'SELECT * FROM users',
    'SELECT * FROM settings',
    'TRUNCATE incidents',
    'DROP TABLE incidents',
    'RESET ROLE',
    'SET ROLE gridwall_writer',
    "SET gridwall.person = 'somebody else'",
    "SELECT set_config('gridwall.person', 'somebody else', true)",
    "SELECT 1; SET LOCAL gridwall.person = 'somebody else'",
  ])('a statement slipped in changes and shows nothing: %s', async (statement) => {
    const { viewer } = await api.person([grant('officer', city, 10)])
    const outcome = await as(viewer)
      .write({ city, statement })
      .then(
        (rows) => rows,
        (error: Error) => error,
      )
    // Whatever role or person a statement asked for, the next question is answered to the person who asks.
    if (!(outcome instanceof Error)) expect(outcome).toEqual([])
    const seen = await as(viewer).countsOnly({ city })
    const [all] = await api.database.query<{ n: number }>(COUNT)
    expect(seen).toBeLessThan(all.n / 2)
    expect(seen).toBeGreaterThan(0)
    const [{ n }] = await api.database.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM grants WHERE role = 'planner' AND person_id = $1",
      [viewer.userId],
    )
    expect(n).toBe(0)
  })

  test('one call reads both uses, each by its own rights', async () => {
    const { viewer } = await api.person([grant('leader', city), grant('officer', city, 10)])
    const [counts, points] = await as(viewer).both({ city })
    expect(points).toBeLessThanOrEqual(counts)
    const { viewer: clerk } = await api.person([grant('wall', city), grant('officer', city, 10)])
    const [all, own] = await as(clerk).both({ city })
    expect(all).toBe(counts)
    expect(own).toBeLessThan(all / 2)
  })

  test('a change and its entry happen both or neither, and only by whoever may', async () => {
    const { viewer: admin } = await api.person([grant('securityAdmin')])
    const { viewer: somebody } = await api.person([])
    const rolesOf = (userId: string) =>
      api.database.query<{ role: string }>('SELECT role FROM grants WHERE person_id = $1', [userId])
    await expect(as(admin).appoint({ personId: somebody.userId, fail: true })).rejects.toThrow(
      'in the middle',
    )
    expect([await rolesOf(somebody.userId), await actions(admin.userId)]).toEqual([[], []])
    expect(await as(admin).appoint({ personId: somebody.userId })).toBe('appointed')
    expect([await rolesOf(somebody.userId), await actions(admin.userId)]).toEqual([
      [{ role: 'auditor' }],
      ['test.appoint'],
    ])
    const { viewer: planner } = await api.person([grant('planner')])
    await expect(as(planner).appoint({ personId: api.viewer.userId })).rejects.toThrow(/row-level security/)
    // Nobody changes their own roles.
    await expect(as(admin).appoint({ personId: admin.userId, role: 'planner' })).rejects.toThrow(
      /row-level security/,
    )
    expect(await actions(planner.userId)).toEqual([])
  })
})
