-- Which unit was sent where, and what is watched by fences.
--
-- A person decides; the database keeps the order of the stages, one unit at one incident unless somebody said otherwise,
-- and the incident's own state in step. Squads and strengths, never people: who pressed the button stands in the audit.

-- squads (and their districts and beats) that share ground with the areas where the person has a right
CREATE FUNCTION patrol_areas_with(wanted text) RETURNS TABLE (city_code text, area_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT DISTINCT ca.city_code, ca.area_id
    FROM area_levels l
    JOIN cell_areas ca ON ca.city_code = l.city_code AND ca.version = l.version AND ca.level = l.level
    WHERE l.hierarchy = 'patrol'
      AND (ca.city_code = ANY (ARRAY(SELECT whole_cities_with(wanted)))
        OR ((ca.city_code, ca.cell_id) IN (SELECT s.city_code, s.cell_id FROM cells_with(wanted) s)) IS TRUE);
END
$$;

-- A unit sent to an incident. No foreign key to incidents: theirs is the largest table, and emptying it must stay one
-- statement; ids are never used again, and with its unit a row goes.
CREATE TABLE dispatches (
  city_code text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  incident_id bigint NOT NULL,
  unit_id integer NOT NULL,
  -- the unit's squad when it was sent
  squad_id integer NOT NULL,
  -- the incident's micro-grid: where it lies decides who may see and change the row
  cell_id integer,
  state text NOT NULL DEFAULT 'assigned' CHECK (state IN ('assigned', 'acknowledged', 'onScene', 'done', 'withdrawn')),
  assigned_at timestamptz NOT NULL,
  acknowledged_at timestamptz,
  arrived_at timestamptz,
  -- done or withdrawn
  ended_at timestamptz,
  -- sent although the unit was at another incident: somebody said so
  beside boolean NOT NULL DEFAULT false,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  FOREIGN KEY (city_code, unit_id) REFERENCES units ON DELETE CASCADE,
  CHECK (acknowledged_at >= assigned_at),
  CHECK (arrived_at >= acknowledged_at),
  CHECK (ended_at >= coalesce(arrived_at, acknowledged_at, assigned_at)),
  CHECK (arrived_at IS NULL OR acknowledged_at IS NOT NULL),
  CHECK ((state IN ('done', 'withdrawn')) = (ended_at IS NOT NULL)),
  CHECK (state <> 'assigned' OR acknowledged_at IS NULL),
  CHECK (state <> 'acknowledged' OR (acknowledged_at IS NOT NULL AND arrived_at IS NULL)),
  CHECK (state NOT IN ('onScene', 'done') OR arrived_at IS NOT NULL)
);
CREATE INDEX dispatches_incident ON dispatches (city_code, incident_id);
CREATE INDEX dispatches_unit ON dispatches (city_code, unit_id);
CREATE UNIQUE INDEX dispatches_one_incident ON dispatches (city_code, unit_id) WHERE ended_at IS NULL AND NOT beside;
CREATE UNIQUE INDEX dispatches_once ON dispatches (city_code, incident_id, unit_id) WHERE ended_at IS NULL;

-- Stages only go forward, whoever writes.
CREATE FUNCTION dispatches_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL
    OR (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at)
    OR (OLD.arrived_at IS NOT NULL AND NEW.arrived_at IS DISTINCT FROM OLD.arrived_at)
    OR NOT (OLD.state, NEW.state) IN (('assigned', 'acknowledged'), ('assigned', 'onScene'), ('assigned', 'withdrawn'),
      ('acknowledged', 'onScene'), ('acknowledged', 'withdrawn'), ('onScene', 'done'), ('onScene', 'withdrawn')) THEN
    RAISE EXCEPTION 'a dispatch goes from % to no %', OLD.state, NEW.state USING ERRCODE = 'check_violation',
      CONSTRAINT = 'dispatches_forward';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER dispatches_forward BEFORE UPDATE ON dispatches FOR EACH ROW EXECUTE FUNCTION dispatches_forward();

-- The incident's state and times follow: dispatched with the first unit that is sent, on scene with the first that
-- arrives; new again where all that were sent were withdrawn before any arrived. What its source said stays. Only an
-- incident that is open follows. Owner's rights: a unit may be sent onto ground that is not its squad's own.
CREATE FUNCTION incident_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE incidents i
    SET status = CASE i.status WHEN 'new' THEN 'dispatched' ELSE i.status END,
      dispatched_at = CASE WHEN i.arrived_at IS NULL THEN coalesce(i.dispatched_at, NEW.assigned_at) ELSE i.dispatched_at END
    WHERE i.city_code = NEW.city_code AND i.id = NEW.incident_id AND i.status IN ('new', 'dispatched', 'onScene')
      AND (i.status = 'new' OR (i.dispatched_at IS NULL AND i.arrived_at IS NULL));
  ELSIF NEW.arrived_at IS NOT NULL AND OLD.arrived_at IS NULL THEN
    UPDATE incidents i SET status = 'onScene', arrived_at = coalesce(i.arrived_at, greatest(NEW.arrived_at, i.dispatched_at))
    WHERE i.city_code = NEW.city_code AND i.id = NEW.incident_id AND i.status IN ('new', 'dispatched', 'onScene')
      AND (i.status <> 'onScene' OR i.arrived_at IS NULL);
  ELSIF NEW.state = 'withdrawn' THEN
    UPDATE incidents i SET status = 'new', dispatched_at = NULL
    WHERE i.city_code = NEW.city_code AND i.id = NEW.incident_id AND i.status = 'dispatched' AND i.arrived_at IS NULL
      AND NOT EXISTS (SELECT FROM dispatches d WHERE d.city_code = i.city_code AND d.incident_id = i.id AND d.ended_at IS NULL)
      -- where its source says that somebody is on the way, somebody is
      AND EXISTS (SELECT FROM dispatches d WHERE d.city_code = i.city_code AND d.incident_id = i.id AND d.assigned_at = i.dispatched_at);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER incident_follows AFTER INSERT OR UPDATE ON dispatches FOR EACH ROW EXECUTE FUNCTION incident_follows();

-- Changes of what is sent to an incident, and of what a unit is sent to, take turns: the incident first, then the units by
-- number. Says nothing but that it is there. For whoever answers for units somewhere.
CREATE FUNCTION dispatch_turn(city text, incident bigint, wanted_units integer[]) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  found_one boolean;
BEGIN
  IF NOT has_right('respond') AND NOT has_right('dispatch') THEN
    RETURN false;
  END IF;
  PERFORM FROM incidents i WHERE i.city_code = city AND i.id = incident FOR NO KEY UPDATE;
  found_one := FOUND;
  PERFORM FROM units u WHERE u.city_code = city AND u.id = ANY (wanted_units) ORDER BY u.id FOR NO KEY UPDATE;
  RETURN found_one;
END
$$;

-- Which squad an incident was handed to, one after the other; the first was in charge by its ground.
CREATE TABLE handovers (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  incident_id bigint NOT NULL,
  -- null: its ground is no squad's
  from_squad_id integer,
  to_squad_id integer NOT NULL,
  cell_id integer,
  handed_at timestamptz NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  CHECK (from_squad_id IS DISTINCT FROM to_squad_id)
);
CREATE INDEX handovers_incident ON handovers (city_code, incident_id);

-- A unit is on duty once at a time.
CREATE UNIQUE INDEX IF NOT EXISTS unit_duties_open ON unit_duties (city_code, unit_id) WHERE ended_at IS NULL;
-- its own work, whoever ends a duty
ALTER FUNCTION forget_off_duty() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;

-- Where units should be, or should not, in which hours of the week.
CREATE TABLE fences (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  -- areas of any level of today's boundaries; their cells together
  area_ids integer[] NOT NULL CHECK (cardinality(area_ids) BETWEEN 1 AND 50),
  -- whose units; with unit_ids only those of them
  squad_ids integer[] NOT NULL CHECK (cardinality(squad_ids) BETWEEN 1 AND 50),
  unit_ids integer[] NOT NULL DEFAULT '{}' CHECK (cardinality(unit_ids) <= 200),
  rule text NOT NULL CHECK (rule IN ('inside', 'outside')),
  -- inside: one unit of each squad is enough, or each unit must be; outside: each
  demand text NOT NULL CHECK (demand IN ('one', 'each')),
  -- [{days: [0 Monday … 6], from, to: minutes of the day}], local time; to ≤ from ends on the next day
  schedule jsonb NOT NULL CHECK (jsonb_typeof(schedule) = 'array' AND jsonb_array_length(schedule) BETWEEN 1 AND 21),
  grace_s integer NOT NULL CHECK (grace_s BETWEEN 0 AND 86400),
  enabled boolean NOT NULL DEFAULT true,
  -- counts changes: whoever changes it says which one they saw
  revision integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now(),
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  CHECK (rule = 'inside' OR demand = 'each')
);

-- What is broken, and since when: an alert after the grace time. The keeper's own.
CREATE TABLE fence_breaches (
  city_code text NOT NULL,
  fence_id integer NOT NULL,
  squad_id integer NOT NULL,
  -- null: the squad as a whole
  unit_id integer,
  since timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (city_code, fence_id, squad_id, unit_id),
  FOREIGN KEY (city_code, fence_id) REFERENCES fences ON DELETE CASCADE
);

CREATE TABLE alerts (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('outsideFence', 'insideFence', 'sourceSilent')),
  fence_id integer,
  area_id integer,
  squad_id integer,
  unit_id integer,
  source_code text,
  raised_at timestamptz NOT NULL,
  acknowledged_at timestamptz CHECK (acknowledged_at >= raised_at),
  cleared_at timestamptz CHECK (cleared_at >= raised_at),
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);
CREATE UNIQUE INDEX alerts_open ON alerts (city_code, kind, fence_id, squad_id, unit_id, source_code) NULLS NOT DISTINCT
  WHERE cleared_at IS NULL;
