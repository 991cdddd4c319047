-- Whoever watches is nobody's to become: an auditor's account is kept by the security administrator as the other guards' are, and
-- the password or second factor of who holds the audit is reset by no single administrator while they hold it. It takes two:
-- one takes the role away and gives it back, the other resets in between.

CREATE OR REPLACE FUNCTION account_kept(account text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT account <> current_setting('gridwall.person', true) AND has_right(CASE
    WHEN EXISTS (SELECT FROM grants g
                 WHERE g.person_id = account AND g.role IN ('securityAdmin', 'auditAdmin', 'auditor')) THEN 'grants'
    ELSE 'people' END)
$$;

CREATE FUNCTION secrets_kept(account text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT account_kept(account)
    AND NOT EXISTS (SELECT FROM grants g WHERE g.person_id = account AND g.role IN ('auditAdmin', 'auditor'))
$$;
REVOKE EXECUTE ON FUNCTION secrets_kept(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION secrets_kept(text) TO gridwall_writer;

ALTER POLICY accounts_kept ON accounts USING (secrets_kept(user_id)) WITH CHECK (secrets_kept(user_id));
ALTER POLICY two_factors_removed ON two_factors USING (secrets_kept(user_id));
