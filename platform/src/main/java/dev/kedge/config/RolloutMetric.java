package dev.kedge.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a rollout's {@code metrics}: a measure alone, as {@code errors}, or a measure with
 * what it needs. Every measure is a share of calls that went wrong, so that less is better.
 *
 * @param measure what is looked at
 * @param margin by how much the candidate's share may be higher; default that of the rollout
 * @param within for {@code latency}: an answer that is complete later is slow
 * @param schema for {@code schema}: a file with the JSON Schema, relative to the configuration
 * @param pattern for {@code pattern}: a regular expression that is found in a right answer
 * @param phrases for {@code phrases}: what stands in a right answer, each of them
 * @param longest for {@code length}: most characters of a right answer
 * @param dollars for {@code cost}: what counts as wholly too dear; cheaper calls count in part
 * @param cosine for {@code agreement}: embeddings differ where the cosine of any two vectors is
 *     less; default 0.99
 */
public record RolloutMetric(
    Measure measure,
    Optional<String> margin,
    Optional<Duration> within,
    Optional<String> schema,
    Optional<String> pattern,
    List<String> phrases,
    Optional<Integer> longest,
    Optional<BigDecimal> dollars,
    Optional<Double> cosine) {
  /** The least cosine of vectors that agree, where a metric names none. */
  public static final double COSINE = 0.99;

  /** What is looked at. None needs a label. */
  public enum Measure {
    /** No whole answer. */
    ERRORS,
    /** Not complete in time. */
    LATENCY,
    /** Not the JSON, schema or tool call that the request asks for. */
    FORMAT,
    /** Empty or cut off. */
    COMPLETE,
    /** A refusal, or a phrase such as "I am not sure". */
    REFUSALS,
    /** Not JSON that fits a given schema. */
    SCHEMA,
    /** Without what a regular expression looks for. */
    PATTERN,
    /** Without a protected phrase. */
    PHRASES,
    /** Too long. */
    LENGTH,
    /** Dollars, as a share of a given amount. */
    COST,
    /** Another answer than the current model's to the same call; of shadows alone. */
    AGREEMENT;

    /** Whether both answers to one call are needed. */
    public boolean paired() {
      return this == AGREEMENT;
    }
  }

  public RolloutMetric {
    measure = Check.required(measure, "metrics.measure");
    margin = Check.or(margin, Optional.empty());
    within = Check.or(within, Optional.empty());
    schema = Check.or(schema, Optional.empty());
    pattern = Check.or(pattern, Optional.empty());
    phrases = List.copyOf(Check.or(phrases, List.of()));
    longest = Check.or(longest, Optional.empty());
    dollars = Check.or(dollars, Optional.empty());
    cosine = Check.or(cosine, Optional.empty());
    cosine.ifPresent(least -> Check.range(least, COSINE, 0, 1, "cosine"));
    if (cosine.isPresent() && measure != Measure.AGREEMENT) {
      throw new IllegalArgumentException("the key 'cosine' belongs to the metric 'agreement'");
    }
    margin.ifPresent(text -> RolloutSection.share(text, "metrics.margin", 0.002, 1));
    check(measure == Measure.LATENCY, within.orElse(null), measure, "within");
    check(measure == Measure.SCHEMA, schema.orElse(null), measure, "schema");
    check(measure == Measure.PATTERN, pattern.orElse(null), measure, "pattern");
    check(measure == Measure.PHRASES, phrases.isEmpty() ? null : phrases, measure, "phrases");
    check(measure == Measure.LENGTH, longest.orElse(null), measure, "longest");
    check(measure == Measure.COST, dollars.orElse(null), measure, "dollars");
    within.ifPresent(time -> Check.positive(time, time, "within"));
    longest.ifPresent(most -> Check.range(most, 1, 1, 10_000_000, "longest"));
    if (phrases.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a phrase is empty");
    }
    if (dollars.isPresent() && dollars.get().signum() <= 0) {
      throw new IllegalArgumentException("dollars must be above 0");
    }
  }

  private static void check(boolean needed, @Nullable Object value, Measure measure, String key) {
    String name = measure.name().toLowerCase(Locale.ROOT);
    if (needed && value == null) {
      throw new IllegalArgumentException("the metric '" + name + "' needs the key '" + key + "'");
    }
    if (!needed && value != null) {
      throw new IllegalArgumentException("the metric '" + name + "' has no key '" + key + "'");
    }
  }

  /** The measure's name in reports. */
  public String name() {
    return measure.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The short form, the measure as a word.
   *
   * @throws IllegalArgumentException if there is no such measure
   */
  public static RolloutMetric valueOf(String measure) {
    for (Measure known : Measure.values()) {
      if (known.name().equalsIgnoreCase(measure)) return of(known);
    }
    List<String> names =
        Arrays.stream(Measure.values()).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    throw new IllegalArgumentException(
        "no metric is called '" + measure + "'; " + Check.nearest(measure, names));
  }

  private static RolloutMetric of(Measure measure) {
    return new RolloutMetric(
        measure,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
