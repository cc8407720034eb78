-- Labelling. Values are JSON, instants epoch milliseconds, truth values 0 and 1.
CREATE TABLE label_project (
  name TEXT PRIMARY KEY,
  form TEXT NOT NULL,
  guide TEXT NOT NULL,
  dataset TEXT NOT NULL,
  per_item BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL
);

-- One example to label. status follows from label_work and the decision; it is kept here so that
-- the queue finds open items through an index.
CREATE TABLE label_item (
  project TEXT NOT NULL,
  id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  input TEXT NOT NULL,
  suggestion TEXT,
  tags TEXT NOT NULL,
  status TEXT NOT NULL,
  decision TEXT,
  decided_by TEXT,
  decided_reason TEXT,
  decided_ms BIGINT,
  PRIMARY KEY (project, id),
  FOREIGN KEY (project) REFERENCES label_project (name)
);

CREATE INDEX label_item_queue ON label_item (project, status, seq);

-- How one person stands with one item: LEASED, ANSWERED, SKIPPED or SEEN (looked at the others'
-- labels without having answered). blind_value is the answer as it stood before anything was
-- revealed.
CREATE TABLE label_work (
  project TEXT NOT NULL,
  item TEXT NOT NULL,
  person TEXT NOT NULL,
  state TEXT NOT NULL,
  began_ms BIGINT NOT NULL,
  until_ms BIGINT NOT NULL,
  value TEXT,
  blind_value TEXT,
  reason TEXT,
  revealed BIGINT NOT NULL,
  PRIMARY KEY (project, item, person),
  FOREIGN KEY (project, item) REFERENCES label_item (project, id)
);

CREATE INDEX label_work_person ON label_work (project, person, state);

-- Who did what and when. Rows are only ever added.
CREATE TABLE label_event (
  id ${counted},
  project TEXT NOT NULL,
  item TEXT NOT NULL,
  person TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT,
  reason TEXT,
  at_ms BIGINT NOT NULL,
  took_ms BIGINT
);

CREATE INDEX label_event_item ON label_event (project, item, id);
