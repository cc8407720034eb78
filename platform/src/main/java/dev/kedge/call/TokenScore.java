package dev.kedge.call;

import java.util.List;

/**
 * A token, its natural log-probability and the most probable alternatives, best first.
 *
 * @param text the token in characters; bytes that are no characters become U+FFFD
 * @param bytes the bytes that the token stands for
 * @param top empty unless asked for
 */
public record TokenScore(String text, byte[] bytes, float logprob, List<TokenScore> top) {
  public TokenScore {
    top = List.copyOf(top);
  }
}
