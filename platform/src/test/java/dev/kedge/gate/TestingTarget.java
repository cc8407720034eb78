package dev.kedge.gate;

import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;
import dev.kedge.eval.stats.Draws;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers "yes" or "no" by a rule that is fixed per case: right with a given chance, wordy or not,
 * and, for servers, with noise that differs from attempt to attempt.
 */
final class TestingTarget implements Target {
  private final String name;
  private final Kind kind;
  private final double right;
  private final double noise;
  private final String suffix;
  final AtomicInteger asked = new AtomicInteger();

  /** The first so many calls are slow. */
  volatile int coldCalls;

  /** Set to make a file break its promise. */
  volatile boolean drifting;

  TestingTarget(String name, Kind kind, double right, double noise, String suffix) {
    this.name = name;
    this.kind = kind;
    this.right = right;
    this.noise = noise;
    this.suffix = suffix;
  }

  static TestingTarget file(String name, double right) {
    return new TestingTarget(name, Kind.FILE, right, 0, "");
  }

  static TestingTarget server(String name, double right, double noise) {
    return new TestingTarget(name, Kind.SERVER, right, noise, "");
  }

  @Override
  public String label() {
    return name;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public String identity() {
    return dev.kedge.base.Sha256.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static double draw(String... parts) {
    return new Draws(String.join("|", parts).hashCode() * 7_919L).share();
  }

  @Override
  public Reply ask(EvalCase question, Asking asking) {
    int nth = asked.incrementAndGet();
    // The same cases are hard for every model.
    boolean good = 0.7 * draw(question.id()) + 0.3 * draw(question.id(), name) < right;
    if (draw(question.id(), name, "noise " + asking.attempt()) < noise) good = !good;
    if (drifting) good = !good;
    String text = (good ? question.expectedText() : "other") + suffix;
    return new Reply(text, "stop", 20, 10, 5, nth <= coldCalls ? 5_000 : 50, "", List.of(), "");
  }

  @Override
  public void close() {}
}
