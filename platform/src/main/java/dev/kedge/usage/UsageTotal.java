package dev.kedge.usage;

import dev.kedge.base.Money;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sums over the records of one group.
 *
 * @param group one text per {@link Grouping} that was asked for; a day as {@code 2026-11-22}
 * @param requests answered, whole or in part
 * @param clientLeft of these, how many clients did not wait for the end
 * @param failed of these, how many answers broke off
 * @param estimated of these, how many have token counts of our own estimate
 * @param input tokens, cached and written ones included
 * @param output tokens, reasoning included
 * @param cost at the prices that held at each call
 * @param withFirstToken how many requests had a first token
 * @param firstToken sum over these
 * @param total sum over all
 */
public record UsageTotal(
    List<String> group,
    long requests,
    long clientLeft,
    long failed,
    long estimated,
    long input,
    long cached,
    long written,
    long output,
    long reasoning,
    Money cost,
    long withFirstToken,
    Duration firstToken,
    Duration total) {
  public UsageTotal {
    group = List.copyOf(group);
  }

  /** Both together, under this one's group. */
  UsageTotal plus(UsageTotal other) {
    return new UsageTotal(
        group,
        requests + other.requests,
        clientLeft + other.clientLeft,
        failed + other.failed,
        estimated + other.estimated,
        Math.addExact(input, other.input),
        Math.addExact(cached, other.cached),
        Math.addExact(written, other.written),
        Math.addExact(output, other.output),
        Math.addExact(reasoning, other.reasoning),
        cost.plus(other.cost),
        withFirstToken + other.withFirstToken,
        firstToken.plus(other.firstToken),
        total.plus(other.total));
  }

  /** Mean time to the first token, over the requests that had one. */
  public Optional<Duration> meanFirstToken() {
    return withFirstToken == 0
        ? Optional.empty()
        : Optional.of(firstToken.dividedBy(withFirstToken));
  }

  /** Mean time to the end of the answer. */
  public Duration meanTotal() {
    return requests == 0 ? Duration.ZERO : total.dividedBy(requests);
  }

  /** The sum of all; its group is empty. */
  public static UsageTotal sum(List<UsageTotal> totals) {
    UsageTotal sum =
        new UsageTotal(
            List.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0, Money.ZERO, 0, Duration.ZERO, Duration.ZERO);
    for (UsageTotal each : totals) sum = sum.plus(each);
    return sum;
  }
}
