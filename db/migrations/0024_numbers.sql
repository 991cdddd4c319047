-- Numbers of incidents are read aloud, printed and listed, and run without a gap through what may be seen one by one. Disputes
-- may not: drawn from the same numbers, each would leave a gap, and the gaps of a day would tell how many came in. So they
-- have numbers of their own, below zero. A row keeps its number, whatever becomes of it; so do rows written before.

ALTER TABLE incidents ALTER COLUMN id DROP IDENTITY;
-- 0 is nobody's number: a row that was not numbered collides with the next.
ALTER TABLE incidents ALTER COLUMN id SET DEFAULT 0;
CREATE SEQUENCE incident_numbers AS bigint OWNED BY incidents.id;
CREATE SEQUENCE dispute_numbers AS bigint INCREMENT -1 MINVALUE -9007199254740991 MAXVALUE -1 START -1 OWNED BY incidents.id;
SELECT setval('incident_numbers', max(id)) FROM incidents HAVING max(id) > 0;

-- Whoever writes: the writer's own roles may not draw numbers.
CREATE FUNCTION number_incident() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM kinds k WHERE k.city_code = NEW.city_code AND k.code = NEW.kind AND k.dispute) THEN
    NEW.id := nextval('dispute_numbers');
  ELSE
    NEW.id := nextval('incident_numbers');
  END IF;
  RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION number_incident() FROM PUBLIC;
CREATE TRIGGER number_incident BEFORE INSERT ON incidents FOR EACH ROW EXECUTE FUNCTION number_incident();
