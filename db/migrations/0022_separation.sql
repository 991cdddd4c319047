-- What administration may write of an account is said column by column, and nobody becomes a guard by a reset, not even
-- another guard: a security administrator who became another one could give themselves any role.

-- A reset sets a password and asks for another; a name, an end and a removed second factor are all else there is to write.
-- Hashes are written and never read, and nobody ties an account to another system's: only signing in by it does.
REVOKE UPDATE, INSERT ON users FROM gridwall_writer;
GRANT INSERT (id, name, email, email_verified, username, display_username, kind),
  UPDATE (name, disabled_at, must_change_password, two_factor_enabled, updated_at) ON users TO gridwall_writer;
REVOKE SELECT, INSERT, UPDATE, DELETE ON accounts FROM gridwall_writer;
GRANT SELECT (id, user_id, provider_id), INSERT (id, user_id, account_id, provider_id, password), UPDATE (password, updated_at)
  ON accounts TO gridwall_writer;

CREATE OR REPLACE FUNCTION secrets_kept(account text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT account_kept(account)
    AND NOT EXISTS (SELECT FROM grants g
                    WHERE g.person_id = account AND g.role IN ('securityAdmin', 'auditAdmin', 'auditor'))
$$;
ALTER POLICY accounts_kept ON accounts WITH CHECK (secrets_kept(user_id) AND provider_id = 'credential');

-- What stands between a password and its rights is a secret of the account too: the demand to change it and the second
-- factor. Administration demands the one and takes the other away; only the person meets the demand and sets a factor up.
CREATE FUNCTION users_secrets_kept() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_user = 'gridwall_writer' AND (NOT secrets_kept(OLD.id)
    OR NEW.two_factor_enabled > OLD.two_factor_enabled OR NEW.must_change_password < OLD.must_change_password) THEN
    RAISE EXCEPTION 'the password and second factor of this account are not yours to reset'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION users_secrets_kept() FROM PUBLIC;
CREATE TRIGGER users_secrets_kept BEFORE UPDATE ON users FOR EACH ROW
  WHEN (OLD.two_factor_enabled IS DISTINCT FROM NEW.two_factor_enabled
    OR OLD.must_change_password IS DISTINCT FROM NEW.must_change_password)
  EXECUTE FUNCTION users_secrets_kept();
ALTER TABLE users ENABLE ALWAYS TRIGGER users_secrets_kept;

-- Whoever signs in is told who reset their account and when it was last signed in with: a reset in somebody's absence shows.
CREATE INDEX audit_resets ON audit (target, at) WHERE action IN ('password.reset', 'factor.reset', 'person.recover');
CREATE INDEX audit_opened ON audit (person_id, at) WHERE action = 'session.open';

-- resets of the account of the person whose eyes these are, newest first; roles of who did it, none: the installation
CREATE FUNCTION own_resets(since timestamptz) RETURNS TABLE (at timestamptz, action text, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.at, a.action, a.roles FROM audit a
  WHERE a.target = nullif(current_setting('gridwall.person', true), '') AND a.at >= since
    AND a.action IN ('password.reset', 'factor.reset', 'person.recover')
  ORDER BY a.at DESC LIMIT 10
$$;

-- the sign-in before the one a session comes from: a renewed session has none of its own
CREATE FUNCTION own_sign_in_before(session text) RETURNS TABLE (at timestamptz, address text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH opened AS (
    SELECT a.at, a.address, a.session_id FROM audit a
    WHERE a.person_id = nullif(current_setting('gridwall.person', true), '') AND a.action = 'session.open'
    ORDER BY a.at DESC LIMIT 50
  )
  SELECT o.at, o.address FROM opened o
  WHERE o.at < coalesce((SELECT max(s.at) FROM opened s WHERE s.session_id = session), (SELECT max(n.at) FROM opened n))
  ORDER BY o.at DESC LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION own_resets(timestamptz), own_sign_in_before(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_resets(timestamptz), own_sign_in_before(text) TO gridwall_reader;
