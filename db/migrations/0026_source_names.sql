-- Sources are called in both languages of the screens; empty: by the one name they have.
ALTER TABLE sources ADD COLUMN name_en text NOT NULL DEFAULT '' CHECK (length(name_en) <= 60);
UPDATE sources s SET name_en = made.name_en
FROM (VALUES ('ingest:sim-110', '模拟110接处警', 'Simulated 110 desk'), ('ingest:sim-gps', '模拟车载定位', 'Simulated vehicle positions'),
  ('ingest:sim-duty', '模拟勤务系统', 'Simulated duty system')) AS made (code, name, name_en)
WHERE s.code = made.code AND s.name = made.name;
GRANT INSERT (name_en), UPDATE (name_en) ON sources TO gridwall_writer;

CREATE OR REPLACE VIEW sources_listed WITH (security_barrier) AS
SELECT s.city_code, s.code, s.kind, s.name, s.crs, s.channel, s.default_kind, s.rate_per_second, s.expected_every_s, s.synthetic,
  s.created_at, coalesce(u.username, s.created_by) AS created_by, s.revoked_at, s.last_seen_at, s.accepted, s.rejected, s.limited,
  s.last_error, s.last_error_at, t.tokens, t.token_since, t.overlap_until, s.learned_every_s, s.name_en
FROM sources s LEFT JOIN users u ON u.id = s.created_by
LEFT JOIN LATERAL (
  SELECT count(*)::int AS tokens, max(created_at) AS token_since, max(expires_at) AS overlap_until FROM ingest_tokens t
  WHERE t.city_code = s.city_code AND t.source_code = s.code AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > now())
) t ON true
WHERE (SELECT has_right('sources'));
