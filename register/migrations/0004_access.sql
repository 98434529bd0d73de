-- Who may sign in, who is signed in, and who looked at what. Roles of the programme's own people are their posts in
-- `contacts`; here are the roles that an administrator grants.

-- People who need an id without holding a post: holders of granted roles, and deputies who are no contacts.
CREATE TABLE users (
  user_id    text PRIMARY KEY,                   -- opaque: 'u_' and random letters
  email      text NOT NULL UNIQUE CHECK (email = lower(email)),
  name       text NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE role_grants (
  grant_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id       text NOT NULL REFERENCES users,
  role          text NOT NULL CHECK (role IN ('viewer', 'auditor', 'procurement', 'admin')),
  department_id text REFERENCES departments,     -- null: everywhere
  granted_at    timestamptz NOT NULL,
  granted_by    text NOT NULL,                   -- contact id, user id or ops:<user>
  revoked_at    timestamptz,
  revoked_by    text,
  CHECK (role <> 'admin' OR department_id IS NULL)
);
CREATE UNIQUE INDEX role_grants_live ON role_grants (user_id, role, coalesce(department_id, '')) WHERE revoked_at IS NULL;

-- Codes to be typed, sent by e-mail. An address that nobody has gets a row too, and no mail: it is told nothing else.
-- Addresses stay for a day, to count them; a crash may lose them.
CREATE UNLOGGED TABLE sign_in_codes (
  challenge_hash text PRIMARY KEY,               -- SHA-256 of what the browser that asked keeps in a cookie
  code_hash      text NOT NULL,                  -- HMAC-SHA-256 of the code under that cookie's value: nothing here gives it away
  email          text NOT NULL,                  -- lower-case
  client         text NOT NULL,                  -- network address that asked
  purpose        text NOT NULL CHECK (purpose IN ('sign-in', 'task')),
  asked_at       timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  attempts       integer NOT NULL DEFAULT 0,
  ended_at       timestamptz,
  ended_why      text CHECK (ended_why IN ('used', 'newer'))
);
CREATE INDEX sign_in_codes_email ON sign_in_codes (email, asked_at);
CREATE INDEX sign_in_codes_client ON sign_in_codes (client, asked_at);
CREATE INDEX sign_in_codes_asked ON sign_in_codes (asked_at);

-- Links that sign in once, made on the command line of a demonstration.
CREATE TABLE sign_in_links (
  token_hash text PRIMARY KEY,                   -- SHA-256
  email      text NOT NULL,                      -- lower-case
  made_at    timestamptz NOT NULL,
  made_by    text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);

CREATE TABLE sessions (
  session_id   text PRIMARY KEY,                 -- opaque: 's_' and random letters; says nothing of the token
  token_hash   text NOT NULL UNIQUE,             -- SHA-256
  email        text NOT NULL,                    -- lower-case; who that is, is looked up at every request
  how          text NOT NULL CHECK (how IN ('code', 'link', 'oidc')),
  started_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  ended_why    text CHECK (ended_why IN ('signed-out', 'by-themselves', 'by-admin', 'left', 'restored'))
);
CREATE INDEX sessions_live ON sessions (email) WHERE ended_at IS NULL;

-- Who signed in, and who looked at sensitive sites. Ids only: no addresses, and nothing of what was read.
CREATE TABLE access_log (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL,
  who      text NOT NULL,                        -- contact id, user id, ops:<user>, or 'nobody'
  what     text NOT NULL,
  subject  text NOT NULL,                        -- what it concerned: a session, a person, a site or a case
  site_id  text,                                 -- of a read: where it is
  hour     timestamptz                           -- of a read: one entry for each who, subject and hour
);
CREATE INDEX access_log_who ON access_log (who, entry_id);
CREATE INDEX access_log_what ON access_log (what, entry_id);
CREATE UNIQUE INDEX access_log_reads ON access_log (who, subject, what, hour) WHERE hour IS NOT NULL;

-- Whose deputy an address is.
CREATE INDEX contacts_deputy ON contacts (lower(deputy_email)) WHERE left_at IS NULL AND deputy_email IS NOT NULL;
