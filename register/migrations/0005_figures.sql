-- Figures: what dashboards and reports read instead of looking through the cases. Whoever changes something appends small
-- rows of what changed by how much, so that nobody waits for anybody; whoever reads folds them into the totals first.
--
-- A figure's day is the first day at 17:00 of which, by the policy's zone, it was known: "as of D" is all days up to D.

ALTER TABLE cases
  ADD COLUMN origin          text NOT NULL DEFAULT 'found' CHECK (origin IN ('found', 'scope', 'reopened', 'merged')), -- why it was asked for
  ADD COLUMN found_as        text,                           -- how it came to be among what remains, as it was when it opened
  ADD COLUMN first_due       timestamptz,                    -- the earliest due instant still ahead of it; null: no clock runs
  ADD COLUMN slips           boolean NOT NULL DEFAULT false, -- something ahead of it is expected after it is due
  ADD COLUMN remove_baseline timestamptz,                    -- when it was first to be removed
  ADD COLUMN remove_forecast timestamptz;                    -- when it is expected to be removed now

UPDATE cases SET origin = 'reopened' WHERE previous_case_id IS NOT NULL;

ALTER TABLE case_revisions ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
UPDATE case_revisions r SET recorded_at = a.recorded_at FROM audit_events a
WHERE a.case_id = r.case_id AND a.sequence = r.sequence;

-- Every crossing of a case into what remains, out of it, between departments, and between "to be looked at" and "must be removed".
CREATE TABLE case_flows (
  case_id       text NOT NULL REFERENCES cases,
  sequence      integer NOT NULL,                -- of the event
  programme_id  text NOT NULL,
  department_id text NOT NULL,
  must_go       boolean NOT NULL,                -- false: suspect or make not known, and nobody has looked yet
  kind          text NOT NULL CHECK (kind IN ('found-at-start', 'found-later', 'into-scope', 'reopened', 'removed', 'not-covered', 'other',
    'moved-in', 'moved-out', 'confirmed', 'unconfirmed')),
  change        integer NOT NULL CHECK (change IN (-1, 1)),
  at            timestamptz NOT NULL,            -- when it happened
  recorded_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, sequence, kind, change)
);
CREATE INDEX case_flows_listed ON case_flows (programme_id, kind, recorded_at, case_id);
CREATE INDEX case_flows_recorded ON case_flows (programme_id, recorded_at);

