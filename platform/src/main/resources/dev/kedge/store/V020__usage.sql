-- One answered request. Money is in billionths of a dollar, prices in billionths of a dollar per
-- million tokens, as they were when the call was made.
CREATE TABLE usage_record (
  id TEXT PRIMARY KEY,
  started_ms BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  task TEXT,
  api TEXT NOT NULL,
  model_asked TEXT NOT NULL,
  model_served TEXT NOT NULL,
  tier TEXT NOT NULL,
  tier_reason TEXT NOT NULL,
  upstream TEXT NOT NULL,
  model_digest TEXT NOT NULL,
  input_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  written_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  reasoning_tokens BIGINT NOT NULL,
  estimated BIGINT NOT NULL,
  input_price BIGINT NOT NULL,
  cached_price BIGINT NOT NULL,
  written_price BIGINT NOT NULL,
  output_price BIGINT NOT NULL,
  cost_nanos BIGINT NOT NULL,
  queue_ns BIGINT NOT NULL,
  first_token_ns BIGINT,
  total_ns BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  stream BIGINT NOT NULL
);

-- Export pages through it, sums go through it day by day.
CREATE INDEX usage_record_started ON usage_record (started_ms, id);
