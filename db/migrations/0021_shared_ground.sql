-- Which areas share ground with which squads, districts and beats is kept, not found out anew from all cells by each policy
-- that asks for the squads of a person.

CREATE TABLE shared_ground (
  city_code text NOT NULL,
  -- of any hierarchy, level and version
  area_id integer NOT NULL,
  -- of the patrol hierarchy
  patrol_area_id integer NOT NULL,
  PRIMARY KEY (city_code, area_id, patrol_area_id),
  FOREIGN KEY (city_code, area_id) REFERENCES areas (city_code, id) ON DELETE CASCADE,
  FOREIGN KEY (city_code, patrol_area_id) REFERENCES areas (city_code, id) ON DELETE CASCADE
);
CREATE INDEX shared_ground_patrol ON shared_ground (city_code, patrol_area_id);
ALTER TABLE shared_ground ENABLE ROW LEVEL SECURITY;

INSERT INTO shared_ground (city_code, area_id, patrol_area_id)
SELECT DISTINCT ca.city_code, ca.area_id, p.area_id
FROM area_levels l
JOIN cell_areas p ON p.city_code = l.city_code AND p.version = l.version AND p.level = l.level
JOIN cell_areas ca ON ca.city_code = p.city_code AND ca.cell_id = p.cell_id
WHERE l.hierarchy = 'patrol';

CREATE FUNCTION shared_ground_found() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
-- a city just written has no statistics yet, and no index finds a cell
SET enable_nestloop = off AS $$
BEGIN
  INSERT INTO shared_ground (city_code, area_id, patrol_area_id)
  SELECT ca.city_code, ca.area_id, n.area_id
  FROM new_rows n
  JOIN area_levels l ON l.city_code = n.city_code AND l.version = n.version AND l.level = n.level AND l.hierarchy = 'patrol'
  JOIN cell_areas ca ON ca.city_code = n.city_code AND ca.cell_id = n.cell_id
  UNION
  SELECT n.city_code, n.area_id, p.area_id
  FROM new_rows n
  JOIN area_levels l ON l.city_code = n.city_code AND l.hierarchy = 'patrol'
  JOIN cell_areas p ON p.city_code = l.city_code AND p.version = l.version AND p.level = l.level AND p.cell_id = n.cell_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

-- What goes with its area goes by the foreign keys; this is for cells alone.
CREATE FUNCTION shared_ground_lost() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM shared_ground s USING (SELECT DISTINCT city_code, area_id FROM old_rows) o
  WHERE s.city_code = o.city_code AND o.area_id IN (s.area_id, s.patrol_area_id)
    AND NOT EXISTS (SELECT FROM cell_areas a JOIN cell_areas p ON p.city_code = a.city_code AND p.cell_id = a.cell_id
      WHERE a.city_code = s.city_code AND a.area_id = s.area_id AND p.area_id = s.patrol_area_id);
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION shared_ground_found(), shared_ground_lost() FROM PUBLIC;
CREATE TRIGGER shared_ground_found AFTER INSERT ON cell_areas REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION shared_ground_found();
CREATE TRIGGER shared_ground_lost AFTER DELETE ON cell_areas REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION shared_ground_lost();
CREATE TRIGGER shared_ground_moved AFTER UPDATE ON cell_areas REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION shared_ground_found();
CREATE TRIGGER shared_ground_left AFTER UPDATE ON cell_areas REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION shared_ground_lost();

-- squads (and their districts and beats) that share ground with the areas where the person has a right
CREATE OR REPLACE FUNCTION patrol_areas_with(wanted text) RETURNS TABLE (city_code text, area_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT s.city_code, s.patrol_area_id
    FROM viewing_rights v JOIN shared_ground s ON s.city_code = v.city_code AND s.area_id = v.area_id
    WHERE v.right_name = wanted
    UNION
    SELECT a.city_code, a.id
    FROM whole_cities_with(wanted) w (code)
    JOIN area_levels l ON l.city_code = w.code AND l.hierarchy = 'patrol'
    JOIN areas a ON a.city_code = l.city_code AND a.version = l.version AND a.level = l.level;
END
$$;

-- the same for `patrols`, without the cities where the person has it everywhere: policies ask for these first
CREATE OR REPLACE FUNCTION patrol_areas_seen() RETURNS TABLE (city_code text, area_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT s.city_code, s.patrol_area_id
    FROM viewing_rights v JOIN shared_ground s ON s.city_code = v.city_code AND s.area_id = v.area_id
    WHERE v.right_name = 'patrols';
END
$$;
