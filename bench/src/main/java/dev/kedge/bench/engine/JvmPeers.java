package dev.kedge.bench.engine;

import dev.kedge.engine.Model;
import dev.kedge.engine.SpeedTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Generation of one sequence in Kedge and in other engines of the JVM, each in a process of its
 * own, in turn: rounds, medians, ratios and their spread. See bench/jvm-peers.
 */
public final class JvmPeers {
  private static final int WARM_UP = 3;

  private JvmPeers() {}

  /**
   * Arguments: model, threads, rounds, tokens, then of each peer its name and its command, one word
   * a line.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path file = Path.of(arguments[0]);
    int threads = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    int tokens = Integer.parseInt(arguments[3]);
    List<Peer> peers = new ArrayList<>();
    try (Model model = Model.load(file);
        SpeedTest own = new SpeedTest(model, threads, 1, 512)) {
      for (int i = 4; i < arguments.length; i += 2) {
        peers.add(new Peer(arguments[i], arguments[i + 1].lines().toList()));
      }
      System.out.printf(
          "%s, %d threads, %d tokens, %d rounds%n", file.getFileName(), threads, tokens, rounds);
      System.out.println("Kedge: " + own.kernels());
      for (Peer peer : peers) System.out.println(peer.name() + ": " + peer.description());
      double[][] found = new double[peers.size() + 1][rounds];
      for (int round = -WARM_UP; round < rounds; round++) {
        for (int i = 0; i < found.length; i++) {
          // Whoever begins changes.
          int side = (i + round + WARM_UP) % found.length;
          double speed =
              side == 0
                  ? own.generateTokensPerSecond(tokens, 1)
                  : peers.get(side - 1).generateTokensPerSecond(tokens, 1);
          if (round >= 0) found[side][round] = speed;
        }
      }
      print(peers, found);
    } finally {
      peers.forEach(Peer::close);
    }
  }

  private static void print(List<Peer> peers, double[][] found) {
    System.out.printf(
        "%-24s %24s %24s%n", "generation", "tokens per second", "Kedge is so many times");
    System.out.printf("%-24s %24s%n", "Kedge", cell(found[0]));
    for (int i = 0; i < peers.size(); i++) {
      double[] ratios = new double[found[0].length];
      for (int round = 0; round < ratios.length; round++) {
        ratios[round] = found[0][round] / found[i + 1][round];
      }
      System.out.printf("%-24s %24s %24s%n", peers.get(i).name(), cell(found[i + 1]), cell(ratios));
    }
  }

  private static String cell(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return String.format(
        Locale.ROOT, "%.2f [%.2f … %.2f]", median, sorted[0], sorted[sorted.length - 1]);
  }
}
