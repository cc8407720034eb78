package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.engine.TooLittleMemoryException;
import dev.kedge.engine.weights.FormatException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code kedge} command. */
@Command(
    name = "kedge",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Move AI workload onto open models that you run yourself, and prove that the move holds.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example: kedge pilot examples/order-desk",
      "Every command has --help with an example."
    })
public final class Kedge {
  private static final int WRONG_USE = 2;
  private static final int FAILURE = 3;

  private Kedge() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // Figures look the same everywhere, in reports and for scripts.
    Locale.setDefault(Locale.ROOT);
    LogSettings.choose(args.length == 0 ? "" : args[0]);
    System.exit(run(args));
  }

  static int run(String... args) {
    CommandLine command = new CommandLine(new Kedge());
    addCommands(command, args.length == 0 ? "" : args[0]);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setExecutionStrategy(result -> {
      if (!result.hasSubcommand()
          && !result.isUsageHelpRequested()
          && !result.isVersionHelpRequested()) {
        command.usage(command.getErr());
        return WRONG_USE;
      }
      return new CommandLine.RunLast().execute(result);
    });
    command.setExecutionExceptionHandler((exception, line, result) -> report(exception, line));
    return command.execute(args);
  }

  /* Only the one that was named, if it is known: to look into all of them takes longer than most
   * take to do their work. */
  private static void addCommands(CommandLine command, String named) {
    Map<String, Class<?>> all = commands();
    Class<?> one = all.get(named);
    if (one != null) command.addSubcommand(named, one);
    else all.forEach(command::addSubcommand);
  }

  private static Map<String, Class<?>> commands() {
    Map<String, Class<?>> all = new LinkedHashMap<>();
    all.put("bench", BenchCommand.class);
    all.put("budgets", BudgetsCommand.class);
    all.put("capture", CaptureCommand.class);
    all.put("cost", CostCommand.class);
    all.put("drift", DriftCommand.class);
    all.put("eval", EvalCommand.class);
    all.put("gate", GateCommand.class);
    all.put("generate", GenerateCommand.class);
    all.put("import", ImportCommand.class);
    all.put("keys", KeysCommand.class);
    all.put("label", LabelCommand.class);
    all.put("load", LoadCommand.class);
    all.put("models", ModelsCommand.class);
    all.put("pilot", PilotCommand.class);
    all.put("quantize", QuantizeCommand.class);
    all.put("rollout", RolloutCommand.class);
    all.put("route", RouteCommand.class);
    all.put("serve", ServeCommand.class);
    all.put("tune", Tune.class);
    all.put("usage", UsageCommand.class);
    return all;
  }

  private static int report(Exception exception, CommandLine line) {
    if (exception instanceof ServeLog.Told) return FAILURE;
    line.getErr().println("kedge: " + message(exception));
    if (System.getenv("KEDGE_TRACE") != null) exception.printStackTrace(line.getErr());
    return exception instanceof CommandLine.ParameterException ? WRONG_USE : FAILURE;
  }

  static String message(Exception exception) {
    return switch (exception) {
      case NoSuchFileException e -> "no such file: " + e.getFile();
      case FileAlreadyExistsException e when Files.isDirectory(Path.of(e.getFile())) ->
          "a folder stands there, name a file: " + e.getFile();
      case FileAlreadyExistsException e ->
          "already there: " + e.getFile() + " (--force replaces it)";
      case AccessDeniedException e -> "not allowed to open: " + e.getFile();
      case KedgeException e -> e.failure().message();
      case TooLittleMemoryException e -> String.valueOf(e.getMessage());
      case FormatException e -> Printable.text(String.valueOf(e.getMessage()), 1000);
      case IOException e -> "input or output failed: " + e.getMessage();
      default -> "internal error: " + exception + " (set KEDGE_TRACE=1 for the stack trace)";
    };
  }
}
