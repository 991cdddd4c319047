-- How sources of live data were, not only how they are: which of them was silent yesterday, and how often each speaks where
-- nobody has said how often it should. And numbering of live events answers what it numbered, so that the node that does it
-- need not ask for it again.

-- Ten minutes of a source; none where it was silent throughout.
CREATE TABLE source_history (
  city_code text NOT NULL,
  -- sources.code; 'beacons': the phones and handhelds of units together
  source_code text NOT NULL,
  began_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- the longest silence that ended here, seconds; null: it had not been heard before
  longest_gap_s real CHECK (longest_gap_s >= 0),
  -- when it ended
  longest_gap_to timestamptz NOT NULL,
  accepted bigint NOT NULL,
  rejected bigint NOT NULL,
  limited bigint NOT NULL,
  PRIMARY KEY (city_code, source_code, began_at)
);
CREATE INDEX source_history_time ON source_history (began_at);
ALTER TABLE source_history ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON source_history TO gridwall_reader;
CREATE POLICY source_history_seen ON source_history FOR SELECT TO gridwall_reader USING ((SELECT has_right('sources')));

-- How often it does speak, as its history says; null: too little of it.
ALTER TABLE sources ADD COLUMN learned_every_s integer CHECK (learned_every_s > 0);

CREATE OR REPLACE VIEW sources_listed WITH (security_barrier) AS
SELECT s.city_code, s.code, s.kind, s.name, s.crs, s.channel, s.default_kind, s.rate_per_second, s.expected_every_s, s.synthetic,
  s.created_at, coalesce(u.username, s.created_by) AS created_by, s.revoked_at, s.last_seen_at, s.accepted, s.rejected, s.limited,
  s.last_error, s.last_error_at, t.tokens, t.token_since, t.overlap_until, s.learned_every_s
FROM sources s LEFT JOIN users u ON u.id = s.created_by
LEFT JOIN LATERAL (
  SELECT count(*)::int AS tokens, max(created_at) AS token_since, max(expires_at) AS overlap_until FROM ingest_tokens t
  WHERE t.city_code = s.city_code AND t.source_code = s.code AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > now())
) t ON true
WHERE (SELECT has_right('sources'));

-- As number_live_events (0011) gave numbers, and answers the events. One row at least: the place at which numbering stood
-- before, beside each event; without an event (number null) nothing was numbered: nothing waits, or, `busy`, somebody else
-- is at it or has just been.
DROP FUNCTION number_live_events(interval, integer);
CREATE FUNCTION take_live_events(spacing interval, most integer)
RETURNS TABLE (before_number bigint, before_at timestamptz, busy boolean, number bigint, numbered_at timestamptz, city_code text,
  topic text, cell_id integer, kind text, unit_id integer, squad_id integer, opening boolean, message json)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  head live_head;
  taken bigint;
  moment timestamptz;
BEGIN
  -- looked at before anything is locked: a look alone writes nothing
  IF NOT EXISTS (SELECT FROM live_waiting) THEN
    RETURN QUERY SELECT h.last_number, h.numbered_at, false, NULL::bigint, NULL::timestamptz, NULL, NULL, NULL::integer, NULL,
      NULL::integer, NULL::integer, NULL::boolean, NULL::json FROM live_head h;
    RETURN;
  END IF;
  SELECT * INTO head FROM live_head FOR UPDATE SKIP LOCKED;
  moment := clock_timestamp();
  -- a clock that was set back stops nothing
  IF head IS NULL OR (moment >= head.numbered_at AND moment < head.numbered_at + spacing) THEN
    RETURN QUERY SELECT h.last_number, h.numbered_at, true, NULL::bigint, NULL::timestamptz, NULL, NULL, NULL::integer, NULL,
      NULL::integer, NULL::integer, NULL::boolean, NULL::json FROM live_head h;
    RETURN;
  END IF;
  -- what a screen has been told must not be undone by a crash, however the writers of this database commit
  PERFORM set_config('synchronous_commit', 'on', true);
  -- a statement of its own, with a snapshot taken behind the lock: all that was numbered before is gone from it
  RETURN QUERY
  WITH gone AS (
    DELETE FROM live_waiting w WHERE w.id IN (SELECT n.id FROM live_waiting n ORDER BY n.id LIMIT most) RETURNING w.*
  ), numbered AS (
    INSERT INTO live_events AS l (number, numbered_at, city_code, topic, cell_id, kind, unit_id, incident_id, squad_id, opening, message)
    SELECT head.last_number + row_number() OVER (ORDER BY g.id), moment, g.city_code, g.topic, g.cell_id, g.kind, g.unit_id,
      g.incident_id, g.squad_id, g.opening, g.message
    FROM gone g RETURNING l.*
  )
  SELECT head.last_number, head.numbered_at, false, n.number, n.numbered_at, n.city_code, n.topic, n.cell_id, n.kind, n.unit_id,
    n.squad_id, n.opening, n.message
  FROM numbered n ORDER BY n.number;
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF taken = 0 THEN
    RETURN QUERY SELECT head.last_number, head.numbered_at, false, NULL::bigint, NULL::timestamptz, NULL, NULL, NULL::integer, NULL,
      NULL::integer, NULL::integer, NULL::boolean, NULL::json;
    RETURN;
  END IF;
  UPDATE live_head SET last_number = head.last_number + taken, numbered_at = moment;
  PERFORM pg_notify('live', (head.last_number + taken)::text);
END
$$;
REVOKE EXECUTE ON FUNCTION take_live_events(interval, integer) FROM PUBLIC;
