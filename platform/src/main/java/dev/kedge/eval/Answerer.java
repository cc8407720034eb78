package dev.kedge.eval;

/**
 * Whatever answers a case: a model in this process, or a server. Called from several threads at
 * once.
 */
public interface Answerer {
  /**
   * Answers one input. A failed call is an {@link Answer#failed}, which counts as a wrong answer.
   */
  Answer answer(String input) throws InterruptedException;
}
