package dev.kedge.cli;

import dev.kedge.engine.ModelInfo;
import dev.kedge.engine.SpeedTest.Limits;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code kedge bench} found, as a table and as JSON. */
final class BenchReport {
  static final String PROMPT = "promptTokensPerSecond";
  static final String GENERATE = "generateTokensPerSecond";

  private static final double GIGA = 1e9;

  private final ModelInfo model;
  private final int threads;
  private final String kernels;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();
  /* Bytes per second, round by round. */
  private final List<Double> reads = new ArrayList<>();
  private @Nullable Limits limits;

  BenchReport(ModelInfo model, int threads, String kernels) {
    this.model = model;
    this.threads = threads;
    this.kernels = kernels;
  }

  static String batch(int sequences) {
    return GENERATE + "." + sequences + "sequences";
  }

  static String depth(int tokens) {
    return GENERATE + ".after" + tokens;
  }

  /**
   * One round.
   *
   * @param read the most bytes per second that the same threads read in it, 0 if not known
   */
  void add(Map<String, Double> found, double read) {
    reads.add(read);
    found.forEach(
        (figure, value) -> figures.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value));
  }

  void limits(Optional<Limits> found) {
    limits = found.orElse(null);
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /* Weights are read once per step of all sequences; every round has its own limit, for bandwidth
   * changes between them. */
  private Optional<Double> readShare(String figure, List<Double> tokensPerSecond) {
    Limits known = limits;
    if (known == null || figure.equals(PROMPT) || reads.contains(0.0)) return Optional.empty();
    List<Double> shares = new ArrayList<>();
    for (int round = 0; round < tokensPerSecond.size(); round++) {
      double steps = tokensPerSecond.get(round) / sequences(figure);
      shares.add(steps * known.weightBytesPerToken() / reads.get(round));
    }
    return Optional.of(median(shares));
  }

  private Optional<Double> multiplyAddShare(double tokensPerSecond) {
    Limits known = limits;
    if (known == null) return Optional.empty();
    double done = tokensPerSecond * known.multiplyAddsPerToken();
    return Optional.of(done / known.multiplyAddsPerSecond());
  }

  private static int sequences(String figure) {
    String name = figure.substring(figure.indexOf('.') + 1);
    return name.endsWith("sequences")
        ? Integer.parseInt(name.substring(0, name.length() - "sequences".length()))
        : 1;
  }

  void print(PrintWriter out) {
    out.printf(
        "%s, %s, %d threads, %s%n",
        Printable.text(model.name(), 100), model.fileType(), threads, kernels);
    out.printf(
        "%-38s %10s %21s %9s %9s%n",
        "tokens per second", "median", "lowest … highest", "memory", "compute");
    figures.forEach((figure, values) -> {
      double median = median(values);
      double least = values.stream().mapToDouble(value -> value).min().orElseThrow();
      double most = values.stream().mapToDouble(value -> value).max().orElseThrow();
      out.printf(
          "%-38s %10.2f %10.2f … %8.2f %9s %9s%n",
          figure,
          median,
          least,
          most,
          percent(readShare(figure, values)),
          percent(multiplyAddShare(median)));
    });
    Limits known = limits;
    if (known != null) {
      out.printf(
          "memory: %.1f GB/s [%.1f … %.1f] is the most that these threads read, round by round;"
              + " %.3f GB of weights per token%n",
          median(reads) / GIGA,
          Collections.min(reads) / GIGA,
          Collections.max(reads) / GIGA,
          known.weightBytesPerToken() / GIGA);
      out.printf(
          "compute: %.0f billion 16-bit products per second at most, %.3f billion multiply-adds per"
              + " token%n",
          known.multiplyAddsPerSecond() / GIGA, known.multiplyAddsPerToken() / GIGA);
    }
  }

  private static String percent(Optional<Double> share) {
    return share.map(value -> "%.0f %%".formatted(100 * value)).orElse("–");
  }

  Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("model", model.name());
    out.put("fileType", model.fileType());
    out.put("threads", threads);
    out.put("kernels", kernels);
    figures.forEach((figure, values) -> {
      double median = median(values);
      Map<String, Object> of = new LinkedHashMap<>();
      of.put("median", median);
      of.put("values", values);
      readShare(figure, values).ifPresent(share -> of.put("shareOfReadBandwidth", share));
      multiplyAddShare(median).ifPresent(share -> of.put("shareOfMultiplyAdds", share));
      out.put(figure, of);
    });
    Limits known = limits;
    if (known != null) {
      out.put("readBytesPerSecond", median(reads));
      out.put("readBytesPerSecondOfRounds", reads);
      out.put("multiplyAddsPerSecond", known.multiplyAddsPerSecond());
      out.put("weightBytesPerToken", known.weightBytesPerToken());
      out.put("multiplyAddsPerToken", known.multiplyAddsPerToken());
    }
    return out;
  }
}
