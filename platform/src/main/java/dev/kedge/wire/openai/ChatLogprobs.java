package dev.kedge.wire.openai;

import dev.kedge.call.TokenScore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log-probabilities in the form of chat completions. */
record ChatLogprobs(List<Entry> content, @Nullable List<Entry> refusal) {
  /* JSON has no infinity; this is what the API shows for a token that cannot come. */
  private static final float LOWEST = -9999;

  /** One position. */
  record Entry(String token, float logprob, int[] bytes, List<Candidate> topLogprobs) {
    static Entry of(TokenScore score) {
      return new Entry(
          score.text(),
          finite(score.logprob()),
          unsigned(score.bytes()),
          score.top().stream().map(Candidate::of).toList());
    }
  }

  /** One of the most probable tokens at a position. */
  record Candidate(String token, float logprob, int[] bytes) {
    static Candidate of(TokenScore score) {
      return new Candidate(score.text(), finite(score.logprob()), unsigned(score.bytes()));
    }
  }

  static ChatLogprobs of(List<TokenScore> scores) {
    return new ChatLogprobs(scores.stream().map(Entry::of).toList(), null);
  }

  static float finite(float logprob) {
    return logprob >= LOWEST ? logprob : LOWEST;
  }

  private static int[] unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) values[i] = Byte.toUnsignedInt(bytes[i]);
    return values;
  }
}
