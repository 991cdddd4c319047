-- Who may see which rows, decided by the database from the grants of a person, whatever the server asks for.
--
-- The server's own account owns every table and sees everything: it migrates, writes cities, keeps the cube, the catalog
-- and the accounts. What is done for a person runs in a transaction as `gridwall_reader` (db/viewing.ts) with
--   gridwall.person  whose eyes these are: users.id
--   gridwall.use     'counts' (rows are only counted) or 'points' (they are shown one by one)
-- and administration as `gridwall_writer` with gridwall.person. Neither role can log in, and neither sees a row that no
-- policy gives it: row-level security is on for every table, and a table without a policy shows nothing.
--
-- A later migration that makes a table writes, in the same style:
--   ALTER TABLE things ENABLE ROW LEVEL SECURITY;
--   GRANT SELECT ON things TO gridwall_reader;
--   CREATE POLICY things_seen ON things FOR SELECT TO gridwall_reader
--     USING (city_code = ANY (ARRAY(SELECT cities_with('map'))));
-- or only the first line: then nobody but the owner sees it. A function is everybody's in PostgreSQL unless it says
--   REVOKE EXECUTE ON FUNCTION f(…) FROM PUBLIC;
-- (tests/db/accessSchema.test.ts fails where a table or a function was forgotten.) What makes an account unusable goes
-- into the view people_in_force by CREATE OR REPLACE VIEW people_in_force AS SELECT id FROM users WHERE ….
-- Scope functions stand in a subselect, `= ANY (ARRAY(SELECT f()))` where they are few and `IN (SELECT f())` where they are
-- many: then they run once a statement, not once a row.

-- The roles belong to the whole server, and several databases of one server may be made at once.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['gridwall_reader', 'gridwall_writer'] LOOP
    FOR attempt IN 1 .. 20 LOOP
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
          EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
        END IF;
        -- from version 16 on, being a member and being allowed to SET ROLE are two things
        IF NOT pg_has_role(current_user, wanted,
          CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
          EXECUTE format('GRANT %I TO %I', wanted, current_user);
        END IF;
        EXIT;
      EXCEPTION
        -- another database's migration was faster, or is at the same row
        WHEN duplicate_object OR unique_violation OR internal_error THEN
          IF attempt = 20 THEN RAISE; END IF;
          PERFORM pg_sleep(0.05);
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'roles of GridWall are missing' USING ERRCODE = 'GW001', DETAIL = current_user;
      END;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolbypassrls OR rolcanlogin)) THEN
      RAISE EXCEPTION 'role % must neither log in nor bypass row-level security', wanted USING ERRCODE = 'GW002', DETAIL = wanted;
    END IF;
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO gridwall_reader, gridwall_writer;

-- A statement of a reader can do nothing but read: not change whose eyes it has (SET is a statement of its own, and the
-- function is the owner's), not notify, not take locks that outlive it, not write large objects. Everybody may call these
-- in PostgreSQL, and only a superuser can say otherwise; where this account is none, db/viewing.ts still sends one
-- statement at a time.
DO $$
DECLARE
  noun regprocedure;
BEGIN
  FOR noun IN
    SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace
      AND (p.proname IN ('set_config', 'pg_notify', 'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lowrite')
           OR p.proname ~ '^pg_(try_)?advisory_')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', noun, current_user);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', noun);
  END LOOP;
  REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;
EXCEPTION
  WHEN insufficient_privilege THEN RAISE NOTICE 'set_config and its like stay open to every role of this database';
END
$$;

-- Boxes are compared before the policy only by operators that tell nothing about rows they do not answer. These compare
-- two boxes and raise no error; without this a look at a small part of the map would read the whole window of time.
DO $$
BEGIN
  ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;
  ALTER FUNCTION geometry_same(geometry, geometry) LEAKPROOF;
EXCEPTION
  WHEN insufficient_privilege THEN RAISE NOTICE 'looks at the map under row-level security go by time, not by place';
END
$$;

