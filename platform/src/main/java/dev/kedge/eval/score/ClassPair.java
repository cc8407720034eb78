package dev.kedge.eval.score;

/**
 * The class of one case.
 *
 * @param expected by the label
 * @param predicted by the answer; {@link #NONE} where the answer names no known class
 */
public record ClassPair(String expected, String predicted) {
  /** Stands for an answer that names no class. */
  public static final String NONE = "(none)";

  /** Whether both are the same. */
  public boolean right() {
    return expected.equals(predicted);
  }
}
