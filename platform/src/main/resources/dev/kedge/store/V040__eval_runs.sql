-- One evaluation run; its cases and figures lie in files. Figures are those of the headline metric.
CREATE TABLE eval_run (
  id TEXT PRIMARY KEY,
  task TEXT NOT NULL,
  dataset TEXT NOT NULL,
  dataset_sha256 TEXT NOT NULL,
  model TEXT NOT NULL,
  model_digest TEXT NOT NULL,
  settings_sha256 TEXT NOT NULL,
  state TEXT NOT NULL,
  started_ms BIGINT NOT NULL,
  ended_ms BIGINT NOT NULL,
  cases BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  headline TEXT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  low DOUBLE PRECISION NOT NULL,
  high DOUBLE PRECISION NOT NULL,
  folder TEXT NOT NULL
);

CREATE INDEX eval_run_task ON eval_run (task, started_ms);
