-- Deadlines that move: what the dates of a case follow from, what people ask for, and which cases wait for new dates.

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

-- Posts that were to be told of an event and that nobody held: whoever came next was told in their place.
ALTER TABLE audit_events ADD COLUMN passed_over jsonb NOT NULL DEFAULT '[]';

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

-- ---------------------------------------------------------------------------------------------------------------------
-- Calendar entries and the Monday digest
-- ---------------------------------------------------------------------------------------------------------------------

-- One entry in one person's calendar: their tasks of one stage on one site that are due at one instant.
CREATE TABLE calendar_entries (
  uid          text PRIMARY KEY,                 -- opaque and random; never used again once cancelled
  programme_id text NOT NULL REFERENCES programmes,
  contact_id   text NOT NULL REFERENCES contacts, -- the post because of which the person has it
  site_id      text NOT NULL REFERENCES sites,
  stage        text NOT NULL,
  due_at       timestamptz NOT NULL,
  sequence     integer NOT NULL DEFAULT 0,       -- iCalendar SEQUENCE of the newest version; only rises
  state        text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'cancelled')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX calendar_entries_site ON calendar_entries (site_id) WHERE state = 'live';
CREATE INDEX calendar_entries_contact ON calendar_entries (contact_id) WHERE state = 'live';

-- What an entry stands for; a cancelled one keeps what it stood for last.
CREATE TABLE calendar_entry_cases (
  uid     text NOT NULL REFERENCES calendar_entries,
  case_id text NOT NULL REFERENCES cases,
  PRIMARY KEY (uid, case_id)
);

CREATE INDEX outbox_calendar ON outbox ((payload ->> 'uid')) WHERE kind = 'calendar';

-- Places whose entries may have to change. Only ever appended to by those who change something, so that they never wait
-- for each other; whoever brings the entries up to date removes what it has seen.
CREATE TABLE calendar_changes (
  scope   text NOT NULL CHECK (scope IN ('site', 'department', 'programme')),
  subject text                                   -- site_id or department_id; null: everywhere
);
CREATE INDEX calendar_changes_subject ON calendar_changes (scope, subject);

CREATE FUNCTION note_calendar_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO calendar_changes (scope, subject)
  SELECT DISTINCT 'site', s FROM unnest(ARRAY[OLD.site_id, NEW.site_id]) AS s;
  RETURN NULL;
END $$;

CREATE TRIGGER cases_calendar AFTER UPDATE ON cases FOR EACH ROW
  WHEN (NEW.plan_number > 0 AND (OLD.revision, OLD.plan_number, OLD.status, OLD.site_id, OLD.owner_contact_id)
    IS DISTINCT FROM (NEW.revision, NEW.plan_number, NEW.status, NEW.site_id, NEW.owner_contact_id))
  EXECUTE FUNCTION note_calendar_case();

CREATE FUNCTION note_calendar_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO calendar_changes (scope, subject)
  VALUES (CASE WHEN NEW.department_id IS NULL THEN 'programme' ELSE 'department' END, NEW.department_id);
  RETURN NULL;
END $$;

CREATE TRIGGER contacts_calendar_new AFTER INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION note_calendar_contact();

CREATE TRIGGER contacts_calendar AFTER UPDATE ON contacts FOR EACH ROW
  WHEN ((OLD.left_at IS NULL, OLD.refused_at IS NULL, OLD.role, OLD.site_id, OLD.department_id, lower(OLD.email))
    IS DISTINCT FROM (NEW.left_at IS NULL, NEW.refused_at IS NULL, NEW.role, NEW.site_id, NEW.department_id, lower(NEW.email)))
  EXECUTE FUNCTION note_calendar_contact();

-- Decisions that wait for somebody, one row each.
CREATE VIEW decisions_waiting AS
SELECT k.programme_id, k.case_id, k.department_id, 'not-covered'::text AS what, 'security-officer'::text AS role, a.at AS asked_at
FROM cases k JOIN audit_events a ON a.case_id = k.case_id AND a.type = 'assessment-proposed'
WHERE k.status = 'open' AND NOT EXISTS (
  SELECT FROM audit_events b WHERE b.case_id = a.case_id AND b.sequence > a.sequence
    AND b.type IN ('assessment-proposed', 'assessed', 'retracted', 'closed'))
UNION ALL
SELECT k.programme_id, k.case_id, k.department_id, r.kind, r.needs, r.requested_at
FROM case_requests r JOIN cases k USING (case_id) WHERE r.state = 'pending';

-- A Monday's digest: figures as they stood at one instant, worded when each message is composed.
CREATE TABLE programme_digests (
  programme_id text NOT NULL REFERENCES programmes,
  week         date NOT NULL,                    -- the Monday, by the policy's zone, whatever day it was sent on
  taken_at     timestamptz NOT NULL,
  figures      jsonb NOT NULL,
  PRIMARY KEY (programme_id, week)
);

-- How far each case's history had come at the newest digest: the next one tells what has changed from there.
CREATE TABLE programme_digest_heads (
  programme_id text NOT NULL REFERENCES programmes,
  case_id      text NOT NULL REFERENCES cases,
  sequence     integer NOT NULL,
  status       text NOT NULL,
  PRIMARY KEY (programme_id, case_id)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Mail: when it leaves, and who gets it
-- ---------------------------------------------------------------------------------------------------------------------

ALTER TABLE contacts ADD COLUMN deputy_refused text; -- the deputy's address that was refused for good; another deputy is written to
ALTER TABLE messages ADD COLUMN deputy_for text REFERENCES contacts; -- the absent person whose deputy it goes to; null: to the person
ALTER TABLE messages ADD COLUMN ordered_at timestamptz; -- a person had it sent again: it does not wait for working hours

-- outbox.not_before: the earliest moment that pacing allows; null: not decided yet. The delivery run decides, and looks for
-- what is due by these two, so that what is not due costs it nothing.
CREATE INDEX outbox_unpaced ON outbox (outbox_id) WHERE state = 'pending' AND not_before IS NULL;
CREATE INDEX outbox_due ON outbox (not_before) WHERE state = 'pending';
-- How many messages an address has had on a day.
CREATE INDEX messages_address ON messages (lower(address), sent_at);
CREATE INDEX contacts_unreachable ON contacts (contact_id) WHERE left_at IS NOT NULL OR refused_at IS NOT NULL;

-- Whose bank holidays a person has: their own nation's, else their site's, else that of most sites of their department.
CREATE VIEW contact_nations AS
SELECT c.contact_id, coalesce(c.nation, s.nation, most.nation, 'england-and-wales') AS nation
FROM contacts c LEFT JOIN sites s ON s.site_id = c.site_id LEFT JOIN LATERAL (
  SELECT x.nation FROM sites x WHERE x.department_id = c.department_id GROUP BY x.nation ORDER BY count(*) DESC, x.nation LIMIT 1
) most ON true;
