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
  private static final double GIGA = 1e9;

  private final ModelInfo model;
  private final int threads;
  private final String kernels;
  private final Map<BenchFigure, List<Double>> figures = new LinkedHashMap<>();
  /* Bytes per second, round by round. */
  private final List<Double> reads = new ArrayList<>();
  private @Nullable Limits limits;

  BenchReport(ModelInfo model, int threads, String kernels) {
    this.model = model;
    this.threads = threads;
    this.kernels = kernels;
  }

  /**
   * One round.
   *
   * @param found tokens per second
   * @param read the most bytes per second that the same threads read in it, 0 if not known
   */
  void add(Map<BenchFigure, Double> found, double read) {
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
  private Optional<Double> readShare(BenchFigure figure, List<Double> tokensPerSecond) {
    Limits known = limits;
    if (known == null || figure.kind() == BenchFigure.Kind.PROMPT || reads.contains(0.0)) {
      return Optional.empty();
    }
    List<Double> shares = new ArrayList<>();
    for (int round = 0; round < tokensPerSecond.size(); round++) {
      double steps = tokensPerSecond.get(round) / figure.sequences();
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

  void print(PrintWriter out) {
    out.printf(
        "%s, %s, %d %s, %s, %d %s%n",
        Printable.text(model.name(), 100),
        model.fileType(),
        threads,
        threads == 1 ? "thread" : "threads",
        kernels,
        reads.size(),
        reads.size() == 1 ? "repetition" : "repetitions");
    TextTable table = new TextTable(1);
    table.row(
        List.of("tokens per second", "median", "lowest", "highest", "of memory", "of compute"));
    figures.forEach((figure, values) -> {
      double median = median(values);
      table.row(
          List.of(
              figure.label(),
              "%.2f".formatted(median),
              "%.2f".formatted(Collections.min(values)),
              "%.2f".formatted(Collections.max(values)),
              percent(readShare(figure, values)),
              percent(multiplyAddShare(median))));
    });
    table.print(out);
    Limits known = limits;
    if (known == null) return;
    out.printf(
        "memory: %.1f GB/s [%.1f … %.1f] is the most that these threads read, round by round;"
            + " %.3f GB of weights per token%n",
        median(reads) / GIGA,
        Collections.min(reads) / GIGA,
        Collections.max(reads) / GIGA,
        known.weightBytesPerToken() / GIGA);
    out.printf(
        "compute: %.0f billion multiply-adds per second at most, %.3f billion per token%n",
        known.multiplyAddsPerSecond() / GIGA, known.multiplyAddsPerToken() / GIGA);
  }

  private static String percent(Optional<Double> share) {
    return share.map(value -> "%.0f %%".formatted(100 * value)).orElse("–");
  }

  /* The two that llama-bench prints stand on top, as medians. */
  Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("model", model.name());
    out.put("fileType", model.fileType());
    out.put("threads", threads);
    out.put("kernels", kernels);
    figures.forEach((figure, values) -> {
      if (figure.kind() == BenchFigure.Kind.PROMPT) {
        out.put("promptTokensPerSecond", median(values));
      } else if (figure.alone() && figure.depth() == BenchFigure.SHORT) {
        out.put("generateTokensPerSecond", median(values));
      }
    });
    List<Map<String, Object>> all = new ArrayList<>();
    figures.forEach((figure, values) -> all.add(json(figure, values)));
    out.put("figures", all);
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

  private Map<String, Object> json(BenchFigure figure, List<Double> values) {
    Map<String, Object> of = new LinkedHashMap<>();
    of.put("kind", figure.kind() == BenchFigure.Kind.PROMPT ? "prompt" : "generation");
    of.put("tokens", figure.tokens());
    of.put("sequences", figure.sequences());
    of.put("contextTokens", figure.depth());
    double median = median(values);
    of.put("tokensPerSecond", median);
    of.put("lowest", Collections.min(values));
    of.put("highest", Collections.max(values));
    of.put("values", values);
    readShare(figure, values).ifPresent(share -> of.put("shareOfReadBandwidth", share));
    multiplyAddShare(median).ifPresent(share -> of.put("shareOfMultiplyAdds", share));
    return of;
  }
}
