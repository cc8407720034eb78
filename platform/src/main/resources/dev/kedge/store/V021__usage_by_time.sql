-- Records come in the order of time, their ids in none: with the time first, the key only grows at
-- its end, and no second index is needed.
CREATE TABLE usage_record_by_time (
  id TEXT NOT NULL,
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
  stream BIGINT NOT NULL,
  PRIMARY KEY (started_ms, id)
);

INSERT INTO usage_record_by_time (
  id, started_ms, key_id, tenant, task, api, model_asked, model_served, tier, tier_reason,
  upstream, model_digest, input_tokens, cached_tokens, written_tokens, output_tokens,
  reasoning_tokens, estimated, input_price, cached_price, written_price, output_price,
  cost_nanos, queue_ns, first_token_ns, total_ns, outcome, stream)
SELECT
  id, started_ms, key_id, tenant, task, api, model_asked, model_served, tier, tier_reason,
  upstream, model_digest, input_tokens, cached_tokens, written_tokens, output_tokens,
  reasoning_tokens, estimated, input_price, cached_price, written_price, output_price,
  cost_nanos, queue_ns, first_token_ns, total_ns, outcome, stream
FROM usage_record;

DROP INDEX usage_record_started;
DROP TABLE usage_record;
ALTER TABLE usage_record_by_time RENAME TO usage_record;
