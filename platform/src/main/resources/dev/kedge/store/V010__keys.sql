-- Keys of callers. Of a secret only its SHA-256 is kept, in hexadecimal; instants are epoch
-- milliseconds. terms: roles, models, APIs, limits, budgets and tags as JSON.
CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  tenant TEXT NOT NULL,
  terms TEXT NOT NULL,
  hash TEXT NOT NULL,
  previous_hash TEXT,
  previous_until_ms BIGINT,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT,
  last_used_ms BIGINT,
  revoked BIGINT NOT NULL
);

CREATE INDEX api_key_version ON api_key (version);

-- One row: the version of the latest change. Every change locks it first.
CREATE TABLE access_version (version BIGINT NOT NULL);

INSERT INTO access_version (version) VALUES (0);
