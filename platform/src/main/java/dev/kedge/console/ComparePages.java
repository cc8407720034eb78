package dev.kedge.console;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunCases;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.Figure;
import dev.kedge.eval.stats.PairedSample;
import dev.kedge.eval.stats.Verdict;
import dev.kedge.eval.stats.VerdictText;
import dev.kedge.report.Difference;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Two runs over the same cases, side by side, what got worse first. */
final class ComparePages {
  private static final int MOST_CASES = 200_000;
  private static final int PAGE = 25;
  private static final long SEED = 1;

  private final Path data;
  private final Frame frame;

  ComparePages(Path data, Frame frame) {
    this.data = data;
    this.frame = frame;
  }

  void add(Routes routes) {
    routes.get("/console/compare", this::compare, RunPages.READERS);
  }

  /** Two answers to one case; texts are only there for those that are shown. */
  private record Pair(long number, String digest, String cluster, double first, double second) {
    double loss() {
      return first - second;
    }
  }

  private Reply compare(Ask ask) {
    RunFolder first = RunPages.folder(data, ask.query().text("first"));
    RunFolder second = RunPages.folder(data, ask.query().text("second"));
    RunManifest before = first.manifest();
    RunManifest after = second.manifest();
    String measure = ask.query().given("measure").orElse(RunPages.mainMeasure(before));
    List<Pair> pairs = pairs(first, second, measure);
    if (pairs.isEmpty()) {
      throw KedgeException.invalid("These two runs have no case in common, or no such measure.");
    }
    String only = ask.query().text("only");
    List<Pair> listed =
        pairs.stream()
            .filter(pair -> kept(pair, only))
            .sorted(
                Comparator.comparingDouble(Pair::loss).reversed().thenComparingLong(Pair::number))
            .toList();
    int page = ask.query().number("page", 1, 1, 1_000_000);
    List<Html> body = new ArrayList<>();
    body.add(Html.element("p.trail", Widgets.link("/console/runs", "Runs")));
    body.add(
        Widgets.heading(
            "Comparison", before.model().label() + " before, " + after.model().label() + " after"));
    body.add(verdict(before, after, measure, pairs));
    body.add(counts(pairs, before, after));
    String wording = DriftPages.address(before.id(), after.id(), Optional.empty());
    body.add(Html.element("p", Widgets.link(wording, "What changed in the wording")));
    body.add(Tag.of("h2").with("id", "cases").around("Cases, what got worse first"));
    body.add(filter(ask, before, measure, only));
    body.add(cards(first, second, listed, page));
    body.add(pages(ask, page, listed.size()));
    return frame.page(ask, new Page("Comparison", Html.all(body)));
  }

  private static boolean kept(Pair pair, String only) {
    return switch (only) {
      case "worse" -> pair.loss() > 0;
      case "better" -> pair.loss() < 0;
      case "all" -> true;
      default -> pair.loss() != 0;
    };
  }

  private static List<Pair> pairs(RunFolder first, RunFolder second, String measure) {
    Map<String, Double> before = new HashMap<>();
    each(
        first,
        (_, one) ->
            RunCaseFilter.score(one, measure).ifPresent(score -> before.put(one.digest(), score)));
    List<Pair> pairs = new ArrayList<>();
    each(
        second,
        (number, one) -> {
          Double old = before.get(one.digest());
          OptionalDouble now = RunCaseFilter.score(one, measure);
          if (old == null || now.isEmpty()) return;
          pairs.add(new Pair(number, one.digest(), one.cluster(), old, now.getAsDouble()));
        });
    return pairs;
  }

  private interface Taker {
    void take(long number, RunCase one);
  }

