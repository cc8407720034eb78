package dev.kedge.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log-probabilities in the chat format. */
public record ChatLogprobs(List<Entry> content, @Nullable List<Entry> refusal) {
  public ChatLogprobs(List<Entry> content) {
    this(content, null);
  }

  /** One position. */
  public record Entry(String token, float logprob, int[] bytes, List<Candidate> topLogprobs) {}

  /** One of the most probable tokens at a position. */
  public record Candidate(String token, float logprob, int[] bytes) {}
}
