-- Where rollouts stand: one row each. tests: the sequential tests of the present stage.
-- Whoever changes a row raises version, and only if it is still the one that was read.
CREATE TABLE rollout (
  id TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  candidate TEXT NOT NULL,
  spec TEXT NOT NULL,
  phase TEXT NOT NULL,
  stage INTEGER NOT NULL,
  held INTEGER NOT NULL,
  version BIGINT NOT NULL,
  tests ${bytes} NOT NULL,
  began_ms BIGINT NOT NULL,
  changed_ms BIGINT NOT NULL
);

-- Decisions, only ever added. body: JSON; evidence: the signed statement.
CREATE TABLE rollout_event (
  rollout TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (rollout, seq)
);
