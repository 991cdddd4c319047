-- Servers remember for a moment whom a session belongs to. A session that ends or changes, by whatever program, is told:
-- NOTIFY 'sessions'.

CREATE FUNCTION sessions_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY sessions;
  RETURN NULL;
END
$$;

CREATE TRIGGER sessions_changed AFTER UPDATE OR DELETE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION sessions_changed();
CREATE TRIGGER sessions_changed AFTER UPDATE ON users FOR EACH STATEMENT EXECUTE FUNCTION sessions_changed();
