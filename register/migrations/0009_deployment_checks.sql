-- "May we install this?": every answer that a page gave. A row is never changed, whatever policy and sites become.
CREATE TABLE deployment_checks (
  reference      text PRIMARY KEY,               -- DC-, the year and random letters: told on the phone, guessed by nobody
  check_number   bigint GENERATED ALWAYS AS IDENTITY UNIQUE,  -- in the order in which they were asked
  programme_id   text NOT NULL REFERENCES programmes,
  asked_by       text NOT NULL,                  -- contact id or user id
  asked_at       timestamptz NOT NULL,
  question       jsonb NOT NULL,                 -- make, model, mac, deviceType and site as typed
  site_id        text,                           -- null: none that the asker may know of; answered as for a sensitive one
  site_name      text,                           -- as it was then
  sensitivity    text CHECK (sensitivity IN ('sensitive', 'not-sensitive', 'unassessed')),
  zone           text NOT NULL,                  -- of the policy: in which its date is told
  policy_title   text NOT NULL,
  policy_version text NOT NULL,
  result         text NOT NULL CHECK (result IN ('covered', 'suspect', 'clear', 'unknown-make')),
  decision       text NOT NULL CHECK (decision IN ('allow', 'refer', 'block')),
  in_scope       boolean NOT NULL,
  reasons        jsonb NOT NULL,
  CHECK ((site_id IS NULL) = (sensitivity IS NULL) AND (site_id IS NULL) = (site_name IS NULL))
);
CREATE INDEX deployment_checks_asked_by ON deployment_checks (asked_by, check_number);
