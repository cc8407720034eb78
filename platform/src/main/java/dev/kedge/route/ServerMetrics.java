package dev.kedge.route;

import dev.kedge.config.UpstreamKind;
import java.util.List;

/**
 * Which lines of a server's metrics page tell its load, by kind of server. Several lines of one
 * name, one per engine of a server with data parallelism, are added up; shares are averaged.
 *
 * <p>Names: vLLM's documentation "Production Metrics" (the cache's name changed from {@code
 * gpu_cache_usage_perc} to {@code kv_cache_usage_perc}); SGLang's "Production Metrics";
 * TensorRT-LLM's {@code trtllm-serve} page {@code /prometheus/metrics}; Triton's batch manager
 * statistics ({@code nv_trt_llm_…}); llama.cpp's server README (the cache's share was removed in
 * 2025, so it may be missing).
 */
final class ServerMetrics {
  private static final ServerMetrics VLLM =
      new ServerMetrics(
          Series.named("vllm:num_requests_running"),
          Series.named("vllm:num_requests_waiting"),
          Series.named("vllm:kv_cache_usage_perc"),
          Series.named("vllm:gpu_cache_usage_perc"));
  private static final ServerMetrics SGLANG =
      new ServerMetrics(
          Series.named("sglang:num_running_reqs"),
          Series.named("sglang:num_queue_reqs"),
          Series.named("sglang:token_usage"));
  private static final ServerMetrics TRTLLM =
      new ServerMetrics(
          Series.named("trtllm_num_requests_running"),
          Series.named("trtllm_num_requests_waiting"),
          Series.named("trtllm_kv_cache_utilization"));
  private static final ServerMetrics TRITON =
      new ServerMetrics(
          new Series("nv_trt_llm_request_metrics", "request_type", "scheduled"),
          new Series("nv_trt_llm_request_metrics", "request_type", "waiting"),
          new Series("nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type", "fraction"));
  private static final ServerMetrics LLAMACPP =
      new ServerMetrics(
          Series.named("llamacpp:requests_processing"),
          Series.named("llamacpp:requests_deferred"),
          Series.named("llamacpp:kv_cache_usage_ratio"));
  private static final ServerMetrics NONE = new ServerMetrics();

  /**
   * Lines of one metric.
   *
   * @param label empty: whatever labels; otherwise only lines where it has the value
   */
  record Series(String name, String label, String value) {
    static Series named(String name) {
      return new Series(name, "", "");
    }
  }

  /* Running, waiting, then names of the cache's share, the preferred one first. */
  private final List<Series> series;

  private ServerMetrics(Series... series) {
    this.series = List.of(series);
  }

  static ServerMetrics of(UpstreamKind kind) {
    return switch (kind) {
      case VLLM -> VLLM;
      case SGLANG -> SGLANG;
      case TRTLLM -> TRTLLM;
      case TRITON -> TRITON;
      case LLAMACPP -> LLAMACPP;
      case OLLAMA, OPENAI, ANTHROPIC -> NONE;
    };
  }

  /** Reads a page; what is missing or makes no sense there is NaN in the result. */
  ServerLoad read(byte[] page) {
    int names = series.size();
    double[] sums = new double[names];
    int[] counts = new int[names];
    ExpositionText text = new ExpositionText(page);
    while (text.nextSample()) {
      for (int i = 0; i < names; i++) {
        Series wanted = series.get(i);
        if (!text.isNamed(wanted.name())) continue;
        if (!wanted.label().isEmpty() && !text.hasLabel(wanted.label(), wanted.value())) continue;
        double value = text.value();
        // Also false for NaN.
        if (value >= 0 && value < Double.POSITIVE_INFINITY) {
          sums[i] += value;
          counts[i]++;
        }
      }
    }
    double cacheUse = Double.NaN;
    for (int i = names - 1; i >= 2; i--) if (counts[i] > 0) cacheUse = sums[i] / counts[i];
    return new ServerLoad(sum(sums, counts, 0), sum(sums, counts, 1), Math.min(1, cacheUse));
  }

  private static double sum(double[] sums, int[] counts, int i) {
    return i < counts.length && counts[i] > 0 ? sums[i] : Double.NaN;
  }
}
