-- Counts kept beside the rows, so that any window is two reads. The rows stay the truth: whatever is below can be
-- thrown away and made again from them (`npm run cube -- rebuild`).
--
-- Counted is every incident that is no dispute and no duplicate. A plane holds, for one node of the tree of kinds, how
-- many were reported in each cell before an instant; planes are as of one snapshot, and what was committed since lies in
-- the log. So in every snapshot: planes + changes they do not hold yet = rows.

-- A merged duplicate points at the incident that stays, and is never counted nor shown.
ALTER TABLE incidents ADD COLUMN duplicate_of bigint CHECK (duplicate_of <> id);
ALTER TABLE incidents ADD FOREIGN KEY (city_code, duplicate_of) REFERENCES incidents (city_code, id);
CREATE INDEX incidents_duplicates ON incidents (city_code, duplicate_of) WHERE duplicate_of IS NOT NULL;
-- the rows between a plane and an instant, without touching the table
CREATE INDEX incidents_counted ON incidents (city_code, kind, reported_at) INCLUDE (cell_id) WHERE duplicate_of IS NULL;

-- Where each cell lies in a plane. Only ever appended to; ordinal 0 is "in no cell".
CREATE TABLE cube_cells (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  cell_id integer NOT NULL,
  PRIMARY KEY (city_code, ordinal),
  UNIQUE (city_code, cell_id)
);

