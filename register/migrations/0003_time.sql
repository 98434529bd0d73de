-- Time: pacing of mail, deputies; (other parts of this file: planning, calendar entries, digests).

-- ── Mail: when it leaves, and who gets it ──────────────────────────────────────────────────────────────────────────────
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
