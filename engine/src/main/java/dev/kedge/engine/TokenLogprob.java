package dev.kedge.engine;

import java.util.List;

/**
 * Natural log-probabilities at one position, after penalties and before temperature and truncation.
 *
 * @param token the chosen token
 * @param logprob its log-probability
 * @param top the most probable tokens, best first; empty unless asked for
 */
public record TokenLogprob(int token, float logprob, List<Candidate> top) {
  /** One of the most probable tokens at a position. */
  public record Candidate(int token, float logprob) {}
}
