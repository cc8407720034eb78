package dev.kedge.gate;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.config.GateSection;
import dev.kedge.config.TaskFile;
import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.run.EvalRun;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunPlan;
import dev.kedge.eval.run.RunProgress;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.score.Metric;
import dev.kedge.report.Html;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the whole suite for both models and judges. Answers that are already there are used again.
 * For one thread, which may be interrupted.
 *
 * @param data folder of runs and answers
 * @param task with its rules
 * @param source the cases
 * @param metrics of the task
 * @param changes compares the words of the answers
 * @param known what is known of the models' prices elsewhere; the task's own go before
 * @param concurrency cases asked at the same time
 * @param version of Kedge
 * @param clock for ids and times
 */
public record GateRun(
    Path data,
    TaskFile task,
    CaseSource source,
    List<Metric> metrics,
    TextChanges changes,
    ModelPrices known,
    int concurrency,
    String version,
    InstantSource clock) {
  /** So many cases of an exact model are asked again to see that it is exact. */
  static final int ASKED_AGAIN = 25;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final JsonMapper RULES =
      JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  /** Opens a model when its turn comes: two do not have to fit into memory. */
  public interface Opening {
    /** A target that the gate closes. */
    Target open() throws IOException;
  }

  /** Told what is being run. */
  public interface Watching {
    /** A run begins; what it does is told to the result. */
    RunProgress begins(String what);

    /** A run is complete. */
    void ended(RunFolder run, RunManifest manifest);
  }

  public GateRun {
    metrics = List.copyOf(metrics);
  }

  /**
   * Runs what is missing, and judges.
   *
   * @throws KedgeException if the task has no gate, a rule names what the runs do not have, or a
   *     model answers nothing
   * @throws InterruptedException when cancelled; answers so far are kept
   */
  public Judged judge(Opening current, Opening candidate, Watching watching)
      throws IOException, InterruptedException {
    GateSection rules = rules();
    ModelPrices prices = known.under(rules.prices());
    if (rules.limits().priced()) prices.mustBeComplete();
    Ran old;
    String identity;
    try (Target target = current.open()) {
      identity = target.identity();
      old = run(target, rules, "current", 1, watching);
      if (old.exact()) mustBeExact(target, old.runs(), watching);
    }
    Ran next;
    try (Target target = candidate.open()) {
      // The same server against itself: answers of its own, or nothing would be compared.
      boolean same = !old.exact() && target.identity().equals(identity);
      next = run(target, rules, "candidate", same ? 1 + rules.repeats() : 1, watching);
    }
    return result(rules, prices, old, next);
  }

  private GateSection rules() {
    return task.gate()
        .orElseThrow(() ->
            KedgeException.invalid(
                "the task '"
                    + task.name()
                    + "' has no rules for a gate; add to its task.yaml, for example: gate:"
                    + " {metrics: [{measure: exact, margin: 0.03}]}"));
  }

  /** Runs of a model, and whether it answers exactly. */
  private record Ran(RunSet runs, boolean exact) {}

  /**
   * What came out.
   *
   * @param result of all rules
   * @param changes for the report: what changed in the words
   * @param data the same for machines
   */
  public record Judged(GateResult result, Html changes, Optional<JsonNode> data) {}

  private Ran run(Target target, GateSection rules, String role, int first, Watching watching)
      throws IOException, InterruptedException {
    boolean exact = target.kind() == Target.Kind.FILE;
    int attempts = exact ? 1 : rules.repeats();
    List<RunFolder> folders = new ArrayList<>();
    for (int attempt = 1; attempt <= attempts; attempt++) {
      String what = role + (attempts > 1 ? ", " + attempt + " of " + attempts : "");
      RunPlan plan = plan(source, asking(first - 1 + attempt), concurrency);
      RunFolder folder = new EvalRun(data, plan, target, clock, watching.begins(what)).run();
      watching.ended(folder, folder.manifest());
      folders.add(folder);
    }
    return new Ran(RunSet.read(folders), exact);
  }

  private RunPlan plan(CaseSource cases, Asking asking, int atOnce) {
    return new RunPlan(task.name(), cases, asking, metrics, atOnce, version);
  }

  private Asking asking(int attempt) {
    return new Asking(
        task.system(),
        task.generation().maxTokens(),
        task.generation().temperature(),
        Asking.Mode.CHAT,
        attempt);
  }

  /* Old against old, in another batching and without the journal: the promise is checked. */
  private void mustBeExact(Target target, RunSet runs, Watching watching)
      throws IOException, InterruptedException {
    Path elsewhere = Files.createTempDirectory("kedge-gate");
    try {
      SampledCases sample = new SampledCases(source, ASKED_AGAIN);
      RunPlan plan = plan(sample, asking(1), 1);
      RunProgress progress = watching.begins("current, some cases again");
      RunFolder folder = new EvalRun(elsewhere, plan, target, clock, progress).run();
      List<RunCase> again = RunSet.read(List.of(folder)).cases();
      int at = 0;
      for (int place = 0; place < runs.cases().size(); place++) {
        if (!sample.holds(place)) continue;
        RunCase before = runs.cases().get(place);
        if (NoiseFloor.differ(before, again.get(at++))) throw notExact(target, before);
      }
    } finally {
      delete(elsewhere);
    }
  }

  private static KedgeException notExact(Target target, RunCase before) {
    return new KedgeException(
        new Failure.Broken(
            target.label()
                + " answers the case "
                + before.id()
                + " otherwise than it is on record; if another version of Kedge made the record,"
                + " remove the folder 'answers' of the data folder and run the gate again",
            "not_exact",
            false));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private Judged result(GateSection rules, ModelPrices prices, Ran old, Ran next) {
    RunSet current = old.runs();
    RunSet candidate = next.runs();
    boolean sameFile =
        current.manifest().model().digest().equals(candidate.manifest().model().digest());
    boolean sameAnswers = current.answersSha256().equals(candidate.answersSha256());
    boolean identical = old.exact() && next.exact() && sameFile && sameAnswers;
    WarmUp warmUp = WarmUp.of(rules.limits(), current, candidate);
    GateJudge judge = new GateJudge(rules, current, candidate, identical, prices, warmUp);
    List<Finding> findings = new ArrayList<>(judge.findings());
    TextChanges.Report report = changes.of(rules, current, candidate);
    findings.addAll(report.findings());
    NoiseFloor floor = new NoiseFloor(current, candidate);
    GateResult.Noise noise =
        old.exact()
            ? floor.exact(Math.min(ASKED_AGAIN, source.size()))
            : floor.measured(rules.seed());
    Outcome outcome = findings.stream().map(Finding::outcome).reduce(Outcome.PASS, Outcome::and);
    long now = clock.millis();
    List<String> notes = GateNotes.of(rules.limits(), current, candidate, prices, warmUp);
    GateResult result = gateResult(rules, noise, findings, outcome, now, current, candidate, notes);
    Html pages = Html.all(cases(rules, current, candidate), report.section());
    return new Judged(result, pages, report.data());
  }

  /* The cases behind the first rule on a share. */
  private static Html cases(GateSection rules, RunSet current, RunSet candidate) {
    return rules.metrics().stream()
        .flatMap(rule -> current.measure(rule.measure()).stream())
        .filter(m -> m.kind() == Measure.Kind.SHARE && m.better() == Measure.Better.HIGHER)
        .findFirst()
        .map(measure -> new LostCases(measure, current, candidate).section())
        .orElse(Html.EMPTY);
  }

  private GateResult gateResult(
      GateSection rules,
      GateResult.Noise noise,
      List<Finding> findings,
      Outcome outcome,
      long now,
      RunSet current,
      RunSet candidate,
      List<String> notes) {
    return new GateResult(
        id(now, candidate),
        task.name(),
        version,
        now,
        current.side(),
        candidate.side(),
        new GateResult.Data(source.name(), source.sha256(), source.size()),
        current.manifest().settings(),
        current.manifest().settingsSha256(),
        RULES.writeValueAsString(rules),
        Sha256.of(RULES.writeValueAsBytes(rules)),
        noise,
        new SignOffRule(rules.fourEyes(), rules.roles()),
        findings,
        outcome,
        notes);
  }

  private String id(long now, RunSet candidate) {
    String digest = candidate.manifest().model().digest();
    String stamp = STAMP.format(Instant.ofEpochMilli(now));
    String base = stamp + "-" + digest.substring(0, Math.min(8, digest.length()));
    String id = base;
    for (int i = 2; Files.exists(data.resolve("gates").resolve(id)); i++) id = base + "." + i;
    return id;
  }
}
