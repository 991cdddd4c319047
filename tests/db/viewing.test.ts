import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setGrants } from '../../db/queries/grants.ts'
import { changeAs, viewAs } from '../../db/viewing.ts'
import { writeToyCity } from '../factories/toyCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const COUNT = 'SELECT count(*)::int AS n FROM incidents'
/** More at once than either pool has connections. */
const CROWD = 30

describe.each(databaseKinds())('viewings on %s', (kind) => {
  let db: TestDatabase
  /** What each person counts. */
  const counts: Record<string, number> = {}
  const people = ['all', 'east', 'west', 'none'] as const

  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    await writeToyCity(db, { incidents: 800 })
    for (const id of people)
      await db.query(`INSERT INTO users (id, name, email) VALUES ($1, $1, $1 || '@x.invalid')`, [id])
    const [east, west] = await db.query<{ id: number }>(
      "SELECT id FROM areas WHERE version = '2025' AND level = 'squad' ORDER BY id LIMIT 2",
    )
    await setGrants(db, 'all', [{ role: 'planner', city_code: null, area_id: null }], null)
    await setGrants(db, 'east', [{ role: 'officer', city_code: 'shuifu', area_id: east.id }], null)
    await setGrants(db, 'west', [{ role: 'officer', city_code: 'shuifu', area_id: west.id }], null)
    for (const [person, where] of [
      ['all', 'true'],
      ['east', `cell_id IN (SELECT cell_id FROM cell_areas WHERE area_id = ${east.id})`],
      ['west', `cell_id IN (SELECT cell_id FROM cell_areas WHERE area_id = ${west.id})`],
      ['none', 'false'],
    ]) {
      const [{ n }] = await db.query<{ n: number }>(
        `${COUNT} i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind WHERE NOT k.dispute AND ${where}`,
      )
      counts[person] = n
    }
    expect(new Set(Object.values(counts)).size).toBe(4)
  })
  afterAll(() => db?.close())

  async function countAs(person: string): Promise<number> {
    const viewing = viewAs(db, { id: person }, 'counts')
    const [{ n }] = await viewing.rows.query<{ n: number }>(COUNT)
    await viewing.end()
    return n
  }

  /** What the next who takes the same connection finds there. */
  async function leftovers(): Promise<object> {
    const held = db.hold()
    const [row] = await held.query<object>(
      'SET LOCAL lock_timeout = 0',
      `SELECT current_user = session_user AS owner, coalesce(current_setting('gridwall.person', true), '') AS person,
         coalesce(current_setting('gridwall.use', true), '') AS use, current_setting('statement_timeout') AS timeout`,
    )
    await held.commit()
    return row
  }
  const clean = { owner: true, person: '', use: '', timeout: kind === 'postgres' ? '2min' : '0' }

  test('nothing is left on the connection: not after an end, a failure, or an abandoned one', async () => {
    expect(await countAs('east')).toBe(counts.east)
    expect(await leftovers()).toEqual(clean)

    const failing = viewAs(db, { id: 'east' }, 'counts')
    await expect(failing.rows.query('SELECT 1 / 0')).rejects.toThrow(/division by zero/)
    await expect(failing.end()).rejects.toThrow(/rolled back/)
    expect(await leftovers()).toEqual(clean)

    const abandoned = viewAs(db, { id: 'east' }, 'points')
    await abandoned.rows.query(COUNT)
    await abandoned.abandon()
    await abandoned.abandon()
    expect(await leftovers()).toEqual(clean)
    expect(await db.query('SELECT current_user = session_user AS owner')).toEqual([{ owner: true }])
  })

  test('one that asks nothing sends nothing, and ends', async () => {
    const viewing = viewAs(db, { id: 'all' }, 'counts')
    await viewing.end()
    await viewing.abandon()
    const snapshot = viewAs(db, { id: 'all' }, 'counts', { snapshot: true })
    await snapshot.abandon()
  })

  test('a crowd of viewers, each asking several times with questions to the database between, sees each its own', async () => {
    const ask = async (index: number) => {
      const person = people[index % people.length]
      const viewing = viewAs(db, { id: person }, 'counts')
      const [first] = await viewing.rows.query<{ n: number }>(COUNT)
      // The catalog, a transaction and a change, by the owner, while the viewing is open.
      const [{ cities }] = await db.query<{ cities: number }>('SELECT count(*)::int AS cities FROM cities')
      const areas = await db.transaction((tx) => tx.query('SELECT id FROM areas LIMIT 3'))
      const [second, third] = await Promise.all([
        viewing.as('points').query<{ n: number }>(COUNT),
        viewing.rows.query<{ n: number }>(COUNT),
      ])
      if (index % 5 === 4) await viewing.abandon()
      else await viewing.end()
      return { person, seen: [first.n, second[0].n, third[0].n], cities, areas: areas.length }
    }
    const answers = await Promise.all(Array.from({ length: CROWD }, (_, index) => ask(index)))
    for (const { person, seen, cities, areas } of answers) {
      expect({ person, seen }).toEqual({ person, seen: [counts[person], counts[person], counts[person]] })
      expect([cities, areas]).toEqual([1, 3])
    }
    expect(await leftovers()).toEqual(clean)
  })

  test('changes for persons and viewings side by side do not wait for each other', async () => {
    await setGrants(db, 'none', [{ role: 'securityAdmin', city_code: null, area_id: null }], null)
    const answers = await Promise.all(
      Array.from({ length: CROWD }, async (_, index) => {
        if (index % 3 > 0) return countAs('east')
        const rows = await changeAs(db, { id: 'none' }, (tx) =>
          tx.query("SELECT FROM grants WHERE person_id = 'east'"),
        )
        return rows.length
      }),
    )
    for (const [index, answer] of answers.entries()) expect(answer).toBe(index % 3 > 0 ? counts.east : 1)
    await setGrants(db, 'none', [], null)
    expect(await leftovers()).toEqual(clean)
  })

  test('a snapshot stays what it was at the first query', async () => {
    const viewing = viewAs(db, { id: 'all' }, 'counts', { snapshot: true })
    const [before] = await viewing.rows.query<{ n: number }>(COUNT)
    // On PGlite this waits for the end of the snapshot.
    const inserted = db.query(
      `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, geom, synthetic)
       SELECT city_code, 'late', '1', '010100', now(), 'new', geom, true FROM incidents LIMIT 1`,
    )
    if (kind === 'postgres') await inserted
    const [after] = await viewing.as('points').query<{ n: number }>(COUNT)
    await viewing.end()
    await inserted
    expect([before.n, after.n]).toEqual([counts.all, counts.all])
    expect(await countAs('all')).toBe(counts.all + 1)
    await db.query("DELETE FROM incidents WHERE source = 'late'")

    const failing = viewAs(db, { id: 'all' }, 'counts', { snapshot: true })
    await expect(failing.rows.query('SELECT 1 / 0')).rejects.toThrow(/division by zero/)
    await expect(failing.end()).rejects.toThrow(/rolled back/)
    expect(await countAs('all')).toBe(counts.all)
  })

  test('what is written with the rows is kept with an end, and only then', async () => {
    const note = async (target: string, end: 'end' | 'abandon') => {
      const viewing = viewAs(db, { id: 'east' }, 'points')
      await viewing.rows.query(COUNT)
      await viewing.rows.query(
        `INSERT INTO audit (person_id, user_name, kind, roles, action, target) VALUES ('east', 'east', 'person', '{officer}', 'test.look', $1)`,
        [target],
      )
      await viewing[end]()
    }
    await note('kept', 'end')
    await note('dropped', 'abandon')
    const rows = await db.query<{ target: string }>("SELECT target FROM audit WHERE action = 'test.look'")
    expect(rows.map(({ target }) => target)).toEqual(['kept'])
  })

  test.runIf(kind === 'postgres')(
    'a connection that is lost is told, and the next viewer gets another',
    async () => {
      const viewing = viewAs(db, { id: 'east' }, 'counts')
      const [{ pid }] = await viewing.rows.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      await db.query('SELECT pg_terminate_backend($1)', [pid])
      await expect(viewing.rows.query(COUNT)).rejects.toThrow()
      await expect(viewing.end()).rejects.toThrow()
      expect(await countAs('west')).toBe(counts.west)
    },
  )

  test('what is asked at once is answered in order, and a failure among it takes the end with it', async () => {
    const viewing = viewAs(db, { id: 'west' }, 'counts')
    const answers = await Promise.all([1, 2, 3].map((n) => viewing.rows.query(`SELECT ${n} AS n`)))
    expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
    const counted = viewing.rows.query<{ n: number }>(COUNT)
    const failing = viewing.rows.query('SELECT 1 / 0')
    const ended = viewing.end()
    expect((await counted)[0].n).toBe(counts.west)
    await expect(failing).rejects.toThrow('division by zero')
    await expect(ended).rejects.toThrow()
    // The connection serves the next one as if nothing had been.
    expect(await countAs('east')).toBe(counts.east)
  })

  test('a database closes, also where a viewing was forgotten', async () => {
    const other = await openTestDatabase({ kind })
    await viewAs(other, { id: 'all' }, 'counts').rows.query(COUNT)
    await other.close()
  })

  describe('a reader', () => {
    const refused = async (text: string, params: unknown[] = []) => {
      const viewing = viewAs(db, { id: 'all' }, 'counts')
      const error = await viewing.rows.query(text, params).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      await viewing.abandon()
      return String(error)
    }

    // Past the first door (db/viewing.ts lets SELECT, WITH and INSERT through): what the database itself says.
    const refusedInside = async (text: string) => {
      const held = db.hold()
      const settings =
        "SET LOCAL gridwall.person = 'all'; SET LOCAL gridwall.use = 'counts'; SET LOCAL ROLE gridwall_reader"
      const error = await held.query(settings, text).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      await held.rollback()
      return String(error)
    }

    test('writes nothing, whatever the table', async () => {
      const tables = await db.query<{ name: string; first: string }>(
        `SELECT c.relname AS name, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum LIMIT 1) AS first
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname NOT IN ('geometry_columns', 'geography_columns', 'spatial_ref_sys')`,
      )
      expect(tables.length).toBeGreaterThan(40)
      for (const { name, first } of tables) {
        expect(await refusedInside(`DELETE FROM ${name}`), name).toMatch(
          /permission denied|cannot delete from view/,
        )
        expect(await refusedInside(`UPDATE ${name} SET ${first} = NULL`), name).toMatch(
          /permission denied|can only be updated|cannot update view/,
        )
        expect(await refusedInside(`TRUNCATE ${name}`), name).toMatch(/permission denied|is not a table/)
        if (name !== 'audit')
          expect(await refusedInside(`INSERT INTO ${name} DEFAULT VALUES`), name).toMatch(
            /permission denied|cannot insert into/,
          )
      }
      expect(await refusedInside('CREATE TABLE mine (id int)')).toMatch(/permission denied/)
      expect(await refusedInside('CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$SELECT 1$$')).toMatch(
        /permission denied/,
      )
    })

    test.each([
      'users',
      'sessions',
      'accounts',
      'verifications',
      'settings',
      'grants',
      'role_rights',
      'role_families',
      'area_ground',
      'grants_in_force',
      'people_in_force',
      'viewing_rights',
      'viewing_incidents',
      'imports',
      'cube_cells',
      'cube_state',
      'cube_planes',
      'cube_changes',
      'schema_migrations',
      'two_factors',
      'password_history',
      'sign_in_failures',
      'kiosks',
    ])('does not read %s', async (table) => {
      expect(await refused(`SELECT * FROM ${table}`)).toMatch(/permission denied/)
    })

    test('cannot become anybody else inside a statement, nor bring a second one along', async () => {
      expect(await refused("SELECT set_config('gridwall.person', 'all', true)")).toMatch(/permission denied/)
      expect(await refused("SELECT set_config('role', 'none', true)")).toMatch(/permission denied/)
      expect(await refusedInside("UPDATE pg_settings SET setting = 'none' WHERE name = 'role'")).toMatch(
        /permission denied/,
      )
      for (const text of [
        'RESET ROLE',
        "SET gridwall.person = 'all'",
        'COMMIT',
        'DO $$BEGIN END$$',
        'DELETE FROM audit',
      ])
        expect(await refused(text), text).toMatch(/one statement/)
      expect(await refused('SELECT 1; RESET ROLE')).toMatch(/cannot insert multiple commands/)
      expect(await refused(`${COUNT}; SELECT 1`)).toMatch(/cannot insert multiple commands/)
      expect(await refused("SELECT pg_notify('sessions', '')")).toMatch(/permission denied/)
      expect(await refused("SELECT lo_from_bytea(0, 'x')")).toMatch(/permission denied/)
      expect(await refused('SELECT pg_advisory_lock(1)')).toMatch(/permission denied/)
      expect(await refused("SELECT pg_read_file('PG_VERSION')")).toMatch(/permission denied/)
      expect(await refused('SELECT cube_reset($1)', ['shuifu'])).toMatch(/permission denied/)
      expect(await refused("SELECT may_grant('leader')")).toMatch(/permission denied/)
      const viewing = viewAs(db, { id: 'all' }, 'counts')
      await expect(viewing.rows.script('RESET ROLE')).rejects.toThrow(/one statement/)
      await expect(viewing.rows.copy('incidents', ['id'], [])).rejects.toThrow(/one statement/)
      await expect(viewing.rows.copyText('incidents', ['id'], new Uint8Array())).rejects.toThrow(
        /one statement/,
      )
      await expect(viewing.rows.copyOut('SELECT 1')[Symbol.asyncIterator]().next()).rejects.toThrow(
        /one statement/,
      )
      await viewing.end()
    })

    test.each(["x'; RESET ROLE; --", "x\\'; RESET ROLE; --", "all' --", "'", '\\', 'all\\'])(
      'is nobody under the name %s',
      async (id) => {
        const viewing = viewAs(db, { id }, 'counts')
        const [row] = await viewing.rows.query<{ role: string; person: string; n: number }>(
          `SELECT current_user::text AS role, current_setting('gridwall.person') AS person, (${COUNT}) AS n`,
        )
        await viewing.end()
        expect(row).toEqual({ role: 'gridwall_reader', person: id, n: 0 })
      },
    )

    test('learns nothing of hidden rows from what fails on them', async () => {
      // A condition that would divide by zero on the others' rows, were it asked about them.
      const probe = async (person: string, condition: string) => {
        const viewing = viewAs(db, { id: person }, 'counts')
        try {
          const [{ n }] = await viewing.rows.query<{ n: number }>(`${COUNT} i WHERE ${condition}`)
          return n
        } finally {
          await viewing.abandon()
        }
      }
      const [{ ids }] = await db.query<{ ids: number[] }>(
        `SELECT array_agg(id) AS ids FROM incidents WHERE cell_id IN (
           SELECT ca.cell_id FROM cell_areas ca JOIN grants g ON g.area_id = ca.area_id WHERE g.person_id = 'west')`,
      )
      const hidden = `ARRAY[${ids.join(',')}]`
      for (const condition of [
        `1 / (CASE WHEN i.id = ANY (${hidden}) THEN 0 ELSE 1 END) = 1`,
        `i.geom && ST_MakeEnvelope(-180, -90, 180, 90, 4326) AND 1 / (CASE WHEN i.id = ANY (${hidden}) THEN 0 ELSE 1 END) = 1`,
        `(CASE WHEN i.id = ANY (${hidden}) THEN 'x' ELSE '1' END)::int = 1`,
      ]) {
        expect(await probe('east', condition), condition).toBe(counts.east)
        await expect(probe('west', condition), condition).rejects.toThrow(/division by zero|invalid input/)
      }
    })
  })
})
