package dev.kedge.engine;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;

/** How the vectors of all tokens of a text become one. */
enum Pooling {
  MEAN,
  FIRST,
  LAST;

  /**
   * As the file says it ({@code pooling_type} as GGUF numbers it); the mean where it says nothing.
   *
   * @throws FormatException if it asks for something that is not known
   */
  static Pooling of(Metadata metadata) {
    String key = metadata.string("general.architecture") + ".pooling_type";
    long type = metadata.integer(key, 1);
    return switch (Math.clamp(type, -1, 9)) {
      case 0, 1 -> MEAN;
      case 2 -> FIRST;
      case 3 -> LAST;
      default ->
          throw new FormatException(
              -1, "%s is %d; known are 0 and 1 (mean), 2 (first), 3 (last)".formatted(key, type));
    };
  }
}
