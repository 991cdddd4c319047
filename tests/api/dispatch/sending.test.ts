import { TRPCError } from '@trpc/server'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addIncident, addUnit, putOnDuty } from '../../factories/dispatchCity.ts'
import { createPerson, grant } from '../../factories/people.ts'
import { databaseKinds } from '../../setup/database.ts'
import { type Caller, openTestApi, type TestApi } from '../setup.ts'

const CITY = 'shuifu'
type State = 'assigned' | 'acknowledged' | 'onScene' | 'done' | 'withdrawn'
type Outcome = 'ok' | 'CONFLICT' | 'NOT_FOUND' | 'FORBIDDEN'

/** What the city should look like, by rules told once more and more simply. */
interface Model {
  incidents: {
    cell: number
    squad: number
    inCharge: number
    status: 'new' | 'dispatched' | 'onScene' | 'closed'
    sent: 'no' | 'byUs' | 'bySource'
  }[]
  units: { squad: number; onDuty: boolean }[]
  dispatches: { incident: number; unit: number; state: State }[]
}

interface Person {
  caller: Caller
  /** Squad whose ground is theirs; null: the whole city. */
  squad: number | null
  sends: boolean
  answers: boolean
}

class Refused extends Error {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super(outcome)
    this.outcome = outcome
  }
}

const isOpen = ({ state }: { state: State }) => state !== 'done' && state !== 'withdrawn'

function withdraw(model: Model, dispatch: Model['dispatches'][number]): void {
  dispatch.state = 'withdrawn'
  const incident = model.incidents[dispatch.incident]
  const stillComing = model.dispatches.some((each) => each.incident === dispatch.incident && isOpen(each))
  if (incident.status === 'dispatched' && incident.sent === 'byUs' && !stillComing) {
    incident.status = 'new'
    incident.sent = 'no'
  }
}

function send(model: Model, who: Person, at: number, units: readonly number[], besides: boolean): void {
  const incident = model.incidents[at]
  if (incident.status === 'closed') throw new Refused('CONFLICT')
  for (const unit of units)
    if (who.squad !== null && model.units[unit].squad !== who.squad) throw new Refused('NOT_FOUND')
  for (const unit of units) {
    if (!model.units[unit].onDuty) throw new Refused('CONFLICT')
    const own = model.dispatches.filter((each) => each.unit === unit && isOpen(each))
    if (own.some((each) => each.incident === at)) throw new Refused('CONFLICT')
    if (own.length > 0 && !besides) throw new Refused('CONFLICT')
  }
  // Always in the order of their numbers.
  for (const unit of units.toSorted((a, b) => a - b))
    model.dispatches.push({ incident: at, unit, state: 'assigned' })
  if (incident.status === 'new') incident.status = 'dispatched'
  if (incident.sent === 'no' && incident.status === 'dispatched') incident.sent = 'byUs'
}

type Op =
  | { op: 'assign'; incident: number; units: number[]; besides: boolean }
  | { op: 'acknowledge' | 'onScene' | 'done' | 'withdraw'; dispatch: number }
  | { op: 'handOver'; incident: number; seesRight: boolean; to: number; units: number[] }
  | { op: 'close'; incident: number }
  | { op: 'begin' | 'end'; unit: number }

const FROM: Record<'acknowledge' | 'onScene' | 'done' | 'withdraw', State[]> = {
  acknowledge: ['assigned'],
  onScene: ['assigned', 'acknowledged'],
  done: ['onScene'],
  withdraw: ['assigned', 'acknowledged', 'onScene'],
}
const TO = { acknowledge: 'acknowledged', onScene: 'onScene', done: 'done', withdraw: 'withdrawn' } as const

