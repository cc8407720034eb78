package dev.kedge.cli;

import dev.kedge.config.TaskFile;
import dev.kedge.pilot.Decision;
import dev.kedge.pilot.Finding;
import dev.kedge.pilot.Pilot;
import dev.kedge.pilot.PilotJson;
import dev.kedge.pilot.PilotOptions;
import dev.kedge.pilot.PilotResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge pilot}. */
@Command(
    name = "pilot",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Try a model on a task of your own and decide: scale up, stay, or scale back.",
      "Verifies the model's digest, quantizes it to 4 bit, serves it, evaluates it as given and in"
          + " 4 bit on the task's labelled cases, tests it under load, compares the cost with a"
          + " commercial API, and writes report.html and report.json. Results that are still valid"
          + " are reused. Ctrl-C leaves whole files only; the next run goes on from there.",
      "Exit code: 0 scale up or stay, 1 scale back."
    },
    footer = {
      "",
      "Example: kedge pilot examples/order-desk",
      "A task folder of your own: docs/TASK.md."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PilotCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "TASK", description = "A task folder, or its task.yaml.")
  private Path task;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "Try this GGUF file in place of the task's model. Its digest is recorded, not checked.")
  private Optional<Path> model;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for reports, 4-bit model and state (./kedge-pilot/NAME).")
  private Optional<Path> out;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Port to serve on while the pilot runs; by default any free one.")
  private int port;

  @Option(names = "--fresh", description = "Run every step again.")
  private boolean fresh;

  @Option(names = "--json", description = "Print report.json instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Interruption _ = Interruption.ofThisThread();
        PilotConsole console = new PilotConsole()) {
      try {
        PilotResult result = Pilot.run(options(), new PlatformHost(), console);
        PrintWriter out = spec.commandLine().getOut();
        if (json) out.print(PilotJson.text(result));
        else print(out, result);
        out.flush();
        return result.decision() instanceof Decision.ScaleBack ? 1 : 0;
      } catch (InterruptedException | ClosedByInterruptException e) {
        System.err.println();
        System.err.println("kedge: interrupted; finished steps are kept, the next run goes on");
        return Interruption.CODE;
      }
    }
  }

  private PilotOptions options() throws IOException {
    Path folder = out.orElse(Path.of("kedge-pilot", TaskFile.read(task).name()));
    StringBuilder command = new StringBuilder("kedge pilot " + task);
    model.ifPresent(file -> command.append(" --model ").append(file));
    out.ifPresent(to -> command.append(" --out ").append(to));
    return new PilotOptions(
        task,
        model,
        folder,
        port,
        fresh,
        Version.current(),
        command.toString(),
        InstantSource.system());
  }

  private static void print(PrintWriter out, PilotResult result) {
    Decision decision = result.decision();
    out.println();
    out.println(decision.title() + ". " + decision.summary());
    for (Finding finding : decision.findings()) out.println("  " + finding.sentence());
    out.println("  " + result.evaluation().sentence(result.comparison()));
    out.println();
    result.reports().forEach(file -> out.println(file));
  }
}
