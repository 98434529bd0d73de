-- What departments hold: programmes and their policies, sites, contacts, devices, and the imports that brought them.

CREATE TABLE programmes (
  programme_id   text PRIMARY KEY,               -- the policy's id
  title          text NOT NULL,
  policy_version text NOT NULL,
  policy_digest  text NOT NULL,
  started_at     timestamptz,                    -- null: no stage clock runs and no mail leaves
  started_by     text,
  demo           boolean NOT NULL DEFAULT false, -- a demonstration: --as may decide and verify
  mail_held      boolean NOT NULL DEFAULT false,
  created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE policies (
  programme_id text NOT NULL REFERENCES programmes,
  version      text NOT NULL,
  digest       text NOT NULL,
  document     jsonb NOT NULL,
  applied_at   timestamptz NOT NULL,
  applied_by   text NOT NULL,
  PRIMARY KEY (programme_id, version)
);

CREATE TABLE imports (
  import_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('devices', 'sites', 'contacts')),
  file_name   text NOT NULL,
  file_sha256 text NOT NULL,
  format      text NOT NULL,
  options     jsonb NOT NULL DEFAULT '{}',
  actor       text NOT NULL,
  complete    boolean NOT NULL DEFAULT false,    -- the sender declares a full inventory
  started_at  timestamptz NOT NULL,
  finished_at timestamptz,
  report      jsonb,                             -- the `import --json` document, less the rejected lines' values
  undone_at   timestamptz,
  undone_by   text,
  undo_reason text,
  undo_report jsonb
);

CREATE TABLE departments (
  department_id text PRIMARY KEY,
  name          text NOT NULL,
  first_import_id bigint REFERENCES imports
);

CREATE TABLE sites (
  site_id          text PRIMARY KEY,
  name             text NOT NULL,
  department_id    text NOT NULL REFERENCES departments,
  nation           text NOT NULL CHECK (nation IN ('england-and-wales', 'scotland', 'northern-ireland')),
  sensitivity      text NOT NULL CHECK (sensitivity IN ('sensitive', 'not-sensitive', 'unassessed')),
  controlled_by    text,
  access_lead_days integer CHECK (access_lead_days >= 0),
  first_import_id  bigint REFERENCES imports,
  last_import_id   bigint REFERENCES imports,
  updated_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sites_department ON sites (department_id);

-- The only table with people's names and addresses; everything else says contact_id.
CREATE TABLE contacts (
  contact_id     text PRIMARY KEY,               -- opaque: 'c_' and random letters
  department_id  text REFERENCES departments,    -- null: programme-wide
  site_id        text REFERENCES sites,          -- null: every site of the department
  role           text NOT NULL CHECK (role IN ('task-owner', 'security-officer', 'head', 'programme-manager', 'sro')),
  name           text NOT NULL,
  email          text NOT NULL,
  nation         text CHECK (nation IN ('england-and-wales', 'scotland', 'northern-ireland')),
  deputy_email   text,
  away_from      date,
  away_to        date,
  before_import  jsonb,                          -- what last_import_id changed, for its undo; kept here with the other personal data
  left_at        timestamptz,
  refused_at     timestamptz,                    -- the address was refused for good (SMTP 5xx)
  refused_reason text,
  first_import_id bigint REFERENCES imports,
  last_import_id  bigint REFERENCES imports,
  updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX contacts_post ON contacts (coalesce(department_id, ''), coalesce(site_id, ''), role, lower(email)) WHERE left_at IS NULL;
CREATE INDEX contacts_email ON contacts (lower(email));

CREATE TABLE devices (
  device_id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asset_id             text NOT NULL UNIQUE,
  make                 text,
  model                text,
  serial               text,
  mac                  text,
  ip                   text,
  site_id              text NOT NULL REFERENCES sites,
  device_type          text,
  network              text NOT NULL CHECK (network IN ('core', 'segregated', 'isolated', 'unknown')),
  parent_asset_id      text,
  installed_on         date,
  scheduled_upgrade_on date,
  screening            text NOT NULL CHECK (screening IN ('covered', 'suspect', 'clear', 'unknown-make')),
  reasons              jsonb NOT NULL DEFAULT '[]',
  in_scope             boolean NOT NULL,         -- by device type and site class
  policy_version       text NOT NULL,            -- which version screened it
  -- A security officer agreed that it is not covered; holds while make, model, MAC and policy stay the same.
  cleared_fingerprint  text,
  merged_into          text REFERENCES devices (asset_id) DEFERRABLE INITIALLY DEFERRED,
  -- Of imports, whose rows are never deleted: two foreign keys would cost a bulk import a third of its time.
  first_import_id      bigint,
  last_import_id       bigint,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX devices_site ON devices (site_id);
CREATE INDEX devices_mac ON devices (mac) WHERE mac IS NOT NULL;
CREATE INDEX devices_serial ON devices (serial) WHERE serial IS NOT NULL;
CREATE INDEX devices_merged ON devices (merged_into) WHERE merged_into IS NOT NULL;

-- What an import changed, so that it can be undone. A created row has none: its first_import_id says so.
CREATE TABLE import_changes (
  import_id bigint NOT NULL REFERENCES imports,
  kind      text NOT NULL,                       -- departments | devices | sites; contacts keep theirs in before_import
  row_key   text NOT NULL,                       -- department_id, asset_id or site_id
  before    jsonb NOT NULL,
  after     jsonb NOT NULL,
  PRIMARY KEY (import_id, kind, row_key)
);

-- Rows that arrive by COPY; UNLOGGED, and emptied by every import (one at a time, under a lock). A crash loses only what
-- is imported again. Columns that a refused line has no value for are null.
CREATE UNLOGGED TABLE device_staging (
  line                 bigint NOT NULL,
  asset_id             text NOT NULL,
  make                 text,
  model                text,
  serial               text,
  mac                  text,
  ip                   text,
  site_id              text,
  device_type          text,
  network              text,
  parent_asset_id      text,
  installed_on         date,
  scheduled_upgrade_on date,
  verdict              integer,                  -- of verdict_staging
  reject               text,                     -- why the line is not merged; null: it is
  reject_detail        text
);
CREATE INDEX device_staging_rejects ON device_staging (line) WHERE reject IS NOT NULL;

-- What screening says of the staged rows, each answer once.
CREATE UNLOGGED TABLE verdict_staging (
  verdict       integer PRIMARY KEY,
  screening     text NOT NULL,
  reasons       jsonb NOT NULL,
  type_in_scope boolean NOT NULL
);

-- What a clearance rests on: it lapses when any of these changes.
CREATE FUNCTION device_fingerprint(make text, model text, mac text, policy_version text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN md5(concat_ws(E'\x1f', coalesce(make, ''), coalesce(model, ''), coalesce(mac, ''), policy_version));
