-- Decisions that wait, and those that were made: lists of them are read by people who wait for the page.

-- Who proposed that a device is not covered: a few events among a million.
CREATE INDEX audit_events_proposed ON audit_events (case_id, sequence) WHERE type = 'assessment-proposed';
-- The newest answers first.
CREATE INDEX case_requests_decided ON case_requests (decided_at DESC, request_id) WHERE decided_at IS NOT NULL;

-- As before, and which request it is (null: the case itself waits for an agreement), of which stage and site, and who asked.
CREATE OR REPLACE VIEW decisions_waiting AS
SELECT k.programme_id, k.case_id, k.department_id, 'not-covered'::text AS what, 'security-officer'::text AS role, a.at AS asked_at,
  NULL::text AS request_id, a.sequence, 'assess'::text AS stage, a.actor AS asked_by, k.site_id
FROM cases k JOIN audit_events a ON a.case_id = k.case_id AND a.type = 'assessment-proposed'
WHERE k.status = 'open' AND NOT EXISTS (
  SELECT FROM audit_events b WHERE b.case_id = a.case_id AND b.sequence > a.sequence
    AND b.type IN ('assessment-proposed', 'assessed', 'retracted', 'closed'))
UNION ALL
SELECT k.programme_id, k.case_id, k.department_id, r.kind, r.needs, r.requested_at, r.request_id, r.sequence, coalesce(r.stage, k.stage), r.requested_by, k.site_id
FROM case_requests r JOIN cases k USING (case_id) WHERE r.state = 'pending';
