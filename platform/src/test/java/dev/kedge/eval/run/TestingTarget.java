package dev.kedge.eval.run;

import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Answers as a function says, and remembers what was asked. */
final class TestingTarget implements Target {
  final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  final AtomicInteger closed = new AtomicInteger();
  private final Function<String, String> answers;
  volatile String fingerprint = "";
  volatile String failure = "";

  TestingTarget(Function<String, String> answers) {
    this.answers = answers;
  }

  @Override
  public String label() {
    return "testing";
  }

  @Override
  public Kind kind() {
    return Kind.SERVER;
  }

  @Override
  public String identity() {
    return "testing at nowhere";
  }

  @Override
  public Reply ask(EvalCase question, Asking asking) {
    asked.add(question.input());
    if (!failure.isEmpty()) return Reply.failed(failure, 1);
    return new Reply(
        answers.apply(question.input()), "stop", 3, 2, 1, 2, fingerprint, List.of(), "");
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
