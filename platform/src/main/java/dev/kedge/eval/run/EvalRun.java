package dev.kedge.eval.run;

import dev.kedge.base.Sha256;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Reply;
import dev.kedge.eval.score.Scores;
import dev.kedge.report.WholeFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs one plan against one target. For one thread, which may be interrupted to cancel. */
public final class EvalRun {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int SHORT = 8;
  private static final int WINDOW = 4;

  private final Path data;
  private final RunPlan plan;
  private final Target target;
  private final InstantSource clock;
  private final RunProgress progress;
  private @Nullable RunFolder folder;

  /**
   * @param data folder of runs and answers
   * @param clock for the manifest and the id
   */
  public EvalRun(
      Path data, RunPlan plan, Target target, InstantSource clock, RunProgress progress) {
    this.data = data;
    this.plan = plan;
    this.target = target;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Asks what is not yet answered, scores everything, and leaves the folder of the run. The same
   * plan after a death of the process goes on in the same folder.
   *
   * @throws InterruptedException when cancelled; answers so far are kept and not asked again
   * @throws dev.kedge.base.KedgeException if the target answers nothing at all, another process
   *     asks the same, or a case is broken
   */
  public RunFolder run() throws IOException, InterruptedException {
    Instant started = clock.instant();
    RunFolder folder = folder(started);
    this.folder = folder;
    try (AnswerJournal journal = AnswerJournal.open(journalFile(data, target, plan.asking()))) {
      Questions questions = new Questions(target, plan.asking(), journal);
      Running running = new Running(folder, questions, journal.leftOpen(), started);
      running.write(RunManifest.State.RUNNING);
      try {
        running.go();
        return folder;
      } catch (InterruptedException e) {
        running.write(RunManifest.State.CANCELLED);
        throw e;
      } catch (IOException | RuntimeException e) {
        running.write(RunManifest.State.CANCELLED);
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The run's folder once {@link #run} has begun, however it ended. */
  public Optional<RunFolder> folder() {
    return Optional.ofNullable(folder);
  }

  /** Where the answers of a target to questions asked in one way are kept. */
  static Path journalFile(Path data, Target target, Asking asking) {
    String name = digest(target.identity() + "\n" + asking.digest()).substring(0, 32);
    return data.resolve("answers").resolve(name + ".journal");
  }

  private static String digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /* An unfinished run of the same plan is gone on with. */
  private RunFolder folder(Instant started) throws IOException {
    String same =
        digest(
                plan.task()
                    + "\n"
                    + plan.source().sha256()
                    + "\n"
                    + target.identity()
                    + "\n"
                    + plan.asking().digest())
            .substring(0, SHORT);
    List<String> ids = RunFolder.ids(data);
    for (String id : ids) {
      if (!id.endsWith("-" + same)) continue;
      RunFolder found = RunFolder.of(data, id);
      if (found.manifest().state() != RunManifest.State.COMPLETE) return found;
    }
    String stamp = STAMP.format(started);
    String id = stamp + "-" + same;
    for (int i = 2; ids.contains(id); i++) id = stamp + "." + i + "-" + same;
    return RunFolder.of(data, id);
  }

  /** One execution. */
  private final class Running {
    private final RunFolder folder;
    private final Questions questions;
    private final Instant started;
    private final List<String> notes = new ArrayList<>();
    private final Tallies tallies;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long reused;
    private long scored;
    private long scoredFailed;

    Running(RunFolder folder, Questions questions, int leftOpen, Instant started) {
      this.folder = folder;
      this.questions = questions;
      this.started = started;
      this.tallies = new Tallies(measures());
      // What this process computes itself costs nobody anything twice.
      if (leftOpen > 0 && target.kind() == Target.Kind.SERVER) {
        notes.add(
            leftOpen
                + " calls were under way when this or an earlier run was stopped; they were made"
                + " again, each with its first Idempotency-Key: a server that does not know such"
                + " keys may have answered them twice, and one that does gives the answer that it"
                + " has, in less time than it took");
      }
    }

    void go() throws Exception {
      ask();
      if (questions.outdated()) {
        notes.add("the server changed since the last run; its earlier answers were asked again");
        ask();
      }
      score();
      if (questions.fingerprints().size() > 1) {
        notes.add(
            "the server changed during the run: it called itself "
                + String.join(", ", questions.fingerprints()));
      }
      notes.addAll(tallies.chances());
      List<Figure> figures = new ArrayList<>(tallies.figures());
      for (Metric metric : plan.metrics()) {
        if (metric instanceof Calibrated judge) figures.addAll(judge.agreement());
      }
      RunManifest manifest = manifest(RunManifest.State.COMPLETE, figures);
      WholeFile.write(folder.report(), new RunReport(manifest, tallies).html());
      folder.write(manifest);
    }

    private void ask() throws Exception {
      done.set(0);
      failed.set(0);
      reused = 0;
      long total = plan.source().size();
      try (CaseSource.Cases cases = plan.source().open();
          Ordered<Boolean> calls = new Ordered<>(plan.concurrency(), _ -> {})) {
        while (cases.hasNext()) {
          if (Thread.interrupted()) throw new InterruptedException();
          EvalCase next = cases.next();
          if (questions.known(next)) {
            reused++;
            progress.at(RunProgress.Step.ASKING, done.incrementAndGet(), total, reused, 0);
            continue;
          }
          calls.submit(() -> {
            Reply reply = questions.ask(next);
            if (!reply.answered()) failed.incrementAndGet();
            progress.at(
                RunProgress.Step.ASKING, done.incrementAndGet(), total, reused, failed.get());
            return reply.answered();
          });
        }
        calls.finish();
      }
    }

    private void score() throws Exception {
      Path file = folder.casesFile();
      Files.createDirectories(folder.path());
      Path part = file.resolveSibling(".cases.part");
      long total = plan.source().size();
      int window =
          WINDOW * Math.max(plan.concurrency(), Runtime.getRuntime().availableProcessors());
      try (CaseSource.Cases cases = plan.source().open();
          BufferedWriter out = Files.newBufferedWriter(part);
          Ordered<RunCase> work =
              new Ordered<>(
                  window,
                  result -> {
                    out.write(RunFolder.JSON.writeValueAsString(result));
                    out.write('\n');
                    tallies.add(result);
                    scored++;
                    if (!result.reply().answered()) scoredFailed++;
                    progress.at(RunProgress.Step.SCORING, scored, total, 0, scoredFailed);
                  })) {
        while (cases.hasNext()) {
          if (Thread.interrupted()) throw new InterruptedException();
          EvalCase next = cases.next();
          work.submit(() -> scored(next));
        }
        work.finish();
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private RunCase scored(EvalCase question) throws InterruptedException {
      Reply reply = questions.find(question).orElseGet(() -> questions.failure(question));
      Scores scores = Scores.empty();
      for (Metric metric : plan.metrics()) metric.score(question, reply, scores);
      return RunCase.of(question, reply, scores);
    }

    private List<Measure> measures() {
      return plan.metrics().stream().flatMap(metric -> metric.measures().stream()).toList();
    }

    void write(RunManifest.State state) throws IOException {
      folder.write(manifest(state, List.of()));
    }

    private RunManifest manifest(RunManifest.State state, List<Figure> figures) {
      boolean ended = state != RunManifest.State.RUNNING;
      return new RunManifest(
          String.valueOf(folder.path().getFileName()),
          plan.task(),
          new RunManifest.Data(plan.source().name(), plan.source().sha256(), plan.source().size()),
          new RunManifest.ModelMark(
              target.label(),
              questions.modelDigest(),
              target.kind().name().toLowerCase(Locale.ROOT),
              questions.fingerprints()),
          plan.asking().settings(),
          plan.asking().digest(),
          plan.version(),
          state,
          started.toEpochMilli(),
          ended ? clock.millis() : 0,
          scored,
          scoredFailed,
          questions.asked(),
          reused,
          measures(),
          figures,
          state == RunManifest.State.COMPLETE ? tallies.tables() : RunTables.EMPTY,
          notes);
    }
  }
}
