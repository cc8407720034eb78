package dev.kedge.rollout;

import java.time.Duration;
import java.util.Optional;

/**
 * What became of a call, as far as it is judged.
 *
 * @param answered whether there was a whole answer
 * @param read whether it was looked into; too long ones are not, and say nothing about the text
 * @param text of it
 * @param complete neither empty nor cut off
 * @param refused whether it refuses, or says that it is not sure
 * @param wellFormed the JSON, schema or tool call that was asked for; true where none was
 * @param time from the start to the end, the wait for a place not included
 * @param dollars that it cost
 * @param vectors of its texts, where those were asked for
 */
public record Given(
    boolean answered,
    boolean read,
    String text,
    boolean complete,
    boolean refused,
    boolean wellFormed,
    Duration time,
    double dollars,
    Optional<Vectors> vectors) {
  /** No answer. */
  public static Given failed(Duration time) {
    return new Given(false, false, "", false, false, false, time, 0, Optional.empty());
  }
}
