package dev.kedge.cli;

import dev.kedge.config.TaskFile;
import dev.kedge.cost.PriceBook;
import dev.kedge.drift.GateWording;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.eval.run.JudgeMetric;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunProgress;
import dev.kedge.eval.run.RunStore;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Metrics;
import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GatePage;
import dev.kedge.gate.GateRun;
import dev.kedge.gate.ModelPrices;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge gate}. */
@Command(
    name = "gate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Decide whether a new version of a model may take the place of the current one.",
      "Both answer the task's whole holdout; answers that are already there are used again. The"
          + " rules stand in the task file under 'gate'. The result is kept with a report, for"
          + " people to sign.",
      "Exit code: 0 every rule is kept, 1 a rule is broken, 4 undecided."
    },
    footer = {
      "",
      "Example: kedge gate new.gguf --against current.gguf --task examples/order-desk",
      "         kedge gate sign 20261123T101500-ab12cd34 --approve --role \"task owner\" \\",
      "           --reason \"read the report\""
    },
    subcommands = {
      GateKeyCommand.class,
      GateListCommand.class,
      GateShowCommand.class,
      GateSignCommand.class,
      GateVerifyCommand.class
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      arity = "0..1",
      paramLabel = "CANDIDATE",
      description = {
        "The new version: a GGUF file; the address of an OpenAI-compatible server, with #NAME for"
            + " one of its models; or gateway:NAME for a model of the running gateway that --config"
            + " describes.",
        "KEDGE_API_KEY holds the key for servers that want one."
      })
  private Optional<String> candidate;

  @Option(
      names = "--against",
      paramLabel = "CURRENT",
      description = "What is in use now, named alike; without it the task's own model.")
  private Optional<String> current;

  @Option(names = "--task", paramLabel = "TASK", description = "A task folder, or its task.yaml.")
  private Optional<Path> task;

  @Option(
      names = "--dataset",
      paramLabel = "NAME[@N]",
      description = "A dataset of the data folder instead of the task's holdout.")
  private Optional<String> dataset;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Cases asked at the same time (${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "Who asks for the gate (without it the user of this account).")
  private Optional<String> person;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (candidate.isEmpty()) throw misuse("name the CANDIDATE");
    if (task.isEmpty()) throw misuse("name the task with --task");
    if (concurrency < 1 || concurrency > 1000) throw misuse("--concurrency is from 1 to 1000");
    TaskFile file = TaskFile.read(task.get());
    Path folder = TaskFile.folder(task.get());
    if (file.gate().isEmpty()) throw misuse("the task has no rules: add 'gate' to its task.yaml");
    String against = current.orElse(folder.resolve(file.model().file()).toString());
    Files.createDirectories(data.folder());
    List<Metric> metrics = List.of();
    try (Interruption _ = Interruption.ofThisThread();
        Store store = data.openStore();
        Bars bars = new Bars(new RunStore(store))) {
      metrics = Metrics.of(file, folder, this::judge);
      ModelPrices prices = prices(file, folder).of(against, candidate.get());
      GateRun run = gateRun(file, source(file, folder, store), metrics, prices);
      GateRun.Judged judged = run.judge(() -> open(against), () -> open(candidate.get()), bars);
      GateDesk desk = new GateDesk(store, data.folder(), InstantSource.system());
      desk.add(judged, Person.named(person));
      show(judged, desk);
      return judged.result().outcome().exitCode();
    } catch (InterruptedException | ClosedByInterruptException | InterruptedIOException e) {
      System.err.println(
          "kedge: interrupted; answers so far are kept, the same command goes on from there");
      return Interruption.CODE;
    } finally {
      for (Metric metric : metrics) if (metric instanceof JudgeMetric judge) judge.close();
    }
  }

  private GatePrices prices(TaskFile file, Path folder) throws IOException {
    return new GatePrices(data.gateway(), data.gatewayFolder(), PriceBook.of(file.cost(), folder));
  }

  private GateRun gateRun(
      TaskFile file, CaseSource source, List<Metric> metrics, ModelPrices prices) {
    return new GateRun(
        data.folder(),
        file,
        source,
        metrics,
        new GateWording(),
        prices,
        concurrency,
        Version.current(),
        InstantSource.system());
  }

  private void show(GateRun.Judged judged, GateDesk desk) {
    PrintWriter out = spec.commandLine().getOut();
    GatePage page = new GatePage(judged.result());
    String id = judged.result().id();
    if (json) {
      out.print(page.json(judged.data()));
    } else {
      out.print(page.text());
      out.println();
      out.println("Report: " + desk.report(id));
      out.println("To sign: in the console under Gates, or");
      out.println(
          "  kedge gate sign "
              + id
              + data.again()
              + " --approve --role ROLE --reason TEXT --as NAME");
    }
    out.flush();
  }

  private Target open(String model) throws IOException {
    return EvalTargets.open(model, data.gateway());
  }

  private CaseSource source(TaskFile file, Path folder, Store store) throws IOException {
    if (dataset.isEmpty()) return JsonLinesSource.of(folder.resolve(file.holdout()));
    return data.cases(store, dataset.get());
  }

  private Metric judge(String name, String model, String rubric, Path human) throws IOException {
    return EvalTargets.judge(name, open(model), rubric, human, data.folder(), concurrency);
  }

  private CommandLine.ParameterException misuse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /** One line of progress per run; complete runs are listed in the store. */
  private static final class Bars implements GateRun.Watching, AutoCloseable {
    private final RunStore runs;
    private ProgressBar bar = new ProgressBar("Gate");

    Bars(RunStore runs) {
      this.runs = runs;
    }

    @Override
    public RunProgress begins(String what) {
      ProgressBar next = new ProgressBar(what);
      bar = next;
      return (step, done, total, reused, failed) -> {
        synchronized (next) {
          String doing = step == RunProgress.Step.ASKING ? " answered, " : " scored, ";
          next.update(done, total, done + doing + failed + " without answer");
        }
      };
    }

    @Override
    public void ended(RunFolder run, RunManifest manifest) {
      runs.put(manifest, run.path());
      bar.done(Printable.text(manifest.model().label()) + ", run " + manifest.id());
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
