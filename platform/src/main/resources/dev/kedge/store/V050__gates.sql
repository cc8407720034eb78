-- What gates found, who signed, and the evidence. Rows are only ever added. Each row's digest
-- covers its content and the digest of the row before, so that a change is seen.
-- kind: RESULT, SIGN_OFF or EVIDENCE; body: JSON.
CREATE TABLE gate_entry (
  seq BIGINT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  gate TEXT NOT NULL,
  task TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL
);

CREATE INDEX gate_entry_gate ON gate_entry (gate, seq);

CREATE INDEX gate_entry_kind ON gate_entry (kind, seq);

-- One row: the last entry. Whoever adds one locks it first.
CREATE TABLE gate_head (seq BIGINT NOT NULL, digest TEXT NOT NULL);

INSERT INTO gate_head (seq, digest) VALUES (0, '');
