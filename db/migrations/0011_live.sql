-- What changes live, numbered by the database, so that whoever has seen number n and asks for what came after misses
-- nothing and gets nothing twice.
--
-- An identity is drawn before its transaction commits: a reader that has seen 7 may find 6 a moment later. So whoever
-- changes something only puts the event down (`live_waiting`), in the transaction of the change, and waits for nobody. A
-- numberer (db/queries/liveNumbering.ts), one at a time whatever node it runs in, takes what has been committed, gives it
-- the next numbers and says NOTIFY 'live' with the last of them: what it has not seen yet gets greater ones.

CREATE TABLE live_waiting (
  -- events of one transaction stay in their order; of two that change the same row too, the later one having waited for it
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  city_code text NOT NULL,
  topic text NOT NULL,
  cell_id integer,
  kind text,
  unit_id integer,
  incident_id bigint,
  squad_id integer,
  opening boolean NOT NULL,
  message json NOT NULL
);
-- short-lived rows: swept often, so that taking the next ones stays a look at the left end of the index
ALTER TABLE live_waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE live_events (
  number bigint PRIMARY KEY,
  numbered_at timestamptz NOT NULL,
  -- no foreign key: it would cost more than the row
  city_code text NOT NULL,
  topic text NOT NULL CHECK (topic IN ('incident', 'position', 'unit', 'dispatch', 'alert')),
  -- where, as far as that decides who sees it; null: in no cell
  cell_id integer,
  -- of an incident: its family decides
  kind text,
  unit_id integer,
  incident_id bigint,
  -- whose it is: of the message, or the unit's
  squad_id integer,
  -- the first that is told of its incident: whoever sees counts alone hears of this one and of no later stage
  opening boolean NOT NULL,
  -- as it goes out (api/live/messages.ts); text, not a tree: nobody here looks into it
  message json NOT NULL
);
CREATE INDEX live_events_time ON live_events USING brin (numbered_at);
-- fixes go earlier than the rest
CREATE INDEX live_events_fixes ON live_events (numbered_at) WHERE topic = 'position';
CREATE INDEX live_events_openings ON live_events (city_code, incident_id) WHERE opening;

-- One row: the last number that was given.
CREATE TABLE live_head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  last_number bigint NOT NULL,
  numbered_at timestamptz NOT NULL
);
INSERT INTO live_head (last_number, numbered_at) VALUES (0, '-infinity');

-- Puts events down in the caller's transaction: an array of {city, topic, cellId, kind, unitId, incidentId, message}. Whoever
-- acts for a person does so in that person's cities only. NOTIFY makes commits wait for one another, so that it is only
-- said where nothing waits already; who has said so then is still being served (liveNumbering.ts).
CREATE FUNCTION append_live_events(events json) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  nothing_waits boolean := NOT EXISTS (SELECT FROM live_waiting);
BEGIN
  IF nullif(current_setting('gridwall.person', true), '') IS NOT NULL
    AND EXISTS (SELECT FROM json_to_recordset(events) AS e (city text) WHERE e.city NOT IN (SELECT cities_with('map'))) THEN
    RAISE EXCEPTION 'live events of a city that this person does not know' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO live_waiting (city_code, topic, cell_id, kind, unit_id, incident_id, squad_id, opening, message)
  SELECT e.city, e.topic, e."cellId", e.kind, e."unitId", e."incidentId",
    coalesce((e.message -> e.topic ->> 'squadId')::integer,
             (SELECT u.squad_id FROM units u WHERE u.city_code = e.city AND u.id = e."unitId")),
    -- no older one is kept than could have been told; an incident that is told late is no news any more
    e.topic = 'incident'
      AND (e.message -> 'incident' ->> 'reportedAt')::timestamptz > now() - interval '24 hours'
      AND row_number() OVER (PARTITION BY e.city, e.topic, e."incidentId" ORDER BY e.place) = 1
      AND NOT EXISTS (SELECT FROM live_events l WHERE l.opening AND l.city_code = e.city AND l.incident_id = e."incidentId")
      AND NOT EXISTS (SELECT FROM live_waiting w WHERE w.opening AND w.city_code = e.city AND w.incident_id = e."incidentId"),
    e.message
  FROM ROWS FROM (json_to_recordset(events)
    AS (city text, topic text, "cellId" integer, kind text, "unitId" integer, "incidentId" bigint, message json))
    WITH ORDINALITY AS e (city, topic, "cellId", kind, "unitId", "incidentId", message, place)
  ORDER BY e.place;
  IF nothing_waits THEN
    PERFORM pg_notify('live_waiting', '');
  END IF;
END
$$;

