-- How far a city's data reach (as_of) moves on while incidents come in live. That alone is told on a channel of its own,
-- NOTIFY 'city_reach' with the code, so that servers need not read areas and cells anew every few seconds.

CREATE FUNCTION city_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify(
    CASE WHEN to_jsonb(o) - 'as_of' = to_jsonb(n) - 'as_of' THEN 'city_reach' ELSE 'catalog' END, n.code)
  FROM new_rows n LEFT JOIN old_rows o ON o.code = n.code;
  RETURN NULL;
END
$$;

DROP TRIGGER catalog_updated ON cities;
CREATE TRIGGER catalog_updated AFTER UPDATE ON cities REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION city_changed();
REVOKE EXECUTE ON FUNCTION city_changed() FROM PUBLIC;
