-- What comes in live: from the 110 desk, gateways of handhelds, phones as beacons, the short-message gateway, and from people.
--
-- Whoever sends holds a token, of which only the SHA-256 is kept. What it brings is written in a transaction as
-- `gridwall_ingest` with
--   gridwall.token   whose it is: ingest_tokens.id
-- The database looks up itself whether that token holds and for what: rows of its own source, positions of its own unit
-- (or, for a gateway, of units of its own city). It reads nothing else, and deletes nothing.

INSERT INTO role_rights (role, right_name)
SELECT r.role, given
FROM (VALUES
  ('officer', 'incidents.report respond'),
  ('squadLeader', 'incidents.report respond dispatch'),
  ('planner', 'incidents.report respond dispatch'),
  ('gridWorker', 'incidents.report'),
  ('centreClerk', 'incidents.report'),
  ('systemAdmin', 'sources')
) AS r (role, rights), regexp_split_to_table(r.rights, ' ') AS given;

-- As in 0006: the role belongs to the whole server, and several databases of one server may be made at once.
DO $$
BEGIN
  FOR attempt IN 1 .. 20 LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridwall_ingest') THEN
        CREATE ROLE gridwall_ingest NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
      END IF;
      IF NOT pg_has_role(current_user, 'gridwall_ingest',
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
        EXECUTE format('GRANT gridwall_ingest TO %I', current_user);
      END IF;
      EXIT;
    EXCEPTION
      WHEN duplicate_object OR unique_violation OR internal_error THEN
        IF attempt = 20 THEN RAISE; END IF;
        PERFORM pg_sleep(0.05);
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'roles of GridWall are missing' USING ERRCODE = 'GW001', DETAIL = current_user;
    END;
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridwall_ingest' AND (rolsuper OR rolbypassrls OR rolcanlogin)) THEN
    RAISE EXCEPTION 'role gridwall_ingest must neither log in nor bypass row-level security'
      USING ERRCODE = 'GW002', DETAIL = 'gridwall_ingest';
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO gridwall_ingest;

-- Where live data come from. No foreign key to the city: one that is written anew is the same city.
CREATE TABLE sources (
  city_code text NOT NULL,
  -- incidents.source of what it brings
  code text NOT NULL CHECK (code ~ '^ingest:[a-z0-9][a-z0-9-]{0,39}$'),
  kind text NOT NULL CHECK (kind IN ('incidents', 'positions', 'duties', 'sms')),
  name text NOT NULL,
  -- of positions that do not say
  crs text NOT NULL DEFAULT 'EPSG:4326' CHECK (crs IN ('EPSG:4326', 'EPSG:4490', 'GCJ-02', 'BD-09')),
  -- of incidents that do not say
  channel text NOT NULL DEFAULT 'unknown',
  default_kind text,
  -- requests a second, over ten seconds
  rate_per_second real NOT NULL CHECK (rate_per_second > 0),
  -- how often something should come; null: nobody waits for it
  expected_every_s integer CHECK (expected_every_s > 0),
  synthetic boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- users.id; null: the installation itself
  created_by text,
  revoked_at timestamptz,
  -- health, written every few seconds by the servers
  last_seen_at timestamptz,
  accepted bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  limited bigint NOT NULL DEFAULT 0,
  last_error text,
  last_error_at timestamptz,
  PRIMARY KEY (city_code, code)
);

-- A phone or handheld that is the beacon of a unit. The call sign is the unit's when the token was issued: an id that
-- means another unit afterwards lets nobody in.
CREATE TABLE devices (
  city_code text NOT NULL,
  unit_id integer NOT NULL,
  call_sign text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  revoked_at timestamptz,
  last_seen_at timestamptz,
  accepted bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  limited bigint NOT NULL DEFAULT 0,
  last_error text,
  last_error_at timestamptz,
  PRIMARY KEY (city_code, unit_id)
);

-- Tokens of sources and devices. A rotation makes a new one and lets the old one run out after an overlap.
CREATE TABLE ingest_tokens (
  city_code text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  source_code text,
  unit_id integer,
  -- SHA-256 of 256 random bits
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  -- what a request that is signed instead of bearing a token names it by; no secret
  key_name text UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  -- null: until it is revoked
  expires_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (city_code, id),
  FOREIGN KEY (city_code, source_code) REFERENCES sources ON DELETE CASCADE,
  FOREIGN KEY (city_code, unit_id) REFERENCES devices ON DELETE CASCADE,
  CHECK (num_nonnulls(source_code, unit_id) = 1)
);
CREATE INDEX ingest_tokens_source ON ingest_tokens (city_code, source_code);
CREATE INDEX ingest_tokens_unit ON ingest_tokens (city_code, unit_id);

-- Signatures of messages that were taken, for as long as their time would still be believed: none is taken twice.
CREATE TABLE ingest_signatures (
  city_code text NOT NULL,
  source_code text NOT NULL,
  signature bytea NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (city_code, source_code, signature)
);

-- when the source said what the row says now: of two statements the newer one holds, whichever comes first
ALTER TABLE incidents ADD COLUMN told_at timestamptz;

-- Tokens that hold now, with what they are for.
CREATE VIEW ingest_bearers AS
SELECT t.id, t.token_hash, t.key_name, t.city_code, s.code AS source_code, coalesce(s.kind, 'positions') AS kind, t.unit_id,
  coalesce(s.crs, 'EPSG:4326') AS crs, s.channel, s.default_kind, s.rate_per_second,
  -- nothing that comes into a made-up city passes for real
  coalesce(s.synthetic, u.synthetic) OR c.synthetic AS synthetic
FROM ingest_tokens t
JOIN cities c ON c.code = t.city_code
LEFT JOIN sources s ON s.city_code = t.city_code AND s.code = t.source_code
LEFT JOIN devices d ON d.city_code = t.city_code AND d.unit_id = t.unit_id
LEFT JOIN units u ON u.city_code = d.city_code AND u.id = d.unit_id AND u.call_sign = d.call_sign
WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
  AND s.revoked_at IS NULL AND d.revoked_at IS NULL AND (s.code IS NOT NULL OR u.id IS NOT NULL);

-- The city, the source and the unit of the token that writes; null where it does not hold (for any of these kinds).
CREATE FUNCTION ingest_city(wanted_kinds text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT b.city_code FROM ingest_bearers b
    WHERE b.id = nullif(current_setting('gridwall.token', true), '')::bigint
      AND b.kind = ANY (string_to_array(wanted_kinds, ' ')));
END
$$;
CREATE FUNCTION ingest_source() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT b.source_code FROM ingest_bearers b
    WHERE b.id = nullif(current_setting('gridwall.token', true), '')::bigint);