-- kinds of public order (police, traffic …); the others are of governance
ALTER TABLE kinds ADD COLUMN public_order boolean NOT NULL DEFAULT true;
-- the demo's own kinds of governance, in cities that were made before
UPDATE kinds SET public_order = false
WHERE city_code IN (SELECT code FROM cities WHERE synthetic) AND kind_group IN ('hazard', 'complaint', 'dispute');

-- What each role may; api/access.ts says the same, and a test compares.
CREATE TABLE role_rights (
  role text NOT NULL,
  right_name text NOT NULL,
  -- only with a purpose
  purpose_demanded boolean NOT NULL DEFAULT false,
  PRIMARY KEY (role, right_name)
);
INSERT INTO role_rights (role, right_name, purpose_demanded)
SELECT r.role, trim(trailing '!' FROM given), given LIKE '%!'
FROM (VALUES
  ('wall', 'map counts.governance counts.publicOrder cameras.counts patrols'),
  ('officer', 'map counts.governance counts.publicOrder points.governance points.publicOrder cameras.counts cameras.points patrols'),
  ('squadLeader', 'map counts.governance counts.publicOrder points.governance points.publicOrder cameras.counts cameras.points patrols export'),
  ('planner', 'map counts.governance counts.publicOrder points.governance points.publicOrder cameras.counts cameras.points patrols export'),
  ('gridWorker', 'map counts.governance points.governance'),
  ('centreClerk', 'map counts.governance points.governance disputes export cameras.counts'),
  ('department', 'map counts.governance points.governance! export!'),
  ('leader', 'map counts.governance counts.publicOrder points.governance! points.publicOrder! disputes cameras.counts cameras.points! patrols export'),
  ('auditor', 'map audit.read'),
  ('systemAdmin', 'people'),
  ('securityAdmin', 'grants'),
  ('auditAdmin', 'audit.read audit.keep map')
) AS r (role, rights), regexp_split_to_table(r.rights, ' ') AS given;

-- Who holds which role, and where.
CREATE TABLE grants (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('wall', 'officer', 'squadLeader', 'planner', 'gridWorker', 'centreClerk', 'department',
    'leader', 'auditor', 'systemAdmin', 'securityAdmin', 'auditAdmin')),
  -- null: every city; no foreign key: a city that is written anew is the same city
  city_code text,
  -- null: the whole city
  area_id integer,
  -- what the area was when it was granted, set here: an id that means another area afterwards gives nothing
  area_version text,
  area_level text,
  area_code text,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- users.id; null: the installation itself
  created_by text,
  UNIQUE NULLS NOT DISTINCT (person_id, role, city_code, area_id),
  CHECK (area_id IS NULL OR city_code IS NOT NULL),
  -- the three administrators are the installation's
  CHECK (city_code IS NULL OR role NOT IN ('systemAdmin', 'securityAdmin', 'auditAdmin'))
);

-- accounts that may be used
CREATE VIEW people_in_force AS SELECT u.id FROM users u;

-- the grants that hold: of an account that may be used, in an area that is still the one it was
CREATE VIEW grants_in_force AS
SELECT g.id, g.person_id, g.role, g.city_code, g.area_id
FROM grants g
JOIN people_in_force p ON p.id = g.person_id
LEFT JOIN areas a ON a.city_code = g.city_code AND a.id = g.area_id
WHERE g.area_id IS NULL
  OR (a.version = g.area_version AND a.level = g.area_level AND a.code = g.area_code);

-- the rights of the person whose eyes these are
CREATE VIEW viewing_rights AS
SELECT r.right_name, g.city_code, g.area_id
FROM grants_in_force g
JOIN role_rights r ON r.role = g.role
WHERE g.person_id = nullif(current_setting('gridwall.person', true), '');

