package dev.kedge.bench.engine;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.MachineLimits;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.model.BatchRow;
import dev.kedge.engine.model.ModelConfig;
import dev.kedge.engine.model.PreparedWeights;
import dev.kedge.engine.model.Transformer;
import dev.kedge.engine.model.Weights;
import dev.kedge.engine.schedule.KvCache;
import dev.kedge.engine.weights.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Where the time of a step goes that gives a token to one sequence or to several: each kind of
 * product beside the time that reading its bytes alone takes, then all else. Reading is measured in
 * every round, right before and right after. What threads wait for each other is the last line.
 *
 * <p>Arguments: model file (a synthetic one serves), threads, rounds, tokens of context, sequences.
 */
public final class TokenCost {
  private static final int TOKENS = 4;
  private static final long WARM_UP_NANOS = 8_000_000_000L;

  private final ModelConfig config;
  private final Weights weights;
  private final Workers workers;
  private final int rounds;
  private final TimedKernels kernels;
  private final Random random = new Random(1);
  /* Per kind of work its milliseconds in each round. */
  private final Map<String, double[]> costs = new TreeMap<>();
  private final double[] whole;
  private final double[] read; // bytes per millisecond

  private TokenCost(ModelConfig config, Weights weights, Workers workers, int rounds) {
    this.config = config;
    this.weights = weights;
    this.workers = workers;
    this.rounds = rounds;
    this.kernels = new TimedKernels(Kernels.best(), weights.products());
    this.whole = new double[rounds];
    this.read = new double[rounds];
  }

  /** Prints a line per kind of work. */
  public static void main(String[] args) throws IOException {
    if (args.length != 4 && args.length != 5) {
      System.err.println("usage: TokenCost MODEL THREADS ROUNDS CONTEXT [SEQUENCES]");
      System.exit(2);
    }
    int sequences = args.length == 4 ? 1 : Integer.parseInt(args[4]);
    Path path = Path.of(args[0]);
    try (GgufFile file = GgufFile.open(path);
        Workers workers = new Workers(Integer.parseInt(args[1]))) {
      ModelConfig config = ModelConfig.of(file.metadata());
      try (PreparedWeights prepared = PreparedWeights.of(file, path, config)) {
        TokenCost cost =
            new TokenCost(config, prepared.weights(), workers, Integer.parseInt(args[2]));
        cost.measure(Integer.parseInt(args[3]), sequences);
        cost.print();
      }
    }
  }

  private void measure(int context, int sequences) {
    KvLayout layout = Transformer.layout(config, KvType.F16);
    Transformer transformer = new Transformer(config, weights, kernels, workers, layout, sequences);
    int vocabulary = weights.output().rows();
    List<BatchRow> token = new ArrayList<>();
    for (KvPage[] pages : grown(layout, context + 1, sequences)) {
      fill(pages, context + 1);
      token.add(new BatchRow(random.nextInt(vocabulary), context, pages, true));
    }
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < WARM_UP_NANOS) transformer.forward(token);
    for (int round = 0; round < rounds; round++) {
      double before = MachineLimits.readBytesPerSecond(workers, weights.products());
      transformer.forward(token);
      kernels.take();
      long start = System.nanoTime();
      for (int i = 0; i < TOKENS; i++) transformer.forward(token);
      double time = (System.nanoTime() - start) / 1e6 / TOKENS;
      Map<String, Long> taken = kernels.take();
      double after = MachineLimits.readBytesPerSecond(workers, weights.products());
      whole[round] = time;
      read[round] = Math.max(before, after) / 1e3;
      for (Map.Entry<String, Long> one : taken.entrySet()) {
        costs.computeIfAbsent(one.getKey(), _ -> new double[rounds])[round] =
            one.getValue() / 1e6 / TOKENS / workers.threads();
      }
    }
  }

  /* Pages as sequences have them that grew side by side. */
  private static KvPage[][] grown(KvLayout layout, int positions, int sequences) {
    int count = KvCache.pages(positions);
    KvCache cache = new KvCache(layout, sequences * count * Kernels.PAGE);
    KvPage[][] pages = new KvPage[sequences][count];
    for (int p = 0; p < count; p++) {
      for (KvPage[] own : pages) {
        own[p] = Objects.requireNonNull(cache.take(p == 0 ? null : own[p - 1], p));
      }
    }
    return pages;
  }

  /* As if a text had been read: random keys and values of the usual size. */
  private void fill(KvPage[] pages, int positions) {
    float[] values = new float[config.kvWidth()];
    for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
    for (int p = 0; p < positions; p++) {
      values[p % values.length] = (float) random.nextGaussian();
      for (int layer = 0; layer < config.layers(); layer++) {
        for (int head = 0; head < config.kvHeads(); head++) {
          int offset = head * config.headSize();
          KvPage page = pages[p / Kernels.PAGE];
          kernels.store(page, layer, head, p % Kernels.PAGE, values, values, offset);
        }
      }
    }
  }

  private void print() {
    Map<String, Double> bytes = new TreeMap<>();
    for (Matrix matrix : weights.products()) {
      bytes.merge(TimedKernels.kind(matrix), (double) matrix.bytes(), Double::sum);
    }
    double all = weights.perToken(config, Matrix::bytes);
    System.out.printf(
        Locale.ROOT,
        "%s, %d threads; memory %.1f GB/s; a step %.2f ms, its weights at that speed %.0f %%%n",
        kernels.description(),
        workers.threads(),
        median(read) / 1e6,
        median(whole),
        100 * share(all, whole));
    List<String> lines = new ArrayList<>();
    double[] rest = whole.clone();
    costs.forEach((kind, times) -> {
      for (int i = 0; i < rounds; i++) rest[i] -= times[i];
      String beside =
          bytes.containsKey(kind)
              ? String.format(Locale.ROOT, ", %.0f %%", 100 * share(bytes.get(kind), times))
              : "";
      lines.add(line(kind, times) + beside);
    });
    lines.add(line("waiting, and what is not a kernel", rest));
    lines.forEach(System.out::println);
  }

  private static String line(String kind, double[] times) {
    return String.format(Locale.ROOT, "%-36s %8.3f ms", kind, median(times));
  }

  /* Of the speed of reading in the same round, the median. */
  private double share(double bytes, double[] times) {
    double[] shares = new double[rounds];
    for (int i = 0; i < rounds; i++) shares[i] = bytes / times[i] / read[i];
    return median(shares);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
