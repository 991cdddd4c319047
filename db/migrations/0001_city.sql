-- Everything a city is. Geometry is EPSG:4326, [lng, lat]; lengths metres, areas km² unless the name says otherwise.
-- Every table carries city_code in its key, so that a province can shard by it without changing a query.

CREATE TABLE cities (
  code text PRIMARY KEY,
  -- six-digit division code where the city has one; the API takes either
  division_code text UNIQUE,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  time_zone text NOT NULL,
  synthetic boolean NOT NULL,
  -- 'as of': the last instant the city's data speaks about; windows such as "last 30 days" end here
  as_of timestamptz NOT NULL,
  -- the boundary version shown unless asked otherwise
  current_version text NOT NULL,
  -- how the city came to be: generator seed and options, or the import manifest
  origin jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE boundary_versions (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  version text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  synthetic boolean NOT NULL,
  source text NOT NULL,
  -- SHA-256 over the version's areas, set by the writer: names its immutable bundle
  content_hash text NOT NULL,
  PRIMARY KEY (city_code, version)
);

CREATE TABLE area_levels (
  city_code text NOT NULL,
  version text NOT NULL,
  level text NOT NULL,
  hierarchy text NOT NULL CHECK (hierarchy IN ('administration', 'patrol')),
  rank smallint NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  PRIMARY KEY (city_code, version, level),
  FOREIGN KEY (city_code, version) REFERENCES boundary_versions ON DELETE CASCADE
);

CREATE TABLE areas (
  city_code text NOT NULL,
  id integer NOT NULL,
  version text NOT NULL,
  level text NOT NULL,
  code text NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  parent_id integer,
  squad_id integer,
  population integer NOT NULL DEFAULT 0 CHECK (population >= 0),
  households integer NOT NULL DEFAULT 0 CHECK (households >= 0),
  urban_rural text,
  area_km2 double precision NOT NULL CHECK (area_km2 > 0),
  label_point geometry(Point, 4326) NOT NULL,
  geom geometry(MultiPolygon, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  UNIQUE (city_code, version, level, code),
  FOREIGN KEY (city_code, version, level) REFERENCES area_levels ON DELETE CASCADE,
  FOREIGN KEY (city_code, parent_id) REFERENCES areas ON DELETE CASCADE
);
CREATE INDEX areas_geom ON areas USING gist (geom);
CREATE INDEX areas_parent ON areas (city_code, parent_id);

CREATE TABLE area_lineage (
  city_code text NOT NULL,
  from_id integer NOT NULL,
  to_id integer NOT NULL,
  relation text NOT NULL CHECK (relation IN ('same', 'split', 'merge')),
  PRIMARY KEY (city_code, from_id, to_id),
  FOREIGN KEY (city_code, from_id) REFERENCES areas ON DELETE CASCADE,
  FOREIGN KEY (city_code, to_id) REFERENCES areas ON DELETE CASCADE
);

CREATE INDEX area_lineage_to ON area_lineage (city_code, to_id);

-- A cell is the finest piece of ground: in the demo a micro-grid, in an import each distinct set of areas.
-- A point finds its cell once, at insert; every area count is a sum over cells, in every hierarchy and version.
CREATE TABLE cell_areas (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  version text NOT NULL,
  level text NOT NULL,
  cell_id integer NOT NULL,
  area_id integer NOT NULL,
  PRIMARY KEY (city_code, version, level, cell_id),
  FOREIGN KEY (city_code, area_id) REFERENCES areas ON DELETE CASCADE
);
CREATE INDEX cell_areas_area ON cell_areas (city_code, area_id);

CREATE TABLE kinds (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  code text NOT NULL,
  parent_code text,
  -- one of at most eight groups; colour and shape on the map follow it
  kind_group text NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  -- disputes: never as points, never below grid level; sensitive ones never below township
  dispute boolean NOT NULL DEFAULT false,
  sensitive boolean NOT NULL DEFAULT false,
  sort integer NOT NULL,
  PRIMARY KEY (city_code, code)
);

CREATE TABLE incidents (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  -- where the row came from ('demo', 'import:<file>', later 'ingest:110' …) and its name there: the key that makes a second run add nothing
  source text NOT NULL,
  source_id text NOT NULL,
  kind text NOT NULL,
  -- 1 red, 2 orange, 3 yellow, 4 blue
  level smallint NOT NULL DEFAULT 4 CHECK (level BETWEEN 1 AND 4),
  channel text NOT NULL DEFAULT 'unknown',
  reported_at timestamptz NOT NULL,
  dispatched_at timestamptz,
  arrived_at timestamptz,
  closed_at timestamptz,
  due_at timestamptz,
  status text NOT NULL CHECK (status IN ('new', 'dispatched', 'onScene', 'closed', 'recorded')),
  outcome text,
  resolved_level text,
  cell_id integer,
  geom geometry(Point, 4326) NOT NULL,
  attributes jsonb NOT NULL DEFAULT '{}',
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  UNIQUE (city_code, source, source_id),
  FOREIGN KEY (city_code, kind) REFERENCES kinds,
  CHECK (dispatched_at IS NULL OR dispatched_at >= reported_at),
  CHECK (arrived_at IS NULL OR arrived_at >= dispatched_at),
  CHECK (closed_at IS NULL OR closed_at >= reported_at)
);
CREATE INDEX incidents_time ON incidents (city_code, reported_at);
CREATE INDEX incidents_geom ON incidents USING gist (geom);

CREATE TABLE cameras (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  code char(20) NOT NULL,
  ownership text NOT NULL CHECK (ownership IN ('public', 'social')),
  -- number of the social unit that owns it, no name
  owner_unit integer,
  type text NOT NULL,
  industry char(2) NOT NULL,
  direction_deg smallint NOT NULL CHECK (direction_deg BETWEEN 0 AND 359),
  field_of_view_deg smallint NOT NULL CHECK (field_of_view_deg BETWEEN 1 AND 360),
  range_m smallint NOT NULL CHECK (range_m > 0),
  indoor boolean NOT NULL,
  installed_on date NOT NULL,
  in_2018_register boolean NOT NULL DEFAULT false,
  status text NOT NULL CHECK (status IN ('online', 'offline', 'repair')),
  status_since timestamptz NOT NULL,
  retention_days smallint NOT NULL,
  cell_id integer,
  geom geometry(Point, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  UNIQUE (city_code, code)
);
CREATE INDEX cameras_geom ON cameras USING gist (geom);
CREATE INDEX cameras_cell ON cameras (city_code, cell_id);

CREATE TABLE camera_outages (
  city_code text NOT NULL,
  camera_id integer NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  reason text NOT NULL,
  PRIMARY KEY (city_code, camera_id, started_at),
  FOREIGN KEY (city_code, camera_id) REFERENCES cameras ON DELETE CASCADE
);

CREATE TABLE roads (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  class text NOT NULL,
  name_zh text,
  name_en text,
  speed_kmh smallint NOT NULL CHECK (speed_kmh > 0),
  from_node integer NOT NULL,
  to_node integer NOT NULL,
  length_m double precision NOT NULL CHECK (length_m > 0),
  cell_id integer,
  geom geometry(LineString, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);
CREATE INDEX roads_geom ON roads USING gist (geom);

CREATE TABLE waters (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  kind text NOT NULL,
  name_zh text,
  name_en text,
  width_m double precision NOT NULL,
  geom geometry(LineString, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);

CREATE TABLE blocks (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  households integer NOT NULL,
  population integer NOT NULL,
  cell_id integer,
  point geometry(Point, 4326) NOT NULL,
  geom geometry(MultiPolygon, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);

-- key sites, service centres, service halls, patrol posts: places with a point and a name
CREATE TABLE places (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  category text NOT NULL CHECK (category IN ('site', 'centre', 'hall', 'post')),
  kind text NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  -- the level it serves (centres, halls) and the area it belongs to (any level)
  level text,
  area_id integer,
  opened_on date,
  cell_id integer,
  geom geometry(Point, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);

CREATE TABLE units (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  squad_id integer NOT NULL,
  call_sign text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('car', 'motorcycle', 'foot', 'command')),
  -- officers and auxiliaries on the roster; a number, never people
  strength smallint NOT NULL CHECK (strength > 0),
  home_post_id integer,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  FOREIGN KEY (city_code, squad_id) REFERENCES areas ON DELETE CASCADE
);

CREATE TABLE patrol_routes (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  squad_id integer NOT NULL,
  unit_id integer,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  service_mode text NOT NULL,
  length_m double precision NOT NULL,
  duration_s double precision NOT NULL,
  road_ids integer[] NOT NULL,
  geom geometry(LineString, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);

CREATE TABLE projects (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  resettled_households integer NOT NULL,
  floor_area_m2 double precision NOT NULL,
  land_mu double precision NOT NULL,
  cell_ids integer[] NOT NULL,
  geom geometry(Point, 4326) NOT NULL,
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);

-- what was done, when and where: outreach talks, trainings, drills, checks, warnings pushed, posts published …
CREATE TABLE activities (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  kind text NOT NULL,
  occurred_at timestamptz NOT NULL,
  area_id integer,
  -- people reached, items, amount in yuan: the kind says which
  quantity double precision,
  attributes jsonb NOT NULL DEFAULT '{}',
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id)
);

-- configuration and equipment that is counted: duties, service modes, visibility goals, grid team roles, terminals, outreach squads …
CREATE TABLE resources (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  id integer NOT NULL,
  kind text NOT NULL,
  code text NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  version text,
  area_id integer,
  quantity double precision NOT NULL DEFAULT 1,
  attributes jsonb NOT NULL DEFAULT '{}',
  -- true where the name stands in for one that was counted but not published
  synthetic boolean NOT NULL,
  PRIMARY KEY (city_code, id),
  UNIQUE (city_code, kind, code)
);

-- pictures and other immutable files that belong to a city (the shaded relief)
CREATE TABLE assets (
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  name text NOT NULL,
  media_type text NOT NULL,
  bounds double precision[],
  content bytea NOT NULL,
  PRIMARY KEY (city_code, name)
);

-- rows an import refused, kept so that nothing is lost
CREATE TABLE imports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  city_code text NOT NULL REFERENCES cities ON DELETE CASCADE,
  finished_at timestamptz NOT NULL DEFAULT now(),
  report jsonb NOT NULL
);