END
$$;
CREATE FUNCTION ingest_unit() RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT b.unit_id FROM ingest_bearers b
    WHERE b.id = nullif(current_setting('gridwall.token', true), '')::bigint);
END
$$;

-- The cell of a set of areas that no point has lain in yet, as an import makes it (geodata/import/cells.ts).
CREATE FUNCTION cell_of_areas(city text, at_areas integer[]) RETURNS integer LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  made integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gridwall cells'), hashtext(city));
  SELECT c.cell_id INTO made FROM cell_areas c WHERE c.city_code = city
  GROUP BY c.cell_id HAVING array_agg(c.area_id ORDER BY c.area_id) = ARRAY(SELECT DISTINCT a FROM unnest(at_areas) a ORDER BY a);
  IF made IS NULL THEN
    SELECT 1 + coalesce(max(c.cell_id), 0) INTO made FROM cell_areas c WHERE c.city_code = city;
    INSERT INTO cell_areas (city_code, version, level, cell_id, area_id)
    SELECT a.city_code, a.version, a.level, made, a.id FROM areas a WHERE a.city_code = city AND a.id = ANY (at_areas);
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
  END IF;
  RETURN made;
END
$$;
CREATE FUNCTION ingest_cell(at_areas integer[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  city text := ingest_city('incidents positions sms');
BEGIN
  RETURN CASE WHEN city IS NOT NULL THEN cell_of_areas(city, at_areas) END;
END
$$;

-- Triggers that write what their caller may not: the log of counts, and fixes of a duty that never was.
ALTER FUNCTION cube_log_insert() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION cube_log_update() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION drop_off_duty() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION forget_off_duty() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;

-- Servers remember tokens for a moment; health is no change of them.
CREATE FUNCTION sources_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY sources;
  RETURN NULL;
END
$$;
CREATE TRIGGER sources_changed AFTER INSERT OR DELETE OR TRUNCATE
  OR UPDATE OF name, crs, channel, default_kind, rate_per_second, expected_every_s, revoked_at ON sources
  FOR EACH STATEMENT EXECUTE FUNCTION sources_changed();
CREATE TRIGGER sources_changed AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF call_sign, revoked_at ON devices
  FOR EACH STATEMENT EXECUTE FUNCTION sources_changed();
CREATE TRIGGER sources_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ingest_tokens
  FOR EACH STATEMENT EXECUTE FUNCTION sources_changed();

DO $$
DECLARE
  own regprocedure;
BEGIN
  FOR own IN SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND (p.proname LIKE 'ingest\_%' OR p.proname IN ('sources_changed', 'cell_of_areas')) LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', own);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION ingest_city(text), ingest_source(), ingest_unit(), ingest_cell(integer[]) TO gridwall_ingest;

ALTER TABLE sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingest_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingest_signatures ENABLE ROW LEVEL SECURITY;

-- What a token writes, and the rows it compares with.
GRANT SELECT, INSERT (city_code, source, source_id, kind, level, channel, reported_at, dispatched_at, arrived_at, closed_at, due_at,
    status, outcome, cell_id, geom, attributes, synthetic, told_at),
  UPDATE (kind, level, channel, reported_at, dispatched_at, arrived_at, closed_at, due_at, status, outcome, cell_id, geom,
    attributes, told_at)
  ON incidents TO gridwall_ingest;
CREATE POLICY incidents_ingested ON incidents FOR ALL TO gridwall_ingest
  USING (city_code = (SELECT ingest_city('incidents sms')) AND source = (SELECT ingest_source()))
  WITH CHECK (city_code = (SELECT ingest_city('incidents sms')) AND source = (SELECT ingest_source()));

GRANT SELECT (city_code, id, squad_id, call_sign, kind, strength, synthetic) ON units TO gridwall_ingest;
CREATE POLICY units_ingested ON units FOR SELECT TO gridwall_ingest
  USING (city_code = (SELECT ingest_city('positions duties')));

GRANT SELECT, INSERT, UPDATE ON unit_duties TO gridwall_ingest;
CREATE POLICY unit_duties_ingest_compared ON unit_duties FOR SELECT TO gridwall_ingest
  USING (city_code = (SELECT ingest_city('positions duties')));
CREATE POLICY unit_duties_ingest_begun ON unit_duties FOR INSERT TO gridwall_ingest
  WITH CHECK (city_code = (SELECT ingest_city('duties')));
CREATE POLICY unit_duties_ingest_changed ON unit_duties FOR UPDATE TO gridwall_ingest
  USING (city_code = (SELECT ingest_city('duties'))) WITH CHECK (city_code = (SELECT ingest_city('duties')));

GRANT SELECT, INSERT ON unit_positions TO gridwall_ingest;
CREATE POLICY unit_positions_compared ON unit_positions FOR SELECT TO gridwall_ingest
  USING (city_code = (SELECT ingest_city('positions duties')));
CREATE POLICY unit_positions_ingested ON unit_positions FOR INSERT TO gridwall_ingest
  WITH CHECK (city_code = (SELECT ingest_city('positions'))
    AND ((SELECT ingest_unit()) IS NULL OR unit_id = (SELECT ingest_unit())));

GRANT INSERT (city_code, source_code, signature) ON ingest_signatures TO gridwall_ingest;
CREATE POLICY ingest_signatures_taken ON ingest_signatures FOR INSERT TO gridwall_ingest
  WITH CHECK (city_code = (SELECT ingest_city('sms')) AND source_code = (SELECT ingest_source()));

GRANT SELECT, INSERT (person_id, user_name, kind, roles, session_id, address, action, target, rows, city_code, area_id, box, purpose, detail)
  ON audit TO gridwall_ingest;
CREATE POLICY audit_ingested ON audit FOR INSERT TO gridwall_ingest
  WITH CHECK (kind = 'system' AND user_name = (SELECT ingest_source()) AND city_code = (SELECT ingest_city('incidents duties sms')));
CREATE POLICY audit_ingested_now ON audit FOR SELECT TO gridwall_ingest
  USING (xid = pg_current_xact_id_if_assigned() AND user_name = (SELECT ingest_source()));

-- What people report, inside their jurisdiction. The row that was written may be seen by whoever wrote it: its number is
-- the answer.
GRANT EXECUTE ON FUNCTION cells_with(text), whole_cities_with(text) TO gridwall_writer;
GRANT SELECT (city_code, id, source, source_id, cell_id), INSERT (city_code, source, source_id, kind, level, channel, reported_at,
  status, cell_id, geom, attributes, synthetic, told_at) ON incidents TO gridwall_writer;
CREATE POLICY incidents_reported ON incidents FOR INSERT TO gridwall_writer WITH CHECK (
  source = 'report' AND status = 'new'
  AND (city_code IN (SELECT whole_cities_with('incidents.report'))
    OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('incidents.report') c))
);
CREATE POLICY incidents_reports_read ON incidents FOR SELECT TO gridwall_writer USING (
  source = 'report'
  AND (city_code IN (SELECT whole_cities_with('incidents.report'))
    OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('incidents.report') c))
);

