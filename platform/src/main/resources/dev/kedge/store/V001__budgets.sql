-- A budget in one period. Money is in billionths of a dollar, instants in epoch milliseconds.
-- granted: what nodes have taken out as leases and not given back; it never passes the limit
-- (but for overruns, which are charged whatever is left).
-- wanted_*: a node that found too little left asks the others to give back what lies idle.
CREATE TABLE budget_pot (
  account TEXT NOT NULL,
  starts_ms BIGINT NOT NULL,
  ends_ms BIGINT NOT NULL,
  label TEXT NOT NULL,
  limit_nanos BIGINT NOT NULL,
  granted_nanos BIGINT NOT NULL,
  wanted_ms BIGINT NOT NULL,
  wanted_by TEXT NOT NULL,
  PRIMARY KEY (account, starts_ms)
);

CREATE INDEX budget_pot_wanted ON budget_pot (wanted_ms);

CREATE INDEX budget_pot_ends ON budget_pot (ends_ms);

-- What one process took from a pot. The sum of granted over a pot's leases is the pot's granted.
CREATE TABLE budget_lease (
  lease TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  starts_ms BIGINT NOT NULL,
  node TEXT NOT NULL,
  granted_nanos BIGINT NOT NULL,
  spent_nanos BIGINT NOT NULL,
  overrun_nanos BIGINT NOT NULL,
  seen_ms BIGINT NOT NULL,
  FOREIGN KEY (account, starts_ms) REFERENCES budget_pot (account, starts_ms) ON DELETE CASCADE
);

CREATE INDEX budget_lease_pot ON budget_lease (account, starts_ms);
