package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import dev.kedge.config.ModelSection;
import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutMetric.Measure;
import dev.kedge.config.RolloutSection;
import dev.kedge.rollout.Figure;
import dev.kedge.rollout.Measures;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.rollout.replay.Replay;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge rollout replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Test a candidate on calls of the past, as a shadow tests it on those of the present.",
      "The calls are captured ones, or lines of JSON as OpenAI's, Anthropic's and LiteLLM's logs"
          + " have them. The candidate's answers are held against those of the log, or against the"
          + " current model asked again. The test stops as soon as it is decided; interrupted, the"
          + " same command goes on.",
      "Exit code: 0 not worse by the margin, 1 worse, 4 undecided."
    },
    footer = {
      "",
      "Example: kedge rollout replay --captured order-desk --config kedge.yaml \\",
      "           --candidate order-desk-q4.gguf --metrics errors,complete,agreement --margin 5%"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutReplayCommand implements Callable<Integer> {
  private static final int LONGEST_LINE = 16 << 20;
  private static final int UNDECIDED = 4;

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(names = "--captured", paramLabel = "TASK", description = "Captured calls of this task.")
  private Optional<String> task;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Where captured calls lie (captures in the data folder).")
  private Optional<Path> folder;

  @Option(names = "--file", paramLabel = "FILE", description = "Calls as lines of JSON.")
  private Optional<Path> file;

  @Option(
      names = "--candidate",
      required = true,
      paramLabel = "MODEL",
      description =
          "A GGUF file, an address with #NAME, or gateway:NAME; KEDGE_API_KEY holds the key for"
              + " servers that want one.")
  private String candidate;

  @Option(
      names = "--current",
      paramLabel = "MODEL",
      description = "Asked again, instead of the recorded answers.")
  private Optional<String> current;

  @Option(
      names = "--like",
      paramLabel = "MODEL",
      description = "Metrics, margin and alpha of this model's rollout in --config.")
  private Optional<String> like;

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "NAME",
      description = "What is compared (errors,format,agreement); others than words need --like.")
  private List<String> metrics = List.of("errors", "format", "agreement");

  @Option(
      names = "--margin",
      paramLabel = "SHARE",
      defaultValue = "2%",
      description = "By how much the candidate may be worse (${DEFAULT-VALUE}).")
  private String margin;

  @Option(
      names = "--alpha",
      paramLabel = "SHARE",
      defaultValue = "5%",
      description = "Probability of a false decision (${DEFAULT-VALUE}).")
  private String alpha;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "4",
      description = "Calls at the same time (${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = "Keeps what was compared (replays/ID.jsonl in the data folder).")
  private Optional<Path> journal;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (task.isPresent() == file.isPresent()) throw misuse("give --captured TASK or --file FILE");
    if (concurrency < 1 || concurrency > 256) throw misuse("--concurrency is from 1 to 256");
    Optional<KedgeFile> gateway = data.gateway();
    RolloutSection section = section(gateway);
    try (Interruption _ = Interruption.ofThisThread();
        ProgressBar bar = new ProgressBar("Replay");
        ReplaySide next = ReplaySide.open(candidate, gateway)) {
      if (current.isEmpty()) return run(section, next, Optional.empty(), bar);
      try (ReplaySide now = ReplaySide.open(current.get(), gateway)) {
        return run(section, next, Optional.of(now), bar);
      }
    } catch (InterruptedException e) {
      System.err.println("kedge: interrupted; the same command goes on from there");
      return Interruption.CODE;
    }
  }

  private int run(
      RolloutSection section, ReplaySide next, Optional<ReplaySide> now, ProgressBar bar)
      throws IOException, InterruptedException {
    RolloutSpec rule =
        RolloutSpec.of(
            now.map(ReplaySide::label).orElse("recorded"),
            section,
            now.map(ReplaySide::sha256).orElse(""),
            next.sha256());
    Path home = data.folder();
    Path kept =
        journal.orElse(home.resolve("replays").resolve(rule.id() + ".jsonl").toAbsolutePath());
    Replay replay =
        new Replay(
            rule,
            Measures.of(section, home),
            next.answering(),
            now.map(ReplaySide::answering),
            concurrency);
    Replay.Result result =
        replay.run(
            calls(), source(), kept, compared -> bar.update(compared, 0, compared + " compared"));
    bar.done(result.compared() + " compared");
    show(rule, result, kept);
    return switch (result.verdict()) {
      case NOT_WORSE -> 0;
      case WORSE -> 1;
      case UNDECIDED -> UNDECIDED;
    };
  }

  private RolloutSection section(Optional<KedgeFile> gateway) {
    RolloutSection found = like.map(name -> declared(name, gateway)).orElseGet(this::plain);
    boolean timed =
        found.metrics().stream()
            .anyMatch(one -> one.measure() == Measure.LATENCY || one.measure() == Measure.COST);
    if (timed && current.isEmpty()) {
      throw misuse("recorded answers have no time and cost; name --current, or leave these out");
    }
    return found.shadowing(name(candidate));
  }

  private RolloutSection declared(String name, Optional<KedgeFile> gateway) {
    KedgeFile config = gateway.orElseThrow(() -> misuse("--like needs --config"));
    return config.models().stream()
        .filter(model -> model.name().equals(name))
        .map(ModelSection::rollout)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> misuse("no model '" + name + "' with a rollout in --config"));
  }

  private RolloutSection plain() {
    try {
      return RolloutSection.of(
          name(candidate),
          metrics.stream().map(name -> RolloutMetric.valueOf(name.strip())).toList(),
          margin,
          alpha);
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private static String name(String model) {
    String bare = model.substring(Math.max(model.lastIndexOf('#'), model.lastIndexOf('/')) + 1);
    return bare.replaceFirst("^gateway:", "").replaceFirst("\\.gguf$", "");
  }

  private String source() {
    return task.map(name -> "captured " + name).orElseGet(() -> "file " + file.orElseThrow());
  }

  private Replay.Calls calls() throws IOException {
    if (task.isPresent()) {
      Path place = folder.orElse(data.folder().resolve("captures"));
      CaptureFolder captures = new CaptureFolder(place);
      if (!captures.tasks().contains(task.get())) {
        throw KedgeException.invalid(
            "no captured calls of the task '" + task.get() + "' in " + place);
      }
      return each -> captured(captures, task.get(), each);
    }
    if (!Files.isRegularFile(file.orElseThrow())) {
      throw KedgeException.invalid("no file " + file.orElseThrow());
    }
    return each -> lines(file.orElseThrow(), each);
  }

  /* Enough: the folder's reader knows no other way to stop. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnoughException() {
      super("enough", null, false, false);
    }
  }

  private static void captured(CaptureFolder captures, String task, Replay.Lines each)
      throws IOException, InterruptedException {
    InterruptedException[] interrupted = new InterruptedException[1];
    try {
      captures.read(
          task,
          line -> {
            try {
              if (!each.line(line)) throw new EnoughException();
            } catch (InterruptedException e) {
              interrupted[0] = e;
              throw new EnoughException();
            }
          });
    } catch (EnoughException e) {
      if (interrupted[0] != null) throw interrupted[0];
    }
  }

  private static void lines(Path file, Replay.Lines each) throws IOException, InterruptedException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long number = 1;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.write(b);
          if (line.size() > LONGEST_LINE) {
            throw KedgeException.invalid(file + ":" + number + ": a line of more than 16 MiB");
          }
          continue;
        }
        if (line.size() > 1 && !each.line(line.toByteArray())) return;
        line.reset();
        number++;
      }
    }
    if (line.size() > 1) each.line(line.toByteArray());
  }

  private void show(RolloutSpec rule, Replay.Result result, Path kept) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          RolloutListing.json(Map.of("rule", rule, "result", result, "journal", kept.toString())));
    } else {
      out.println();
      RolloutListing.figures(result.figures()).print(out);
      out.println();
      out.println(sentence(rule, result));
      out.println("Journal: " + kept);
    }
    out.flush();
  }

  private static String sentence(RolloutSpec rule, Replay.Result result) {
    String calls =
        result.compared()
            + " calls compared"
            + (result.reused() > 0 ? ", " + result.reused() + " of them before" : "")
            + (result.passedOver() > 0
                ? ", " + result.passedOver() + " lines are no such call"
                : "")
            + ".";
    String head = Printable.text(rule.candidate()) + " against " + Printable.text(rule.model());
    return switch (result.verdict()) {
      case NOT_WORSE -> head + ": not worse by the margin on any measure. " + calls;
      case WORSE -> head + ": worse by more than the margin on " + worse(result) + ". " + calls;
      case UNDECIDED -> head + ": undecided, more calls are needed. " + calls;
    };
  }

  private static String worse(Replay.Result result) {
    return String.join(
        ", ",
        result.figures().stream()
            .filter(figure -> figure.verdict() == Figure.Verdict.WORSE)
            .map(Figure::measure)
            .toList());
  }

  private CommandLine.ParameterException misuse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