  private static void each(RunFolder folder, Taker taker) {
    try (RunCases cases = folder.cases()) {
      Optional<RunCase> next = cases.next();
      for (long i = 1; next.isPresent() && i <= MOST_CASES; i++, next = cases.next()) {
        taker.take(i, next.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Html verdict(
      RunManifest before, RunManifest after, String measure, List<Pair> pairs) {
    boolean share = pairs.stream().allMatch(pair -> isWhole(pair.first) && isWhole(pair.second));
    List<String> clusters = pairs.stream().map(Pair::cluster).toList();
    Contrast contrast =
        share
            ? Contrast.ofShares(
                pairs.stream().map(pair -> pair.first >= 1).toList(),
                pairs.stream().map(pair -> pair.second >= 1).toList(),
                clusters,
                0,
                SEED)
            : Contrast.ofFigure(
                PairedSample.of(
                    pairs.stream().map(pair -> new double[] {pair.first, 1}).toList(),
                    pairs.stream().map(pair -> new double[] {pair.second, 1}).toList(),
                    clusters),
                Figure.MEAN,
                0,
                true,
                SEED);
    VerdictText text = share ? VerdictText.POINTS : VerdictText.SCORE;
    Verdict verdict = contrast.verdict();
    String kind =
        switch (verdict) {
          case Verdict.Better _, Verdict.NotWorse _ -> "good";
          case Verdict.Worse _ -> "bad";
          case Verdict.Undecided _ -> "mid";
        };
    return Html.all(
        Html.element(
            "div.verdict." + kind,
            Html.element(
                "strong",
                sentenceCase(
                    text.sentence(verdict, before.model().label(), after.model().label()))),
            Html.element("p.soft", measure + ": " + text.doubt(contrast))),
        Widgets.tiles(
            Widgets.tile("Before", shown(share, contrast.first()), before.model().label()),
            Widgets.tile("After", shown(share, contrast.second()), after.model().label()),
            Widgets.tile(
                "Cases in both",
                Figures.whole(contrast.examples()),
                "of " + before.cases() + " and " + after.cases())));
  }

  private static boolean isWhole(double value) {
    return value == 0 || value == 1;
  }

  private static String sentenceCase(String text) {
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  private static String shown(boolean share, double value) {
    return share ? Figures.percent(value) : String.format(java.util.Locale.ENGLISH, "%.3f", value);
  }

  private static Html counts(List<Pair> pairs, RunManifest before, RunManifest after) {
    long worse = pairs.stream().filter(pair -> pair.loss() > 0).count();
    long better = pairs.stream().filter(pair -> pair.loss() < 0).count();
    Html sameData =
        before.dataset().sha256().equals(after.dataset().sha256())
            ? Html.EMPTY
            : Tag.of("p.problem")
                .around("The runs are over different data; compared are the cases that both have.");
    return Html.all(
        sameData,
        Html.element(
            "p",
            "%s got worse, %s got better, %s are the same."
                .formatted(
                    Figures.whole(worse),
                    Figures.whole(better),
                    Figures.whole(pairs.size() - worse - better))));
  }

  private static Html filter(Ask ask, RunManifest run, String measure, String only) {
    Map<String, String> measures = new TreeMap<>();
    run.measures().stream()
        .filter(one -> one.kind() != Measure.Kind.MEAN)
        .forEach(one -> measures.put(one.name(), one.name()));
    Map<String, String> shown = new TreeMap<>();
    shown.put("", "those that changed");
    shown.put("worse", "those that got worse");
    shown.put("better", "those that got better");
    shown.put("all", "all");
    return Tag.of("form.filter")
        .with("method", "get")
        .with("action", "/console/compare")
        .around(
            Widgets.hidden("first", ask.query().text("first")),
            Widgets.hidden("second", ask.query().text("second")),
            Widgets.select("only", "Show", shown, only),
            Widgets.select("measure", "Measure", measures, measure),
            Html.element("button", "Show"));
  }

  private static Html cards(RunFolder first, RunFolder second, List<Pair> listed, int page) {
    int from = Math.min(listed.size(), (page - 1) * PAGE);
    List<Pair> shown = listed.subList(from, Math.min(listed.size(), from + PAGE));
    if (shown.isEmpty()) return Widgets.empty("No case is like that.", "");
    Map<String, RunCase> before = texts(first, shown);
    Map<String, RunCase> after = texts(second, shown);
    List<Html> cards = new ArrayList<>();
    for (Pair pair : shown) {
      RunCase old = before.get(pair.digest);
      RunCase now = after.get(pair.digest);
      if (old != null && now != null) cards.add(card(pair, old, now));
    }
    return Html.all(cards);
  }

  private static Map<String, RunCase> texts(RunFolder folder, List<Pair> shown) {
    Map<String, RunCase> wanted = new HashMap<>();
    List<String> digests = shown.stream().map(Pair::digest).toList();
    each(
        folder,
        (_, one) -> {
          if (digests.contains(one.digest())) wanted.put(one.digest(), one);
        });
    return wanted;
  }

  private static Html card(Pair pair, RunCase old, RunCase now) {
    String word = pair.loss() > 0 ? "worse" : pair.loss() < 0 ? "better" : "same";
    String kind = pair.loss() > 0 ? "bad" : pair.loss() < 0 ? "good" : "plain";
    Difference difference = Difference.of(RunPages.answer(old), RunPages.answer(now));
    String expected = RunPages.expected(old);
    return Html.element(
        "article.pair",
        Html.element(
            "h3",
            Widgets.badge(kind, word),
            Html.text(" " + now.id() + " "),
            Html.element(
                "span.soft", Figures.decimal(pair.first) + " → " + Figures.decimal(pair.second))),
        Html.element("p", Figures.brief(now.input(), 400)),
        expected.isEmpty()
            ? Html.EMPTY
            : Html.element(
                "p",
                Html.element("span.soft", "Expected "),
                Html.element("code", Figures.brief(expected, 400))),
        Html.element(
            "div.sides",
            RunPages.side("Before", difference.first()),
            RunPages.side("After", difference.second())));
  }

  private static Html pages(Ask ask, int page, int count) {
    return Widgets.pages(
        page,
        (count + PAGE - 1) / PAGE,
        number -> {
          Map<String, String> query = new TreeMap<>();
          for (String name : List.of("first", "second", "measure", "only")) {
            query.put(name, ask.query().text(name));
          }
          query.put("page", Long.toString(number));
          return Fields.address("/console/compare", query) + "#cases";
        });
  }
}
