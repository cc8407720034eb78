package dev.kedge.bench.engine;

import dev.kedge.engine.kernel.FreeKernels;
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
import dev.kedge.engine.weights.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What identical bits cost: whole forward passes with the engine's kernels and with {@link
 * FreeKernels}, which keep no order, in turn on the same weights and pages. The free ones come with
 * the engine's exponential and with the platform's; what counts is the faster. {@link SharedSums}
 * adds what other divisions of the work could bring.
 *
 * <p>For generation there is a bound besides, for whatever kernels: weights must be read. The last
 * line tells how close the engine's come to the time of reading alone.
 *
 * <p>Arguments: model file (a synthetic one serves), threads, rounds.
 */
public final class ExactnessCost implements AutoCloseable {
  private static final int CAPACITY = 512;
  private static final int WARM_UP = 3;

  private final GgufFile file;
  private final PreparedWeights prepared;
  private final Weights weights;
  private final ModelConfig config;
  private final Workers workers;
  private final KvLayout layout;
  private final int rounds;
  private final Random random = new Random(1);
  /* The engine's first. */
  private final Kernels[] kernels = {Kernels.best(), new FreeKernels(false), new FreeKernels(true)};
  private final Transformer[] transformers = new Transformer[kernels.length];

  private ExactnessCost(Path path, int threads, int rounds) throws IOException {
    this.file = GgufFile.open(path);
    this.config = ModelConfig.of(file.metadata());
    this.prepared = PreparedWeights.of(file, path, config);
    this.weights = prepared.weights();
    this.workers = new Workers(threads);
    this.layout = Transformer.layout(config, KvType.F16);
    this.rounds = rounds;
    for (int i = 0; i < kernels.length; i++) {
      transformers[i] = new Transformer(config, weights, kernels[i], workers, layout, CAPACITY);
    }
  }

  /** Prints a line per kind of pass. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: ExactnessCost MODEL THREADS ROUNDS");
      System.exit(2);
    }
    int threads = Integer.parseInt(args[1]);
    try (ExactnessCost cost =
        new ExactnessCost(Path.of(args[0]), threads, Integer.parseInt(args[2]))) {
      System.out.printf("%s, %d threads%n", cost.file.metadata().string("general.name"), threads);
      double one = cost.measure("generation, 100 tokens of context", cost.generation(1, 100), 4);
      cost.measure("generation, 4,000 tokens of context", cost.generation(1, 4000), 4);
      cost.measure("16 sequences of 100 tokens", cost.generation(16, 100), 1);
      cost.measure("prompt of 512 tokens", cost.prompt(), 1);
      cost.bound(one);
    }
  }

  /* Sequences with so much context that need one token each. */
  private List<BatchRow> generation(int sequences, int context) {
    List<BatchRow> rows = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      rows.add(new BatchRow(token(), context, filled(context + 1), true));
    }
    return rows;
  }

  private List<BatchRow> prompt() {
    KvPage[] pages = layout.pages(CAPACITY);
    List<BatchRow> rows = new ArrayList<>();
    for (int i = 0; i < CAPACITY; i++) rows.add(new BatchRow(token(), i, pages, i == CAPACITY - 1));
    return rows;
  }

  private int token() {
    return random.nextInt(weights.output().rows());
  }

  /* As if a text had been read: random keys and values of the usual size. */
  private KvPage[] filled(int positions) {
    KvPage[] pages = layout.pages(positions);
    float[] keys = new float[config.kvWidth()];
    for (int i = 0; i < keys.length; i++) keys[i] = (float) random.nextGaussian();
    for (int p = 0; p < positions; p++) {
      keys[p % keys.length] = (float) random.nextGaussian();
      for (int layer = 0; layer < config.layers(); layer++) {
        for (int head = 0; head < config.kvHeads(); head++) {
          KvPage page = pages[p / Kernels.PAGE];
          int offset = head * config.headSize();
          kernels[0].store(page, layer, head, p % Kernels.PAGE, keys, keys, offset);
        }
      }
    }
    return pages;
  }

  /* Seconds of the engine's own. */
  private double measure(String what, List<BatchRow> rows, int times) {
    double[][] seconds = new double[kernels.length][rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      for (int i = 0; i < kernels.length; i++) {
        // Whoever begins changes.
        int side = (i + round + WARM_UP) % kernels.length;
        long start = System.nanoTime();
        for (int n = 0; n < times; n++) transformers[side].forward(rows);
        if (round >= 0) seconds[side][round] = (System.nanoTime() - start) / 1e9 / times;
      }
    }
    agree(what, rows);
    System.out.printf(Locale.ROOT, "%-38s %8.2f ms;", what, 1e3 * median(seconds[0]));
    for (int side = 1; side < kernels.length; side++) {
      double[] exact = seconds[0];
      double[] free = seconds[side];
      double[] costs =
          IntStream.range(0, rounds).mapToDouble(n -> 100 * (exact[n] / free[n] - 1)).toArray();
      Arrays.sort(costs);
      System.out.printf(
          Locale.ROOT,
          " %s %8.2f ms: cost %+.1f %% [%+.1f … %+.1f]%s",
          side == 1 ? "free order" : "and the platform's exponential",
          1e3 * median(free),
          median(costs),
          costs[rounds / 4],
          costs[rounds - 1 - rounds / 4],
          side == 1 ? ";" : "\n");
    }
    return median(seconds[0]);
  }

  /* What computes something else would not be a comparison. */
  private void agree(String what, List<BatchRow> rows) {
    float[] exact = transformers[0].forward(rows).clone();
    double size = 0;
    for (int i = 0; i < weights.output().rows(); i++) size += exact[i] * (double) exact[i];
    for (int side = 1; side < kernels.length; side++) {
      float[] free = transformers[side].forward(rows);
      double error = 0;
      for (int i = 0; i < weights.output().rows(); i++) {
        double difference = exact[i] - (double) free[i];
        error += difference * difference;
      }
      if (!(error < 0.05 * 0.05 * size)) {
        throw new IllegalStateException(
            what + ": " + kernels[side].description() + " is off by " + Math.sqrt(error / size));
      }
    }
  }

  private void bound(double seconds) {
    double read = 0;
    for (int i = 0; i < 5; i++) {
      read = Math.max(read, MachineLimits.readBytesPerSecond(workers, weights.products()));
    }
    double least = weights.perToken(config, Matrix::bytes) / read;
    System.out.printf(
        Locale.ROOT,
        "reading a token's weights alone takes %.2f ms (%.1f GB/s): no kernels could save more than"
            + " %.1f %% of generation%n",
        1e3 * least,
        read / 1e9,
        100 * (1 - least / seconds));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() throws IOException {
    workers.close();
    prepared.close();
    file.close();
  }
}
