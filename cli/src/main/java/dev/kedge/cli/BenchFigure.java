package dev.kedge.cli;

import dev.kedge.engine.SpeedTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One kind of measurement of {@code kedge bench}.
 *
 * @param kind what is measured
 * @param tokens of the prompt, or that each sequence generates
 * @param sequences that run at once
 * @param depth tokens of context before the first one that is generated
 */
record BenchFigure(Kind kind, int tokens, int sequences, int depth) {
  enum Kind {
    PROMPT,
    GENERATION
  }

  /** Tokens of context where no depth is asked for. */
  static final int SHORT = 16;

  /** What llama-bench prints first, then several sequences, then a long context. */
  static List<BenchFigure> all(
      int prompt, int generate, List<Integer> batches, Optional<Integer> depth) {
    List<BenchFigure> figures = new ArrayList<>();
    figures.add(new BenchFigure(Kind.PROMPT, prompt, 1, 0));
    figures.add(new BenchFigure(Kind.GENERATION, generate, 1, SHORT));
    for (int batch : batches) {
      figures.add(new BenchFigure(Kind.GENERATION, generate, batch, SHORT));
    }
    depth.ifPresent(tokens -> figures.add(new BenchFigure(Kind.GENERATION, generate, 1, tokens)));
    return figures.stream().distinct().toList();
  }

  /** Tokens per second, of all sequences together. */
  double measure(SpeedTest test) throws InterruptedException {
    return switch (kind) {
      case PROMPT -> test.promptTokensPerSecond(tokens);
      case GENERATION -> test.generateTokensPerSecond(tokens, sequences, depth);
    };
  }

  /** Whether one token at a time is generated, so that memory is the limit. */
  boolean alone() {
    return kind == Kind.GENERATION && sequences == 1;
  }

  /** For the table. */
  String label() {
    if (kind == Kind.PROMPT) return "prompt of " + tokens;
    String what = sequences == 1 ? "generation" : "generation, %d sequences".formatted(sequences);
    return depth == SHORT ? what : what + " after " + depth;
  }
}
