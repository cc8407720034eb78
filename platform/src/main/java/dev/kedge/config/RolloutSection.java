package dev.kedge.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code rollout} of a model: another model, the candidate, wants its place. It gets a copy of
 * the calls (shadow), or a share of them (canary), until the difference is decided.
 *
 * @param candidate name of a model that is served here
 * @param mode shadow, canary, or both: the shadow first; default canary
 * @param share of the calls that the shadow gets a copy of; default 100%
 * @param steps of the canary, shares of the calls, growing; default 5%, 25%, 50%
 * @param metrics what is compared; default errors and format
 * @param margin by how much the candidate may be worse, where a metric says nothing else; default
 *     2%
 * @param alpha probability of any false decision over all steps and metrics; default 5%
 * @param minCalls least compared calls of the candidate before a step is taken; default 50
 * @param sticky what keeps a caller on one side; default conversation
 * @param gate a task: without its approved gate for this candidate no step is taken
 * @param rollback at once where the candidate is worse, or an alert only; default auto
 * @param after what follows the last step; default hold
 * @param tenants whose calls take part, {@code *} at the end standing for any rest; default all
 * @param exceptTags {@code name=value}: calls with one of them never reach the candidate
 * @param shadow limits of the copies
 */
public record RolloutSection(
    String candidate,
    Mode mode,
    String share,
    List<String> steps,
    List<RolloutMetric> metrics,
    String margin,
    String alpha,
    Integer minCalls,
    Sticky sticky,
    Optional<String> gate,
    Rollback rollback,
    After after,
    List<String> tenants,
    List<String> exceptTags,
    ShadowLimits shadow) {
  private static final int MOST_STEPS = 20;
  private static final int MOST_METRICS = 20;

  /** What the candidate gets. */
  public enum Mode {
    /** Copies, whose answers nobody sees. */
    SHADOW,
    /** A share, whose callers get its answers. */
    CANARY,
    /** First copies, then a share. */
    BOTH
  }

  /** What two calls have in common that go to the same side. */
  public enum Sticky {
    /** Instructions and first message; a key's and tenant's own. */
    CONVERSATION,
    /** The user that the caller names; where it names none, the conversation. */
    USER,
    /** The caller's key. */
    KEY
  }

  /** What happens where the candidate is worse. */
  public enum Rollback {
    AUTO,
    ALERT
  }

  /** What follows the last step. */
  public enum After {
    PROMOTE,
    HOLD
  }

  public RolloutSection {
    candidate = Check.required(candidate, "rollout.candidate");
    mode = Check.or(mode, Mode.CANARY);
    share = Check.or(share, "100%");
    steps = List.copyOf(Check.or(steps, List.of("5%", "25%", "50%")));
    metrics =
        List.copyOf(
            Check.or(
                metrics,
                List.of(RolloutMetric.valueOf("errors"), RolloutMetric.valueOf("format"))));
    margin = Check.or(margin, "2%");
    alpha = Check.or(alpha, "5%");
    minCalls = Check.range(minCalls, 50, 1, 1_000_000, "min_calls");
    sticky = Check.or(sticky, Sticky.CONVERSATION);
    gate = Check.or(gate, Optional.empty());
    rollback = Check.or(rollback, Rollback.AUTO);
    after = Check.or(after, After.HOLD);
    tenants = List.copyOf(Check.or(tenants, List.of()));
    exceptTags = List.copyOf(Check.or(exceptTags, List.of()));
    shadow = Check.or(shadow, ShadowLimits.DEFAULT);
    share(share, "rollout.share", 0.0001, 1);
    share(margin, "rollout.margin", 0.002, 0.5);
    share(alpha, "rollout.alpha", 0.0001, 0.5);
    checkSteps(steps);
    checkMetrics(metrics, mode);
  }

  private static void checkSteps(List<String> steps) {
    if (steps.isEmpty() || steps.size() > MOST_STEPS) {
      throw new IllegalArgumentException("steps must be 1 to " + MOST_STEPS + " shares");
    }
    double last = 0;
    for (String step : steps) {
      double next = share(step, "rollout.steps", 0.0001, 0.95);
      if (next <= last) {
        throw new IllegalArgumentException("steps must grow, and " + step + " does not");
      }
      last = next;
    }
  }

  private static void checkMetrics(List<RolloutMetric> metrics, Mode mode) {
    if (metrics.isEmpty() || metrics.size() > MOST_METRICS) {
      throw new IllegalArgumentException("metrics must be 1 to " + MOST_METRICS);
    }
    Set<String> names = new HashSet<>();
    for (RolloutMetric metric : metrics) {
      if (!names.add(metric.name())) {
        throw new IllegalArgumentException("two metrics are named '" + metric.name() + "'");
      }
    }
    boolean decisive = metrics.stream().anyMatch(metric -> !metric.measure().paired());
    if (mode != Mode.SHADOW && !decisive) {
      throw new IllegalArgumentException(
          "agreement needs both answers to a call, which a canary does not have; add errors");
    }
  }

  /**
   * Reads {@code 0.05} or {@code 5%}.
   *
   * @throws IllegalArgumentException naming the key if it is neither, or out of range
   */
  static double share(String text, String key, double least, double most) {
    String bare = text.strip();
    boolean percent = bare.endsWith("%");
    String digits = percent ? bare.substring(0, bare.length() - 1).strip() : bare;
    if (digits.length() <= 20 && digits.matches("[0-9]*\\.?[0-9]+")) {
      double value = Double.parseDouble(digits) / (percent ? 100 : 1);
      if (value >= least && value <= most) return value;
    }
    throw new IllegalArgumentException(
        key
            + " must be a share such as 0.05 or 5%, from "
            + percent(least)
            + " to "
            + percent(most)
            + ", not '"
            + text
            + "'");
  }

  private static String percent(double share) {
    return Math.round(share * 1e6) / 1e4 + "%";
  }

  /** A shadow of all calls with everything else at its default. */
  public static RolloutSection of(
      String candidate, List<RolloutMetric> metrics, String margin, String alpha) {
    return new RolloutSection(
        candidate,
        Mode.SHADOW,
        "100%",
        List.of("50%"),
        metrics,
        margin,
        alpha,
        50,
        Sticky.CONVERSATION,
        Optional.empty(),
        Rollback.AUTO,
        After.HOLD,
        List.of(),
        List.of(),
        ShadowLimits.DEFAULT);
  }

  /** The same test as a shadow of all calls to another candidate. */
  public RolloutSection shadowing(String other) {
    return new RolloutSection(
        other,
        Mode.SHADOW,
        "100%",
        steps,
        metrics,
        margin,
        alpha,
        minCalls,
        sticky,
        gate,
        rollback,
        after,
        tenants,
        exceptTags,
        shadow);
  }

  /** {@link #share} as a number. */
  public double copied() {
    return share(share, "rollout.share", 0, 1);
  }

  /** {@link #alpha} as a number. */
  public double level() {
    return share(alpha, "rollout.alpha", 0, 1);
  }

  /** The margin of a metric, its own or the common one. */
  public double margin(RolloutMetric metric) {
    return share(metric.margin().orElse(margin), "rollout.margin", 0, 1);
  }

  /**
   * A part of a rollout.
   *
   * @param shadow whether the candidate gets copies
   * @param share of the calls
   */
  public record Stage(boolean shadow, double share) {}

  /** What is gone through, in order. */
  public List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    if (mode != Mode.CANARY) stages.add(new Stage(true, copied()));
    if (mode != Mode.SHADOW) {
      for (String step : steps) stages.add(new Stage(false, share(step, "rollout.steps", 0, 1)));
    }
    return stages;
  }

  /**
   * Limits of the copies.
   *
   * @param concurrency copies with the candidate at a time; default 2
   * @param queue copies that wait; further ones are dropped and counted; default 64
   * @param timeout of one copy; default 2m
   * @param budgets of all copies together; default none
   */
  public record ShadowLimits(
      Integer concurrency, Integer queue, Duration timeout, List<BudgetLimit> budgets) {
    static final ShadowLimits DEFAULT = new ShadowLimits(2, 64, Duration.ofMinutes(2), List.of());

    public ShadowLimits {
      concurrency = Check.range(concurrency, 2, 1, 256, "shadow.concurrency");
      queue = Check.range(queue, 64, 1, 10_000, "shadow.queue");
      timeout = Check.positive(timeout, Duration.ofMinutes(2), "shadow.timeout");
      budgets = BudgetLimit.distinct(Check.or(budgets, List.of()));
    }
  }
}
