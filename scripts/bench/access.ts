import { parseArgs } from 'node:util'
import type { Grant } from '../../api/access.ts'
import { keepCatalog } from '../../api/catalog.ts'
import type { Context, Viewer } from '../../api/context.ts'
import { actorOf, eyesOf } from '../../api/procedureCall.ts'
import { createCaller } from '../../api/router.ts'
import type { Database } from '../../db/client.ts'
import { noteAudit } from '../../db/queries/audit.ts'
import { setGrants } from '../../db/queries/grants.ts'
import { viewAs } from '../../db/viewing.ts'
import { replaceCity } from '../seedCity.ts'
import { openBenchDatabase } from './shared/benchDatabase.ts'
import { workClock } from './shared/databaseWork.ts'
import { interleaved, medians, ratioOf } from './shared/interleaved.ts'
import { machine } from './shared/measure.ts'

// What row-level security and the audit cost on the hot questions: the same procedures with the same queries, as the
// viewer with an audit entry, as the viewer without, and as the owner of the tables without either, one after the other
// in every round. Compared is the work of the processors, this process and the database's together: on a busy machine every
// message waits for its turn, and the wall tells of the others. First the floor: what is left of either where nothing is read.
// DATABASE_URL: a PostgreSQL on which a database of the bench's own is made; absent: PGlite.

const { values } = parseArgs({
  options: {
    incidents: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '60' },
    /** Of these only, by name, separated by commas. */
    questions: { type: 'string' },
  },
})
const incidents = Number(values.incidents)
const rounds = Number(values.rounds)
const wanted = values.questions?.split(',')
/** Aimed at: the viewer's time with audit over the owner's. */
const AIM = 1.25

const city = 'shuifu'
const asOf = Date.parse('2026-11-22T06:32:00Z')
const MONTH = { from: '2026-10-23T06:32:00Z', to: '2026-11-22T06:32:00Z' }
/** The town, and all of the city. */
const TOWN: [number, number, number, number] = [104.38, 28.6, 104.44, 28.65]
const CITY: [number, number, number, number] = [104, 28, 105, 29]

const note = (text: string) => process.stderr.write(`${text}\n`)
const print = (line: object) => console.log(JSON.stringify({ bench: 'access', ...line, ...machine }))

const isAudit = (text: string) => /^\s*INSERT INTO audit\b/i.test(text)

/** The same database where viewings leave no audit entry, or are the owner's own queries besides. */
function without(database: Database, what: 'audit' | 'both'): Database {
  return {
    ...database,
    hold(options) {
      const held = what === 'audit' ? database.hold(options) : undefined
      return {
        query: async <Row>(settings: string, text: string, ...rest: [unknown[]?, { apart?: boolean }?]) => {
          if (isAudit(text)) return [{ id: 0, at: new Date() }] as Row[]
          return held ? held.query<Row>(settings, text, ...rest) : database.query<Row>(text, rest[0])
        },
        commit: async () => held?.commit(),
        rollback: async () => held?.rollback(),
      }
    },
  }
}

async function viewerWith(database: Database, userId: string, grants: Grant[]): Promise<Viewer> {
  await database.query('INSERT INTO users (id, name, email) VALUES ($1, $1, $2)', [
    userId,
    `${userId}@gridwall.invalid`,
  ])
  const rows = grants.map(({ role, city, areaId }) => ({ role, city_code: city, area_id: areaId }))
  await database.transaction((tx) => setGrants(tx, userId, rows, null))
  return {
    userId,
    userName: userId,
    name: userId,
    sessionId: 'bench',
    kind: 'person',
    mustChangePassword: false,
    twoFactor: { enabled: false, required: false },
    idleMinutes: null,
    expiresAt: '2099-01-01T00:00:00.000Z',
    purpose: null,
    address: '127.0.0.1',
    grants,
  }
}

type Caller = ReturnType<typeof createCaller>

