package dev.kedge.bench.engine;

import dev.kedge.engine.Model;
import dev.kedge.engine.SpeedTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kedge and llama.cpp in turn on one file: rounds, medians, ratios and their spread. */
public final class EngineBenchmark {
  private static final String GENERATION = "generation";
  private static final int GENERATED = 32;
  private static final int SHORT_PROMPT = 16;

  private final SpeedTest own;
  private final Peer peer;
  /* Per figure the values of Kedge, then those of the peer. */
  private final Map<String, List<double[]>> figures = new LinkedHashMap<>();
  /* Of figures that are compared with it, the most bytes per second read in each round. */
  private final Map<String, List<Double>> reads = new LinkedHashMap<>();

  private EngineBenchmark(SpeedTest own, Peer peer) {
    this.own = own;
    this.peer = peer;
  }

  /** One measurement of one side. */
  @FunctionalInterface
  private interface Measurement {
    double tokensPerSecond() throws InterruptedException;
  }

  /**
   * Arguments: peer program, its library folder, model, threads, rounds, prompt, batches, depth.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 8) {
      System.err.println("usage: bench/engine MODEL [THREADS [ROUNDS [PROMPT [BATCHES [DEPTH]]]]]");
      System.exit(2);
    }
    Path file = Path.of(arguments[2]);
    int threads = Integer.parseInt(arguments[3]);
    int rounds = Integer.parseInt(arguments[4]);
    int prompt = Integer.parseInt(arguments[5]);
    int[] batches =
        arguments[6].equals("0")
            ? new int[0]
            : Arrays.stream(arguments[6].split(",")).mapToInt(Integer::parseInt).toArray();
    int depth = Integer.parseInt(arguments[7]);
    int sequences = Math.max(1, Arrays.stream(batches).max().orElse(1));
    int context = Math.max(prompt, Math.max(SHORT_PROMPT, depth) + GENERATED) + 2;
    try (Model model = Model.load(file);
        SpeedTest own = new SpeedTest(model, threads, sequences, context);
        Peer peer =
            Peer.llama(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                file,
                threads,
                sequences,
                (context + 255) / 256 * 256)) {
      System.out.printf("%s, %d threads, %d rounds%n", file.getFileName(), threads, rounds);
      System.out.println("Kedge: " + own.kernels());
      System.out.println("llama.cpp: " + peer.description());
      EngineBenchmark benchmark = new EngineBenchmark(own, peer);
      for (int round = 0; round <= rounds; round++) {
        benchmark.round(prompt, batches, depth, round == 0);
      }
      benchmark.print(own.limits().orElseThrow());
    }
  }

  private void round(int prompt, int[] batches, int depth, boolean warmUp)
      throws InterruptedException {
    if (prompt > 0) {
      measure(
          "prompt of " + prompt,
          warmUp,
          () -> own.promptTokensPerSecond(prompt),
          () -> peer.promptTokensPerSecond(prompt));
    }
    measure(
        GENERATION,
        warmUp,
        () -> own.generateTokensPerSecond(GENERATED, 1),
        () -> peer.generateTokensPerSecond(GENERATED, 1));
    for (int batch : batches) {
      measure(
          batch + " sequences",
          warmUp,
          () -> own.generateTokensPerSecond(GENERATED, batch),
          () -> peer.generateTokensPerSecond(GENERATED, batch));
    }
    if (depth > 0) {
      measure(
          GENERATION + " after " + depth,
          warmUp,
          () -> own.generateTokensPerSecond(GENERATED, 1, depth),
          () -> peer.generateTokensPerSecondAfter(GENERATED, depth));
    }
  }

  /* The side that begins changes from round to round. */
  private void measure(String figure, boolean warmUp, Measurement own, Measurement peer)
      throws InterruptedException {
    List<double[]> values = figures.computeIfAbsent(figure, _ -> new ArrayList<>());
    double[] pair = new double[2];
    double read;
    if (values.size() % 2 == 0) {
      read = ownBesideReading(figure, own, pair);
      pair[1] = peer.tokensPerSecond();
    } else {
      pair[1] = peer.tokensPerSecond();
      read = ownBesideReading(figure, own, pair);
    }
    if (warmUp) return;
    values.add(pair);
    reads(figure).add(read);
  }

  private List<Double> reads(String figure) {
    return reads.computeIfAbsent(figure, _ -> new ArrayList<>());
  }

  /* The limit is taken right before and right after. */
  private double ownBesideReading(String figure, Measurement measurement, double[] pair)
      throws InterruptedException {
    if (!figure.startsWith(GENERATION)) {
      pair[0] = measurement.tokensPerSecond();
      return 0;
    }
    double before = own.readBytesPerSecond().orElseThrow();
    pair[0] = measurement.tokensPerSecond();
    return Math.max(before, own.readBytesPerSecond().orElseThrow());
  }

  private void print(SpeedTest.Limits limits) {
    System.out.printf(
        "%-24s %22s %22s %24s %20s%n",
        "tokens per second", "Kedge", "llama.cpp", "ratio", "memory");
    figures.forEach((figure, pairs) -> {
      double[] own = pairs.stream().mapToDouble(pair -> pair[0]).sorted().toArray();
      double[] peer = pairs.stream().mapToDouble(pair -> pair[1]).sorted().toArray();
      double[] ratios = pairs.stream().mapToDouble(pair -> pair[0] / pair[1]).sorted().toArray();
      String share = figure.startsWith(GENERATION) ? share(figure, pairs, limits) : "–";
      System.out.printf(
          "%-24s %22s %22s %24s %20s%n", figure, cell(own), cell(peer), cell(ratios), share);
    });
    System.out.printf(
        "memory: %s GB/s are the most that as many threads read in the rounds of generation;"
            + " %.3f GB of weights per token%n",
        cell(reads(GENERATION).stream().mapToDouble(read -> read / 1e9).sorted().toArray()),
        limits.weightBytesPerToken() / 1e9);
  }

  /* Of what the same threads could have read in the same round. */
  private String share(String figure, List<double[]> pairs, SpeedTest.Limits limits) {
    double[] shares = new double[pairs.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = 100 * pairs.get(i)[0] * limits.weightBytesPerToken() / reads(figure).get(i);
    }
    Arrays.sort(shares);
    return "%.0f %% [%.0f … %.0f]".formatted(median(shares), shares[0], shares[shares.length - 1]);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String cell(double[] sorted) {
    return "%.2f [%.2f … %.2f]".formatted(median(sorted), sorted[0], sorted[sorted.length - 1]);
  }
}