-- Gives numbers to what waits, `most` at a time, and says so. Not sooner than `spacing` after the last time, by whatever
-- node: each time is a delivery to every screen. Answers how many, 0 where nothing waits; null: somebody else is at it or
-- has just been.
CREATE FUNCTION number_live_events(spacing interval, most integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  head live_head;
  taken integer;
  moment timestamptz;
BEGIN
  -- looked at before anything is locked: a look alone writes nothing
  IF NOT EXISTS (SELECT FROM live_waiting) THEN
    RETURN 0;
  END IF;
  SELECT * INTO head FROM live_head FOR UPDATE SKIP LOCKED;
  moment := clock_timestamp();
  -- a clock that was set back stops nothing
  IF head IS NULL OR (moment >= head.numbered_at AND moment < head.numbered_at + spacing) THEN
    RETURN NULL;
  END IF;
  -- what a screen has been told must not be undone by a crash, however the writers of this database commit
  PERFORM set_config('synchronous_commit', 'on', true);
  -- a statement of its own, with a snapshot taken behind the lock: all that was numbered before is gone from it
  WITH gone AS (
    DELETE FROM live_waiting w WHERE w.id IN (SELECT n.id FROM live_waiting n ORDER BY n.id LIMIT most) RETURNING w.*
  )
  INSERT INTO live_events (number, numbered_at, city_code, topic, cell_id, kind, unit_id, incident_id, squad_id, opening, message)
  SELECT head.last_number + row_number() OVER (ORDER BY g.id), moment, g.city_code, g.topic, g.cell_id, g.kind, g.unit_id,
    g.incident_id, g.squad_id, g.opening, g.message
  FROM gone g;
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF taken > 0 THEN
    UPDATE live_head SET last_number = head.last_number + taken, numbered_at = moment;
    PERFORM pg_notify('live', (head.last_number + taken)::text);
  END IF;
  RETURN taken;
END
$$;

-- A duty that turns out to have ended earlier, or never to have been, takes its fixes out of here too (0009).
CREATE FUNCTION forget_off_duty_live() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  -- what stays on duty ends here; clocks of beacons may run ahead by two minutes
  kept_until timestamptz := CASE WHEN TG_OP = 'UPDATE' THEN NEW.ended_at ELSE OLD.started_at END;
BEGIN
  IF kept_until IS NULL OR kept_until >= OLD.ended_at THEN
    RETURN NULL;
  END IF;
  DELETE FROM live_events e
  WHERE e.topic = 'position' AND e.numbered_at >= kept_until - interval '2 minutes'
    AND e.city_code = OLD.city_code AND e.unit_id = OLD.unit_id
    AND (e.message -> 'fix' ->> 'at')::timestamptz >= kept_until;
  DELETE FROM live_waiting w
  WHERE w.topic = 'position' AND w.city_code = OLD.city_code AND w.unit_id = OLD.unit_id
    AND (w.message -> 'fix' ->> 'at')::timestamptz >= kept_until;
  -- servers hold the last minutes in memory
  PERFORM pg_notify('live_forgotten', json_build_object('city', OLD.city_code, 'unitId', OLD.unit_id, 'from', kept_until)::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER forget_off_duty_live AFTER UPDATE OR DELETE ON unit_duties FOR EACH ROW EXECUTE FUNCTION forget_off_duty_live();

-- A city that is gone, or written anew, takes its events with it.
CREATE FUNCTION live_city_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM live_events WHERE city_code = OLD.code;
  DELETE FROM live_waiting WHERE city_code = OLD.code;
  RETURN NULL;
END
$$;
CREATE TRIGGER live_city_gone AFTER DELETE ON cities FOR EACH ROW EXECUTE FUNCTION live_city_gone();

REVOKE EXECUTE ON FUNCTION append_live_events(json), number_live_events(interval, integer), forget_off_duty_live(),
  live_city_gone() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_live_events(json) TO gridwall_writer;
DO $$
BEGIN
  -- whoever takes in what comes from outside (0010)
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridwall_ingest') THEN
    GRANT EXECUTE ON FUNCTION append_live_events(json) TO gridwall_ingest;
  END IF;
END
$$;

ALTER TABLE live_waiting ENABLE ROW LEVEL SECURITY;
-- Where the picture stands is nobody's secret.
ALTER TABLE live_head ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON live_head TO gridwall_reader;
CREATE POLICY live_head_seen ON live_head FOR SELECT TO gridwall_reader USING ((SELECT has_right('map')));

-- As what they tell of: incidents by family and cell (0006), units and what is theirs by squad; a fix, and who was sent
-- where, only where things are shown one by one (0009). The stream decides the same in the server (api/live/sight.ts).
ALTER TABLE live_events ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON live_events TO gridwall_reader;
CREATE POLICY live_events_seen ON live_events FOR SELECT TO gridwall_reader USING (
  (topic = 'incident' AND (
    (city_code, kind) IN (SELECT e.city_code, e.kind FROM incident_kinds_everywhere() e)
    OR ((city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM incident_cells('both') c)
        AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('both') s))
    OR ((city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM incident_cells('governance') c)
        AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('governance') s))
    OR ((city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM incident_cells('publicOrder') c)
        AND (city_code, kind) IN (SELECT s.city_code, s.kind FROM incident_kinds_somewhere('publicOrder') s))
  ))
  OR (topic IN ('unit', 'alert', 'position', 'dispatch')
    AND (city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
      OR (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_seen() s)
      -- who is sent to an incident on one's ground, whatever the squad
      OR (topic = 'dispatch' AND (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('patrols') c))
      -- an alert that is no squad's: a source that fell silent
      OR (topic = 'alert' AND squad_id IS NULL AND city_code = ANY (ARRAY(SELECT cities_with('patrols')))))
    AND (topic IN ('unit', 'alert') OR (current_setting('gridwall.use', true) = 'points'
      AND city_code = ANY (ARRAY(SELECT cities_with('points.publicOrder'))))))
);
