package dev.kedge.eval.mask;

/**
 * Personal data in a text.
 *
 * @param begin of its first character
 * @param end behind its last
 */
public record PersonalSpan(PersonalKind kind, int begin, int end) {
  boolean overlaps(PersonalSpan other) {
    return begin < other.end && other.begin < end;
  }
}
