-- Lists that people page through, and what they do with many cases at a time.

-- Lists by asset, and the cases of a device.
CREATE INDEX cases_asset ON cases (asset_id, case_id);

-- One thing done to many cases: which, as their reader saw them, what was asked, and what became of each. Kept for a
-- month, so that whoever did it can look again; the audit trail of each case is the record.
CREATE TABLE case_batches (
  batch_id   text PRIMARY KEY,                   -- opaque: 'b_' and random letters; part of each command's id
  viewer     text NOT NULL,                      -- contact or user id of whoever chose the cases; nobody else can open it
  action     text NOT NULL,
  items      jsonb NOT NULL,                     -- [{caseId, expectedRevision}]
  input      jsonb,                              -- what was asked; null until it is confirmed, never changed after
  results    jsonb,                              -- one a case; null until each has answered
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX case_batches_age ON case_batches (created_at);

-- The last assessment of a site.
CREATE INDEX register_log_assessed ON register_log (subject, log_id) WHERE action = 'site-assessed';