CREATE INDEX alerts_raised ON alerts (city_code, raised_at);

REVOKE EXECUTE ON FUNCTION patrol_areas_with(text), dispatches_forward(), incident_follows(),
  dispatch_turn(text, bigint, integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION patrol_areas_with(text), cells_with(text), cities_with(text), whole_cities_with(text),
  dispatch_turn(text, bigint, integer[]) TO gridwall_writer;

-- Reading goes by `patrols`: of the squads that are seen, and on the ground that is.
ALTER TABLE dispatches ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON dispatches TO gridwall_reader;
CREATE POLICY dispatches_seen ON dispatches FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
  OR (city_code, unit_id) IN (SELECT u.city_code, u.id FROM units u)
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('patrols') c)
);
ALTER TABLE handovers ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON handovers TO gridwall_reader;
CREATE POLICY handovers_seen ON handovers FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
  OR (city_code, to_squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_seen() s)
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('patrols') c)
);
ALTER TABLE fences ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON fences TO gridwall_reader;
CREATE POLICY fences_seen ON fences FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
  OR EXISTS (SELECT FROM unnest(squad_ids) AS q (id)
             WHERE (fences.city_code, q.id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_seen() s))
);
ALTER TABLE fence_breaches ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON alerts TO gridwall_reader;
CREATE POLICY alerts_seen ON alerts FOR SELECT TO gridwall_reader USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('patrols')))
  OR (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_seen() s)
  OR (squad_id IS NULL AND city_code = ANY (ARRAY(SELECT cities_with('patrols'))))
);

