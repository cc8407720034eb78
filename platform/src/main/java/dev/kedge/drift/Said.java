package dev.kedge.drift;

/**
 * One answer.
 *
 * @param text empty if there is none
 * @param tokens as the model counts them; 0 if nobody counted
 */
public record Said(String text, int tokens) {
  /** An answer whose tokens nobody counted. */
  public static Said of(String text) {
    return new Said(text, 0);
  }
}
