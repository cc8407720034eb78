package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A command of the user's that runs a Python program where it can do no harm: the program on its
 * standard input, the exit code says whether it passed. Any thread.
 *
 * <p>Here only its time and what is read of its output are bounded. The program comes from a file
 * and output is read without blocking, so that nothing that it leaves behind can hold a thread.
 */
record Sandbox(List<String> command, Duration timeout) {
  private static final int MOST_OUTPUT = 2_000;
  private static final int PAUSE_MILLIS = 3;

  Sandbox {
    command = List.copyOf(command);
  }

  /**
   * How a program ended.
   *
   * @param inTime whether it ended by itself
   * @param passed whether its exit code was 0
   * @param said the last line of its output
   */
  record Outcome(boolean inTime, boolean passed, String said) {}

  /**
   * Checks that a program that passes passes and one that fails fails.
   *
   * @throws KedgeException if not
   */
  void probe() throws InterruptedException {
    String how = "the sandbox '" + String.join(" ", command) + "' ";
    try {
      Outcome good = run("import math\nassert math.gcd(4, 6) == 2\n");
      if (!good.inTime()) {
        throw KedgeException.invalid(how + "did not end an easy program in time: it must end");
      }
      if (!good.passed()) {
        throw KedgeException.invalid(how + "refused a right Python program: " + good.said());
      }
      if (run("assert 1 == 2\n").passed()) {
        throw KedgeException.invalid(
            how + "passed a wrong Python program: it must run what is on its standard input");
      }
    } catch (IOException e) {
      throw KedgeException.invalid(how + "cannot be run: " + e.getMessage());
    }
  }

  /** Runs a program, and ends it and what came of it when its time is over. */
  Outcome run(String program) throws IOException, InterruptedException {
    Path file = Files.createTempFile("kedge", ".py");
    try {
      Files.writeString(file, program);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(file.toFile())
              .start();
      return watch(process);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private Outcome watch(Process process) throws InterruptedException {
    Set<ProcessHandle> family = new HashSet<>();
    StringBuilder said = new StringBuilder();
    long end = System.nanoTime() + timeout.toNanos();
    boolean inTime = true;
    try (InputStream out = process.getInputStream()) {
      while (process.isAlive()) {
        process.descendants().forEach(family::add);
        if (System.nanoTime() > end) {
          inTime = false;
          break;
        }
        if (!take(out, said)) Thread.sleep(PAUSE_MILLIS);
      }
      if (inTime) take(out, said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      process.descendants().forEach(family::add);
      family.forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Outcome(inTime, inTime && process.exitValue() == 0, last(said));
  }

  /** Reads what is there, as often as there is something; keeps only the end of it. */
  private static boolean take(InputStream out, StringBuilder said) throws IOException {
    int there = out.available();
    if (there == 0) return false;
    byte[] bytes = new byte[Math.min(there, 1 << 16)];
    int n = out.read(bytes);
    if (n > 0) said.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
    if (said.length() > MOST_OUTPUT) said.delete(0, said.length() - MOST_OUTPUT);
    return true;
  }

  private static String last(StringBuilder said) {
    String text = said.toString().strip();
    return text.substring(text.lastIndexOf('\n') + 1);
  }
}
