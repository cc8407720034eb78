package dev.kedge.load;

import dev.kedge.backend.OpenAiClient.Question;
import dev.kedge.config.TaskFile.Arrivals;
import java.time.Duration;
import java.util.List;

/**
 * What to send.
 *
 * @param rate requests per second on average
 * @param duration how long requests are sent; answers are awaited after that
 * @param arrivals evenly spaced or as a Poisson process
 * @param seed of the Poisson process
 * @param questions asked in turn
 * @param goal what a good answer keeps
 */
public record LoadPlan(
    double rate,
    Duration duration,
    Arrivals arrivals,
    long seed,
    List<Question> questions,
    Goal goal) {
  private static final long MOST_REQUESTS = 10_000_000;

  public LoadPlan {
    questions = List.copyOf(questions);
    if (questions.isEmpty()) throw new IllegalArgumentException("no questions to ask");
    if (!(rate > 0) || duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("rate and duration must be above 0");
    }
    if (rate * duration.toNanos() / 1e9 > MOST_REQUESTS) {
      throw new IllegalArgumentException(
          "more than " + MOST_REQUESTS + " requests; lower the rate or the duration");
    }
  }

  /**
   * Limits that a good answer keeps.
   *
   * @param firstToken time to first token
   * @param betweenTokens mean time between tokens
   * @param total end to end
   */
  public record Goal(Duration firstToken, Duration betweenTokens, Duration total) {}
}