const QUESTIONS: Record<string, (caller: Caller) => Promise<unknown>> = {
  'incidents.inView': (caller) => caller.incidents.inView({ city, bbox: TOWN, ...MONTH }),
  'incidents.latest': (caller) => caller.incidents.latest({ city, limit: 50 }),
  'cameras.inView': (caller) => caller.cameras.inView({ city, bbox: TOWN }),
  'cameras.inView all': (caller) => caller.cameras.inView({ city, bbox: CITY, limit: 50_000 }),
  'operations.overview': (caller) => caller.operations.overview({ city }),
  'aggregates.byArea': (caller) => caller.aggregates.byArea({ city, level: 'grid', ...MONTH }),
  'aggregates.byArea measures': (caller) =>
    caller.aggregates.byArea({ city, level: 'grid', ...MONTH, measures: ['closedInTime', 'medianHandling'] }),
  'patrols.layout': (caller) => caller.patrols.layout({ city }),
}

/** The least that can be asked: bare; in a viewer's transaction; with a row in the audit; and of one row under one policy. */
function least(database: Database, viewer: Viewer): Record<string, () => Promise<unknown>> {
  const view = async (text: string, audited: boolean) => {
    const { rows, end } = viewAs(database, eyesOf(viewer), 'points')
    await rows.query(text)
    const noted = audited
      ? noteAudit(rows, actorOf(viewer), { action: 'incidents.list', city, rows: 1 })
      : undefined
    await Promise.all([noted, end()])
  }
  return {
    bare: () => database.query('SELECT 1'),
    transaction: () => view('SELECT 1', false),
    audited: () => view('SELECT 1', true),
    policy: () => view('SELECT code FROM cities', false),
    policyOwner: () => database.query('SELECT code FROM cities'),
  }
}

const bench = await openBenchDatabase()
try {
  const { database } = bench
  note(`writing ${incidents} incidents`)
  await replaceCity(database, { city, seed: 7, incidents, asOf }, () => undefined)
  const [squad] = await database.query<{ id: number }>(
    "SELECT id FROM areas WHERE city_code = $1 AND version = '2025' AND level = 'squad' ORDER BY id LIMIT 1",
    [city],
  )
  const viewers: Record<string, Viewer> = {
    whole: await viewerWith(database, 'planner', [{ role: 'planner', city: null, areaId: null }]),
    squad: await viewerWith(database, 'squad', [{ role: 'squadLeader', city, areaId: squad.id }]),
  }
  const databases = {
    audited: database,
    unaudited: without(database, 'audit'),
    owner: without(database, 'both'),
  }
  for (const each of Object.values(databases)) await keepCatalog(each)
  for (const [sees, viewer] of Object.entries(viewers)) {
    if (!wanted || wanted.includes('floor')) {
      const tasks = least(database, viewer)
      for (const task of Object.values(tasks)) await task()
      const times = await interleaved(tasks, {
        rounds: 10 * rounds,
        seconds: 15,
        clock: await workClock(database),
      })
      print({
        case: 'floor',
        sees,
        database: database.kind,
        rounds: times.bare.length,
        cpuMs: medians(times, 3),
      })
    }
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      if (wanted && !wanted.includes(name)) continue
      const tasks = Object.fromEntries(
        Object.entries(databases).map(([as, each]) => {
          const context: Context = {
            database: each,
            viewer,
            bundleUrls: () => Promise.reject(new Error('No question here asks for files.')),
          }
          const caller = createCaller(context)
          return [as, () => ask(caller)]
        }),
      )
      // The owner also sees disputes, and so knows of an earlier first day.
      const same = name === 'operations.overview' ? Object.keys(tasks).slice(0, 2) : Object.keys(tasks)
      const answers = await Promise.all(same.map(async (as) => JSON.stringify(await tasks[as]())))
      if (new Set(answers).size !== 1) throw new Error(`${name} as ${sees}: the owner is answered otherwise.`)
      const times = await interleaved(tasks, { rounds, seconds: 15, clock: await workClock(database) })
      const both = ratioOf(times.audited, times.owner)
      print({
        question: name,
        sees,
        database: database.kind,
        incidents,
        rounds: times.owner.length,
        cpuMs: medians(times, 3),
        /** Row-level security and audit over the owner. */
        ...both,
        rowLevelSecurity: ratioOf(times.unaudited, times.owner),
        aim: AIM,
        within: both.ratio <= AIM,
      })
    }
  }
} finally {
  await bench.close()
}
