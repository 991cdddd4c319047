-- Units of a drill drive to where they are sent, and scenarios come from people too; a dispatch system of record tells what
-- its units do; a unit that goes off duty leaves no dispatch open; and whoever answers for a unit sees the one incident it
-- is sent to, also outside of their own ground.

-- Scenarios that people brought, besides those of the installation (geodata/drills).
CREATE TABLE drill_scenarios (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  code text NOT NULL,
  -- as it came and was found whole (api/drills/scenario.ts)
  scenario jsonb NOT NULL,
  imported_at timestamptz NOT NULL DEFAULT now(),
  -- users.id
  imported_by text NOT NULL,
  PRIMARY KEY (city_code, code)
);
ALTER TABLE drill_scenarios ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON drill_scenarios TO gridwall_reader;
CREATE POLICY drill_scenarios_seen ON drill_scenarios FOR SELECT TO gridwall_reader
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));
GRANT SELECT, DELETE, INSERT (city_code, code, scenario, imported_at, imported_by), UPDATE (scenario, imported_at, imported_by)
  ON drill_scenarios TO gridwall_writer;
CREATE POLICY drill_scenarios_kept ON drill_scenarios FOR ALL TO gridwall_writer
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))))
  WITH CHECK (city_code = ANY (ARRAY(SELECT cities_with('dispatch')))
    AND imported_by = current_setting('gridwall.person', true));

-- Where a made-up unit was sent, and the way along roads it takes: worked out once, so that everybody sees the same.
CREATE TABLE drill_sends (
  city_code text NOT NULL,
  drill_id integer NOT NULL,
  -- place in the scenario's list of made-up units
  unit_number smallint NOT NULL CHECK (unit_number >= 0),
  sent_at timestamptz NOT NULL,
  -- code of the inject in the scenario
  inject text NOT NULL,
  -- {lng: [degrees …], lat: [degrees …], s: [seconds of the scenario since it was sent …]}
  way jsonb NOT NULL,
  -- users.id
  sent_by text NOT NULL,
  PRIMARY KEY (city_code, drill_id, unit_number, sent_at),
  FOREIGN KEY (city_code, drill_id) REFERENCES drills ON DELETE CASCADE
);
ALTER TABLE drill_sends ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON drill_sends TO gridwall_reader;
CREATE POLICY drill_sends_seen ON drill_sends FOR SELECT TO gridwall_reader
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));
GRANT SELECT, INSERT ON drill_sends TO gridwall_writer;
CREATE POLICY drill_sends_answered ON drill_sends FOR SELECT TO gridwall_writer
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));
CREATE POLICY drill_sends_made ON drill_sends FOR INSERT TO gridwall_writer
  WITH CHECK (city_code = ANY (ARRAY(SELECT cities_with('dispatch')))
    AND sent_by = current_setting('gridwall.person', true));

ALTER TABLE dispatches
  -- the source that sent the unit; null: a person did
  ADD COLUMN told_by text,
  -- why it was withdrawn where nobody decided it
  ADD COLUMN withdrawn_because text CHECK (withdrawn_because IN ('offDuty')),
  ADD CONSTRAINT dispatches_because CHECK (withdrawn_because IS NULL OR state = 'withdrawn');

-- A source of duties also tells what its units do at which incident.
GRANT INSERT (city_code, incident_id, unit_id, squad_id, cell_id, state, assigned_at, acknowledged_at, arrived_at, ended_at, beside,
    synthetic, told_by),
  UPDATE (state, acknowledged_at, arrived_at, ended_at, withdrawn_because) ON dispatches TO gridwall_ingest;
CREATE POLICY dispatches_told ON dispatches FOR INSERT TO gridwall_ingest
  WITH CHECK (city_code = (SELECT ingest_city('duties')) AND told_by = (SELECT ingest_source()));
