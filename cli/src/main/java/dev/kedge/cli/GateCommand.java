package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.TaskFile;
import dev.kedge.eval.run.EngineTarget;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunProgress;
import dev.kedge.eval.run.RunStore;
import dev.kedge.eval.run.ServerTarget;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Metrics;
import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GatePage;
import dev.kedge.gate.GateResult;
import dev.kedge.gate.GateRun;
import dev.kedge.gate.TextChanges;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  private static final Duration LONGEST_CALL = Duration.ofMinutes(2);

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      arity = "0..1",
      paramLabel = "CANDIDATE",
      description = {
        "The new version: a GGUF file, or the address of an OpenAI-compatible server, with #NAME"
            + " for one of its models.",
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
    List<Metric> metrics = Metrics.of(file, folder, Metrics.Judges.none());
    GateRun run =
        new GateRun(
            data.folder(),
            file,
            JsonLinesSource.of(folder.resolve(file.holdout())),
            metrics,
            TextChanges.none(),
            concurrency,
            Version.current(),
            InstantSource.system());
    try (Interruption _ = Interruption.ofThisThread();
        Store store = data.openStore();
        Bars bars = new Bars(new RunStore(store))) {
      GateRun.Judged judged = run.judge(() -> open(against), () -> open(candidate.get()), bars);
      GateDesk desk = new GateDesk(store, data.folder(), InstantSource.system());
      desk.add(judged, Person.named(person));
      show(judged.result(), desk);
      return judged.result().outcome().exitCode();
    } catch (InterruptedException | ClosedByInterruptException e) {
      System.err.println("kedge: interrupted");
      return Interruption.CODE;
    }
  }

  private void show(GateResult result, GateDesk desk) {
    PrintWriter out = spec.commandLine().getOut();
    GatePage page = new GatePage(result);
    if (json) {
      out.print(page.json());
    } else {
      out.print(page.text());
      out.println();
      out.println("Report: " + desk.report(result.id()));
      out.println("To decide: kedge gate sign " + result.id() + " --help");
    }
    out.flush();
  }

  private static Target open(String model) throws IOException {
    if (model.matches("https?://.*")) {
      int mark = model.indexOf('#');
      String name = mark < 0 ? "" : model.substring(mark + 1);
      Optional<String> key = Optional.ofNullable(System.getenv("KEDGE_API_KEY"));
      try {
        URI address = URI.create(mark < 0 ? model : model.substring(0, mark));
        return new ServerTarget(address, name, key, LONGEST_CALL);
      } catch (IllegalArgumentException e) {
        throw KedgeException.invalid("not an address: " + model);
      }
    }
    Path file = Path.of(model);
    if (Files.isRegularFile(file)) return EngineTarget.open(file);
    throw KedgeException.invalid(
        "no model at " + model + "; give a GGUF file or an address such as http://host:8080/v1");
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
