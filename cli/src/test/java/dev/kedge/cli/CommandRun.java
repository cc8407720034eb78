package dev.kedge.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What a command did.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record CommandRun(int code, String out, String err) {
  /** Runs a command as the launcher does, with both streams caught. */
  static CommandRun of(String... args) {
    PrintStream systemOut = System.out;
    PrintStream systemErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream caughtOut = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream caughtErr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      System.setOut(caughtOut);
      System.setErr(caughtErr);
      int code = Kedge.run(args);
      return new CommandRun(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(systemOut);
      System.setErr(systemErr);
    }
  }
}
