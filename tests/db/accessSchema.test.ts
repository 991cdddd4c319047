import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

/**
 * What gridwall_reader (`r`), gridwall_writer (`w`) and gridwall_ingest (`i`) may do at all, before any policy. A new table, view or function
 * fails here until it has a line: whoever adds one decides who reads it.
 */
const GRANTED: Record<string, string> = {
  // a city's geography and things
  activities: 'r select',
  area_levels: 'r select',
  area_lineage: 'r select',
  areas: 'r select',
  assets: 'r select',
  blocks: 'r select',
  boundary_versions: 'r select',
  camera_outages: 'r select',
  cameras: 'r select',
  cell_areas: 'r select',
  cities: 'r select',
  incidents: 'i insert, i select, i update, r select, w insert, w select, w update',
  kinds: 'r select, w select',
  live_events: 'r select',
  live_head: 'r select',
  patrol_minutes: 'r select',
  patrol_routes: 'r select',
  places: 'r select',
  projects: 'r select',
  resources: 'r select',
  roads: 'r select',
  unit_duties: 'i insert, i select, i update, r select, w insert, w select, w update',
  unit_positions: 'i insert, i select, r select, w select',
  units: 'i select, r select, w select',
  waters: 'r select',
  // where live data come from
  devices: 'w insert, w select, w update',
  devices_listed: 'r select',
  ingest_signatures: 'i insert',
  ingest_tokens: 'w insert, w select, w update',
  source_history: 'r select',
  sources: 'w insert, w select, w update',
  sources_listed: 'r select',
  // sending units
  alerts: 'r select, w select, w update',
  dispatches: 'i insert, i select, i update, r select, w insert, w select, w update',
  drill_responses: 'r select, w delete, w insert, w select',
  drill_scenarios: 'r select, w delete, w insert, w select, w update',
  drill_sends: 'r select, w insert, w select',
  drills: 'r select, w insert, w select, w update',
  fences: 'r select, w delete, w insert, w select, w update',
  handovers: 'r select, w insert, w select',
  // people and their rights
  account_rules: 'r select, w insert, w select, w update',
  accounts: 'w insert, w select, w update',
  grants: 'w delete, w insert, w select, w update',
  grants_listed: 'r select',
  kiosks: 'w insert, w select, w update',
  kiosks_listed: 'r select',
  people_listed: 'r select',
  role_rights: 'w select',
  sessions: 'w delete, w select',
  sessions_listed: 'r select',
  sign_in_failures: 'w delete, w select',
  two_factors: 'w delete, w select',
  users: 'w insert, w select, w update',
  // the audit
  audit: 'i insert, i select, r insert, r select, w insert, w select',
  audit_anchors: 'r select',
  audit_links: 'r select',
  audit_seals: 'r select',
}

/** Functions of ours that either role may call. Each tells only about the person whose eyes these are. */
const CALLABLE: Record<string, string> = {
  'account_kept(text)': 'w',
  'append_live_events(json)': 'i w',
  'audit_keep(integer)': 'w',
  'audit_read_everywhere()': 'r',
  'cells_with(text)': 'r w',
  'cities_with(text)': 'r w',
  'dispatch_turn(text,bigint,integer[])': 'w',
  'dispute_counts(text,text,text,text[],text,text)': 'r',
  'equipped_call_sign(text,integer)': 'w',
  'first_report(text)': 'r',
  'ground_with(text)': 'r',
  'has_right(text)': 'r w',
  'incident_cells(text)': 'r',
  'incident_ground(text)': 'r',
  'incident_kinds_everywhere()': 'r',
  'incident_kinds_somewhere(text)': 'r',
  'incident_sent_to(text,bigint)': 'r',
  'ingest_cell(integer[])': 'i',
  'ingest_city(text)': 'i',
  'ingest_dispatch_turn(bigint[],integer[])': 'i',
  'ingest_named_incidents(json)': 'i',
  'ingest_source()': 'i',
  'ingest_unit()': 'i',
  'may_grant(text)': 'w',
  'own_resets(timestamp with time zone)': 'r',
  'own_sign_in_before(text)': 'r',
  'patrol_areas_seen()': 'r',
  'patrol_areas_with(text)': 'w',
  'patrol_cells_seen()': 'r',
  'secrets_kept(text)': 'w',
  'take_turn()': 'w',
  'whole_cities_with(text)': 'r w',
}

