-- The programme's own records: cases, their audit trail, and the mail that follows from it.

CREATE TABLE cases (
  case_id          text PRIMARY KEY,             -- opaque: 'k_' and random letters; workflow id is removal/<case id>
  programme_id     text NOT NULL REFERENCES programmes,
  asset_id         text NOT NULL REFERENCES devices (asset_id),
  spell            integer NOT NULL DEFAULT 1,   -- 1, then one more for each reopening
  previous_case_id text REFERENCES cases,
  site_id          text NOT NULL REFERENCES sites,
  department_id    text NOT NULL REFERENCES departments,
  finding          text NOT NULL CHECK (finding IN ('covered', 'suspect', 'unknown-make')),
  confirmed_covered boolean NOT NULL DEFAULT false, -- a person inspected it and said covered
  off_core         boolean NOT NULL,             -- network is segregated or isolated: nothing to disconnect
  status           text NOT NULL DEFAULT 'opening' CHECK (status IN ('opening', 'open', 'closed')),
  stage            text NOT NULL DEFAULT 'assess',
  outcome          text,
  due_at           timestamptz,                  -- of the current stage
  rule             text,                         -- that set due_at
  next_action      text NOT NULL DEFAULT '',
  owner_contact_id text REFERENCES contacts,     -- null: the task owner of the site, else of the department
  acknowledged_until timestamptz,
  revision         integer NOT NULL DEFAULT 0,
  plan_number      integer NOT NULL DEFAULT 0,   -- 0: no clock runs yet
  sequence         integer NOT NULL DEFAULT 0,   -- of the last event recorded
  last_hash        text,                         -- head of the case's hash chain
  import_id        bigint REFERENCES imports,    -- that flagged it
  policy_version   text NOT NULL,
  requested_at     timestamptz NOT NULL DEFAULT now(),
  opened_at        timestamptz,
  closed_at        timestamptz,
  updated_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (programme_id, asset_id, spell)
);
CREATE UNIQUE INDEX cases_one_live ON cases (programme_id, asset_id) WHERE status <> 'closed';
CREATE INDEX cases_opening ON cases (case_id) WHERE status = 'opening';
CREATE INDEX cases_unplanned ON cases (case_id) WHERE status <> 'closed' AND plan_number = 0;
CREATE INDEX cases_stage ON cases (programme_id, stage, department_id) WHERE status = 'open';
CREATE INDEX cases_listed ON cases ((status = 'closed'), (coalesce(due_at, 'infinity'::timestamptz)), case_id); -- the order of lists
CREATE INDEX cases_due ON cases (due_at) WHERE status = 'open';
CREATE INDEX cases_department ON cases (department_id);
CREATE INDEX cases_site ON cases (site_id);

CREATE TABLE case_milestones (
  case_id  text NOT NULL REFERENCES cases,
  stage    text NOT NULL,
  baseline timestamptz,
  due      timestamptz,
  forecast timestamptz,
  actual   timestamptz,
  rule     text,
  skipped  boolean NOT NULL DEFAULT false,
  PRIMARY KEY (case_id, stage)
);

-- The projection as it stood, so that a report can be drawn up as of any instant.
CREATE TABLE case_revisions (
  case_id       text NOT NULL REFERENCES cases,
  sequence      integer NOT NULL,
  valid_from    timestamptz NOT NULL,
  revision      integer NOT NULL,
  status        text NOT NULL,
  stage         text NOT NULL,
  outcome       text,
  department_id text NOT NULL,
  site_id       text NOT NULL,
  milestones    jsonb NOT NULL,
  PRIMARY KEY (case_id, sequence)
);
CREATE INDEX case_revisions_time ON case_revisions (valid_from);

CREATE TABLE audit_events (
  case_id     text NOT NULL REFERENCES cases,
  sequence    integer NOT NULL,
  type        text NOT NULL,
  at          timestamptz NOT NULL,              -- when it happened, by the workflow's clock
  actor       text NOT NULL,                     -- contact id, ops:<user> or system
  entered_by  text,                              -- who typed it, where another person acted
  command_id  text NOT NULL,
  payload     jsonb NOT NULL,                    -- the whole event; people only by contact id
  told        jsonb NOT NULL DEFAULT '[]',       -- contact ids that mail went out to because of it
  digest      text NOT NULL,                     -- SHA-256 of the canonical event
  hash        text NOT NULL,                     -- SHA-256 of previous hash, digest and told
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, sequence)
);
CREATE INDEX audit_events_command ON audit_events (command_id);

