-- Links in mail that open the tasks of one site and stage, and what people did on the pages behind them.

-- The token is in the mail alone. A link is single use: the first page of it that is accepted uses it up.
CREATE TABLE task_links (
  link_id     text PRIMARY KEY,                  -- opaque: 'l_' and random letters
  token_hash  text NOT NULL UNIQUE,              -- SHA-256 of the token, hexadecimal
  reference   text NOT NULL UNIQUE,              -- what people type instead of it; opens nothing without signing in
  contact_id  text NOT NULL REFERENCES contacts, -- whose tasks they are
  address     text NOT NULL,                     -- lower-case; where it went: theirs, or that of whoever stands in
  site_id     text NOT NULL REFERENCES sites,
  stage       text NOT NULL CHECK (stage IN ('assess', 'disconnect', 'schedule', 'remove', 'verify')),
  message_id  text REFERENCES messages,          -- null: asked for on a page, and sent at once
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  claimed_at  timestamptz,                       -- somebody's form is being carried out; lapses after a minute
  used_at     timestamptz,
  revoked_at  timestamptz,
  revoked_why text CHECK (revoked_why IN ('left', 'moved')),
  CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))
);
CREATE INDEX task_links_contact ON task_links (contact_id, created_at);

-- The cases as they stood when the link was made: what has happened to one since is told from here.
CREATE TABLE task_link_cases (
  link_id  text NOT NULL REFERENCES task_links ON DELETE CASCADE,
  case_id  text NOT NULL REFERENCES cases,
  revision integer NOT NULL,
  sequence integer NOT NULL,
  due_at   timestamptz,                          -- of the stage, as the mail said
  moved_at timestamptz,                          -- the device is somewhere else: the link does nothing for it any more
  PRIMARY KEY (link_id, case_id)
);
CREATE INDEX task_link_cases_case ON task_link_cases (case_id);

-- What somebody asked for on a page of tasks, and the answer of each device.
CREATE TABLE task_submissions (
  submission_id text PRIMARY KEY,                -- made of who, where from and what, so that a repeat is the same
  link_id       text REFERENCES task_links,      -- null: from a page, signed in
  done_by       text NOT NULL,                   -- contact id or user id
  site_id       text NOT NULL REFERENCES sites,
  stage         text NOT NULL,
  action        text NOT NULL,
  at            timestamptz NOT NULL,
  results       jsonb NOT NULL                   -- [{caseId, code, message}]; code null = accepted
);
CREATE INDEX task_submissions_link ON task_submissions (link_id) WHERE link_id IS NOT NULL;

-- What was filled in behind a link and waits for the typed code. Kept for an hour.
CREATE TABLE task_drafts (
  draft_hash text PRIMARY KEY,                   -- SHA-256 of what the browser that filled it in holds
  link_id    text NOT NULL REFERENCES task_links ON DELETE CASCADE,
  fields     jsonb NOT NULL,
  file       jsonb,                              -- {kind, sha256, fileName, sizeBytes}; null = none
  made_at    timestamptz NOT NULL
);
CREATE INDEX task_drafts_link ON task_drafts (link_id, made_at);