-- ---------------------------------------------------------------------------------------------------------------------
-- What has changed and is not folded yet: only ever appended to by those who change something
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE flow_deltas (
  programme_id  text NOT NULL,
  department_id text NOT NULL,
  must_go       boolean NOT NULL,
  kind          text NOT NULL,
  change        integer NOT NULL,
  at            timestamptz NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE case_deltas (
  programme_id    text NOT NULL,
  department_id   text NOT NULL,
  site_id         text NOT NULL,
  must_go         boolean NOT NULL,
  stage           text NOT NULL,
  outcome         text NOT NULL,                 -- '' while it is open
  due_at          timestamptz NOT NULL,          -- infinity: none, here and below
  first_due       timestamptz NOT NULL,
  slips           boolean NOT NULL,
  remove_baseline timestamptz NOT NULL,
  remove_forecast timestamptz NOT NULL,
  n               bigint NOT NULL,
  recorded_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE device_deltas (
  site_id   text NOT NULL,
  screening text NOT NULL,
  in_scope  boolean NOT NULL,
  n         bigint NOT NULL
);

-- ---------------------------------------------------------------------------------------------------------------------
-- The totals, and by how much each day changed them
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE figure_places (
  programme_id  text NOT NULL REFERENCES programmes,
  department_id text NOT NULL,
  site_id       text NOT NULL,
  must_go       boolean NOT NULL,
  stage         text NOT NULL,
  outcome       text NOT NULL,
  n             bigint NOT NULL,
  PRIMARY KEY (programme_id, department_id, site_id, must_go, stage, outcome)
);
CREATE TABLE figure_place_days (day date NOT NULL, LIKE figure_places, PRIMARY KEY (day, programme_id, department_id, site_id, must_go, stage, outcome),
  FOREIGN KEY (programme_id) REFERENCES programmes);

-- Open cases by their dates; of the closed ones those that were removed, for the line of the original dates.
CREATE TABLE figure_dates (
  programme_id    text NOT NULL REFERENCES programmes,
  department_id   text NOT NULL,
  must_go         boolean NOT NULL,
  stage           text NOT NULL,
  due_at          timestamptz NOT NULL,
  first_due       timestamptz NOT NULL,
  slips           boolean NOT NULL,
  remove_baseline timestamptz NOT NULL,
  remove_forecast timestamptz NOT NULL,
  n               bigint NOT NULL,
  PRIMARY KEY (programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast)
);
CREATE TABLE figure_date_days (day date NOT NULL, LIKE figure_dates,
  PRIMARY KEY (day, programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast),
  FOREIGN KEY (programme_id) REFERENCES programmes);

CREATE TABLE figure_flow_days (
  programme_id  text NOT NULL REFERENCES programmes,
  day           date NOT NULL,                   -- when it was known
  happened      date NOT NULL,                   -- when it happened; earlier: a correction
  department_id text NOT NULL,
  must_go       boolean NOT NULL,
  kind          text NOT NULL,
  n             bigint NOT NULL,                 -- by how much what remains has changed
  PRIMARY KEY (programme_id, day, happened, department_id, must_go, kind)
);

CREATE TABLE figure_devices (
  site_id   text NOT NULL REFERENCES sites ON DELETE CASCADE,
  screening text NOT NULL,
  in_scope  boolean NOT NULL,
  n         bigint NOT NULL,
  PRIMARY KEY (site_id, screening, in_scope)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- What follows from a case
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TYPE case_figures AS (programme_id text, department_id text, site_id text, must_go boolean, stage text, outcome text, due_at timestamptz,
  first_due timestamptz, slips boolean, remove_baseline timestamptz, remove_forecast timestamptz, n bigint);

-- A case as one row of case_deltas, but when; none while it is being opened.
CREATE FUNCTION figures_of(c cases, n bigint) RETURNS SETOF case_figures LANGUAGE sql STABLE AS $$
  SELECT c.programme_id, c.department_id, c.site_id, c.finding = 'covered' OR c.confirmed_covered,
    CASE WHEN c.status = 'closed' THEN 'closed' ELSE c.stage END, CASE WHEN c.status = 'closed' THEN coalesce(c.outcome, '') ELSE '' END,
    CASE WHEN c.status = 'open' THEN coalesce(c.due_at, 'infinity') ELSE 'infinity' END,
    CASE WHEN c.status = 'open' THEN coalesce(c.first_due, 'infinity') ELSE 'infinity' END,
    c.status = 'open' AND c.slips, coalesce(c.remove_baseline, 'infinity'),
    CASE WHEN c.status = 'open' THEN coalesce(c.remove_forecast, 'infinity') ELSE 'infinity' END, n
  WHERE c.status <> 'opening'
$$;

CREATE FUNCTION note_case_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN INSERT INTO case_deltas SELECT * FROM figures_of(OLD, -1); END IF;
  IF TG_OP <> 'DELETE' THEN INSERT INTO case_deltas SELECT * FROM figures_of(NEW, 1); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER cases_figures AFTER UPDATE ON cases FOR EACH ROW
  WHEN ((OLD.status, OLD.stage, OLD.outcome, OLD.department_id, OLD.site_id, OLD.finding, OLD.confirmed_covered, OLD.due_at, OLD.first_due,
      OLD.slips, OLD.remove_baseline, OLD.remove_forecast)
    IS DISTINCT FROM (NEW.status, NEW.stage, NEW.outcome, NEW.department_id, NEW.site_id, NEW.finding, NEW.confirmed_covered, NEW.due_at,
      NEW.first_due, NEW.slips, NEW.remove_baseline, NEW.remove_forecast))
  EXECUTE FUNCTION note_case_figures();
-- Imports insert hundreds of thousands, all of them `opening`: those cost no more than the look at their status.
CREATE TRIGGER cases_figures_new AFTER INSERT ON cases FOR EACH ROW WHEN (NEW.status <> 'opening') EXECUTE FUNCTION note_case_figures();
CREATE TRIGGER cases_figures_gone AFTER DELETE ON cases FOR EACH ROW WHEN (OLD.status <> 'opening') EXECUTE FUNCTION note_case_figures();

-- By statement, in groups: an import inserts a million devices, a policy changes as many.
CREATE FUNCTION note_device_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO device_deltas SELECT site_id, screening, in_scope, count(*) FROM now_there WHERE merged_into IS NULL GROUP BY 1, 2, 3;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO device_deltas SELECT site_id, screening, in_scope, -count(*) FROM there_before WHERE merged_into IS NULL GROUP BY 1, 2, 3;
  ELSE
    INSERT INTO device_deltas SELECT site_id, screening, in_scope, sum(n) FROM (
      SELECT site_id, screening, in_scope, count(*) AS n FROM now_there WHERE merged_into IS NULL GROUP BY 1, 2, 3
      UNION ALL SELECT site_id, screening, in_scope, -count(*) FROM there_before WHERE merged_into IS NULL GROUP BY 1, 2, 3
    ) moved GROUP BY 1, 2, 3 HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER devices_figures_new AFTER INSERT ON devices REFERENCING NEW TABLE AS now_there
  FOR EACH STATEMENT EXECUTE FUNCTION note_device_figures();
CREATE TRIGGER devices_figures AFTER UPDATE ON devices REFERENCING OLD TABLE AS there_before NEW TABLE AS now_there
  FOR EACH STATEMENT EXECUTE FUNCTION note_device_figures();
CREATE TRIGGER devices_figures_gone AFTER DELETE ON devices REFERENCING OLD TABLE AS there_before
  FOR EACH STATEMENT EXECUTE FUNCTION note_device_figures();

-- How a case came to be among what remains. Whatever is asked for before the programme starts, or by the first inventory, is
-- where it began; what comes afterwards is growth.
CREATE FUNCTION how_found(c cases) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN c.origin = 'reopened' THEN 'reopened' WHEN c.origin = 'merged' THEN 'other'
    WHEN p.started_at IS NULL OR c.requested_at <= p.started_at OR c.import_id = (
      SELECT min(i.import_id) FROM imports i WHERE i.kind = 'devices' AND i.undone_at IS NULL) THEN 'found-at-start'
    WHEN c.origin = 'scope' THEN 'into-scope' ELSE 'found-later' END
  FROM programmes p WHERE p.programme_id = c.programme_id
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Folding, and counting anew
-- ---------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION figure_day(moment timestamptz, zone text) RETURNS date LANGUAGE sql STABLE
  RETURN (moment AT TIME ZONE zone)::date + CASE WHEN (moment AT TIME ZONE zone)::time > time '17:00' THEN 1 ELSE 0 END;

CREATE VIEW programme_zones AS
SELECT p.programme_id, coalesce(q.document ->> 'zone', 'Europe/London') AS zone
FROM programmes p LEFT JOIN policies q ON q.programme_id = p.programme_id AND q.version = p.policy_version;

-- Brings the totals up to date. One at a time; those who change something are never kept waiting.
CREATE FUNCTION fold_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM case_deltas) AND NOT EXISTS (SELECT FROM flow_deltas) AND NOT EXISTS (SELECT FROM device_deltas) THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(7311505);
  WITH gone AS (
    DELETE FROM case_deltas RETURNING *
  ), dated AS MATERIALIZED (
    SELECT figure_day(g.recorded_at, z.zone) AS day, g.* FROM gone g JOIN programme_zones z USING (programme_id)
  ), places AS (
    INSERT INTO figure_places AS f (programme_id, department_id, site_id, must_go, stage, outcome, n)
    SELECT programme_id, department_id, site_id, must_go, stage, outcome, sum(n) FROM dated
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
    ON CONFLICT (programme_id, department_id, site_id, must_go, stage, outcome) DO UPDATE SET n = f.n + excluded.n
  ), place_days AS (
    INSERT INTO figure_place_days AS f (day, programme_id, department_id, site_id, must_go, stage, outcome, n)
    SELECT day, programme_id, department_id, site_id, must_go, stage, outcome, sum(n) FROM dated
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0
    ON CONFLICT (day, programme_id, department_id, site_id, must_go, stage, outcome) DO UPDATE SET n = f.n + excluded.n
  ), dates AS (
    INSERT INTO figure_dates AS f (programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast, n)
    SELECT programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast, sum(n) FROM dated
    WHERE stage <> 'closed' OR outcome = 'removed' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0
    ON CONFLICT (programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast)
      DO UPDATE SET n = f.n + excluded.n
  )
  INSERT INTO figure_date_days AS f (day, programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast, n)
  SELECT day, programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast, sum(n) FROM dated
  WHERE stage <> 'closed' OR outcome = 'removed' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(n) <> 0
  ON CONFLICT (day, programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast)
    DO UPDATE SET n = f.n + excluded.n;
  WITH gone AS (
    DELETE FROM flow_deltas RETURNING *
  ), dated AS (
    SELECT figure_day(g.recorded_at, z.zone) AS day, least(figure_day(g.at, z.zone), figure_day(g.recorded_at, z.zone)) AS happened, g.*
    FROM gone g JOIN programme_zones z USING (programme_id)
  )
  INSERT INTO figure_flow_days AS f (programme_id, day, happened, department_id, must_go, kind, n)
  SELECT programme_id, day, happened, department_id, must_go, kind, sum(change) FROM dated GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(change) <> 0
  ON CONFLICT (programme_id, day, happened, department_id, must_go, kind) DO UPDATE SET n = f.n + excluded.n;
  WITH gone AS (
    DELETE FROM device_deltas RETURNING *
  )
  INSERT INTO figure_devices AS f (site_id, screening, in_scope, n)
  SELECT site_id, screening, in_scope, sum(n) FROM gone g WHERE EXISTS (SELECT FROM sites s WHERE s.site_id = g.site_id)
  GROUP BY 1, 2, 3 HAVING sum(n) <> 0
  ON CONFLICT (site_id, screening, in_scope) DO UPDATE SET n = f.n + excluded.n;
  DELETE FROM figure_dates WHERE n = 0;
END $$;

-- What the audit trail says of every crossing, counted anew: what case_flows has to be.
CREATE VIEW flows_of_audit AS
WITH told AS (
  SELECT a.case_id, a.sequence, a.type, a.at, a.recorded_at, c.programme_id, coalesce(c.found_as, how_found(c)) AS how_found, a.payload ->> 'outcome' AS outcome,
    coalesce(a.payload -> 'facts', a.payload) ->> 'departmentId' AS department_id,
    CASE WHEN a.type = 'opened' OR a.type = 'retracted' THEN c.finding = 'covered' WHEN a.type = 'assessed' THEN true END AS must_go
  FROM audit_events a JOIN cases c USING (case_id)
  WHERE a.type IN ('opened', 'transferred', 'closed') OR a.type = 'assessed' AND a.payload ->> 'result' = 'covered'
    OR a.type = 'retracted' AND a.payload ->> 'stage' = 'assess'
), numbered AS (
  SELECT *, count(department_id) OVER w AS place, count(must_go) OVER w AS verdict FROM told WINDOW w AS (PARTITION BY case_id ORDER BY sequence)
), standing AS (
  SELECT case_id, sequence, type, at, recorded_at, programme_id, how_found, outcome,
    first_value(department_id) OVER (PARTITION BY case_id, place ORDER BY sequence) AS department_id,
    first_value(must_go) OVER (PARTITION BY case_id, verdict ORDER BY sequence) AS must_go
  FROM numbered
), paired AS (
  SELECT *, lag(department_id) OVER w AS from_department, lag(must_go) OVER w AS was_to_go FROM standing WINDOW w AS (PARTITION BY case_id ORDER BY sequence)
)
SELECT case_id, sequence, programme_id, f.department_id, f.must_go, f.kind, f.change, at, recorded_at FROM paired p, LATERAL (
  SELECT p.department_id, p.must_go, p.how_found AS kind, 1 AS change WHERE p.type = 'opened'
  UNION ALL SELECT p.department_id, p.must_go, CASE WHEN p.outcome IN ('removed', 'not-covered') THEN p.outcome ELSE 'other' END, -1 WHERE p.type = 'closed'
  UNION ALL SELECT p.from_department, p.must_go, 'moved-out', -1 WHERE p.type = 'transferred' AND p.department_id <> p.from_department
  UNION ALL SELECT p.department_id, p.must_go, 'moved-in', 1 WHERE p.type = 'transferred' AND p.department_id <> p.from_department
  UNION ALL SELECT p.department_id, NOT p.must_go, CASE WHEN p.must_go THEN 'confirmed' ELSE 'unconfirmed' END, -1 WHERE p.type <> 'opened' AND p.must_go <> p.was_to_go
  UNION ALL SELECT p.department_id, p.must_go, CASE WHEN p.must_go THEN 'confirmed' ELSE 'unconfirmed' END, 1 WHERE p.type <> 'opened' AND p.must_go <> p.was_to_go
) f;

-- What the dates of a case say, from its milestones: what `record` keeps with it.
CREATE VIEW case_dates AS
SELECT c.case_id, d.first_due, coalesce(d.slips, false) AS slips, d.remove_baseline, d.remove_forecast FROM cases c LEFT JOIN LATERAL (
  SELECT min(m.due) FILTER (WHERE m.actual IS NULL AND NOT m.skipped) AS first_due,
    bool_or(m.forecast > m.due) FILTER (WHERE m.actual IS NULL AND NOT m.skipped) AS slips,
    min(m.baseline) FILTER (WHERE m.stage = 'remove') AS remove_baseline, min(m.forecast) FILTER (WHERE m.stage = 'remove') AS remove_forecast
  FROM case_milestones m WHERE m.case_id = c.case_id
) d ON true;

-- Every change of a case's figures, from the projections as they stood.
CREATE VIEW deltas_of_revisions AS
WITH said AS (
  SELECT a.case_id, a.sequence, a.type = 'assessed' AS confirmed FROM audit_events a
  WHERE a.type = 'assessed' AND a.payload ->> 'result' = 'covered' OR a.type = 'retracted' AND a.payload ->> 'stage' = 'assess'
), cells AS (
  SELECT r.case_id, r.sequence, r.recorded_at, c.programme_id, r.department_id, r.site_id,
    c.finding = 'covered' OR coalesce((SELECT s.confirmed FROM said s WHERE s.case_id = r.case_id AND s.sequence <= r.sequence
      ORDER BY s.sequence DESC LIMIT 1), false) AS must_go,
    r.stage, coalesce(r.outcome, '') AS outcome,
    coalesce(CASE WHEN r.status = 'open' THEN d.due_at END, 'infinity') AS due_at,
    coalesce(CASE WHEN r.status = 'open' THEN d.first_due END, 'infinity') AS first_due, r.status = 'open' AND coalesce(d.slips, false) AS slips,
    coalesce(d.remove_baseline, 'infinity') AS remove_baseline,
    coalesce(CASE WHEN r.status = 'open' THEN d.remove_forecast END, 'infinity') AS remove_forecast
  FROM case_revisions r JOIN cases c USING (case_id), LATERAL (
    SELECT min(m.due) FILTER (WHERE m.actual IS NULL AND NOT m.skipped) AS first_due,
      min(m.due) FILTER (WHERE m.actual IS NULL AND NOT m.skipped AND (m.stage = r.stage
        OR r.stage = 'disconnect' AND m.stage = 'schedule')) AS due_at,
      bool_or(m.forecast > m.due) FILTER (WHERE m.actual IS NULL AND NOT m.skipped) AS slips,
      min(m.baseline) FILTER (WHERE m.stage = 'remove') AS remove_baseline, min(m.forecast) FILTER (WHERE m.stage = 'remove') AS remove_forecast
    FROM jsonb_to_recordset(r.milestones) AS m (stage text, baseline timestamptz, due timestamptz, forecast timestamptz, actual timestamptz, skipped boolean)
  ) d
)
SELECT programme_id, department_id, site_id, must_go, stage, outcome, due_at, first_due, slips, remove_baseline, remove_forecast, 1::bigint AS n, recorded_at
FROM cells
UNION ALL
SELECT programme_id, department_id, site_id, must_go, stage, outcome, due_at, first_due, slips, remove_baseline, remove_forecast, -1, until FROM (
  SELECT *, lead(recorded_at) OVER (PARTITION BY case_id ORDER BY sequence) AS until FROM cells) past
WHERE until IS NOT NULL;

-- Counts everything anew. Changes wait meanwhile.
CREATE FUNCTION recount_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE cases, devices IN SHARE ROW EXCLUSIVE MODE;
  PERFORM pg_advisory_xact_lock(7311505);
  UPDATE cases c SET first_due = d.first_due, slips = d.slips, remove_baseline = d.remove_baseline, remove_forecast = d.remove_forecast
  FROM case_dates d WHERE d.case_id = c.case_id AND (c.first_due, c.slips, c.remove_baseline, c.remove_forecast)
    IS DISTINCT FROM (d.first_due, d.slips, d.remove_baseline, d.remove_forecast);
  UPDATE cases c SET found_as = how_found(c) WHERE c.sequence > 0 AND c.found_as IS NULL;
  DELETE FROM case_deltas; DELETE FROM flow_deltas; DELETE FROM device_deltas;
  DELETE FROM figure_places; DELETE FROM figure_place_days; DELETE FROM figure_dates; DELETE FROM figure_date_days;
  DELETE FROM figure_flow_days; DELETE FROM figure_devices; DELETE FROM case_flows;
  INSERT INTO case_flows (case_id, sequence, programme_id, department_id, must_go, kind, change, at, recorded_at)
  SELECT case_id, sequence, programme_id, department_id, must_go, kind, change, at, recorded_at FROM flows_of_audit;
  INSERT INTO flow_deltas SELECT programme_id, department_id, must_go, kind, change, at, recorded_at FROM case_flows;
  INSERT INTO device_deltas SELECT site_id, screening, in_scope, count(*) FROM devices WHERE merged_into IS NULL GROUP BY 1, 2, 3;
  INSERT INTO case_deltas SELECT * FROM deltas_of_revisions;
  PERFORM fold_figures();
  -- The totals are the cases' as they are, also of one that has no past on record.
  DELETE FROM figure_places; DELETE FROM figure_dates;
  INSERT INTO figure_places
  SELECT f.programme_id, f.department_id, f.site_id, f.must_go, f.stage, f.outcome, sum(f.n) FROM cases c, figures_of(c, 1) f GROUP BY 1, 2, 3, 4, 5, 6;
  INSERT INTO figure_dates
  SELECT f.programme_id, f.department_id, f.must_go, f.stage, f.due_at, f.first_due, f.slips, f.remove_baseline, f.remove_forecast, sum(f.n)
  FROM cases c, figures_of(c, 1) f WHERE f.stage <> 'closed' OR f.outcome = 'removed' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
END $$;

SELECT recount_figures();
