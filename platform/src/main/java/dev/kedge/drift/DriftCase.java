package dev.kedge.drift;

import java.util.List;

/**
 * One case with the answers of both versions.
 *
 * @param id for people
 * @param input what was asked; may be empty
 * @param cluster cases of the same cluster are not independent; empty: the case stands alone
 * @param tags for saying where a change sits
 * @param before the old version's answers, at least one; a second one shows its own noise
 * @param after the new version's, at least one
 */
public record DriftCase(
    String id,
    String input,
    String cluster,
    List<String> tags,
    List<Said> before,
    List<Said> after) {
  public DriftCase {
    tags = List.copyOf(tags);
    before = List.copyOf(before);
    after = List.copyOf(after);
    if (before.isEmpty() || after.isEmpty()) {
      throw new IllegalArgumentException("case " + id + " needs an answer of both versions");
    }
  }

  /** A case that stands alone, with one answer of each. */
  public static DriftCase of(String id, String before, String after) {
    return new DriftCase(id, "", "", List.of(), List.of(Said.of(before)), List.of(Said.of(after)));
  }

  /** The answers in use. */
  String old() {
    return before.getFirst().text();
  }

  /** The answers that may come into use. */
  String fresh() {
    return after.getFirst().text();
  }
}
