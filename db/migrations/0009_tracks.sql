-- Where units were. Raw fixes are kept for 30 days; what stays are minutes a micro-grid, of a squad and a kind of unit,
-- never of a unit. Off duty nothing is stored, whoever sends it.

-- When a unit is on duty. An open end: until it is said to be off.
CREATE TABLE unit_duties (
  city_code text NOT NULL,
  unit_id integer NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, unit_id, started_at),
  FOREIGN KEY (city_code, unit_id) REFERENCES units ON DELETE CASCADE,
  CHECK (ended_at > started_at)
);

CREATE TABLE unit_positions (
  city_code text NOT NULL,
  unit_id integer NOT NULL,
  -- when the unit was there, by its own clock
  fixed_at timestamptz NOT NULL,
  -- degrees clockwise from north, and metres a second, where the beacon tells
  heading_deg real CHECK (heading_deg >= 0 AND heading_deg < 360),
  speed_ms real CHECK (speed_ms >= 0),
  cell_id integer,
  geom geometry(Point, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, unit_id, fixed_at),
  FOREIGN KEY (city_code, unit_id) REFERENCES units ON DELETE CASCADE
);
CREATE INDEX unit_positions_time ON unit_positions USING brin (fixed_at);

CREATE TABLE patrol_minutes (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  -- the beginning of the hour, UTC
  hour timestamptz NOT NULL,
  cell_id integer NOT NULL,
  squad_id integer NOT NULL,
  unit_kind text NOT NULL,
  seconds integer NOT NULL CHECK (seconds > 0),
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, hour, cell_id, squad_id, unit_kind, synthetic)
);

-- A fix of a unit that is not on duty at that instant is dropped before it touches the disk.
CREATE FUNCTION drop_off_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM unit_duties d
             WHERE d.city_code = NEW.city_code AND d.unit_id = NEW.unit_id
               AND d.started_at <= NEW.fixed_at AND (d.ended_at IS NULL OR NEW.fixed_at < d.ended_at)) THEN
    RETURN NEW;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER drop_off_duty BEFORE INSERT OR UPDATE ON unit_positions FOR EACH ROW EXECUTE FUNCTION drop_off_duty();

-- A duty that turns out to have ended earlier, or never to have been, takes its fixes with it.
CREATE FUNCTION forget_off_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM unit_positions p
  WHERE p.city_code = OLD.city_code AND p.unit_id = OLD.unit_id AND p.fixed_at >= OLD.started_at
    AND (OLD.ended_at IS NULL OR p.fixed_at < OLD.ended_at)
    AND NOT EXISTS (SELECT FROM unit_duties d
                    WHERE d.city_code = p.city_code AND d.unit_id = p.unit_id
                      AND d.started_at <= p.fixed_at AND (d.ended_at IS NULL OR p.fixed_at < d.ended_at));
  RETURN NULL;
END
$$;
CREATE TRIGGER forget_off_duty AFTER UPDATE OR DELETE ON unit_duties FOR EACH ROW EXECUTE FUNCTION forget_off_duty();

-- Turns fixes before an instant into seconds a micro-grid and deletes them. A unit counts as standing where it was last
-- seen until its next fix or the end of its duty, for `longest` seconds at most; fixes in no micro-grid are only deleted. Answers the fixes
-- deleted. Every stay is summed up once, with the fix it begins with.
CREATE FUNCTION sum_up_tracks(before timestamptz, longest integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  deleted bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gridwall tracks'));
  INSERT INTO patrol_minutes (city_code, hour, cell_id, squad_id, unit_kind, seconds, synthetic)
  SELECT city_code, hour, cell_id, squad_id, kind, round(sum(seconds))::integer, synthetic
  FROM (
    SELECT p.city_code, p.cell_id, p.synthetic, u.squad_id, u.kind, h.hour,
      extract(epoch FROM least(p.until, h.hour + interval '1 hour') - greatest(p.fixed_at, h.hour)) AS seconds
    FROM (SELECT f.city_code, f.unit_id, f.fixed_at, f.cell_id, f.synthetic,
            least(lead(f.fixed_at) OVER (PARTITION BY f.city_code, f.unit_id ORDER BY f.fixed_at),
                  f.fixed_at + make_interval(secs => longest),
                  (SELECT d.ended_at FROM unit_duties d
                   WHERE d.city_code = f.city_code AND d.unit_id = f.unit_id
                     AND d.started_at <= f.fixed_at AND (d.ended_at IS NULL OR f.fixed_at < d.ended_at)
                   ORDER BY d.ended_at DESC NULLS FIRST LIMIT 1)) AS until
          FROM unit_positions f
          -- the first fix that stays ends the last stay that goes, which may so reach past `before`
          WHERE f.fixed_at <= before + make_interval(secs => longest)) p
    JOIN units u ON u.city_code = p.city_code AND u.id = p.unit_id
    CROSS JOIN LATERAL generate_series(date_trunc('hour', p.fixed_at, 'UTC'), p.until, interval '1 hour') AS h (hour)
    WHERE p.fixed_at < before AND p.cell_id IS NOT NULL
  ) stays
  GROUP BY city_code, hour, cell_id, squad_id, kind, synthetic
  HAVING round(sum(seconds)) > 0
  ON CONFLICT (city_code, hour, cell_id, squad_id, unit_kind, synthetic)
    DO UPDATE SET seconds = patrol_minutes.seconds + excluded.seconds;
  DELETE FROM unit_positions WHERE fixed_at < before;
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END
$$;

REVOKE EXECUTE ON FUNCTION drop_off_duty(), forget_off_duty(), sum_up_tracks(timestamptz, integer) FROM PUBLIC;

-- Units' squads decide, as for the units themselves (0006): the subselects are under the policy of units. Where a unit was
-- is a point, so that a screen on a wall does not see it. Minutes stay in the cells of those squads.
ALTER TABLE unit_duties ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON unit_duties TO gridwall_reader;
CREATE POLICY unit_duties_seen ON unit_duties FOR SELECT TO gridwall_reader
  USING ((city_code, unit_id) IN (SELECT u.city_code, u.id FROM units u));
ALTER TABLE unit_positions ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON unit_positions TO gridwall_reader;
CREATE POLICY unit_positions_seen ON unit_positions FOR SELECT TO gridwall_reader USING (
  current_setting('gridwall.use', true) = 'points'
  AND city_code IN (SELECT cities_with('points.publicOrder'))
  AND (city_code, unit_id) IN (SELECT u.city_code, u.id FROM units u)
);
ALTER TABLE patrol_minutes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON patrol_minutes TO gridwall_reader;
CREATE POLICY patrol_minutes_seen ON patrol_minutes FOR SELECT TO gridwall_reader USING (
  city_code IN (SELECT whole_cities_with('patrols'))
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('patrols') c)
);