-- A grant is checked and completed, one change at a time, so that two changes cannot make together what neither may alone.
CREATE FUNCTION grants_check() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  apart text[] := ARRAY['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor'];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gridwall grants'), 0);
  IF NEW.area_id IS NULL THEN
    NEW.area_version := NULL;
    NEW.area_level := NULL;
    NEW.area_code := NULL;
  ELSIF TG_OP = 'INSERT' OR (NEW.city_code, NEW.area_id) IS DISTINCT FROM (OLD.city_code, OLD.area_id) THEN
    SELECT a.version, a.level, a.code INTO NEW.area_version, NEW.area_level, NEW.area_code
    FROM areas a WHERE a.city_code = NEW.city_code AND a.id = NEW.area_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'no area % in the city', NEW.area_id USING ERRCODE = 'foreign_key_violation';
    END IF;
  END IF;
  IF NEW.city_code IS NOT NULL AND NOT EXISTS (SELECT FROM cities c WHERE c.code = NEW.city_code) THEN
    RAISE EXCEPTION 'no such city' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NEW.role = ANY (apart) AND EXISTS (
    SELECT FROM grants g WHERE g.person_id = NEW.person_id AND g.id <> NEW.id AND g.role = ANY (apart) AND g.role <> NEW.role
  ) THEN
    RAISE EXCEPTION 'one person holds at most one of the roles %', array_to_string(apart, ', ') USING ERRCODE = 'check_violation',
      CONSTRAINT = 'grants_apart';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER grants_check BEFORE INSERT OR UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION grants_check();
-- servers remember grants with the session (0005)
CREATE TRIGGER sessions_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grants
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_changed();

-- An area that comes back under another number (its city was imported again) takes its grants with it.
CREATE FUNCTION grants_follow_areas() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE grants g SET area_id = a.id FROM new_rows a
  WHERE g.city_code = a.city_code AND g.area_version = a.version AND g.area_level = a.level AND g.area_code = a.code
    AND g.area_id <> a.id;
  -- an area that is there again is one that was gone: whoever remembers must look
  NOTIFY sessions;
  RETURN NULL;
END
$$;
CREATE TRIGGER grants_follow_areas AFTER INSERT ON areas REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION grants_follow_areas();

-- The scopes of the person whose eyes these are. Each tells only about that person: gridwall.person is set by the
-- server before it becomes gridwall_reader. Owner's rights, a fixed search path, one plan a session: planning would cost more
-- than the answer.

-- cities where the person has a right in any jurisdiction
CREATE FUNCTION cities_with(wanted text) RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT c.code FROM cities c
    WHERE EXISTS (SELECT FROM viewing_rights v WHERE v.right_name = wanted AND (v.city_code IS NULL OR v.city_code = c.code));
END
$$;

-- cities where the person has it everywhere
CREATE FUNCTION whole_cities_with(wanted text) RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT c.code FROM cities c
    WHERE EXISTS (SELECT FROM viewing_rights v WHERE v.right_name = wanted AND v.area_id IS NULL
                  AND (v.city_code IS NULL OR v.city_code = c.code));
END
$$;

