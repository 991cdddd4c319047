-- One link may let several screens in, each with a session of its own: the list says how many are in.
CREATE OR REPLACE VIEW kiosks_listed WITH (security_barrier) AS
SELECT k.id, k.user_id, k.name, k.city_code, k.area_id, k.created_at, coalesce(c.username, k.created_by) AS created_by,
  k.expires_at, k.revoked_at, s.seen_at, s.address, n.screens
FROM kiosks k LEFT JOIN users c ON c.id = k.created_by
LEFT JOIN LATERAL (
  SELECT created_at AS seen_at, ip_address AS address FROM sessions WHERE user_id = k.user_id ORDER BY created_at DESC LIMIT 1
) s ON true
CROSS JOIN LATERAL (
  SELECT count(*)::int AS screens FROM sessions WHERE user_id = k.user_id AND expires_at > now()
) n
WHERE (SELECT has_right('grants'));
