package dev.kedge.route.train;

/**
 * One example: a prompt and how good both models' answers to it were.
 *
 * @param prompt what the user wrote
 * @param small score of the small model's answer, 0 to 1
 * @param large score of the large model's answer, 0 to 1
 * @param group what it has in common with others, such as a subject or a customer; empty for none
 * @param tokens of prompt and answer together, for costs; positive
 */
public record Scored(String prompt, double small, double large, String group, double tokens) {
  public Scored {
    if (!(small >= 0 && small <= 1) || !(large >= 0 && large <= 1)) {
      throw new IllegalArgumentException("scores are from 0 to 1");
    }
    if (!(tokens > 0 && tokens < 1e9)) throw new IllegalArgumentException("tokens: " + tokens);
  }

  /** Whether the small model's answer was as good as the large one's. */
  boolean goodEnough() {
    return small >= large;
  }
}
