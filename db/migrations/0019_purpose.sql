-- Where a role has a right only for a purpose, the database demands one too: `gridwall.purpose`, set with gridwall.person
-- (0006), says what for. Without it such rights give no row, whatever the server asks for, and no export is noted; and
-- what the audit says of the purpose is what the rows were read for.

CREATE OR REPLACE VIEW viewing_rights AS
SELECT r.right_name, g.city_code, g.area_id
FROM grants_in_force g
JOIN role_rights r ON r.role = g.role
WHERE g.person_id = nullif(current_setting('gridwall.person', true), '')
  AND (NOT r.purpose_demanded OR coalesce(current_setting('gridwall.purpose', true), '') <> '');

CREATE OR REPLACE VIEW viewing_incidents AS
SELECT g.city_code, g.area_id,
  CASE WHEN r.governance AND r.public_order THEN 'both' WHEN r.governance THEN 'governance' ELSE 'publicOrder' END AS families
FROM grants_in_force g
JOIN (SELECT role, bool_or(right_name LIKE '%.governance') AS governance, bool_or(right_name LIKE '%.publicOrder') AS public_order
      FROM role_rights
      WHERE right_name = ANY (CASE current_setting('gridwall.use', true)
        WHEN 'counts' THEN ARRAY['counts.governance', 'counts.publicOrder']
        WHEN 'points' THEN ARRAY['points.governance', 'points.publicOrder'] END)
        AND (NOT purpose_demanded OR coalesce(current_setting('gridwall.purpose', true), '') <> '')
      GROUP BY role) r ON r.role = g.role
WHERE g.person_id = nullif(current_setting('gridwall.person', true), '');

DROP POLICY audit_written ON audit;
CREATE POLICY audit_written ON audit FOR INSERT TO gridwall_reader, gridwall_writer
  WITH CHECK (person_id = nullif(current_setting('gridwall.person', true), '')
    AND purpose IS NOT DISTINCT FROM nullif(current_setting('gridwall.purpose', true), ''));

-- An export reads no row of its own: its row in the audit is what it takes the right for.
CREATE FUNCTION audit_check_export() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.city_code IS NULL OR NEW.city_code NOT IN (SELECT cities_with('export')) THEN
    RAISE EXCEPTION 'an export takes the right to it, and a purpose where the role demands one'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_check_export() FROM PUBLIC;
CREATE TRIGGER audit_export BEFORE INSERT ON audit FOR EACH ROW
  WHEN (NEW.action = 'exports.note' AND current_setting('gridwall.person', true) <> '')
  EXECUTE FUNCTION audit_check_export();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_export;