/** What every policy must go by: a scope of the person, or the person. */
const BY_PERSON =
  /\b(ingest_city|ingest_source|cities_with|whole_cities_with|cells_with|has_right|may_grant|account_kept|secrets_kept|audit_read_everywhere|patrol_areas_seen|patrol_areas_with|patrol_cells_seen|incident_cells|incident_kinds_everywhere)\(|current_setting\('gridwall\.person'/
/** Those that go by something else, and why that is no hole. */
const BY_SOMETHING_ELSE: Record<string, string> = {
  role_rights_read: 'what each role may is no secret of anybody',
  unit_duties_answered: 'of the units that are answered for, under their own policy',
  unit_duties_seen: 'of the units that are seen, under their own policy',
  unit_positions_seen: 'of the units that are seen, under their own policy',
}

const OWN = (catalog: string, alias: string) => `NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${alias}.oid AND d.deptype = 'e')`

const ROLE_LETTERS = `CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE
  CASE a.grantee::regrole::text WHEN 'gridwall_reader' THEN 'r' WHEN 'gridwall_writer' THEN 'w' WHEN 'gridwall_ingest' THEN 'i' ELSE a.grantee::regrole::text END END`

describe.each(databaseKinds())('the doors of the database on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(() => db?.close())

  test('every table has row-level security', async () => {
    const open = await db.query(
      `SELECT c.relname FROM pg_class c
       WHERE c.relkind IN ('r', 'p', 'f') AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)
         AND c.relpersistence <> 't' AND NOT c.relrowsecurity AND ${OWN('pg_class', 'c')}`,
    )
    expect(open).toEqual([])
  })

  test('each table and view is open to whom it says here, and to nobody else', async () => {
    const rows = await db.query<{ name: string; rights: string }>(
      `SELECT c.relname AS name, string_agg(DISTINCT ${ROLE_LETTERS} || ' ' || lower(a.privilege_type), ', ') AS rights
       FROM pg_class c, LATERAL (
         SELECT x.grantee, x.privilege_type FROM aclexplode(c.relacl) x
         UNION ALL
         SELECT x.grantee, x.privilege_type FROM pg_attribute t, aclexplode(t.attacl) x WHERE t.attrelid = c.oid) a
       WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner AND ${OWN('pg_class', 'c')}
       GROUP BY c.relname`,
    )
    expect(Object.fromEntries(rows.map(({ name, rights }) => [name, rights]))).toEqual(GRANTED)
  })

  test('every policy goes by the person, and is for the three roles only', async () => {
    const policies = await db.query<{ name: string; roles: string[]; rules: string[] }>(
      `SELECT policyname AS name, roles::text[] AS roles, array_remove(ARRAY[qual, with_check], NULL) AS rules
       FROM pg_policies WHERE permissive = 'PERMISSIVE'`,
    )
    expect(policies.length).toBeGreaterThan(40)
    for (const { name, roles, rules } of policies) {
      expect(roles.length, name).toBeGreaterThan(0)
      for (const role of roles) expect(role, name).toMatch(/^gridwall_(reader|writer|ingest)$/)
      expect(rules.length, name).toBeGreaterThan(0)
      if (name in BY_SOMETHING_ELSE) continue
      for (const rule of rules) expect(rule, name).toMatch(BY_PERSON)
    }
    const names = new Set(policies.map(({ name }) => name))
    expect(Object.keys(BY_SOMETHING_ELSE).filter((name) => !names.has(name))).toEqual([])
  })

  test('a table that a role may touch has a policy for just that', async () => {
    const missing = await db.query(
      `SELECT c.relname AS table, a.privilege_type AS doing, a.grantee::regrole::text AS role
       FROM pg_class c, LATERAL (
         SELECT DISTINCT x.grantee, x.privilege_type FROM aclexplode(c.relacl) x
         UNION
         SELECT x.grantee, x.privilege_type FROM pg_attribute t, aclexplode(t.attacl) x WHERE t.attrelid = c.oid) a
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner AND ${OWN('pg_class', 'c')}
         AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname
           AND a.grantee::regrole::text = ANY (p.roles::text[]) AND p.cmd IN ('ALL', a.privilege_type))`,
    )
    expect(missing).toEqual([])
  })

  test('a view that a role may read asks for rights inside, behind a barrier', async () => {
    const views = await db.query<{ name: string; barrier: boolean; text: string }>(
      `SELECT c.relname AS name, coalesce('security_barrier=true' = ANY (c.reloptions), false) AS barrier, pg_get_viewdef(c.oid) AS text
       FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm') AND ${OWN('pg_class', 'c')}
         AND (has_table_privilege('gridwall_reader', c.oid, 'SELECT') OR has_table_privilege('gridwall_writer', c.oid, 'SELECT'))`,
    )
    expect(views.length).toBeGreaterThan(0)
    for (const { name, barrier, text } of views) {
      expect(barrier, name).toBe(true)
      expect(text, name).toMatch(BY_PERSON)
    }
  })

  test('each function is callable by whom it says here, and owns its search path where it has the rights of its owner', async () => {
    const functions = await db.query<{
      name: string
      roles: string | null
      definer: boolean
      settings: string[] | null
    }>(
      `SELECT replace(p.oid::regprocedure::text, ', ', ',') AS name, p.prosecdef AS definer, p.proconfig AS settings,
         (SELECT string_agg(DISTINCT ${ROLE_LETTERS}, ' ')
          FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner) AS roles
       FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND ${OWN('pg_proc', 'p')}`,
    )
    expect(functions.length).toBeGreaterThan(30)
    for (const { name, definer, settings } of functions) {
      // Nothing of the caller's can stand before what is meant: pg_catalog comes first by itself.
      if (definer) expect(settings?.join(), name).toMatch(/search_path=(pg_catalog, )?public, pg_temp(,|$)/)
    }
    const callable = functions.filter(({ roles }) => roles !== null)
    expect(Object.fromEntries(callable.map(({ name, roles }) => [name, roles]))).toEqual(CALLABLE)
  })

  test('the roles can do nothing by themselves', async () => {
    const roles = await db.query(
      `SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb, rolreplication,
         has_schema_privilege(oid, 'public', 'CREATE') AS creates, has_database_privilege(oid, current_database(), 'CREATE') AS schemas,
         (SELECT count(*)::int FROM pg_auth_members m WHERE m.member = r.oid) AS memberships,
         (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid) AS owns
       FROM pg_roles r WHERE rolname LIKE 'gridwall%' ORDER BY rolname`,
    )
    const nothing = {
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      creates: false,
      schemas: false,
      memberships: 0,
      owns: 0,
    }
    expect(roles).toEqual([
      { rolname: 'gridwall_ingest', ...nothing },
      { rolname: 'gridwall_reader', ...nothing },
      { rolname: 'gridwall_writer', ...nothing },
    ])
  })

  test('what could change whose eyes a statement has, or do more than read, is the owner’s alone', async () => {
    const rows = await db.query<{ name: string }>(
      `SELECT p.oid::regprocedure::text AS name FROM pg_proc p
       WHERE p.pronamespace = 'pg_catalog'::regnamespace
         AND (p.proname IN ('set_config', 'pg_notify', 'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lowrite', 'lo_import')
              OR p.proname ~ '^pg_(try_)?advisory_')
         AND (has_function_privilege('gridwall_reader', p.oid, 'EXECUTE') OR has_function_privilege('gridwall_writer', p.oid, 'EXECUTE')
              OR has_function_privilege('gridwall_ingest', p.oid, 'EXECUTE'))`,
    )
    expect(rows).toEqual([])
  })
})
