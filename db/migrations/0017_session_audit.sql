-- A session and its row in the audit are written together, whatever program makes the session: neither without the other.

ALTER TABLE sessions
  -- how it came about where that says more than the method: a second factor given, an older session renewed
  ADD COLUMN opened_by text CHECK (opened_by IN ('totp', 'backupCode', 'renewed'));

CREATE FUNCTION session_noted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO audit (person_id, user_name, kind, roles, session_id, address, action, target, detail)
  SELECT u.id, coalesce(u.username, u.name), u.kind,
    ARRAY(SELECT DISTINCT g.role FROM grants g WHERE g.person_id = u.id ORDER BY g.role), NEW.id, NEW.ip_address,
    CASE WHEN NEW.opened_by = 'renewed' THEN 'session.renew' ELSE 'session.open' END,
    (SELECT k.id FROM kiosks k WHERE k.user_id = u.id),
    jsonb_build_object('method', CASE WHEN NEW.opened_by <> 'renewed' THEN NEW.opened_by ELSE NEW.method END)
  FROM users u WHERE u.id = NEW.user_id;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION session_noted() FROM PUBLIC;

-- One that is over as it begins waits for its second factor and lets nobody in.
CREATE TRIGGER session_noted AFTER INSERT ON sessions FOR EACH ROW WHEN (NEW.expires_at > NEW.created_at)
  EXECUTE FUNCTION session_noted();
ALTER TABLE sessions ENABLE ALWAYS TRIGGER session_noted;
