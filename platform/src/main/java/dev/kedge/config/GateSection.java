package dev.kedge.config;

import java.util.List;
import java.util.Optional;

/**
 * The rules by which a new version of a model may take the place of the current one.
 *
 * @param metrics that must not be worse by their margin; at least one
 * @param slices that must not regress, by tag
 * @param shares that the candidate must reach by itself, such as valid JSON
 * @param limits of time and length
 * @param prices what tokens cost, for limits of cost; they go before what a configuration says
 * @param protectedPhrases whose number in any answer must not change
 * @param fourEyes whether two people must approve; default false
 * @param roles that may sign; empty: any role may
 * @param repeats runs of each model where answers are not exact, 2 or more; default 2
 * @param seed of resampling; default 1
 */
public record GateSection(
    List<MetricRule> metrics,
    List<SliceRule> slices,
    List<ShareRule> shares,
    LimitRules limits,
    Optional<Prices> prices,
    List<String> protectedPhrases,
    Boolean fourEyes,
    List<String> roles,
    Integer repeats,
    Long seed) {
  private static final int MOST_RULES = 200;

  public GateSection {
    metrics = List.copyOf(Check.or(metrics, List.of()));
    slices = List.copyOf(Check.or(slices, List.of()));
    shares = List.copyOf(Check.or(shares, List.of()));
    limits = Check.or(limits, LimitRules.NONE);
    prices = Check.or(prices, Optional.empty());
    protectedPhrases = List.copyOf(Check.or(protectedPhrases, List.of()));
    fourEyes = Check.or(fourEyes, false);
    roles = List.copyOf(Check.or(roles, List.of()));
    repeats = Check.range(repeats, 2, 2, 20, "repeats");
    seed = Check.or(seed, 1L);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException(
          "a gate needs at least one metric, as metrics: [{measure: exact, margin: 0.03}]");
    }
    if (metrics.size() + slices.size() + shares.size() + protectedPhrases.size() > MOST_RULES) {
      throw new IllegalArgumentException("a gate has at most " + MOST_RULES + " rules");
    }
    if (protectedPhrases.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a protected phrase is empty");
    }
  }

  /**
   * A metric that must not be worse than the current model's by the margin or more.
   *
   * @param measure as in the run's report, such as {@code exact}
   * @param margin in the measure's unit: 0.03 is 3 points of a share; above 0
   */
  public record MetricRule(String measure, Double margin) {
    public MetricRule {
      measure = Check.required(measure, "measure");
      margin = Check.range(Check.required(margin, "margin"), 0, 1e-6, 1, "margin");
    }
  }

  /**
   * The cases with a tag, which must not regress. With a margin it must be shown that they did not;
   * without one it is enough that no loss is shown.
   *
   * @param tag of the cases
   * @param measure default {@code exact}
   * @param margin above 0
   */
  public record SliceRule(String tag, String measure, Optional<Double> margin) {
    public SliceRule {
      tag = Check.required(tag, "tag");
      measure = Check.or(measure, "exact");
      margin = Check.or(margin, Optional.empty());
      margin.ifPresent(value -> Check.range(value, 0, 1e-6, 1, "margin"));
    }
  }

  /**
   * A share that the candidate must reach by itself.
   *
   * @param measure of which the figure is a share
   * @param atLeast from 0 to 1
   */
  public record ShareRule(String measure, Double atLeast) {
    public ShareRule {
      measure = Check.required(measure, "measure");
      atLeast = Check.range(Check.required(atLeast, "at_least"), 0, 0, 1, "at_least");
    }
  }

  /**
   * Limits of time and length.
   *
   * @param latencyP90Ms 90 % of the candidate's answers are complete within
   * @param slowerBy by how much the mean time may grow: 0.25 is a quarter
   * @param tokensMoreBy by how much the tokens of answer and prompt may grow
   * @param costMoreBy by how much the mean cost of a call may grow
   * @param dollarsPerThousandCalls what 1,000 calls of the candidate may cost
   * @param warmUp first calls of each run that count for no limit of time; default 16, and of fewer
   *     than 80 cases a fifth
   */
  public record LimitRules(
      Optional<Double> latencyP90Ms,
      Optional<Double> slowerBy,
      Optional<Double> tokensMoreBy,
      Optional<Double> costMoreBy,
      Optional<Double> dollarsPerThousandCalls,
      Optional<Integer> warmUp) {
    private static final int WARM_UP = 16;
    private static final int WARM_UP_SHARE = 5;

    static final LimitRules NONE =
        new LimitRules(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public LimitRules {
      latencyP90Ms = Check.or(latencyP90Ms, Optional.empty());
      slowerBy = Check.or(slowerBy, Optional.empty());
      tokensMoreBy = Check.or(tokensMoreBy, Optional.empty());
      latencyP90Ms.ifPresent(value -> Check.range(value, 0, 1, 1e7, "latency_p90_ms"));
      slowerBy.ifPresent(value -> Check.range(value, 0, 0.001, 100, "slower_by"));
      costMoreBy = Check.or(costMoreBy, Optional.empty());
      dollarsPerThousandCalls = Check.or(dollarsPerThousandCalls, Optional.empty());
      tokensMoreBy.ifPresent(value -> Check.range(value, 0, 0.001, 100, "tokens_more_by"));
      costMoreBy.ifPresent(value -> Check.range(value, 0, 0.001, 100, "cost_more_by"));
      dollarsPerThousandCalls.ifPresent(
          value -> Check.range(value, 0, 1e-6, 1e6, "dollars_per_thousand_calls"));
      warmUp = Check.or(warmUp, Optional.empty());
      warmUp.ifPresent(value -> Check.range(value, 0, 0, 100_000, "warm_up"));
    }

    /** First calls that count for no limit of time, where there are so many cases. */
    public int warmUpOf(int cases) {
      return warmUp.orElse(Math.min(WARM_UP, cases / WARM_UP_SHARE));
    }

    /** Whether a limit is one of time. */
    public boolean timed() {
      return latencyP90Ms.isPresent() || slowerBy.isPresent();
    }

    /** Whether a limit needs prices. */
    public boolean priced() {
      return costMoreBy.isPresent() || dollarsPerThousandCalls.isPresent();
    }
  }

  /**
   * What the tokens of the models cost, as from a price book ({@code kedge cost}) or a contract.
   *
   * @param current of the current model
   * @param candidate of the candidate
   */
  public record Prices(Optional<Price> current, Optional<Price> candidate) {
    public Prices {
      current = Check.or(current, Optional.empty());
      candidate = Check.or(candidate, Optional.empty());
    }
  }

  /**
   * Dollars per million tokens.
   *
   * @param input of prompts
   * @param output of answers
   */
  public record Price(Double input, Double output) {
    private static final double MILLION = 1e6;

    public Price {
      input = Check.range(Check.required(input, "input"), 0, 0, 1e6, "input");
      output = Check.range(Check.required(output, "output"), 0, 0, 1e6, "output");
      if (input + output == 0) throw new IllegalArgumentException("a price of 0 compares nothing");
    }

    /** What a call costs in dollars. */
    public double of(long inputTokens, long outputTokens) {
      return (input * inputTokens + output * outputTokens) / MILLION;
    }
  }
}
