-- Deadlines that move: what the dates of a case follow from, what people ask for, and which cases wait for new dates.

-- core ------------------------------------------------------------------------------------------------------------------

ALTER TABLE cases
  ADD COLUMN upgrade_on        date,             -- that the dates follow from; the device's own may be later and wait for a decision
  ADD COLUMN sensitivity       text,             -- of the site, that the dates follow from; null until the case is open
  ADD COLUMN exception_until   timestamptz,      -- may stay until then, with approval
  ADD COLUMN exceptions_agreed integer NOT NULL DEFAULT 0,
  ADD COLUMN replan_mark       bigint,           -- its dates are to be computed anew: a number of this wish; null: nothing waits
  ADD COLUMN replan_cause      text CHECK (replan_cause IN ('upgrade', 'site', 'policy')),
  ADD COLUMN replan_by         text,             -- contact id, ops:<user> or system
  ADD COLUMN replan_authority  text;             -- programme-manager or sro, where one of them said it; null: a later date waits for a decision
CREATE SEQUENCE replan_marks;
CREATE INDEX cases_replan ON cases (case_id) WHERE replan_mark IS NOT NULL AND status <> 'closed';

-- Everything that somebody asked for, and what became of it.
CREATE TABLE case_requests (
  request_id    text PRIMARY KEY,                -- the case's id and a number
  case_id       text NOT NULL REFERENCES cases,
  kind          text NOT NULL CHECK (kind IN ('extension', 'exception', 'later-dates')),
  stage         text,                            -- that an extension is for
  ask           jsonb NOT NULL,                  -- what is wanted, as the event has it
  reason        text NOT NULL,                   -- in the asker's words
  needs         text NOT NULL,                   -- programme-manager or sro
  requested_by  text NOT NULL,
  requested_at  timestamptz NOT NULL,
  sequence      integer NOT NULL,                -- of the event
  state         text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'agreed', 'refused', 'superseded', 'lapsed')),
  decided_by    text,
  decided_at    timestamptz,
  conditions    text,
  was           timestamptz,                     -- the due date that an extension moved
  dates         jsonb NOT NULL DEFAULT '[]',     -- what an agreed extension set
  decision      integer                          -- sequence of the event that decided it
);
CREATE INDEX case_requests_case ON case_requests (case_id);
CREATE INDEX case_requests_pending ON case_requests (requested_at) WHERE state = 'pending';
