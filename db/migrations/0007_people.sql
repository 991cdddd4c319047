-- Accounts: what better-auth does not keep. Accounts are posts and screens of the installation ("指挥中心一号台"), never
-- residents and never the real name of an officer.

ALTER TABLE users
  -- a person signs in; a kiosk is a screen that is let in by its token
  ADD COLUMN kind text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'kiosk')),
  -- since when the account may not be used; NULL: it may
  ADD COLUMN disabled_at timestamptz,
  -- when the password was last set; NULL: never
  ADD COLUMN password_changed_at timestamptz,
  -- the password was made by somebody else: nothing is served before it is changed
  ADD COLUMN must_change_password boolean NOT NULL DEFAULT false,
  -- a second factor is asked for at every sign-in
  ADD COLUMN two_factor_enabled boolean NOT NULL DEFAULT false;

UPDATE users u SET password_changed_at = a.updated_at
FROM accounts a WHERE a.user_id = u.id AND a.provider_id = 'credential';

ALTER TABLE sessions
  -- when somebody last used it, to the half minute; the idle limit counts from here
  ADD COLUMN used_at timestamptz NOT NULL DEFAULT now(),
  -- how it was opened; 'oidcStrong': the provider says it has asked for a second factor itself
  ADD COLUMN method text NOT NULL DEFAULT 'password' CHECK (method IN ('password', 'oidc', 'oidcStrong', 'kiosk'));

-- Being used is no change anybody must be told of; ending and moving the end are.
DROP TRIGGER sessions_changed ON sessions;
CREATE TRIGGER sessions_changed AFTER DELETE OR UPDATE OF user_id, token, expires_at, method ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_changed();

