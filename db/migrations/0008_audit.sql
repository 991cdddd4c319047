-- Who saw or changed what: written in the same transaction as what it tells of, and never changed afterwards.
--
-- Writers only ever append to `audit` and wait for nobody. Seconds later one keeper (db/queries/auditSealing.ts) takes the
-- rows that have become visible since its last seal, whatever their ids, and appends to `audit_links` their place in an
-- unbroken sequence, the hash of each row and the hash of the chain up to it; each batch ends in a row of `audit_seals`.
-- Hashes are SHA-256 and worked out outside the database (db/audit/hashes.ts), so that nobody who can replace a function
-- here changes what verification compares.

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- when the row was written, not when its transaction began
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- of users; no foreign key: rows outlive accounts. Null: the installation itself, or somebody who is nobody here
  person_id text,
  -- name and roles as they were then; accounts are posts, never persons
  user_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('person', 'kiosk', 'system', 'stranger')),
  roles text[] NOT NULL,
  -- sessions.id, which lets nobody in
  session_id text,
  -- of the socket or, behind a trusted proxy, of the client
  address text,
  -- noun.verb
  action text NOT NULL CHECK (action ~ '^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$'),
  -- what was seen or changed: an id, a name, a file
  target text,
  -- how many rows were seen or changed
  rows bigint CHECK (rows >= 0),
  -- where: no foreign keys, as above
  city_code text,
  area_id integer,
  box geometry(Polygon, 4326),
  -- why: the purpose code where a role demands one
  purpose text,
  detail jsonb NOT NULL DEFAULT '{}',
  CHECK ((person_id IS NOT NULL) = (kind IN ('person', 'kiosk')))
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_xid ON audit (xid);
CREATE INDEX audit_person ON audit (person_id, at);

-- The place of each row in the sequence: 1, 2, 3 … without a gap.
CREATE TABLE audit_links (
  seq bigint PRIMARY KEY,
  -- of audit; no foreign key: verification finds what is missing, and says more than a refusal would
  id bigint NOT NULL UNIQUE,
  row_hash bytea NOT NULL,
  -- over the chain hash before, seq, id and row hash
  chain_hash bytea NOT NULL
);

CREATE TABLE audit_seals (
  number bigint PRIMARY KEY,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL CHECK (last_seq >= first_seq),
  -- chain hash of last_seq
  head bytea NOT NULL,
  sealed_at timestamptz NOT NULL,
  -- all that was committed in this snapshot has been sealed
  snapshot pg_snapshot NOT NULL,
  -- the server whose transaction numbers these are: a restored copy has others
  system_identifier bigint NOT NULL,
  -- the last anchor at that time: a forged one shows in the next seal
  anchor bigint NOT NULL,
  -- over the seal before and all of the above
  hash bytea NOT NULL
);

-- Where the chain begins once retention has removed older rows: what stood there goes on being known.
CREATE TABLE audit_anchors (
  -- the last seal and the last place that were removed
  seal bigint PRIMARY KEY,
  seq bigint NOT NULL,
  head bytea NOT NULL,
  seal_hash bytea NOT NULL,
  -- half a year, whatever anybody sets
  keep_days integer NOT NULL CHECK (keep_days >= 183),
  removed bigint NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);

-- Nobody changes what is written, its owner included. ALWAYS: also where session_replication_role silences triggers.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever appended to: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

-- What retention removes must be old enough, sealed, and covered by an anchor of this very transaction.
CREATE FUNCTION audit_check_removal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  anchor audit_anchors;
  covered boolean;
BEGIN
  SELECT * INTO anchor FROM audit_anchors WHERE xid = pg_current_xact_id() ORDER BY seal DESC LIMIT 1;
  IF FOUND THEN
    CASE TG_TABLE_NAME
      WHEN 'audit' THEN
        covered := NOT EXISTS (SELECT FROM old_rows o LEFT JOIN audit_links l ON l.id = o.id
          WHERE l.seq IS NULL OR l.seq > anchor.seq OR o.at > anchor.made_at - anchor.keep_days * interval '24 hours');
      WHEN 'audit_links' THEN
        covered := NOT EXISTS (SELECT FROM old_rows o WHERE o.seq > anchor.seq);
      WHEN 'audit_seals' THEN
        covered := NOT EXISTS (SELECT FROM old_rows o WHERE o.number > anchor.seal);
    END CASE;
  END IF;
  IF covered THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% is only ever appended to: DELETE is refused', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION audit_check_anchor() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.made_at := clock_timestamp();
  NEW.xid := pg_current_xact_id();
  IF NOT EXISTS (SELECT FROM audit_seals s WHERE s.number = NEW.seal AND s.last_seq = NEW.seq AND s.head = NEW.head
                 AND s.hash = NEW.seal_hash AND s.sealed_at <= NEW.made_at - NEW.keep_days * interval '24 hours')
    OR NOT EXISTS (SELECT FROM audit_seals s WHERE s.number > NEW.seal) THEN
    RAISE EXCEPTION 'an anchor tells of a seal that is older than % days and not the last', NEW.keep_days
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

-- The removal is told in the audit itself.
CREATE FUNCTION audit_check_anchor_told() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM audit WHERE xid = NEW.xid AND action = 'audit.retain') THEN
    RAISE EXCEPTION 'retention writes an audit row of its own' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$$;

DO $$
DECLARE
  noun text;