CREATE TABLE cube_state (
  city_code text PRIMARY KEY REFERENCES cities ON DELETE CASCADE,
  -- changes when the log no longer tells the whole story, so that whoever follows it must read all rows anew
  epoch xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- what the planes hold; null: there are none yet
  snapshot pg_snapshot,
  folded_at timestamptz,
  -- the server whose transaction numbers these are: a restored copy has others
  system_identifier bigint,
  -- the log is whole from this transaction on
  purged_xid xid8 NOT NULL DEFAULT '0',
  -- what may be purged once it has been in the planes for a while
  marked_xid xid8 NOT NULL DEFAULT '0',
  marked_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cube_planes (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  -- of cube_node_kinds
  node text NOT NULL,
  -- counts what was reported before this instant; at midnight of the city's time zone when it was made
  until timestamptz NOT NULL,
  total bigint NOT NULL,
  -- by ordinal, so that counts[1] is "in no cell"; a shorter one ends in zeros
  counts integer[] NOT NULL,
  PRIMARY KEY (city_code, node, until)
);
-- read more often than written, and whole: not compressed
ALTER TABLE cube_planes ALTER COLUMN counts SET STORAGE EXTERNAL;

-- Written by triggers, only ever appended to, so that writers never wait for one another. No foreign key: it would cost
-- more than the row.
CREATE TABLE cube_changes (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  reported_at timestamptz NOT NULL,
  cell_id integer,
  n integer NOT NULL,
  city_code text NOT NULL,
  kind text NOT NULL
);
CREATE INDEX cube_changes_xid ON cube_changes (city_code, xid);

-- The nodes of the tree of kinds and the counted kinds below each: '*' all, 'sub:K' kind K with everything below it,
-- 'own:K' kind K alone where it has kinds below.
CREATE FUNCTION cube_node_kinds(city text) RETURNS TABLE (node text, kind text) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE up (above, kind) AS (
    SELECT k.code, k.code FROM kinds k WHERE k.city_code = city AND NOT k.dispute
    UNION
    SELECT k.parent_code, u.kind FROM up u JOIN kinds k ON k.city_code = city AND k.code = u.above
    WHERE k.parent_code IS NOT NULL
  )
  SELECT 'sub:' || u.above, u.kind FROM up u
  UNION ALL
  SELECT '*', k.code FROM kinds k WHERE k.city_code = city AND NOT k.dispute
  UNION ALL
  SELECT 'own:' || k.code, k.code FROM kinds k
  WHERE k.city_code = city AND NOT k.dispute
    AND EXISTS (SELECT FROM kinds below WHERE below.city_code = city AND below.parent_code = k.code)
$$;

-- One at a time works on a city's planes.
CREATE FUNCTION cube_lock(city text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtext('gridwall cube'), hashtext(city))
$$;

-- Throws away what is kept; what follows the log starts over.
CREATE FUNCTION cube_reset(city text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM cube_lock(city);
  DELETE FROM cube_planes WHERE city_code = city;
  DELETE FROM cube_changes WHERE city_code = city;
  UPDATE cube_state SET epoch = pg_current_xact_id(), snapshot = NULL, folded_at = NULL WHERE city_code = city;
  PERFORM pg_notify('cube', city);
END
$$;

-- Until the end of the transaction, writes to the city are not logged but the planes thrown away: a whole city at once.
CREATE FUNCTION cube_bulk(city text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM cube_reset(city);
  PERFORM set_config('gridwall.bulk_city', city, true);
END
$$;

CREATE FUNCTION cube_log_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cube_changes (city_code, reported_at, cell_id, kind, n)
  SELECT i.city_code, i.reported_at, i.cell_id, i.kind, 1 FROM new_rows i
  WHERE i.duplicate_of IS NULL AND i.city_code IS DISTINCT FROM current_setting('gridwall.bulk_city', true);
  IF FOUND THEN
    PERFORM pg_notify('cube', c.city_code) FROM (SELECT DISTINCT city_code FROM new_rows) c;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION cube_log_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cube_changes (city_code, reported_at, cell_id, kind, n)
  SELECT i.city_code, i.reported_at, i.cell_id, i.kind, -1 FROM old_rows i
  WHERE i.duplicate_of IS NULL AND i.city_code IS DISTINCT FROM current_setting('gridwall.bulk_city', true);
  IF FOUND THEN
    PERFORM pg_notify('cube', c.city_code) FROM (SELECT DISTINCT city_code FROM old_rows) c;
  END IF;
  RETURN NULL;
END
$$;

-- Most updates change nothing that is counted (dispatched, arrived, closed), and then log nothing.
CREATE FUNCTION cube_log_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cube_changes (city_code, reported_at, cell_id, kind, n)
  SELECT c.city_code, c.reported_at, c.cell_id, c.kind, sum(c.n)
  FROM (SELECT city_code, reported_at, cell_id, kind, 1 AS n FROM new_rows WHERE duplicate_of IS NULL
        UNION ALL
        SELECT city_code, reported_at, cell_id, kind, -1 FROM old_rows WHERE duplicate_of IS NULL) c
  WHERE c.city_code IS DISTINCT FROM current_setting('gridwall.bulk_city', true)
  GROUP BY c.city_code, c.reported_at, c.cell_id, c.kind
  HAVING sum(c.n) <> 0;
  IF FOUND THEN
    PERFORM pg_notify('cube', c.city_code)
    FROM (SELECT city_code FROM new_rows UNION SELECT city_code FROM old_rows) c;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION cube_log_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM cube_reset(s.city_code) FROM (SELECT city_code FROM cube_state ORDER BY city_code) s;
  RETURN NULL;
END
$$;

-- For each statement, not for each row: row triggers cost a third of the speed of a batch and took one another's locks.
CREATE TRIGGER cube_log_insert AFTER INSERT ON incidents
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION cube_log_insert();
CREATE TRIGGER cube_log_update AFTER UPDATE ON incidents
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION cube_log_update();
CREATE TRIGGER cube_log_delete AFTER DELETE ON incidents
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION cube_log_delete();
CREATE TRIGGER cube_log_truncate AFTER TRUNCATE ON incidents
  FOR EACH STATEMENT EXECUTE FUNCTION cube_log_truncate();

-- A kind that becomes a dispute, or hangs elsewhere in the tree, changes counts of rows that did not change.
CREATE FUNCTION cube_kinds_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed kinds := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
BEGIN
  IF changed.city_code IS NOT DISTINCT FROM current_setting('gridwall.bulk_city', true) THEN
    RETURN NULL;
  END IF;
  -- a new kind has no rows, but may close a gap between kinds that have
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM kinds WHERE city_code = NEW.city_code AND parent_code = NEW.code) THEN
    RETURN NULL;
  END IF;
  PERFORM cube_reset(changed.city_code);
  RETURN NULL;
END
$$;
CREATE TRIGGER cube_kinds_changed AFTER INSERT OR DELETE ON kinds
  FOR EACH ROW EXECUTE FUNCTION cube_kinds_changed();
CREATE TRIGGER cube_kinds_moved AFTER UPDATE ON kinds FOR EACH ROW
  WHEN ((OLD.city_code, OLD.code, OLD.parent_code, OLD.dispute) IS DISTINCT FROM (NEW.city_code, NEW.code, NEW.parent_code, NEW.dispute))
  EXECUTE FUNCTION cube_kinds_changed();

CREATE FUNCTION cube_city_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cube_state (city_code) VALUES (NEW.code);
  RETURN NULL;
END
$$;
CREATE TRIGGER cube_city_made AFTER INSERT ON cities FOR EACH ROW EXECUTE FUNCTION cube_city_made();

-- fires after the cascades, which are named in capitals and log what they delete
CREATE FUNCTION cube_city_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cube_changes WHERE city_code = OLD.code;
  RETURN NULL;
END
$$;
CREATE TRIGGER cube_city_gone AFTER DELETE ON cities FOR EACH ROW EXECUTE FUNCTION cube_city_gone();

INSERT INTO cube_state (city_code) SELECT code FROM cities;

-- A plane with changes added, longer where they lie in newer cells.
CREATE FUNCTION cube_add(counts integer[], ordinals integer[], ns integer[]) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  missing integer := (SELECT max(o) FROM unnest(ordinals) o) + 1 - cardinality(counts);
BEGIN
  IF missing > 0 THEN
    counts := counts || array_fill(0, ARRAY[missing]);
  END IF;
  FOR i IN 1 .. cardinality(ordinals) LOOP
    counts[ordinals[i] + 1] := counts[ordinals[i] + 1] + ns[i];
  END LOOP;
  RETURN counts;
END
$$;

-- Makes the planes of a node between two instants, going on from the plane at the first (or from nothing): one at the
-- end of each day by which at least `stride` incidents came since the one before. Answers how many.
CREATE FUNCTION cube_walk(city text, at_node text, after timestamptz, before timestamptz, start integer[], stride integer)
RETURNS integer LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  zone text := (SELECT time_zone FROM cities WHERE code = city);
  below text[] := ARRAY(SELECT k.kind FROM cube_node_kinds(city) k WHERE k.node = at_node);
  cells integer := (SELECT 1 + coalesce(max(ordinal), 0) FROM cube_cells WHERE city_code = city);
  counts integer[] := start || array_fill(0, ARRAY[greatest(0, cells - cardinality(start))]);
  total bigint := (SELECT coalesce(sum(n), 0) FROM unnest(start) n);
  since bigint := 0;
  today date;
  made integer := 0;
  part record;
BEGIN
  FOR part IN
    SELECT d.day, CASE WHEN d.cell_id IS NULL THEN 1 ELSE c.ordinal + 1 END AS place, d.n
    FROM (SELECT (i.reported_at AT TIME ZONE zone)::date AS day, i.cell_id, count(*)::integer AS n
          FROM incidents i
          WHERE i.city_code = city AND i.kind = ANY (below) AND i.duplicate_of IS NULL
            AND i.reported_at >= after AND i.reported_at < before
          GROUP BY 1, 2) d
    LEFT JOIN cube_cells c ON c.city_code = city AND c.cell_id = d.cell_id
    ORDER BY d.day
  LOOP
    IF part.day > today AND since >= stride THEN
      INSERT INTO cube_planes (city_code, node, until, total, counts)
      VALUES (city, at_node, (today + 1)::timestamp AT TIME ZONE zone, total, counts);
      made := made + 1;
      since := 0;
    END IF;
    today := part.day;
    counts[part.place] := counts[part.place] + part.n;
    since := since + part.n;
    total := total + part.n;
  END LOOP;
  -- the day the walk ends in has its plane already, where there is one at its end
  IF since >= stride AND (today + 1)::timestamp AT TIME ZONE zone <= before
    AND NOT EXISTS (SELECT FROM cube_planes p WHERE p.city_code = city AND p.node = at_node
                    AND p.until = (today + 1)::timestamp AT TIME ZONE zone) THEN
    INSERT INTO cube_planes (city_code, node, until, total, counts)
    VALUES (city, at_node, (today + 1)::timestamp AT TIME ZONE zone, total, counts);
    made := made + 1;
  END IF;
  RETURN made;
END
$$;
