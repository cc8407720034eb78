package dev.kedge.console;

import dev.kedge.base.KedgeException;
import dev.kedge.drift.AnswerSet;
import dev.kedge.drift.Drift;
import dev.kedge.drift.DriftInput;
import dev.kedge.drift.DriftPage;
import dev.kedge.drift.DriftReport;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.report.Html;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What changed in the words from one run to another. */
final class DriftPages {
  private static final String PATH = "/console/drift";
  private static final long LARGEST_RUN = 64 << 20;
  private static final int EXAMPLES = 25;

  private final Path data;
  private final Frame frame;
  private final Drift drift = new Drift();
  /* A report takes memory and time: one is made at a time. */
  private final ReentrantLock making = new ReentrantLock();

  DriftPages(Path data, Frame frame) {
    this.data = data;
    this.frame = frame;
  }

  void add(Routes routes) {
    routes.get(PATH, this::show, RunPages.READERS);
  }

  /** Where two runs are compared. */
  static String address(String first, String second, Optional<String> again) {
    Map<String, String> query = new TreeMap<>();
    query.put("first", first);
    query.put("second", second);
    again.ifPresent(run -> query.put("again", run));
    return Fields.address(PATH, query);
  }

  private Reply show(Ask ask) {
    String first = ask.query().text("first");
    String second = ask.query().text("second");
    Optional<String> again = ask.query().given("again");
    int examples = ask.query().number("examples", EXAMPLES, 0, Drift.MOST_EXAMPLES);
    making.lock();
    try {
      Optional<AnswerSet> repeated =
          again.isPresent() ? Optional.of(answers(again.get())) : Optional.empty();
      DriftInput input = AnswerSet.compare(answers(first), answers(second), repeated);
      DriftReport report = drift.report(input);
      Map<String, String> runs = new TreeMap<>(Map.of("first", first, "second", second));
      return frame.page(
          ask,
          new Page(
              "Wording",
              Html.element("p.trail", Widgets.link("/console/runs", "Runs")),
              Widgets.heading(
                  "Changes in wording", report.before() + " before, " + report.after() + " after"),
              Html.element(
                  "p", Widgets.link(Fields.address("/console/compare", runs), "Scores and cases")),
              new DriftPage(report, input).section(examples)));
    } finally {
      making.unlock();
    }
  }

  private AnswerSet answers(String id) {
    RunFolder run = RunPages.folder(data, id);
    try {
      if (Files.size(run.casesFile()) > LARGEST_RUN) {
        throw KedgeException.invalid(
            "The run " + id + " is too long for a page; kedge drift compares it.");
      }
      return AnswerSet.of(run);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