BEGIN
  FOREACH noun IN ARRAY ARRAY['audit', 'audit_links', 'audit_seals', 'audit_anchors'] LOOP
    EXECUTE format('CREATE TRIGGER audit_unchanged BEFORE UPDATE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', noun);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER audit_unchanged', noun);
    CONTINUE WHEN noun = 'audit_anchors';
    EXECUTE format('CREATE TRIGGER audit_kept AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION audit_check_removal()', noun);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER audit_kept', noun);
  END LOOP;
END
$$;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit_anchors FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_anchors ENABLE ALWAYS TRIGGER audit_kept;
CREATE TRIGGER audit_anchored BEFORE INSERT ON audit_anchors FOR EACH ROW EXECUTE FUNCTION audit_check_anchor();
ALTER TABLE audit_anchors ENABLE ALWAYS TRIGGER audit_anchored;
CREATE CONSTRAINT TRIGGER audit_told AFTER INSERT ON audit_anchors DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION audit_check_anchor_told();
ALTER TABLE audit_anchors ENABLE ALWAYS TRIGGER audit_told;

-- Removes what was sealed more than `days` days ago, whole seals from the beginning, and leaves an anchor; answers how
-- many rows went, and the last place that did (null: nothing was old enough). The caller writes the audit row.
CREATE FUNCTION audit_retain(days integer, OUT removed bigint, OUT through bigint) LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  before timestamptz;
  young bigint;
  anchor audit_anchors;
BEGIN
  IF days IS NULL OR days < 183 THEN
    RAISE EXCEPTION 'audit rows are kept for at least 183 days, not %', days USING ERRCODE = 'check_violation';
  END IF;
  -- nobody seals meanwhile
  PERFORM pg_advisory_xact_lock(hashtext('gridwall audit'), 0);
  before := clock_timestamp() - days * interval '24 hours';
  SELECT min(s.number) INTO young FROM audit_seals s
  WHERE s.sealed_at >= before OR s.number = (SELECT max(number) FROM audit_seals)
    -- only where a clock was set back
    OR EXISTS (SELECT FROM audit_links l JOIN audit a ON a.id = l.id
               WHERE l.seq BETWEEN s.first_seq AND s.last_seq AND a.at >= before AND s.sealed_at < before);
  removed := 0;
  INSERT INTO audit_anchors (seal, seq, head, seal_hash, keep_days, removed)
  SELECT s.number, s.last_seq, s.head, s.hash, days, (SELECT count(*) FROM audit_links WHERE seq <= s.last_seq)
  FROM audit_seals s WHERE s.number = young - 1
  RETURNING * INTO anchor;
  IF anchor.seal IS NULL THEN
    RETURN;
  END IF;
  DELETE FROM audit a USING audit_links l WHERE l.id = a.id AND l.seq <= anchor.seq;
  DELETE FROM audit_links WHERE seq <= anchor.seq;
  DELETE FROM audit_seals WHERE number <= anchor.seal;
  removed := anchor.removed;
  through := anchor.seq;
END
$$;

-- The same for the keeper of the audit, who thereby also decides for how long it is kept from now on. The caller writes
-- the audit row.
CREATE FUNCTION audit_keep(days integer, OUT removed bigint, OUT through bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT has_right('audit.keep') THEN
    RAISE EXCEPTION 'only the keeper of the audit may remove of it' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT r.removed, r.through INTO removed, through FROM audit_retain(days) r;
  INSERT INTO settings (name, value) VALUES ('auditKeepDays', to_jsonb(days))
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END
$$;

-- whether the person may read the rows of every city, and those of no city
CREATE FUNCTION audit_read_everywhere() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
-- one plan a session (0006): as an SQL function it was planned with every row that was written
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (SELECT FROM viewing_rights v WHERE v.right_name = 'audit.read' AND v.city_code IS NULL);
END
$$;

DO $$
DECLARE
  own regprocedure;
BEGIN
  FOR own IN SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'audit\_%' LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', own);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION audit_read_everywhere() TO gridwall_reader;
GRANT EXECUTE ON FUNCTION audit_keep(integer) TO gridwall_writer;

-- Everybody writes, about themselves only; neither number, time nor transaction can be given by whoever writes.
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT (person_id, user_name, kind, roles, session_id, address, action, target, rows, city_code, area_id, box, purpose, detail)
  ON audit TO gridwall_reader, gridwall_writer;
CREATE POLICY audit_written ON audit FOR INSERT TO gridwall_reader, gridwall_writer
  WITH CHECK (person_id = nullif(current_setting('gridwall.person', true), ''));
-- whoever has just written a row may know its number; PostgreSQL asks the last policy by name first, and then no other
CREATE POLICY audit_written_now ON audit FOR SELECT TO gridwall_reader, gridwall_writer
  USING (xid = pg_current_xact_id_if_assigned() AND person_id = nullif(current_setting('gridwall.person', true), ''));
CREATE POLICY audit_seen ON audit FOR SELECT TO gridwall_reader
  USING ((SELECT audit_read_everywhere()) OR city_code IN (SELECT whole_cities_with('audit.read')));
DO $$
DECLARE
  noun text;
BEGIN
  FOREACH noun IN ARRAY ARRAY['audit_links', 'audit_seals', 'audit_anchors'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', noun);
    EXECUTE format('GRANT SELECT ON %I TO gridwall_reader', noun);
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO gridwall_reader USING ((SELECT has_right(''audit.read'')))',
      noun || '_seen', noun);
  END LOOP;
END
$$;
