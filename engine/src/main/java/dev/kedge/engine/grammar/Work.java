package dev.kedge.engine.grammar;

import dev.kedge.engine.weights.FormatException;

/**
 * The steps that may still be spent on compiling one grammar: schemas come from callers, and small
 * ones exist that would take for ever. One thread.
 */
final class Work {
  private static final int STEPS = 20_000_000;

  private int left = STEPS;

  void take(int steps) {
    left -= steps;
    if (left < 0) throw tooMuch();
  }

  static FormatException tooMuch() {
    return new FormatException(
        -1, "patterns, bounds and alternatives need too large an automaton; simplify them");
  }
}
