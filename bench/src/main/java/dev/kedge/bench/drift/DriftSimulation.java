package dev.kedge.bench.drift;

import dev.kedge.drift.AnswerSet;
import dev.kedge.drift.Drift;
import dev.kedge.drift.DriftCase;
import dev.kedge.drift.DriftInput;
import dev.kedge.drift.DriftReport;
import dev.kedge.drift.Repeats;
import dev.kedge.drift.Said;
import dev.kedge.eval.stats.Draws;
import dev.kedge.eval.stats.Wilson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * Drift reports on answers of one and the same model: how many name a change. And on answers to
 * which a sentence was added in a share of the cases: how many find it, and name nothing else.
 *
 * <p>Arguments: trials, cases of made-up answers, seed, and at least three files of answers that
 * one model gave to the same cases by chance; without files only made-up answers are used.
 */
public final class DriftSimulation {
  private static final String PLANTED = "Please ask a second person before you sign.";

  private DriftSimulation() {}

  /** What the reports of all trials named. */
  private record Tally(int any, int phrases, int traits, int lengths, int found, int trials) {}

  /** Prints the table. */
  public static void main(String[] args) throws IOException {
    int trials = args.length > 0 ? Integer.parseInt(args[0]) : 500;
    int cases = args.length > 1 ? Integer.parseInt(args[1]) : 250;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    List<AnswerSet> files = new ArrayList<>();
    for (int i = 3; i < args.length; i++) files.add(AnswerSet.of(Path.of(args[i])));
    System.out.println(
        "| answers | cases | old asked again | planted in | any change named | phrases | kinds |"
            + " lengths | planted sentence found |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    StockAnswers stock = new StockAnswers(seed);
    BiFunction<Integer, Draws, List<String>> made =
        (place, draws) ->
            List.of(
                stock.answer(place, draws), stock.answer(place, draws), stock.answer(place, draws));
    for (boolean again : new boolean[] {false, true}) {
      row("made up", made, cases, again, 0, trials, seed);
      if (files.size() >= 3) {
        row("of a model", drawn(files), files.getFirst().answers().size(), again, 0, trials, seed);
      }
    }
    for (double share : new double[] {0.03, 0.04, 0.05, 0.1, 0.2}) {
      row("made up", made, cases, false, share, trials, seed);
      if (files.size() >= 3) {
        row(
            "of a model",
            drawn(files),
            files.getFirst().answers().size(),
            false,
            share,
            trials,
            seed);
      }
    }
  }

  /** Three different answers to a case. */
  private static BiFunction<Integer, Draws, List<String>> drawn(List<AnswerSet> files) {
    return (place, draws) -> {
      List<AnswerSet> left = new ArrayList<>(files);
      List<String> texts = new ArrayList<>();
      while (texts.size() < 3) {
        AnswerSet one = left.remove(draws.below(left.size()));
        texts.add(one.answers().get(place).said().text());
      }
      return texts;
    };
  }

  private static void row(
      String name,
      BiFunction<Integer, Draws, List<String>> answers,
      int cases,
      boolean again,
      double planted,
      int trials,
      long seed) {
    Tally tally = run(answers, cases, again, planted, trials, seed);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %s | %s | %s | %s | %s | %s | %s |%n",
        name,
        cases,
        again ? "yes" : "no",
        planted == 0 ? "none" : String.format(Locale.ROOT, "%.0f %%", 100 * planted),
        share(tally.any(), trials),
        share(tally.phrases(), trials),
        share(tally.traits(), trials),
        share(tally.lengths(), trials),
        planted == 0 ? "–" : share(tally.found(), trials));
  }

  private static String share(int count, int trials) {
    return String.format(
        Locale.ROOT,
        "%.1f %% [%.1f, %.1f]",
        100.0 * count / trials,
        100 * Wilson.interval(count, trials).low(),
        100 * Wilson.interval(count, trials).high());
  }

  private static Tally run(
      BiFunction<Integer, Draws, List<String>> answers,
      int cases,
      boolean again,
      double planted,
      int trials,
      long seed) {
    Drift drift = new Drift();
    int[] counts = new int[5];
    for (int trial = 0; trial < trials; trial++) {
      Draws draws = new Draws(seed * 1_000_003 + trial);
      List<DriftCase> all = new ArrayList<>();
      for (int i = 0; i < cases; i++) {
        List<String> texts = answers.apply(i, draws);
        boolean plant = i < planted * cases;
        List<Said> before = new ArrayList<>(List.of(Said.of(texts.get(0))));
        if (again) before.add(Said.of(texts.get(2)));
        Said after = Said.of(texts.get(1) + (plant ? " " + PLANTED : ""));
        all.add(new DriftCase("c" + i, "", "", List.of(), before, List.of(after)));
      }
      Repeats repeats = again ? Repeats.MEASURED : Repeats.UNKNOWN;
      DriftReport report = drift.report(new DriftInput("old", "new", repeats, all, List.of()));
      boolean found = report.phrases().stream().anyMatch(line -> line.text().equals(PLANTED));
      boolean phrases = report.phrases().stream().anyMatch(line -> !line.text().equals(PLANTED));
      boolean traits = report.traits().stream().anyMatch(DriftReport.TraitLine::shown);
      boolean lengths =
          report.amount().shown()
              || report.lengths().stream().anyMatch(DriftReport.LengthLine::shown);
      // A planted sentence does make answers longer.
      if (phrases || traits || (lengths && planted == 0)) counts[0]++;
      if (phrases) counts[1]++;
      if (traits) counts[2]++;
      if (lengths) counts[3]++;
      if (found) counts[4]++;
    }
    return new Tally(counts[0], counts[1], counts[2], counts[3], counts[4], trials);
  }
}
