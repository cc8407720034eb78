package dev.kedge.eval.filter;

import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Reply;
import dev.kedge.eval.score.Scores;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The program of an answer passes its tests in a sandbox that the user named. The command gets the
 * whole program on its standard input and says by its exit code whether it passed.
 */
final class SandboxMetric implements Metric {
  private static final int MOST_OUTPUT = 2_000;
  private static final int AT_ONCE = 4;
  private static final String FENCE = "```";

  private final Measure measure;
  private final List<String> command;
  private final Duration timeout;
  private final Semaphore places = new Semaphore(AT_ONCE);

  SandboxMetric(String name, List<String> command, Duration timeout) {
    this.command = List.copyOf(command);
    this.timeout = timeout;
    this.measure =
        Measure.share(
            name,
            "Share of tasks whose one answer passes all tests (pass@1) in the sandbox '"
                + String.join(" ", command)
                + "' within "
                + timeout.toMillis()
                + " ms: the first code block of the answer, or all of it without one, behind the"
                + " task's own imports.");
  }

  @Override
  public List<Measure> measures() {
    return List.of(measure);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) throws InterruptedException {
    if (!reply.answered()) {
      scores.put(measure.name(), false);
      return;
    }
    places.acquire();
    try {
      scores.put(measure.name(), passes(program(question, reply.text()), scores));
    } catch (IOException e) {
      scores.note(measure.name(), "the sandbox could not be run: " + e.getMessage());
    } finally {
      places.release();
    }
  }

  /** The task's prompt, the answer, the tests and their call. */
  static String program(EvalCase question, String answer) {
    String prompt = question.extra().path("prompt").asString();
    String name = question.extra().path("entry_point").asString();
    return prompt
        + "    pass\n\n"
        + code(answer)
        + "\n\n"
        + question.extra().path("test").asString()
        + "\ncheck("
        + name
        + ")\n";
  }

  private static String code(String answer) {
    int open = answer.indexOf(FENCE);
    if (open < 0) return answer;
    int start = answer.indexOf('\n', open);
    if (start < 0) return answer;
    int end = answer.indexOf(FENCE, start);
    return answer.substring(start + 1, end < 0 ? answer.length() : end);
  }

  private boolean passes(String program, Scores scores) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      Thread writer = Thread.ofVirtual().start(() -> write(process, program));
      StringBuilder said = new StringBuilder();
      Thread reader = Thread.ofVirtual().start(() -> read(process, said));
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) scores.note(measure.name(), "not done in " + timeout.toMillis() + " ms");
      kill(process);
      writer.join();
      reader.join();
      boolean good = ended && process.exitValue() == 0;
      if (ended && !good) scores.note(measure.name(), last(said.toString()));
      return good;
    } finally {
      kill(process);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void write(Process process, String program) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(program.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended before it had read everything; its exit code tells the rest.
    }
  }

  private static void read(Process process, StringBuilder said) {
    byte[] buffer = new byte[4096];
    try (InputStream in = process.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (said.length() < MOST_OUTPUT)
          said.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // Killed: what it said so far will do.
    }
  }

  private static String last(String said) {
    String text = said.strip();
    return text.substring(text.lastIndexOf('\n') + 1);
  }
}