function apply(model: Model, who: Person, op: Op): void {
  const answering = op.op === 'acknowledge' || op.op === 'onScene' || op.op === 'done'
  if (answering ? !who.answers : !who.sends) throw new Refused('FORBIDDEN')
  const onGround = (squad: number) => who.squad === null || who.squad === squad
  switch (op.op) {
    case 'assign': {
      if (!onGround(model.incidents[op.incident].squad)) throw new Refused('NOT_FOUND')
      send(model, who, op.incident, op.units, op.besides)
      return
    }
    case 'handOver': {
      const incident = model.incidents[op.incident]
      if (!onGround(incident.squad)) throw new Refused('NOT_FOUND')
      if (incident.status === 'closed' || !op.seesRight || incident.inCharge === op.to)
        throw new Refused('CONFLICT')
      incident.inCharge = op.to
      for (const each of model.dispatches)
        if (
          each.incident === op.incident &&
          model.units[each.unit].squad !== op.to &&
          (each.state === 'assigned' || each.state === 'acknowledged')
        )
          withdraw(model, each)
      if (op.units.length > 0) send(model, who, op.incident, op.units, false)
      return
    }
    case 'close': {
      const incident = model.incidents[op.incident]
      if (!onGround(incident.squad)) throw new Refused('NOT_FOUND')
      if (incident.status === 'closed') throw new Refused('CONFLICT')
      incident.status = 'closed'
      for (const each of model.dispatches)
        if (each.incident === op.incident && isOpen(each))
          each.state = each.state === 'onScene' ? 'done' : 'withdrawn'
      return
    }
    case 'begin':
    case 'end': {
      const unit = model.units[op.unit]
      if (!onGround(unit.squad)) throw new Refused('NOT_FOUND')
      if (unit.onDuty === (op.op === 'begin')) throw new Refused('CONFLICT')
      if (op.op === 'end' && model.dispatches.some((each) => each.unit === op.unit && isOpen(each)))
        throw new Refused('CONFLICT')
      unit.onDuty = op.op === 'begin'
      return
    }
    default: {
      const dispatch = model.dispatches[op.dispatch]
      if (!dispatch) throw new Refused('NOT_FOUND')
      const incident = model.incidents[dispatch.incident]
      if (!onGround(incident.squad) && !onGround(model.units[dispatch.unit].squad))
        throw new Refused('NOT_FOUND')
      if (!FROM[op.op].includes(dispatch.state)) throw new Refused('CONFLICT')
      if (op.op === 'withdraw') withdraw(model, dispatch)
      dispatch.state = TO[op.op]
      if (op.op === 'onScene' && incident.status !== 'closed') incident.status = 'onScene'
    }
  }
}

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    await run()
    return 'ok'
  } catch (error) {
    if (error instanceof TRPCError && ['CONFLICT', 'NOT_FOUND', 'FORBIDDEN'].includes(error.code))
      return error.code as Outcome
    throw error
  }
}

