package dev.kedge.eval.filter;

import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Reply;
import dev.kedge.eval.score.Scores;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * The program of an answer passes its tests in a sandbox that the user named. The command gets the
 * whole program on its standard input and says by its exit code whether it passed.
 */
final class SandboxMetric implements Metric {
  private static final int AT_ONCE = 4;
  private static final String FENCE = "```";

  private final Measure measure;
  private final Sandbox sandbox;
  private final Semaphore places = new Semaphore(AT_ONCE);

  SandboxMetric(String name, Sandbox sandbox) {
    this.sandbox = sandbox;
    this.measure =
        Measure.share(
            name,
            "Share of tasks whose one answer passes all tests (pass@1) in the sandbox '"
                + String.join(" ", sandbox.command())
                + "' within "
                + sandbox.timeout().toMillis()
                + " ms: the first code block of the answer, or all of it without one, behind the"
                + " task's own prompt, which it continues where it does not define the function"
                + " itself.");
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
    String code = code(answer);
    boolean whole =
        Pattern.compile("(?m)^def +" + Pattern.quote(name) + "\\b").matcher(code).find();
    return prompt
        + (whole ? "    pass\n\n" : "")
        + code
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
    Sandbox.Outcome outcome = sandbox.run(program);
    if (!outcome.inTime()) {
      scores.note(measure.name(), "not done in " + sandbox.timeout().toMillis() + " ms");
    } else if (!outcome.passed()) {
      scores.note(measure.name(), outcome.said());
    }
    return outcome.passed();
  }
}
