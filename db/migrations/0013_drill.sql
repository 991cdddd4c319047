-- Drills: scripted scenes beside real data. Nothing of a drill is an incident, a unit or a position: what is made up for it
-- stands in the drill's own copy of its scenario, so that no count, no live picture and no export can come upon it.

CREATE TABLE drills (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer GENERATED ALWAYS AS IDENTITY,
  scenario_code text NOT NULL,
  -- as it was when the drill began, with places found on the ground: injects, made-up units, expected responses
  scenario jsonb NOT NULL,
  -- minutes of the scenario that pass in one of the clock
  pace real NOT NULL CHECK (pace BETWEEN 1 AND 20),
  started_at timestamptz NOT NULL,
  -- when the scenario is over by itself
  ends_at timestamptz NOT NULL,
  -- somebody ended it earlier
  ended_at timestamptz,
  -- users.id
  started_by text NOT NULL,
  PRIMARY KEY (city_code, id),
  CHECK (ends_at > started_at),
  CHECK (ended_at >= started_at AND ended_at <= ends_at)
);
CREATE INDEX drills_time ON drills (city_code, started_at);

-- What was done, said by a click: one an expected response. Taken back only while the drill runs.
CREATE TABLE drill_responses (
  city_code text NOT NULL,
  drill_id integer NOT NULL,
  -- code of the expected response in the scenario
  expectation text NOT NULL,
  -- place in the scenario's list of made-up units; null: none was named
  unit_number smallint CHECK (unit_number >= 0),
  responded_at timestamptz NOT NULL,
  -- users.id
  responded_by text NOT NULL,
  PRIMARY KEY (city_code, drill_id, expectation),
  FOREIGN KEY (city_code, drill_id) REFERENCES drills ON DELETE CASCADE
);

-- Whoever may send units drills sending them, in any jurisdiction: a drill is the whole city's.
ALTER TABLE drills ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON drills TO gridwall_reader;
CREATE POLICY drills_seen ON drills FOR SELECT TO gridwall_reader
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));
GRANT SELECT, INSERT (city_code, scenario_code, scenario, pace, started_at, ends_at, started_by), UPDATE (ended_at)
  ON drills TO gridwall_writer;
CREATE POLICY drills_answered ON drills FOR SELECT TO gridwall_writer
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));
CREATE POLICY drills_started ON drills FOR INSERT TO gridwall_writer
  WITH CHECK (city_code = ANY (ARRAY(SELECT cities_with('dispatch')))
    AND started_by = current_setting('gridwall.person', true));
CREATE POLICY drills_ended ON drills FOR UPDATE TO gridwall_writer
  USING (ended_at IS NULL AND city_code = ANY (ARRAY(SELECT cities_with('dispatch'))))
  WITH CHECK (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));

ALTER TABLE drill_responses ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON drill_responses TO gridwall_reader;
CREATE POLICY drill_responses_seen ON drill_responses FOR SELECT TO gridwall_reader
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));
GRANT SELECT, INSERT, DELETE ON drill_responses TO gridwall_writer;
CREATE POLICY drill_responses_answered ON drill_responses FOR SELECT TO gridwall_writer
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch'))));
CREATE POLICY drill_responses_given ON drill_responses FOR INSERT TO gridwall_writer
  WITH CHECK (city_code = ANY (ARRAY(SELECT cities_with('dispatch')))
    AND responded_by = current_setting('gridwall.person', true)
    AND EXISTS (SELECT FROM drills d WHERE d.city_code = drill_responses.city_code AND d.id = drill_responses.drill_id
                AND d.ended_at IS NULL AND drill_responses.responded_at BETWEEN d.started_at AND d.ends_at));
CREATE POLICY drill_responses_taken ON drill_responses FOR DELETE TO gridwall_writer
  USING (city_code = ANY (ARRAY(SELECT cities_with('dispatch')))
    AND EXISTS (SELECT FROM drills d WHERE d.city_code = drill_responses.city_code AND d.id = drill_responses.drill_id
                AND d.ended_at IS NULL));
