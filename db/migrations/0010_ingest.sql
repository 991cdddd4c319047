-- What comes in live, and who may tell, send, answer and connect.

INSERT INTO role_rights (role, right_name)
SELECT r.role, given
FROM (VALUES
  ('officer', 'incidents.report respond'),
  ('squadLeader', 'incidents.report respond dispatch'),
  ('planner', 'incidents.report respond dispatch'),
  ('gridWorker', 'incidents.report'),
  ('centreClerk', 'incidents.report'),
  ('systemAdmin', 'sources')
) AS r (role, rights), regexp_split_to_table(r.rights, ' ') AS given;
