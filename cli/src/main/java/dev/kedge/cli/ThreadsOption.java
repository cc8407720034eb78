package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Threads of commands that convert weights. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ThreadsOption {
  private static final int MOST = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that convert; by default one per processor. Without influence on the output.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** How many, 1 to 1024. */
  int count() {
    if (threads >= 1 && threads <= MOST) return threads;
    throw new CommandLine.ParameterException(
        spec.commandLine(), "--threads is from 1 to " + MOST + ", not " + threads);
  }
}