CREATE TABLE evidence (
  evidence_id  text PRIMARY KEY,                 -- opaque: 'e_' and random letters
  case_id      text NOT NULL REFERENCES cases,
  kind         text NOT NULL,                    -- assertion, photo, work-order, scan, certificate
  grade        text NOT NULL,
  note         text NOT NULL,
  sha256       text,                             -- of the file kept under evidence/, null = words only
  file_name    text,
  size_bytes   bigint,
  submitted_by text NOT NULL,
  submitted_at timestamptz NOT NULL
);
CREATE INDEX evidence_case ON evidence (case_id);

-- One message as it was composed: fixed content and Message-ID, so that sending it again is the same mail.
CREATE TABLE messages (
  message_id    text PRIMARY KEY,                -- the Message-ID without angle brackets
  programme_id  text NOT NULL REFERENCES programmes,
  contact_id    text NOT NULL REFERENCES contacts,
  address       text NOT NULL,
  subject       text NOT NULL,
  body          bytea NOT NULL,                  -- the whole RFC 5322 message, headers included
  state         text NOT NULL CHECK (state IN ('claimed', 'sent', 'failed')),
  attempts      integer NOT NULL DEFAULT 0,
  refusals      integer NOT NULL DEFAULT 0,      -- times that the server refused it for good while the address stands
  lease_until   timestamptz NOT NULL,            -- while claimed: nobody touches it before this instant
  last_error    text,                            -- the server's words, without addresses
  created_at    timestamptz NOT NULL DEFAULT now(),
  sent_at       timestamptz
);
CREATE INDEX messages_claimed ON messages (lease_until) WHERE state = 'claimed';
CREATE INDEX messages_recent ON messages (created_at);

CREATE TABLE outbox (
  outbox_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key          text NOT NULL UNIQUE,             -- case, milestone, plan number, rung, recipient
  programme_id text NOT NULL REFERENCES programmes,
  case_id      text REFERENCES cases,
  contact_id   text NOT NULL REFERENCES contacts,
  kind         text NOT NULL,                    -- task, reminder, due-today, late, agreement, handover, correction, dead-address, mail-refused
  stage        text,
  due_at       timestamptz,
  rung_days    integer,                          -- days after (or, negative, before) the due instant
  payload      jsonb NOT NULL DEFAULT '{}',        -- dead-address, mail-refused: {contactId, reason}
  state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'claimed', 'sent', 'failed', 'superseded')),
  message_id   text REFERENCES messages,
  not_before   timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  settled_at   timestamptz
);
CREATE INDEX outbox_pending ON outbox (contact_id, created_at) WHERE state = 'pending';
CREATE INDEX outbox_case ON outbox (case_id);
CREATE INDEX outbox_message ON outbox (message_id);

-- What stays behind while the rest leaves; holding all of it is programmes.mail_held.
CREATE TABLE mail_holds (
  scope   text NOT NULL CHECK (scope IN ('contact', 'case', 'message')),
  subject text NOT NULL,                         -- contact_id (every post of that address), case_id or message_id
  reason  text NOT NULL,
  held_at timestamptz NOT NULL DEFAULT now(),
  held_by text NOT NULL,
  PRIMARY KEY (scope, subject)
);

-- Things that happen outside any case: programme start, policy applied, mail held, contact changed.
CREATE TABLE register_log (
  log_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT now(),
  actor   text NOT NULL,
  action  text NOT NULL,
  subject text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'
);

-- Flagged devices that no case speaks for: none is live, and none was closed for a reason that still stands.
-- A clearance (not-covered) stands while make, model, MAC and policy are the same; any other outcome stands until `reopen`.
CREATE VIEW flagged_without_case AS
SELECT p.programme_id, d.asset_id, d.site_id, s.department_id, d.screening, d.network,
  coalesce(last.spell, 0) + 1 AS next_spell, last.case_id AS previous_case_id
FROM programmes p CROSS JOIN devices d JOIN sites s USING (site_id)
LEFT JOIN LATERAL (
  SELECT c.case_id, c.spell, c.status, c.outcome FROM cases c
  WHERE c.programme_id = p.programme_id AND c.asset_id = d.asset_id ORDER BY c.spell DESC LIMIT 1
) last ON true
WHERE d.screening <> 'clear' AND d.in_scope AND d.merged_into IS NULL
  AND (last.case_id IS NULL OR (last.status = 'closed' AND last.outcome = 'not-covered'
    AND d.cleared_fingerprint IS DISTINCT FROM device_fingerprint(d.make, d.model, d.mac, d.policy_version)));