CREATE POLICY dispatches_told_on ON dispatches FOR UPDATE TO gridwall_ingest
  USING (city_code = (SELECT ingest_city('duties'))) WITH CHECK (city_code = (SELECT ingest_city('duties')));

-- Incidents by what their sources call them, as far as sending a unit there needs them; never disputes.
CREATE FUNCTION ingest_named_incidents(names json)
RETURNS TABLE (place integer, id bigint, cell_id integer, reported_at timestamptz, status text, synthetic boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  city text := ingest_city('duties');
BEGIN
  RETURN QUERY SELECT n.place, i.id, i.cell_id, i.reported_at, i.status, i.synthetic
    FROM json_to_recordset(names) AS n (place integer, source text, name text)
    JOIN incidents i ON i.city_code = city AND i.source_id = n.name AND (n.source IS NULL OR i.source = n.source)
    WHERE i.duplicate_of IS NULL AND NOT EXISTS (
      SELECT FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR k.sensitive))
    ORDER BY n.place, i.id;
END
$$;

-- The same turns as dispatch_turn, for a source: incidents by number, then units by number.
CREATE FUNCTION ingest_dispatch_turn(wanted_incidents bigint[], wanted_units integer[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  city text := ingest_city('duties');
BEGIN
  PERFORM FROM incidents i WHERE i.city_code = city AND i.id = ANY (wanted_incidents) ORDER BY i.id FOR NO KEY UPDATE;
  PERFORM FROM units u WHERE u.city_code = city AND u.id = ANY (wanted_units) ORDER BY u.id FOR NO KEY UPDATE;
END
$$;

-- leftIncident: a unit went off duty and nobody else is at its incident.
ALTER TABLE alerts DROP CONSTRAINT alerts_kind_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_kind_check
  CHECK (kind IN ('outsideFence', 'insideFence', 'sourceSilent', 'leftIncident'));
ALTER TABLE alerts ADD COLUMN incident_id bigint,
  ADD CONSTRAINT alerts_incident CHECK ((incident_id IS NOT NULL) = (kind = 'leftIncident'));
DROP INDEX alerts_open;
CREATE UNIQUE INDEX alerts_open ON alerts (city_code, kind, fence_id, squad_id, unit_id, source_code, incident_id) NULLS NOT DISTINCT
  WHERE cleared_at IS NULL;

-- The one incident that a unit one answers for is sent to, for as long as it is: of a kind that one sees one by one somewhere
-- in the city, on whatever ground. A function and no policy: no count, list or event is any different for it.
CREATE FUNCTION incident_sent_to(city text, incident bigint) RETURNS SETOF incidents LANGUAGE plpgsql STABLE SECURITY DEFINER
ROWS 1 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT i.* FROM incidents i
    WHERE i.city_code = city AND i.id = incident AND i.duplicate_of IS NULL
      AND current_setting('gridwall.use', true) = 'points'
      AND ((i.city_code, i.kind) IN (SELECT e.city_code, e.kind FROM incident_kinds_everywhere() e)
        OR EXISTS (SELECT FROM unnest(ARRAY['both', 'governance', 'publicOrder']) f (families), incident_kinds_somewhere(f.families) s
                   WHERE s.city_code = i.city_code AND s.kind = i.kind))
      AND EXISTS (SELECT FROM dispatches d
                  WHERE d.city_code = i.city_code AND d.incident_id = i.id AND d.ended_at IS NULL
                    AND (d.city_code, d.squad_id) IN (SELECT s.city_code, s.area_id FROM patrol_areas_with('respond') s));
END
$$;

REVOKE EXECUTE ON FUNCTION ingest_named_incidents(json), ingest_dispatch_turn(bigint[], integer[]), incident_sent_to(text, bigint)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_named_incidents(json), ingest_dispatch_turn(bigint[], integer[]) TO gridwall_ingest;
GRANT EXECUTE ON FUNCTION incident_sent_to(text, bigint) TO gridwall_reader;