-- cells of the areas where the person has it; a cell may come twice
CREATE FUNCTION cells_with(wanted text) RETURNS TABLE (city_code text, cell_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 500 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT ca.city_code, ca.cell_id
    FROM viewing_rights v JOIN cell_areas ca ON ca.city_code = v.city_code AND ca.area_id = v.area_id
    WHERE v.right_name = wanted;
END
$$;

-- Incidents are seen by family of kinds and by place. Disputes are in no use: they leave as counts of a whole city through
-- dispute_counts only, and what is sensitive is never a point. In what follows `families` is 'both' for what a role shows
-- of both families alike, or the one family that a role shows alone: so that the cells of a police squad are made once.

-- the grants of the person by what they show in this use
CREATE VIEW viewing_incidents AS
SELECT g.city_code, g.area_id,
  CASE WHEN r.governance AND r.public_order THEN 'both' WHEN r.governance THEN 'governance' ELSE 'publicOrder' END AS families
FROM grants_in_force g
JOIN (SELECT role, bool_or(right_name LIKE '%.governance') AS governance, bool_or(right_name LIKE '%.publicOrder') AS public_order
      FROM role_rights
      WHERE right_name = ANY (CASE current_setting('gridwall.use', true)
        WHEN 'counts' THEN ARRAY['counts.governance', 'counts.publicOrder']
        WHEN 'points' THEN ARRAY['points.governance', 'points.publicOrder'] END)
      GROUP BY role) r ON r.role = g.role
WHERE g.person_id = nullif(current_setting('gridwall.person', true), '');

-- kinds of which the person sees all incidents of a city
CREATE FUNCTION incident_kinds_everywhere() RETURNS TABLE (city_code text, kind text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT k.city_code, k.code
    FROM (SELECT DISTINCT i.city_code, i.families FROM viewing_incidents i WHERE i.area_id IS NULL) v
    JOIN kinds k ON (v.city_code IS NULL OR k.city_code = v.city_code)
      AND (v.families = 'both' OR k.public_order = (v.families = 'publicOrder'))
    WHERE NOT k.dispute AND (NOT k.sensitive OR current_setting('gridwall.use', true) = 'counts');
END
$$;

-- kinds that roles of these families show somewhere in a city
CREATE FUNCTION incident_kinds_somewhere(wanted_families text) RETURNS TABLE (city_code text, kind text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT k.city_code, k.code
    FROM (SELECT DISTINCT i.city_code FROM viewing_incidents i WHERE i.area_id IS NOT NULL AND i.families = wanted_families) v
    JOIN kinds k ON k.city_code = v.city_code AND (wanted_families = 'both' OR k.public_order = (wanted_families = 'publicOrder'))
    WHERE NOT k.dispute AND (NOT k.sensitive OR current_setting('gridwall.use', true) = 'counts');
END
$$;

-- the cells where roles of these families show them; a cell may come twice
CREATE FUNCTION incident_cells(wanted_families text) RETURNS TABLE (city_code text, cell_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 500 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT ca.city_code, ca.cell_id
    FROM viewing_incidents v JOIN cell_areas ca ON ca.city_code = v.city_code AND ca.area_id = v.area_id
    WHERE v.families = wanted_families;
END
$$;

-- squads (and their districts and beats) that share ground with the areas where the person has the right `patrols`
CREATE FUNCTION patrol_areas_seen() RETURNS TABLE (city_code text, area_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT DISTINCT ca.city_code, ca.area_id
    FROM area_levels l
    JOIN cell_areas ca ON ca.city_code = l.city_code AND ca.version = l.version AND ca.level = l.level
    WHERE l.hierarchy = 'patrol'
      -- IS TRUE: looked up in a hash, never joined row by row
      AND ((ca.city_code, ca.cell_id) IN (SELECT s.city_code, s.cell_id FROM cells_with('patrols') s)) IS TRUE;
END
$$;

-- the cells of those squads
CREATE FUNCTION patrol_cells_seen() RETURNS TABLE (city_code text, cell_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 500 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT ca.city_code, ca.cell_id
    FROM patrol_areas_seen() s
    JOIN areas a ON a.city_code = s.city_code AND a.id = s.area_id AND a.level = 'squad'
    JOIN cities c ON c.code = a.city_code AND c.current_version = a.version
    JOIN cell_areas ca ON ca.city_code = a.city_code AND ca.area_id = a.id;
END
$$;

-- Counts of disputes of a whole city, for the one release that suppresses small numbers over all of it (api/disputes.ts).
-- Never a row, never a position. Nothing for whoever has no right to disputes there.
CREATE FUNCTION dispute_counts(city text, zone text, register text, wanted_kinds text[], from_day text, to_day text)
RETURNS TABLE (cell_id integer, kind text, month integer, count integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF current_setting('gridwall.use', true) IS DISTINCT FROM 'counts' OR NOT city IN (SELECT cities_with('disputes')) THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT i.cell_id, i.kind,
      (extract(year FROM i.reported_at AT TIME ZONE zone) * 12 + extract(month FROM i.reported_at AT TIME ZONE zone) - 1)::int,
      count(*)::int
    FROM incidents i
    WHERE i.city_code = city AND i.kind = ANY (wanted_kinds) AND i.duplicate_of IS NULL AND i.cell_id IS NOT NULL
      AND i.kind IN (SELECT k.code FROM kinds k WHERE k.city_code = city AND k.dispute)
      AND coalesce(i.attributes ->> 'caseSource', 'platform') = register
      AND i.reported_at >= from_day::timestamp AT TIME ZONE zone AND i.reported_at < to_day::timestamp AT TIME ZONE zone
    GROUP BY 1, 2, 3;
END
$$;

-- when the first incident of a city was reported, for whoever sees counts of it
CREATE FUNCTION first_report(city text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM viewing_rights v WHERE v.right_name IN ('counts.governance', 'counts.publicOrder', 'disputes')
             AND (v.city_code IS NULL OR v.city_code = city)) THEN
    RETURN (SELECT min(i.reported_at) FROM incidents i WHERE i.city_code = city);
  END IF;
  RETURN NULL;
END
$$;

-- whether the person has a right anywhere: for administration
CREATE FUNCTION has_right(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (SELECT FROM viewing_rights v WHERE v.right_name = wanted);
END
$$;

-- Whether the person may give or take a role: whoever has the right `grants`; while nobody is security administrator a
-- system administrator appoints the first one and the first auditAdmin. Volatile: it must see what was committed while
-- it waited for its turn (grants_check).
CREATE FUNCTION may_grant(wanted_role text) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN has_right('grants')
    OR (has_right('people') AND wanted_role IN ('securityAdmin', 'auditAdmin')
        AND NOT EXISTS (SELECT FROM grants_in_force g WHERE g.role = 'securityAdmin')
        AND NOT EXISTS (SELECT FROM grants_in_force g WHERE g.role = wanted_role));
END
$$;

-- Functions are everybody's unless somebody says otherwise.
DO $$
DECLARE
  own regprocedure;
BEGIN
  FOR own IN
    SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', own);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION cities_with(text), whole_cities_with(text), cells_with(text), incident_kinds_everywhere(),
  incident_kinds_somewhere(text), incident_cells(text), patrol_areas_seen(), patrol_cells_seen(),
  dispute_counts(text, text, text, text[], text, text), first_report(text), has_right(text) TO gridwall_reader;
GRANT EXECUTE ON FUNCTION has_right(text), may_grant(text) TO gridwall_writer;

-- Nobody but the owner, unless a policy below says otherwise.
DO $$
DECLARE
  noun regclass;
BEGIN
  FOR noun IN
    SELECT c.oid::regclass FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', noun);
  END LOOP;
END
$$;

-- Geography, names and kinds are a whole city's, for whoever has any role there.
GRANT SELECT ON cities TO gridwall_reader;
CREATE POLICY cities_seen ON cities FOR SELECT TO gridwall_reader USING (code = ANY (ARRAY(SELECT cities_with('map'))));
DO $$
DECLARE
  noun text;
BEGIN
  FOREACH noun IN ARRAY ARRAY['boundary_versions', 'area_levels', 'areas', 'area_lineage', 'cell_areas', 'kinds', 'roads',
    'waters', 'blocks', 'projects', 'resources', 'assets'] LOOP
    EXECUTE format('GRANT SELECT ON %I TO gridwall_reader', noun);
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO gridwall_reader
      USING (city_code = ANY (ARRAY(SELECT cities_with(''map''))))', noun || '_seen', noun);
  END LOOP;
END
$$;

GRANT SELECT ON incidents TO gridwall_reader;
CREATE POLICY incidents_seen ON incidents FOR SELECT TO gridwall_reader USING (
  (city_code, kind) IN (SELECT e.city_code, e.kind FROM incident_kinds_everywhere() e)
  OR ((city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM incident_cells('both') c)
      AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('both') s))
  OR ((city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM incident_cells('governance') c)
      AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('governance') s))
  OR ((city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM incident_cells('publicOrder') c)
      AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('publicOrder') s))
);

GRANT SELECT ON cameras TO gridwall_reader;
CREATE POLICY cameras_seen ON cameras FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('cameras.' || current_setting('gridwall.use', true))))
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('cameras.' || current_setting('gridwall.use', true)) c)
);

-- of the cameras that are seen: the subselect is under their policy
GRANT SELECT ON camera_outages TO gridwall_reader;
CREATE POLICY camera_outages_seen ON camera_outages FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('cameras.' || current_setting('gridwall.use', true))))
  OR (city_code, camera_id) IN (SELECT c.city_code, c.id FROM cameras c)
);