-- Administration, by the right `sources`. Nobody but the owner reads a hash.
GRANT SELECT, INSERT (city_code, code, kind, name, crs, channel, default_kind, rate_per_second, expected_every_s, synthetic, created_by),
  UPDATE (name, crs, channel, default_kind, rate_per_second, expected_every_s, revoked_at) ON sources TO gridwall_writer;
CREATE POLICY sources_kept ON sources FOR ALL TO gridwall_writer
  USING ((SELECT has_right('sources'))) WITH CHECK ((SELECT has_right('sources')));
GRANT SELECT, INSERT (city_code, unit_id, call_sign, created_by), UPDATE (call_sign, revoked_at) ON devices TO gridwall_writer;
CREATE POLICY devices_kept ON devices FOR ALL TO gridwall_writer
  USING ((SELECT has_right('sources'))) WITH CHECK ((SELECT has_right('sources')));
GRANT SELECT (city_code, id, source_code, unit_id, key_name, created_at, expires_at, revoked_at),
  INSERT (city_code, source_code, unit_id, token_hash, key_name, created_by), UPDATE (expires_at, revoked_at)
  ON ingest_tokens TO gridwall_writer;
CREATE POLICY ingest_tokens_kept ON ingest_tokens FOR ALL TO gridwall_writer
  USING ((SELECT has_right('sources'))) WITH CHECK ((SELECT has_right('sources')));
