package dev.kedge.wire.openai;

import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenScore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Log-probabilities in the older form: parallel lists, one entry per token.
 *
 * @param textOffset where each token begins in the text of the choice, in characters
 */
record TextLogprobs(
    List<String> tokens,
    List<Float> tokenLogprobs,
    List<Map<String, Float>> topLogprobs,
    List<Integer> textOffset) {
  /** With nothing in it. */
  TextLogprobs() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  /**
   * Adds a piece that carries a score.
   *
   * @param offset characters of the choice before it
   */
  TextLogprobs add(AnswerPart.Text piece, int offset) {
    TokenScore score = piece.score().orElseThrow();
    tokens.add(score.text());
    tokenLogprobs.add(ChatLogprobs.finite(score.logprob()));
    Map<String, Float> candidates = new LinkedHashMap<>();
    /* Tokens that are not whole characters share a text: the most probable one stands for it. */
    for (TokenScore one : score.top()) {
      candidates.putIfAbsent(one.text(), ChatLogprobs.finite(one.logprob()));
    }
    topLogprobs.add(candidates);
    textOffset.add(offset);
    return this;
  }
}