-- The second factor of a person, as better-auth's twoFactor plugin keeps it.
CREATE TABLE two_factors (
  id text PRIMARY KEY,
  user_id text NOT NULL UNIQUE REFERENCES users ON DELETE CASCADE,
  -- encrypted with the installation's key
  secret text NOT NULL,
  -- encrypted with the installation's key
  backup_codes text NOT NULL,
  -- false between being shown and its first right code
  verified boolean NOT NULL DEFAULT false,
  failed_verification_count integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Codes that were tried in the last minutes, right or wrong: none is taken twice (RFC 6238 5.2).
CREATE TABLE second_factor_codes (
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  -- SHA-256
  code_hash bytea NOT NULL,
  tried_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

-- Hashes of passwords a person has had, so that they do not come back.
CREATE TABLE password_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  hash text NOT NULL,
  replaced_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX password_history_user ON password_history (user_id, id DESC);

-- Whoever sets a password, by whatever way: the old one is remembered, the day is noted, and the demand to change it is met.
CREATE FUNCTION password_set() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.password IS NOT NULL THEN
    INSERT INTO password_history (user_id, hash) VALUES (OLD.user_id, OLD.password);
    DELETE FROM password_history h WHERE h.user_id = OLD.user_id AND h.id NOT IN (
      SELECT id FROM password_history WHERE user_id = OLD.user_id ORDER BY id DESC LIMIT 24
    );
  END IF;
  UPDATE users SET password_changed_at = now(), must_change_password = false WHERE id = NEW.user_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER password_set AFTER INSERT ON accounts
  FOR EACH ROW WHEN (NEW.password IS NOT NULL) EXECUTE FUNCTION password_set();
CREATE TRIGGER password_reset AFTER UPDATE OF password ON accounts
  FOR EACH ROW WHEN (NEW.password IS NOT NULL AND NEW.password IS DISTINCT FROM OLD.password) EXECUTE FUNCTION password_set();

-- Failed sign-ins in a row. A name is counted whether or not there is such an account, so that counting tells nobody
-- which ones there are. In the database, so that several servers and a restart agree.
CREATE TABLE sign_in_failures (
  -- 'account:' and the SHA-256 of the user name (what is typed there may be a password), or 'address:' and the address
  subject text PRIMARY KEY,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  -- nothing is even tried before
  blocked_until timestamptz
);
CREATE INDEX sign_in_failures_last ON sign_in_failures (last_at);

-- Screens without a keyboard. Each is an account of its own with the role `wall`.
CREATE TABLE kiosks (
  id text PRIMARY KEY,
  user_id text NOT NULL UNIQUE REFERENCES users ON DELETE CASCADE,
  name text NOT NULL,
  -- no foreign keys: an import replaces a city and its areas
  city_code text NOT NULL,
  -- NULL: the whole city
  area_id integer,
  -- SHA-256 of the token
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- id of the person
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);

-- What the installation asks of passwords, sessions and second factors: one row, none: the standard (api/people/rules.ts)
CREATE TABLE account_rules (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  rules jsonb NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  -- id of the person
  changed_by text
);
CREATE TRIGGER sessions_changed AFTER INSERT OR UPDATE OR DELETE ON account_rules
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_changed();

-- What makes an account unusable takes its grants out of force.
CREATE OR REPLACE VIEW people_in_force AS
SELECT u.id FROM users u
WHERE u.disabled_at IS NULL
  AND (u.kind = 'person' OR EXISTS (SELECT FROM kiosks k WHERE k.user_id = u.id AND k.revoked_at IS NULL AND k.expires_at > now()));

REVOKE EXECUTE ON FUNCTION password_set() FROM PUBLIC;

ALTER TABLE two_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_factor_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE password_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_failures ENABLE ROW LEVEL SECURITY;
ALTER TABLE kiosks ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_rules ENABLE ROW LEVEL SECURITY;

-- Whether the person keeps an account: those of security and audit administrators belong to `grants`, all others to
-- `people`, for whoever resets a password can sign in with it; one's own to nobody.
CREATE FUNCTION account_kept(account text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT account <> current_setting('gridwall.person', true) AND has_right(CASE
    WHEN EXISTS (SELECT FROM grants g WHERE g.person_id = account AND g.role IN ('securityAdmin', 'auditAdmin')) THEN 'grants'
    ELSE 'people' END)
$$;
REVOKE EXECUTE ON FUNCTION account_kept(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_kept(text) TO gridwall_writer;

-- Changes of who administers take turns (grants_check takes the same lock), so that two of them do not leave nobody.
CREATE FUNCTION take_turn() RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtext('gridwall grants'), 0)
$$;
REVOKE EXECUTE ON FUNCTION take_turn() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_turn() TO gridwall_writer;

-- Persons belong to `people`, screens to `grants`; neither makes the other's.
ALTER POLICY users_made ON users WITH CHECK (kind = 'person' AND (SELECT has_right('people')));
ALTER POLICY users_changed ON users USING (kind = 'person' AND account_kept(id))
  WITH CHECK (kind = 'person' AND account_kept(id));
ALTER POLICY accounts_kept ON accounts USING (account_kept(user_id)) WITH CHECK (account_kept(user_id));
CREATE POLICY users_screen_made ON users FOR INSERT TO gridwall_writer
  WITH CHECK (kind = 'kiosk' AND (SELECT has_right('grants')));

-- Nobody but the owner reads the token of a session or a screen, or the secret of a second factor.
REVOKE SELECT ON sessions FROM gridwall_writer;
GRANT SELECT (id, user_id) ON sessions TO gridwall_writer;
CREATE POLICY sessions_own_read ON sessions FOR SELECT TO gridwall_writer
  USING (user_id = current_setting('gridwall.person', true));
CREATE POLICY sessions_own_ended ON sessions FOR DELETE TO gridwall_writer
  USING (user_id = current_setting('gridwall.person', true));
-- screens, and accounts that belong to `grants`
CREATE POLICY sessions_kept_read ON sessions FOR SELECT TO gridwall_writer
  USING ((SELECT has_right('grants')) AND (user_id IN (SELECT k.user_id FROM kiosks k) OR account_kept(user_id)));
CREATE POLICY sessions_kept_ended ON sessions FOR DELETE TO gridwall_writer
  USING ((SELECT has_right('grants')) AND (user_id IN (SELECT k.user_id FROM kiosks k) OR account_kept(user_id)));

GRANT DELETE, SELECT (id, user_id) ON two_factors TO gridwall_writer;
CREATE POLICY two_factors_removed ON two_factors FOR ALL TO gridwall_writer USING (account_kept(user_id));

GRANT SELECT, DELETE ON sign_in_failures TO gridwall_writer;
CREATE POLICY sign_in_failures_forgiven ON sign_in_failures FOR ALL TO gridwall_writer
  USING ((SELECT has_right('people')) OR (SELECT has_right('grants')));

GRANT SELECT (id, user_id, name, city_code, area_id, created_at, created_by, expires_at, revoked_at), INSERT,
  UPDATE (revoked_at) ON kiosks TO gridwall_writer;
CREATE POLICY kiosks_kept ON kiosks FOR ALL TO gridwall_writer
  USING ((SELECT has_right('grants'))) WITH CHECK ((SELECT has_right('grants')));

GRANT SELECT, INSERT, UPDATE ON account_rules TO gridwall_writer;
CREATE POLICY account_rules_kept ON account_rules FOR ALL TO gridwall_writer
  USING ((SELECT has_right('grants'))) WITH CHECK ((SELECT has_right('grants')));
GRANT SELECT ON account_rules TO gridwall_reader;
CREATE POLICY account_rules_seen ON account_rules FOR SELECT TO gridwall_reader USING ((SELECT has_right('grants')));

-- Lists of administration, as the reader sees them: the rights are asked for inside.
CREATE VIEW people_listed WITH (security_barrier) AS
SELECT u.id, u.username AS user_name, u.name, u.disabled_at, u.created_at, u.must_change_password, u.password_changed_at,
  u.two_factor_enabled, f.blocked_until, s.seen_at, coalesce(s.sessions, 0) AS sessions,
  ARRAY(SELECT DISTINCT g.role FROM grants g WHERE g.person_id = u.id ORDER BY 1) AS roles
FROM users u
LEFT JOIN sign_in_failures f ON f.subject = 'account:' || encode(sha256(convert_to(u.username, 'UTF8')), 'hex')
LEFT JOIN LATERAL (
  SELECT max(used_at) AS seen_at, (count(*) FILTER (WHERE expires_at > now()))::int AS sessions
  FROM sessions WHERE user_id = u.id
) s ON true
WHERE u.kind = 'person' AND ((SELECT has_right('people')) OR (SELECT has_right('grants')));

CREATE VIEW sessions_listed WITH (security_barrier) AS
SELECT s.id, s.user_id, coalesce(u.username, u.name) AS user_name, u.name, u.kind, s.method, s.created_at, s.used_at,
  s.expires_at, s.ip_address, s.user_agent
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.user_id = current_setting('gridwall.person', true) OR (SELECT has_right('people'));

CREATE VIEW kiosks_listed WITH (security_barrier) AS
SELECT k.id, k.user_id, k.name, k.city_code, k.area_id, k.created_at, coalesce(c.username, k.created_by) AS created_by,
  k.expires_at, k.revoked_at, s.seen_at, s.address
FROM kiosks k LEFT JOIN users c ON c.id = k.created_by
LEFT JOIN LATERAL (
  SELECT created_at AS seen_at, ip_address AS address FROM sessions WHERE user_id = k.user_id ORDER BY created_at DESC LIMIT 1
) s ON true
WHERE (SELECT has_right('grants'));

CREATE VIEW grants_listed WITH (security_barrier) AS
SELECT g.id, g.person_id, u.username AS user_name, u.name, g.role, g.city_code, g.area_id, g.area_version, g.area_level,
  g.area_code, g.created_at, coalesce(c.username, g.created_by) AS created_by, f.id IS NOT NULL AS in_force
FROM grants g JOIN users u ON u.id = g.person_id
LEFT JOIN users c ON c.id = g.created_by
LEFT JOIN grants_in_force f ON f.id = g.id
WHERE u.kind = 'person' AND ((SELECT has_right('people')) OR (SELECT has_right('grants')));

GRANT SELECT ON people_listed, sessions_listed, kiosks_listed, grants_listed TO gridwall_reader;
