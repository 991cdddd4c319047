-- What row-level security asks again and again is kept in the shape in which it is asked: which cells an area has, as
-- ranges of numbers, and which families of incidents a role shows. Both follow from tables that were there before, by
-- triggers; who sees what does not change.

-- The cells of each area as ranges. A cell is looked up in a few ranges, which are read at once; a list of a thousand
-- cells was read, carried and hashed anew by every statement.
CREATE TABLE area_ground (
  city_code text NOT NULL,
  -- of any hierarchy, level and version
  area_id integer NOT NULL,
  cells int4multirange NOT NULL,
  PRIMARY KEY (city_code, area_id),
  FOREIGN KEY (city_code, area_id) REFERENCES areas (city_code, id) ON DELETE CASCADE
);
ALTER TABLE area_ground ENABLE ROW LEVEL SECURITY;

INSERT INTO area_ground (city_code, area_id, cells)
SELECT city_code, area_id, range_agg(int4range(cell_id, cell_id, '[]')) FROM cell_areas GROUP BY city_code, area_id;

CREATE FUNCTION area_ground_found() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO area_ground AS g (city_code, area_id, cells)
  SELECT n.city_code, n.area_id, range_agg(int4range(n.cell_id, n.cell_id, '[]')) FROM new_rows n GROUP BY n.city_code, n.area_id
  ON CONFLICT (city_code, area_id) DO UPDATE SET cells = g.cells + excluded.cells;
  RETURN NULL;
END
$$;

-- What goes with its area goes by the foreign key; this is for cells alone.
CREATE FUNCTION area_ground_lost() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE area_ground g SET cells = coalesce(
    (SELECT range_agg(int4range(c.cell_id, c.cell_id, '[]')) FROM cell_areas c
     WHERE c.city_code = g.city_code AND c.area_id = g.area_id), '{}')
  FROM (SELECT DISTINCT city_code, area_id FROM old_rows) o
  WHERE g.city_code = o.city_code AND g.area_id = o.area_id;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION area_ground_found(), area_ground_lost() FROM PUBLIC;
CREATE TRIGGER area_ground_found AFTER INSERT ON cell_areas REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION area_ground_found();
CREATE TRIGGER area_ground_lost AFTER DELETE ON cell_areas REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION area_ground_lost();
CREATE TRIGGER area_ground_moved AFTER UPDATE ON cell_areas REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION area_ground_found();
CREATE TRIGGER area_ground_left AFTER UPDATE ON cell_areas REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION area_ground_lost();

-- A cell of one city among those of several: a city's number in the upper half. No two cities may share it.
CREATE UNIQUE INDEX cities_number ON cities (hashtext(code));

-- Which families of incidents each role shows in each use: without a purpose, and with one that is stated. There is no
-- role of public order alone: the policies below know of none, and none can be made.
CREATE TABLE role_families (
  role text PRIMARY KEY,
  counts text CHECK (counts IN ('both', 'governance')),
  points text CHECK (points IN ('both', 'governance')),
  stated_counts text CHECK (stated_counts IN ('both', 'governance')),
  stated_points text CHECK (stated_points IN ('both', 'governance'))
);
ALTER TABLE role_families ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION families_among(rights text[], use_name text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN rights @> ARRAY[use_name || '.governance', use_name || '.publicOrder'] THEN 'both'
    WHEN use_name || '.governance' = ANY (rights) THEN 'governance'
    WHEN use_name || '.publicOrder' = ANY (rights) THEN 'publicOrder' END
$$;

CREATE FUNCTION role_families_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM role_families;
  INSERT INTO role_families (role, counts, points, stated_counts, stated_points)
  SELECT r.role, families_among(r.free, 'counts'), families_among(r.free, 'points'),
    families_among(r.stated, 'counts'), families_among(r.stated, 'points')
  FROM (SELECT role, array_agg(right_name) FILTER (WHERE NOT purpose_demanded) AS free, array_agg(right_name) AS stated
        FROM role_rights GROUP BY role) r;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION families_among(text[], text), role_families_kept() FROM PUBLIC;
CREATE TRIGGER role_families_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON role_rights
  FOR EACH STATEMENT EXECUTE FUNCTION role_families_kept();
-- fills it for the first time
UPDATE role_rights SET role = role WHERE false;

-- the grants of the person by what they show in this use
CREATE OR REPLACE VIEW viewing_incidents AS
SELECT seen.city_code, seen.area_id, seen.families
FROM (
  SELECT g.city_code, g.area_id,
    CASE current_setting('gridwall.use', true)
      WHEN 'counts' THEN CASE WHEN coalesce(current_setting('gridwall.purpose', true), '') <> '' THEN r.stated_counts ELSE r.counts END
      WHEN 'points' THEN CASE WHEN coalesce(current_setting('gridwall.purpose', true), '') <> '' THEN r.stated_points ELSE r.points END
    END AS families
  FROM grants_in_force g
  JOIN role_families r ON r.role = g.role
  WHERE g.person_id = nullif(current_setting('gridwall.person', true), '')
) seen
WHERE seen.families IS NOT NULL;

-- the ground where roles of these families show incidents: cells with the city's number in the upper half
CREATE FUNCTION incident_ground(wanted_families text) RETURNS int8multirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT range_agg(int8range((hashtext(g.city_code)::bigint << 32) + lower(r), (hashtext(g.city_code)::bigint << 32) + upper(r)))
    FROM viewing_incidents v JOIN area_ground g ON g.city_code = v.city_code AND g.area_id = v.area_id, unnest(g.cells) r
    WHERE v.families = wanted_families);
END
$$;

-- the ground of the areas where the person has a right, in the same way
CREATE FUNCTION ground_with(wanted text) RETURNS int8multirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT range_agg(int8range((hashtext(g.city_code)::bigint << 32) + lower(r), (hashtext(g.city_code)::bigint << 32) + upper(r)))
    FROM viewing_rights v JOIN area_ground g ON g.city_code = v.city_code AND g.area_id = v.area_id, unnest(g.cells) r
    WHERE v.right_name = wanted);
END
$$;
REVOKE EXECUTE ON FUNCTION incident_ground(text), ground_with(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION incident_ground(text), ground_with(text) TO gridwall_reader;

ALTER POLICY incidents_seen ON incidents USING (
  (city_code, kind) IN (SELECT e.city_code, e.kind FROM incident_kinds_everywhere() e)
  OR ((hashtext(city_code)::bigint << 32) + cell_id <@ (SELECT incident_ground('both'))
      AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('both') s))
  OR ((hashtext(city_code)::bigint << 32) + cell_id <@ (SELECT incident_ground('governance'))
      AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('governance') s))
);

ALTER POLICY cameras_seen ON cameras USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('cameras.' || current_setting('gridwall.use', true))))
  OR (hashtext(city_code)::bigint << 32) + cell_id <@ (SELECT ground_with('cameras.' || current_setting('gridwall.use', true)))
);