-- Changing goes by `respond` (for units and incidents of one's ground) and `dispatch`.
GRANT SELECT ON kinds TO gridwall_writer;
CREATE POLICY kinds_answered ON kinds FOR SELECT TO gridwall_writer
  USING (city_code = ANY (ARRAY(SELECT cities_with('respond'))));
GRANT SELECT ON units TO gridwall_writer;
CREATE POLICY units_answered ON units FOR SELECT TO gridwall_writer
  USING ((city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('respond') s));
GRANT SELECT ON unit_positions TO gridwall_writer;
CREATE POLICY unit_positions_answered ON unit_positions FOR SELECT TO gridwall_writer
  USING ((city_code, unit_id) IN (SELECT u.city_code, u.id FROM units u)
    AND city_code = ANY (ARRAY(SELECT cities_with('points.publicOrder'))));
GRANT SELECT ON unit_duties TO gridwall_writer;
GRANT INSERT (city_code, unit_id, started_at, synthetic), UPDATE (ended_at) ON unit_duties TO gridwall_writer;
CREATE POLICY unit_duties_answered ON unit_duties FOR SELECT TO gridwall_writer
  USING ((city_code, unit_id) IN (SELECT u.city_code, u.id FROM units u));
CREATE POLICY unit_duties_begun ON unit_duties FOR INSERT TO gridwall_writer WITH CHECK (
  (city_code, unit_id) IN (
    SELECT u.city_code, u.id FROM units u
    WHERE (u.city_code, u.squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('dispatch') s)));
CREATE POLICY unit_duties_ended ON unit_duties FOR UPDATE TO gridwall_writer
  USING ((city_code, unit_id) IN (
    SELECT u.city_code, u.id FROM units u
    WHERE (u.city_code, u.squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('dispatch') s)));

GRANT SELECT ON dispatches TO gridwall_writer;
GRANT INSERT (city_code, incident_id, unit_id, squad_id, cell_id, assigned_at, beside, synthetic),
  UPDATE (state, acknowledged_at, arrived_at, ended_at) ON dispatches TO gridwall_writer;
CREATE POLICY dispatches_answered ON dispatches FOR SELECT TO gridwall_writer USING (
  (city_code, unit_id) IN (SELECT u.city_code, u.id FROM units u)
  OR city_code = ANY (ARRAY(SELECT whole_cities_with('respond')))
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('respond') c)
);
CREATE POLICY dispatches_changed ON dispatches FOR UPDATE TO gridwall_writer USING (
  (city_code, unit_id) IN (SELECT u.city_code, u.id FROM units u)
  OR city_code = ANY (ARRAY(SELECT whole_cities_with('respond')))
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('respond') c)
) WITH CHECK (
  state <> 'withdrawn'
  OR (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('dispatch') s)
  OR city_code = ANY (ARRAY(SELECT whole_cities_with('dispatch')))
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('dispatch') c)
);

