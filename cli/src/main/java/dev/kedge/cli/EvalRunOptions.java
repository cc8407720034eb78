package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.run.EvalRun;
import dev.kedge.eval.run.Figure;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunPlan;
import dev.kedge.eval.run.RunStore;
import dev.kedge.eval.run.SampledSource;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.Measure;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What the commands that run an evaluation have in common. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalRunOptions {
  @Mixin private DataOption data;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = {
        "A GGUF file; the address of an OpenAI-compatible server, with #NAME for one of its models;"
            + " or gateway:NAME for a model of the running gateway that --config describes.",
        "KEDGE_API_KEY holds the key for servers that want one."
      })
  private Optional<String> model;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Cases asked at the same time, 1 to 1000 (${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--attempt",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Answers are kept and found again; another number asks everything once more, as for the"
              + " noise of a server (${DEFAULT-VALUE}).")
  private int attempt;

  @Option(
      names = "--plain",
      description =
          "Have texts continued instead of chat messages answered: for base models, which have no"
              + " chat template.")
  private boolean plain;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only N cases, drawn at random, the same ones every time.")
  private Optional<Long> limit;

  @Option(names = "--json", description = "Print the manifest as JSON instead of a table.")
  private boolean json;

  boolean plain() {
    return plain;
  }

  int attempt() {
    return attempt;
  }

  int concurrency() {
    if (concurrency >= 1 && concurrency <= 1000) return concurrency;
    throw KedgeException.invalid("--concurrency is from 1 to 1000");
  }

  Path folder() {
    return data.folder();
  }

  DataOption data() {
    return data;
  }

  /** The model of the option, or another where there is none. */
  String model(Optional<String> otherwise) {
    return model
        .or(() -> otherwise)
        .orElseThrow(() -> KedgeException.invalid("name a model with --model"));
  }

  Target open(String named) throws IOException {
    return EvalTargets.open(named, data.gateway());
  }

  /** The source, cut to what was asked for. */
  CaseSource limited(CaseSource source) {
    if (limit.isEmpty()) return source;
    if (limit.get() < 1) throw KedgeException.invalid("--limit is 1 or more");
    return new SampledSource(source, limit.get());
  }

  /** Runs, shows a bar, and puts the run into the store. */
  RunManifest run(RunPlan plan, Target target) throws IOException, InterruptedException {
    try (EvalBar bar = new EvalBar()) {
      EvalRun run = new EvalRun(folder(), plan, target, InstantSource.system(), bar);
      try {
        run.run();
      } catch (InterruptedException | IOException | RuntimeException e) {
        listCancelled(run, e);
        throw e;
      }
      RunManifest manifest = list(run);
      bar.done(manifest);
      return manifest;
    }
  }

  /* Where no run began there is nothing to list; why the run ended matters more than the list. */
  private void listCancelled(EvalRun run, Exception cause) {
    try {
      if (run.folder().filter(RunFolder::exists).isPresent()) list(run);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private RunManifest list(EvalRun run) {
    RunFolder done = run.folder().orElseThrow();
    RunManifest manifest = done.manifest();
    try (Store store = data.openStore()) {
      new RunStore(store).put(manifest, done.path());
    }
    return manifest;
  }

  /** Prints what came out. */
  void show(RunManifest run, PrintWriter out) {
    if (json) {
      out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(run));
      out.flush();
      return;
    }
    out.printf(
        "%s: %s, %d cases, sha256 %s%n%s, digest %s%n%n",
        run.task(),
        Printable.text(run.dataset().name()),
        run.dataset().cases(),
        run.dataset().sha256().substring(0, 12),
        Printable.text(run.model().label()),
        run.model().digest().substring(0, 12));
    TextTable table = new TextTable(1);
    table.row(List.of("FIGURE", "VALUE", "95 % INTERVAL", "N"));
    for (Figure figure : run.figures()) {
      table.row(
          List.of(
              figure.name(),
              number(figure, figure.value()),
              "[" + number(figure, figure.low()) + ", " + number(figure, figure.high()) + "]",
              Long.toString(figure.n())));
    }
    table.print(out);
    if (run.failed() > 0) out.println("\n" + run.failed() + " cases have no answer.");
    for (String note : run.notes()) out.println("\nNote: " + Printable.text(note, 500));
    out.println(
        "\nDefinitions, confusions and the worst cases: "
            + RunFolder.of(folder(), run.id()).report());
    out.flush();
  }

  private static String number(Figure figure, double value) {
    if (figure.kind() == Measure.Kind.MEAN) {
      return String.format(Locale.ROOT, value < 10 ? "%.3g" : "%.0f", value);
    }
    if (figure.name().contains(".f1")) return String.format(Locale.ROOT, "%.3f", value);
    return String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }
}