-- Patrol posts are the patrol's; key sites, centres and halls are geography.
GRANT SELECT ON places TO gridwall_reader;
CREATE POLICY places_seen ON places FOR SELECT TO gridwall_reader USING (
  CASE WHEN category <> 'post' THEN city_code = ANY (ARRAY(SELECT cities_with('map')))
  ELSE city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
    OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM patrol_cells_seen() c) END
);

GRANT SELECT ON units TO gridwall_reader;
CREATE POLICY units_seen ON units FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
  OR (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_seen() s)
);

GRANT SELECT ON patrol_routes TO gridwall_reader;
CREATE POLICY patrol_routes_seen ON patrol_routes FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
  OR (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_seen() s)
);

-- what was done, and how much of it: numbers of a whole city
GRANT SELECT ON activities TO gridwall_reader;
CREATE POLICY activities_seen ON activities FOR SELECT TO gridwall_reader
  USING (city_code = ANY (ARRAY(SELECT whole_cities_with('counts.governance'))));

-- Administration: accounts and sessions by `people`, roles by `grants`; nobody touches their own roles.
GRANT SELECT, INSERT, UPDATE, DELETE ON grants TO gridwall_writer;
GRANT SELECT ON role_rights TO gridwall_writer;
CREATE POLICY role_rights_read ON role_rights FOR SELECT TO gridwall_writer USING (true);
CREATE POLICY grants_read ON grants FOR SELECT TO gridwall_writer
  USING ((SELECT has_right('grants')) OR (SELECT has_right('people')));
