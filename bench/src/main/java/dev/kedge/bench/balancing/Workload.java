package dev.kedge.bench.balancing;

import java.util.SplittableRandom;

/**
 * Conversations of a company's applications.
 *
 * <p>First prompts and answers are as long as those that a production service recorded: quantiles
 * of the 19,366 calls of conversations in the "Azure LLM inference trace 2023" (CC BY 4.0; the data
 * of "Splitwise", ISCA 2024), whose means are 1,155 and 211 tokens. It does not tell which calls
 * belong together, so the rest comes from elsewhere: 4.6 turns per conversation on average,
 * geometric (ShareChat: 142,808 published conversations with 660,293 turns), and later questions of
 * 70 tokens on average, log-normal (LMSYS-Chat-1M: 69.5). Each application's instructions are the
 * same in all its conversations; their lengths, 200 to 1,600 tokens, and the 20 s that people think
 * between turns are assumptions.
 */
final class Workload {
  private static final int APPLICATIONS = 12;
  private static final double MEAN_TURNS = 4.6;
  private static final double THINKING_SECONDS = 20;
  private static final int LEAST_QUESTION = 10;

  /* Every twentieth of the recorded calls, from the shortest to the longest. */
  private static final int[] PROMPT_TOKENS = {
    2, 181, 207, 372, 387, 396, 403, 414, 703, 984, 1020, 1045, 1071, 1097, 1130, 1189, 1315, 1876,
    2735, 4083, 14050
  };
  private static final int[] ANSWER_TOKENS = {
    7, 41, 54, 67, 77, 85, 91, 96, 103, 113, 129, 151, 177, 217, 384, 395, 400, 411, 424, 451, 1000
  };

  private final SplittableRandom random;
  private final String[] instructions = new String[APPLICATIONS];

  Workload(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < APPLICATIONS; i++) {
      instructions[i] = Conversation.words(200 + random.nextInt(1400), random);
    }
  }

  Conversation conversation() {
    SplittableRandom own = random.split();
    int turns = 1;
    while (own.nextDouble() < 1 - 1 / MEAN_TURNS && turns < 40) turns++;
    return new Conversation(instructions[own.nextInt(APPLICATIONS)], turns, own);
  }

  /** The next turn of a conversation; it depends on nothing but the conversation. */
  static Turn nextTurn(Conversation conversation) {
    SplittableRandom own = conversation.random();
    int question =
        conversation.isNew()
            ? Math.max(LEAST_QUESTION, recorded(own, PROMPT_TOKENS) - conversation.tokens())
            : logNormal(own, 70, 1, 2000);
    return conversation.ask(question, recorded(own, ANSWER_TOKENS));
  }

  /* Linear between the quantiles. */
  private static int recorded(SplittableRandom random, int[] quantiles) {
    double place = random.nextDouble() * (quantiles.length - 1);
    int below = (int) place;
    double share = place - below;
    return (int) Math.round(quantiles[below] * (1 - share) + quantiles[below + 1] * share);
  }

  /** Nanoseconds between two arrivals of conversations. */
  long arrivalNanos(double conversationsPerSecond) {
    return exponentialNanos(random, 1 / conversationsPerSecond);
  }

  static long thinkingNanos(Conversation conversation) {
    return exponentialNanos(conversation.random(), THINKING_SECONDS);
  }

  private static long exponentialNanos(SplittableRandom random, double meanSeconds) {
    return Math.round(-Math.log(1 - random.nextDouble()) * meanSeconds * 1e9);
  }

  private static int logNormal(SplittableRandom random, double mean, double sigma, int most) {
    double value = mean * Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
    return Math.clamp(Math.round(value), 1, most);
  }
}
