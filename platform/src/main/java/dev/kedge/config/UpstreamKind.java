package dev.kedge.config;

import dev.kedge.call.Dialect;

/** What answers at an address: which API it speaks and where it tells how it is. */
public enum UpstreamKind {
  VLLM(Dialect.OPENAI, "/health", "/metrics"),
  SGLANG(Dialect.OPENAI, "/health", "/metrics"),
  /** TensorRT-LLM by {@code trtllm-serve}. */
  TRTLLM(Dialect.OPENAI, "/health", "/prometheus/metrics"),
  /** TensorRT-LLM in Triton behind its OpenAI front end. */
  TRITON(Dialect.OPENAI, "/health/ready", "/metrics"),
  LLAMACPP(Dialect.OPENAI, "/health", "/metrics"),
  OLLAMA(Dialect.OPENAI, "/v1/models", ""),
  /** Any server or service with OpenAI's API; told well or ill by its answers alone. */
  OPENAI(Dialect.OPENAI, "", ""),
  /** Any server or service with Anthropic's API; told well or ill by its answers alone. */
  ANTHROPIC(Dialect.ANTHROPIC, "", "");

  private final Dialect dialect;
  private final String healthPath;
  private final String metricsPath;

  UpstreamKind(Dialect dialect, String healthPath, String metricsPath) {
    this.dialect = dialect;
    this.healthPath = healthPath;
    this.metricsPath = metricsPath;
  }

  /** The API that it speaks unless the configuration says otherwise. */
  public Dialect dialect() {
    return dialect;
  }

  /** Where it is probed, from the root of the server; empty: not probed. */
  public String healthPath() {
    return healthPath;
  }

  /** Where its metrics stand, from the root of the server; empty: nowhere. */
  public String metricsPath() {
    return metricsPath;
  }
}
