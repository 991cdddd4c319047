-- Servers keep in memory what a city consists of (its row, boundary versions, levels, areas, cells, kinds). Whoever
-- writes one of these tables, by whatever program, tells them: NOTIFY 'catalog' with the code of the city.

CREATE FUNCTION catalog_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'cities' THEN
    PERFORM pg_notify('catalog', r.code) FROM changed_rows r;
  ELSE
    PERFORM pg_notify('catalog', r.city_code) FROM (SELECT DISTINCT city_code FROM changed_rows) r;
  END IF;
  RETURN NULL;
END
$$;

DO $$
DECLARE
  noun text;
BEGIN
  FOREACH noun IN ARRAY ARRAY['cities', 'boundary_versions', 'area_levels', 'areas', 'cell_areas', 'kinds'] LOOP
    -- one trigger an event: transition tables take one each
    EXECUTE format('CREATE TRIGGER catalog_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS changed_rows
      FOR EACH STATEMENT EXECUTE FUNCTION catalog_changed()', noun);
    EXECUTE format('CREATE TRIGGER catalog_updated AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed_rows
      FOR EACH STATEMENT EXECUTE FUNCTION catalog_changed()', noun);
    EXECUTE format('CREATE TRIGGER catalog_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS changed_rows
      FOR EACH STATEMENT EXECUTE FUNCTION catalog_changed()', noun);
  END LOOP;
END
$$;
