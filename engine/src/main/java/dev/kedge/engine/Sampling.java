package dev.kedge.engine;

/**
 * How the next token is drawn from the logits. Penalties are applied first, then temperature, then
 * the candidates are cut by {@code topK}, {@code topP}, {@code minP}.
 *
 * @param temperature 0 takes the most probable token
 * @param topK keep the k most probable tokens; 0 keeps all
 * @param topP keep the smallest set with at least this probability, 0 exclusive to 1
 * @param minP drop tokens less probable than this share of the most probable one, 0 to 1
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens already seen;
 *     1 is off, 0.01 to 100
 * @param presencePenalty subtracted once from the logits of tokens already generated; 0 is off
 * @param frequencyPenalty subtracted per occurrence among generated tokens; 0 is off
 * @param seed with the position it determines the random number of each draw
 */
public record Sampling(
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    float presencePenalty,
    float frequencyPenalty,
    long seed) {
  /** Always the most probable token. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0, 0, 0);

  public Sampling {
    check(temperature >= 0 && temperature <= 100, "temperature", "from 0 to 100", temperature);
    check(topK >= 0, "top_k", "0 or more", topK);
    check(topP > 0 && topP <= 1, "top_p", "above 0 and at most 1", topP);
    check(minP >= 0 && minP <= 1, "min_p", "from 0 to 1", minP);
    check(
        repetitionPenalty >= 0.01f && repetitionPenalty <= 100,
        "repetition_penalty",
        "from 0.01 to 100",
        repetitionPenalty);
    check(
        Math.abs(presencePenalty) <= 100, "presence_penalty", "from -100 to 100", presencePenalty);
    check(
        Math.abs(frequencyPenalty) <= 100,
        "frequency_penalty",
        "from -100 to 100",
        frequencyPenalty);
  }

  private static void check(boolean valid, String name, String expected, double found) {
    if (!valid)
      throw new IllegalArgumentException(name + " must be " + expected + ", not " + found);
  }
}