-- Incidents of the ground one answers for, and those one's own units are sent to; never disputes.
GRANT SELECT ON incidents TO gridwall_writer;
GRANT UPDATE (status, closed_at, outcome) ON incidents TO gridwall_writer;
CREATE POLICY incidents_answered ON incidents FOR SELECT TO gridwall_writer USING (
  NOT EXISTS (SELECT FROM kinds k WHERE k.city_code = incidents.city_code AND k.code = incidents.kind AND (k.dispute OR k.sensitive))
  AND (
    city_code = ANY (ARRAY(SELECT whole_cities_with('respond')))
    OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('respond') c)
    OR (city_code, id) IN (SELECT d.city_code, d.incident_id FROM dispatches d WHERE d.ended_at IS NULL)
  )
);
CREATE POLICY incidents_closed ON incidents FOR UPDATE TO gridwall_writer USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('dispatch')))
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('dispatch') c)
);
-- A unit of one's squads, on one's ground.
CREATE POLICY dispatches_sent ON dispatches FOR INSERT TO gridwall_writer WITH CHECK (
  (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('dispatch') s)
  AND (city_code, unit_id, squad_id) IN (SELECT u.city_code, u.id, u.squad_id FROM units u)
  AND (city_code = ANY (ARRAY(SELECT whole_cities_with('dispatch')))
    OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('dispatch') c))
);
GRANT SELECT ON handovers TO gridwall_writer;
GRANT INSERT (city_code, incident_id, from_squad_id, to_squad_id, cell_id, handed_at, synthetic) ON handovers TO gridwall_writer;
CREATE POLICY handovers_answered ON handovers FOR SELECT TO gridwall_writer USING (
  city_code = ANY (ARRAY(SELECT whole_cities_with('respond')))
  OR (city_code, to_squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('respond') s)
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('respond') c)
);
CREATE POLICY handovers_made ON handovers FOR INSERT TO gridwall_writer WITH CHECK (
  city_code = ANY (ARRAY(SELECT whole_cities_with('dispatch')))
  OR (city_code, cell_id) IN (SELECT c.city_code, c.cell_id FROM cells_with('dispatch') c)
);

-- Fences around any areas, for squads that are all one's own.
GRANT SELECT, INSERT, UPDATE, DELETE ON fences TO gridwall_writer;
CREATE POLICY fences_kept ON fences FOR ALL TO gridwall_writer
  USING (NOT EXISTS (SELECT FROM unnest(squad_ids) AS q (id)
    WHERE ((fences.city_code, q.id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('dispatch') s)) IS NOT TRUE))
  WITH CHECK (NOT EXISTS (SELECT FROM unnest(squad_ids) AS q (id)
    WHERE ((fences.city_code, q.id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('dispatch') s)) IS NOT TRUE));
GRANT SELECT, UPDATE (acknowledged_at) ON alerts TO gridwall_writer;
CREATE POLICY alerts_answered ON alerts FOR SELECT TO gridwall_writer USING (
  (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('respond') s)
  OR (squad_id IS NULL AND city_code = ANY (ARRAY(SELECT cities_with('respond'))))
);
CREATE POLICY alerts_acknowledged ON alerts FOR UPDATE TO gridwall_writer USING (
  (city_code, squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('respond') s)
  OR (squad_id IS NULL AND city_code = ANY (ARRAY(SELECT cities_with('respond'))))
);

-- Whoever takes in duties and fixes (0010) tells of a unit with what it is sent to.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridwall_ingest') THEN
    GRANT SELECT ON dispatches TO gridwall_ingest;
    CREATE POLICY dispatches_ingested ON dispatches FOR SELECT TO gridwall_ingest
      USING (city_code = (SELECT ingest_city('positions duties')));
  END IF;
END
$$;
