package dev.kedge.label;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One thing that somebody did.
 *
 * @param id later events have higher ones
 * @param reason of a skip or decision; the text of a comment
 * @param took from the moment the item was handed out
 */
public record LabelEvent(
    long id,
    String item,
    String person,
    Kind kind,
    Optional<JsonNode> value,
    Optional<String> reason,
    Instant at,
    Optional<Duration> took) {
  /** What was done. */
  public enum Kind {
    /** Got the item to label. */
    LEASED,
    /** Answered without having seen anybody's answer. */
    ANSWERED,
    /** Answered after the others' labels and the suggestion were revealed. */
    REVISED,
    SKIPPED,
    COMMENTED,
    /** Saw the others' labels and the suggestion. */
    REVEALED,
    /** Decided on an answer. */
    DECIDED,
    /** Decided to leave the item out. */
    DROPPED
  }
}