CREATE POLICY grants_given ON grants FOR INSERT TO gridwall_writer
  WITH CHECK (person_id <> current_setting('gridwall.person', true) AND may_grant(role));
CREATE POLICY grants_changed ON grants FOR UPDATE TO gridwall_writer
  USING (person_id <> current_setting('gridwall.person', true) AND (SELECT has_right('grants')))
  WITH CHECK (person_id <> current_setting('gridwall.person', true) AND (SELECT has_right('grants')));
CREATE POLICY grants_taken ON grants FOR DELETE TO gridwall_writer
  USING (person_id <> current_setting('gridwall.person', true) AND (SELECT has_right('grants')));

GRANT SELECT, INSERT, UPDATE ON users TO gridwall_writer;
CREATE POLICY users_read ON users FOR SELECT TO gridwall_writer
  USING ((SELECT has_right('people')) OR (SELECT has_right('grants')));
CREATE POLICY users_made ON users FOR INSERT TO gridwall_writer WITH CHECK ((SELECT has_right('people')));
CREATE POLICY users_changed ON users FOR UPDATE TO gridwall_writer
  USING ((SELECT has_right('people'))) WITH CHECK ((SELECT has_right('people')));
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO gridwall_writer;
CREATE POLICY accounts_kept ON accounts FOR ALL TO gridwall_writer
  USING ((SELECT has_right('people'))) WITH CHECK ((SELECT has_right('people')));
GRANT SELECT, DELETE ON sessions TO gridwall_writer;
CREATE POLICY sessions_read ON sessions FOR SELECT TO gridwall_writer USING ((SELECT has_right('people')));
CREATE POLICY sessions_ended ON sessions FOR DELETE TO gridwall_writer USING ((SELECT has_right('people')));
