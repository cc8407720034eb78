package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import java.util.List;
import java.util.stream.Stream;

/** The part of a block that works on each token alone. Matrices are [outputs][inputs]. */
public sealed interface FeedForward {
  /**
   * {@code down · (silu(gate · x) · (up · x))}.
   *
   * @param gate [hidden][width]
   * @param up [hidden][width]
   * @param down [width][hidden]
   */
  record Dense(Matrix gate, Matrix up, Matrix down) implements FeedForward {}

  /**
   * Several of them, of which each token takes the few that the router rates highest.
   *
   * @param router [experts][width]
   */
  record Mixture(Matrix router, List<Dense> experts) implements FeedForward {
    public Mixture {
      experts = List.copyOf(experts);
    }
  }

  /** Its experts; none where there is one part for all tokens. */
  default Stream<Dense> chosenAmong() {
    return switch (this) {
      case Dense _ -> Stream.empty();
      case Mixture(Matrix _, List<Dense> experts) -> experts.stream();
    };
  }

  /** The parts that take the block's normed input. */
  default Stream<Matrix> readingInput() {
    return switch (this) {
      case Dense(Matrix gate, Matrix up, Matrix _) -> Stream.of(gate, up);
      case Mixture(Matrix router, List<Dense> experts) ->
          Stream.concat(Stream.of(router), experts.stream().flatMap(Dense::readingInput));
    };
  }

  /** The parts that take the activated hidden values. */
  default Stream<Matrix> readingHidden() {
    return switch (this) {
      case Dense(Matrix _, Matrix _, Matrix down) -> Stream.of(down);
      case Mixture(Matrix _, List<Dense> experts) -> experts.stream().flatMap(Dense::readingHidden);
    };
  }
}