-- The call sign of a unit that a beacon is issued to: whoever keeps sources need not see units otherwise.
CREATE FUNCTION equipped_call_sign(city text, unit integer) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT has_right('sources') THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT u.call_sign FROM units u WHERE u.city_code = city AND u.id = unit);
END
$$;
REVOKE EXECUTE ON FUNCTION equipped_call_sign(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION equipped_call_sign(text, integer) TO gridwall_writer;

-- Lists of administration, as the reader sees them. `tokens`: those that hold; `overlap_until`: when the last of the old
-- ones ends.
CREATE VIEW sources_listed WITH (security_barrier) AS
SELECT s.city_code, s.code, s.kind, s.name, s.crs, s.channel, s.default_kind, s.rate_per_second, s.expected_every_s, s.synthetic,
  s.created_at, coalesce(u.username, s.created_by) AS created_by, s.revoked_at, s.last_seen_at, s.accepted, s.rejected, s.limited,
  s.last_error, s.last_error_at, t.tokens, t.token_since, t.overlap_until
FROM sources s LEFT JOIN users u ON u.id = s.created_by
LEFT JOIN LATERAL (
  SELECT count(*)::int AS tokens, max(created_at) AS token_since, max(expires_at) AS overlap_until FROM ingest_tokens t
  WHERE t.city_code = s.city_code AND t.source_code = s.code AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > now())
) t ON true
WHERE (SELECT has_right('sources'));

-- every unit, with its beacon where it has one
CREATE VIEW devices_listed WITH (security_barrier) AS
SELECT u.city_code, u.id AS unit_id, u.call_sign, u.kind, u.squad_id, a.name_zh AS squad_zh, a.name_en AS squad_en, u.synthetic,
  EXISTS (SELECT FROM unit_duties o WHERE o.city_code = u.city_code AND o.unit_id = u.id AND o.ended_at IS NULL) AS on_duty,
  d.created_at, coalesce(p.username, d.created_by) AS created_by, d.revoked_at, d.last_seen_at, d.accepted, d.rejected, d.limited,
  d.last_error, d.last_error_at, t.tokens, t.token_since, t.overlap_until
FROM units u
LEFT JOIN areas a ON a.city_code = u.city_code AND a.id = u.squad_id
LEFT JOIN devices d ON d.city_code = u.city_code AND d.unit_id = u.id AND d.call_sign = u.call_sign
LEFT JOIN users p ON p.id = d.created_by
LEFT JOIN LATERAL (
  SELECT count(*)::int AS tokens, max(created_at) AS token_since, max(expires_at) AS overlap_until FROM ingest_tokens t
  WHERE t.city_code = d.city_code AND t.unit_id = d.unit_id AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > now())
) t ON true
WHERE (SELECT has_right('sources'));
GRANT SELECT ON sources_listed, devices_listed TO gridwall_reader;
