package dev.kedge.bench.balancing;

import java.util.SplittableRandom;

/**
 * Conversations of a company's applications.
 *
 * <p>Turns per conversation: 4.6 on average, geometric (ShareChat, 142,808 published conversations
 * with 660,293 turns). Questions of 70 tokens and answers of 215 on average, log-normal
 * (LMSYS-Chat-1M: 69.5 and 214.5). The first question of every third conversation carries a
 * document of 1,500 tokens on average, as in retrieval. Each application's instructions are the
 * same in all its conversations; their lengths, 200 to 1,600 tokens, the 20 s that people think
 * between turns and the share of documents are assumptions.
 */
final class Workload {
  private static final int APPLICATIONS = 12;
  private static final double MEAN_TURNS = 4.6;
  private static final double THINKING_SECONDS = 20;

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
    boolean document = conversation.isNew() && own.nextInt(3) == 0;
    int question = logNormal(own, 70, 1, 2000);
    if (document) question += logNormal(own, 1500, 0.8, 8000);
    return conversation.ask(question, logNormal(own, 215, 0.8, 1500));
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
