package dev.kedge.wire;

import java.util.List;
import java.util.Map;

/**
 * Log-probabilities in the older format: parallel lists, one entry per token.
 *
 * @param textOffset where each token begins in the text of the choice, in characters
 */
public record TextLogprobs(
    List<String> tokens,
    List<Float> tokenLogprobs,
    List<Map<String, Float>> topLogprobs,
    List<Integer> textOffset) {}
