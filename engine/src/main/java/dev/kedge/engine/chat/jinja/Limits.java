package dev.kedge.engine.chat.jinja;

/**
 * How much a template may use. Reaching a limit is an error, never a shortened result.
 *
 * @param source characters of template text
 * @param nesting levels of nested constructs, of calls within calls and of values within values
 * @param steps operations of one rendering; each visited tree node and list element is one
 * @param characters characters that one rendering may make in all its strings together
 * @param output characters of the result and of any single string
 * @param range numbers that one {@code range()} may give
 */
public record Limits(int source, int nesting, long steps, long characters, int output, int range) {
  /** Room for conversations of some megabytes; a hostile template ends within about a second. */
  public static final Limits DEFAULT =
      new Limits(256 * 1024, 200, 4_000_000, 128L << 20, 16 << 20, 100_000);

  public Limits {
    if (source < 0 || nesting < 1 || steps < 1 || characters < 0 || output < 0 || range < 0) {
      throw new IllegalArgumentException("limits must not be negative");
    }
  }
}
