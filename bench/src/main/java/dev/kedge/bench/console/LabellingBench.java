package dev.kedge.bench.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * How long it takes to label calls of order-desk in the console of a running gateway: measured for
 * this program, which presses the keys, and estimated for a person.
 *
 * <p>Arguments: the gateway's address, the labelling project, the file with the right answers, the
 * name to label under, how many, slips in percent (0), seed (1), a guide to read first (none).
 */
public final class LabellingBench {
  private LabellingBench() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    if (args.length < 5) {
      System.err.println(
          "usage: bench/labelling URL PROJECT HOLDOUT.jsonl NAME COUNT [SLIPS%] [SEED] [GUIDE]");
      System.exit(2);
    }
    KnownAnswers answers = new KnownAnswers(Path.of(args[2]));
    int slips = args.length > 5 ? Integer.parseInt(args[5]) : 0;
    Random random = new Random(args.length > 6 ? Long.parseLong(args[6]) : 1);
    Keystrokes keystrokes = new Keystrokes();
    int done = 0;
    long start;
    Path profile = Files.createTempDirectory("kedge-labelling");
    try (Browser browser = Browser.start(Browser.find().orElseThrow(), profile)) {
      Tab tab = browser.tab();
      tab.look(1280, 800, false);
      String next = "/console/labelling/" + args[1] + "/label";
      tab.open(args[0] + "/console/name?next=" + next);
      tab.type(args[3]);
      tab.leading(() -> tab.press("Enter"));
      Labeller labeller = new Labeller(tab, keystrokes);
      start = System.nanoTime();
      for (; done < Integer.parseInt(args[4]) && labeller.hasItem(); done++) {
        JsonNode right = answers.to(labeller.input()).orElseThrow();
        labeller.label(random.nextInt(100) < slips ? KnownAnswers.slipped(right, random) : right);
      }
    } finally {
      delete(profile);
    }
    print(done, (System.nanoTime() - start) / 1e9, keystrokes);
    if (args.length > 7) {
      int words = Files.readString(Path.of(args[7])).strip().split("\\s+").length;
      System.out.printf(
          "the guide, read once: %d words, %.1f min%n",
          words, Keystrokes.readingSeconds(words) / 60);
    }
  }

  private static void print(int done, double seconds, Keystrokes keystrokes) {
    System.out.printf("labelled                 %d%n", done);
    System.out.printf("measured, this program   %.1f s%n", seconds);
    System.out.printf(
        "keys, choices, words     %d, %d, %d%n",
        keystrokes.keys(), keystrokes.choices(), keystrokes.words());
    System.out.printf(
        "estimated, a person      %.1f min (%.1f s each; practised, without errors)%n",
        keystrokes.personSeconds() / 60, keystrokes.personSeconds() / Math.max(1, done));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