describe.each(databaseKinds())('sending units on %s', (kind) => {
  let api: TestApi
  let squads: number[]
  /** Micro-grids of each squad. */
  let cells: number[][]
  let people: Person[]
  let nextUnit = 100

  beforeAll(async () => {
    api = await openTestApi(kind)
    squads = api.ground.areas.filter(({ level }) => level === 'squad').map(({ id }) => id)
    cells = squads.map((squad) =>
      api.ground.areas
        .filter((area) => area.level === 'microGrid' && area.squadId === squad)
        .map(({ id }) => id),
    )
    const person = async (role: 'planner' | 'squadLeader' | 'officer' | 'leader', squad: number | null) => {
      const viewer = await createPerson(api.database, [grant(role, CITY, squad)])
      const sends = role === 'planner' || role === 'squadLeader'
      return { caller: api.as(viewer), squad, sends, answers: sends || role === 'officer' }
    }
    people = [
      await person('planner', null),
      await person('planner', null),
      await person('officer', null),
      await person('squadLeader', squads[0]),
      await person('officer', squads[1]),
      await person('leader', null),
    ]
  })
  afterAll(() => api?.close())

  /** Three incidents (one that its source has sent somebody to) and five units of two squads, on duty but one. */
  async function scene() {
    const db = api.database
    const incidents = [
      await addIncident(db, cells[0][0]),
      await addIncident(db, cells[1][0]),
      await addIncident(db, cells[0][1], { dispatchedAgoS: 60 }),
    ]
    const unitIds = Array.from({ length: 5 }, () => nextUnit++)
    const unitSquads = [0, 0, 1, 1, 0].map((index) => squads[index])
    for (const [index, id] of unitIds.entries()) await addUnit(db, { id, squadId: unitSquads[index] })
    await putOnDuty(db, unitIds.slice(0, 4))
    const model: Model = {
      incidents: [0, 1, 0].map((squad, index) => ({
        cell: incidents[index].cellId,
        squad: squads[squad],
        inCharge: squads[squad],
        status: index === 2 ? 'dispatched' : 'new',
        sent: index === 2 ? 'bySource' : 'no',
      })),
      units: unitSquads.map((squad, index) => ({ squad, onDuty: index < 4 })),
      dispatches: [],
    }
    return { incidents, unitIds, model }
  }

  interface Row {
    id: number
    incident_id: number
    unit_id: number
    state: State
    assigned_at: Date
    acknowledged_at: Date | null
    arrived_at: Date | null
    ended_at: Date | null
  }

  async function read({ incidents, unitIds }: Awaited<ReturnType<typeof scene>>) {
    const db = api.database
    const incidentRows = await db.query<{
      id: number
      status: string
      reported_at: Date
      dispatched_at: Date | null
      arrived_at: Date | null
      closed_at: Date | null
    }>(
      `SELECT id::float8 AS id, status, reported_at, dispatched_at, arrived_at, closed_at FROM incidents
       WHERE city_code = $1 AND id = ANY($2::bigint[]) ORDER BY id`,
      [CITY, incidents.map(({ id }) => id)],
    )
    const dispatchRows = await db.query<Row>(
      `SELECT id::float8 AS id, incident_id::float8 AS incident_id, unit_id, state, assigned_at, acknowledged_at, arrived_at, ended_at
       FROM dispatches WHERE city_code = $1 AND unit_id = ANY($2::int[]) ORDER BY id`,
      [CITY, unitIds],
    )
    const onDuty = await db.query<{ unit_id: number }>(
      'SELECT unit_id FROM unit_duties WHERE city_code = $1 AND ended_at IS NULL AND unit_id = ANY($2::int[])',
      [CITY, unitIds],
    )
    const [traces] = await db.query<{ audited: number; told: number }>(
      `SELECT (SELECT count(*)::int FROM audit WHERE action LIKE 'dispatch.%' OR action LIKE 'duties.%') AS audited,
         ((SELECT count(*) FROM live_waiting) + (SELECT count(*) FROM live_events))::int AS told`,
    )
    return { incidentRows, dispatchRows, onDuty: onDuty.map(({ unit_id }) => unit_id), traces }
  }

  function ask(
    who: Person,
    op: Op,
    { incidents, unitIds, model }: Awaited<ReturnType<typeof scene>>,
    rows: Row[],
  ) {
    const { caller } = who
    switch (op.op) {
      case 'assign':
        return caller.dispatch.assign({
          city: CITY,
          incidentId: incidents[op.incident].id,
          unitIds: op.units.map((unit) => unitIds[unit]),
          besides: op.besides,
        })
      case 'handOver': {
        const { inCharge } = model.incidents[op.incident]
        return caller.dispatch.handOver({
          city: CITY,
          incidentId: incidents[op.incident].id,
          fromSquadId: op.seesRight ? inCharge : squads[3],
          toSquadId: op.to,
          unitIds: op.units.map((unit) => unitIds[unit]),
        })
      }
      case 'close':
        return caller.dispatch.close({
          city: CITY,
          incidentId: incidents[op.incident].id,
          outcome: 'handledOnScene',
        })
      case 'begin':
      case 'end':
        return caller.duties[op.op]({ city: CITY, unitId: unitIds[op.unit] })
      default:
        return caller.dispatch[op.op]({ city: CITY, dispatchId: rows[op.dispatch]?.id ?? 999_999_999 })
    }
  }

  const unitsOf = fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 })
  const operations = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('assign' as const),
        incident: fc.nat({ max: 2 }),
        units: unitsOf,
        besides: fc.boolean(),
      }),
    },
    {
      weight: 7,
      arbitrary: fc.record({
        op: fc.constantFrom('acknowledge' as const, 'onScene' as const, 'done' as const, 'withdraw' as const),
        dispatch: fc.nat({ max: 7 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({
          incident: fc.nat({ max: 2 }),
          seesRight: fc.boolean(),
          to: fc.nat({ max: 1 }),
          units: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 1 }),
        })
        .map((each) => ({ op: 'handOver' as const, ...each })),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('close' as const), incident: fc.nat({ max: 2 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constantFrom('begin' as const, 'end' as const),
        unit: fc.nat({ max: 4 }),
      }),
    },
  )

  test('any sequence by any people leaves what a simple model says; times only go forward', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 3, 4, 5), operations), {
          minLength: 15,
          maxLength: 40,
        }),
        async (steps) => {
          const here = await scene()
          let before = await read(here)
          for (const [person, drawn] of steps) {
            const op: Op = drawn.op === 'handOver' ? { ...drawn, to: squads[drawn.to] } : drawn
            const who = people[person]
            const wanted = structuredClone(here.model)
            let due: Outcome = 'ok'
            try {
              apply(wanted, who, op)
            } catch (error) {
              if (!(error instanceof Refused)) throw error
              due = error.outcome
            }
            const outcome = await outcomeOf(() => ask(who, op, here, before.dispatchRows))
            expect(outcome, JSON.stringify({ person, op })).toBe(due)
            if (due === 'ok') here.model = wanted
            const after = await read(here)
            compare(after, here)
            if (due === 'ok') {
              expect(after.traces.audited).toBe(before.traces.audited + 1)
              expect(after.traces.told).toBeGreaterThan(before.traces.told)
            } else expect(after).toEqual(before)
            forward(before.dispatchRows, after.dispatchRows)
            before = after
          }
        },
      ),
      { numRuns: 6 },
    )
  })

  function compare(
    { incidentRows, dispatchRows, onDuty }: Awaited<ReturnType<typeof read>>,
    { incidents, unitIds, model }: Awaited<ReturnType<typeof scene>>,
  ): void {
    expect(
      dispatchRows.map((row) => ({
        incident: incidents.findIndex(({ id }) => id === row.incident_id),
        unit: unitIds.indexOf(row.unit_id),
        state: row.state,
      })),
    ).toEqual(model.dispatches)
    expect(incidentRows.map(({ status, dispatched_at }) => [status, dispatched_at !== null])).toEqual(
      model.incidents.map(({ status, sent }) => [status, sent !== 'no']),
    )
    expect(onDuty.map((id) => unitIds.indexOf(id)).sort()).toEqual(
      model.units.flatMap((unit, index) => (unit.onDuty ? [index] : [])),
    )
    for (const { reported_at, dispatched_at, arrived_at, closed_at } of incidentRows) {
      const times = [reported_at, dispatched_at, arrived_at, closed_at].flatMap(
        (time) => time?.getTime() ?? [],
      )
      expect(times).toEqual([...times].sort((a, b) => a - b))
    }
  }

  /** What was written of a dispatch stays as it was. */
  function forward(before: Row[], after: Row[]): void {
    for (const [index, row] of before.entries()) {
      const now = after[index]
      for (const name of ['assigned_at', 'acknowledged_at', 'arrived_at', 'ended_at'] as const)
        if (row[name] !== null) expect(now[name]).toEqual(row[name])
      const times = [now.assigned_at, now.acknowledged_at, now.arrived_at, now.ended_at].flatMap(
        (time) => time?.getTime() ?? [],
      )
      expect(times).toEqual([...times].sort((a, b) => a - b))
    }
  }

  test('many send the same unit at once: one does, all others learn of it, nothing is lost', async () => {
    for (let round = 0; round < 3; round++) {
      const { incidents, unitIds } = await scene()
      const asked = Array.from({ length: 8 }, (_, index) =>
        outcomeOf(() =>
          people[index % 2].caller.dispatch.assign({
            city: CITY,
            incidentId: incidents[index % 3].id,
            unitIds: index % 4 === 0 ? [unitIds[1], unitIds[0]] : [unitIds[0]],
          }),
        ),
      )
      const outcomes = await Promise.all(asked)
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(7)
      const open = await api.database.query(
        'SELECT 1 FROM dispatches WHERE city_code = $1 AND unit_id = $2 AND ended_at IS NULL',
        [CITY, unitIds[0]],
      )
      expect(open).toHaveLength(1)
    }
  })

  test('stages, a withdrawal, a hand-over, a closing and an end of duty at once leave one story that holds', async () => {
    for (let round = 0; round < 3; round++) {
      const { incidents, unitIds } = await scene()
      const { dispatches } = await people[0].caller.dispatch.assign({
        city: CITY,
        incidentId: incidents[0].id,
        unitIds: unitIds.slice(0, 2),
      })
      const [one, two] = dispatches.map(({ id }) => ({ city: CITY, dispatchId: id }))
      await Promise.all(
        [
          () => people[0].caller.dispatch.onScene(one),
          () => people[2].caller.dispatch.acknowledge(one),
          () => people[1].caller.dispatch.withdraw(two),
          () => people[2].caller.dispatch.onScene(two),
          () => people[1].caller.duties.end({ city: CITY, unitId: unitIds[2] }),
          () =>
            people[1].caller.dispatch.assign({
              city: CITY,
              incidentId: incidents[1].id,
              unitIds: [unitIds[2]],
            }),
          () =>
            people[1].caller.dispatch.close({
              city: CITY,
              incidentId: incidents[0].id,
              outcome: 'handledOnScene',
            }),
        ].map((run) => outcomeOf(run)),
      )
      const rows = await api.database.query<{ state: State; status: string }>(
        `SELECT d.state, i.status FROM dispatches d JOIN incidents i ON i.city_code = d.city_code AND i.id = d.incident_id
         WHERE d.city_code = $1 AND d.incident_id = $2::bigint`,
        [CITY, incidents[0].id],
      )
      expect(rows.map(({ status }) => status)).toEqual(['closed', 'closed'])
      for (const { state } of rows) expect(['done', 'withdrawn']).toContain(state)
      const astray = await api.database.query(
        `SELECT 1 FROM dispatches d WHERE d.city_code = $1 AND d.unit_id = $2 AND d.ended_at IS NULL AND NOT EXISTS (
           SELECT FROM unit_duties u WHERE u.city_code = d.city_code AND u.unit_id = d.unit_id AND u.ended_at IS NULL)`,
        [CITY, unitIds[2]],
      )
      expect(astray).toEqual([])
    }
  })
})
