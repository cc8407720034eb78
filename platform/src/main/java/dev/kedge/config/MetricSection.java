package dev.kedge.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of a task's {@code metrics}: a type alone, as {@code exact}, or a type with what it
 * needs. Files are relative to the task's folder.
 *
 * @param type what is measured
 * @param name of the measure in reports; default the type
 * @param classes for {@code classes}: all names
 * @param schema for {@code json}: the schema's file; default that of the task
 * @param unordered for {@code json}: lists whose order does not matter, as {@code items} or {@code
 *     order.lines}; {@code "*"} for all
 * @param tolerance for {@code json}: largest difference of numbers by field
 * @param dates for {@code json}: largest distance of dates by field, as {@code 1d}
 * @param setup for {@code sql}: a file of SQL that makes tables and rows
 * @param timeout for {@code sql} and {@code sandbox}: longest time of one answer
 * @param maxRows for {@code sql}: most rows of a result
 * @param pattern for {@code regex}: a regular expression of Java
 * @param mode for {@code regex}: find, whole or absent
 * @param inputPrice for {@code cost}: dollars per million tokens of prompts
 * @param outputPrice for {@code cost}: dollars per million tokens of answers
 * @param model for {@code judge}: a GGUF file or an address, as of {@code kedge eval --model}
 * @param rubric for {@code judge}: what makes an answer pass
 * @param human for {@code judge}: JSON lines of answers that people judged
 */
public record MetricSection(
    Type type,
    String name,
    List<String> classes,
    Optional<String> schema,
    List<String> unordered,
    Map<String, Double> tolerance,
    Map<String, Duration> dates,
    Optional<String> setup,
    Optional<Duration> timeout,
    Optional<Integer> maxRows,
    Optional<String> pattern,
    Optional<String> mode,
    Optional<Double> inputPrice,
    Optional<Double> outputPrice,
    Optional<String> model,
    Optional<String> rubric,
    Optional<String> human) {
  private static final double DEAREST = 1e6;

  /** What is measured. */
  public enum Type {
    EXACT,
    NORMALISED,
    CLASSES,
    JSON,
    SQL,
    SPANS,
    LENGTH,
    REGEX,
    CITATIONS,
    INSTRUCTIONS,
    NUMBER,
    LATENCY,
    COST,
    JUDGE
  }

  public MetricSection {
    type = Check.required(type, "metrics.type");
    name = Check.name(Check.or(name, type.name().toLowerCase(Locale.ROOT)), "metrics.name");
    classes = List.copyOf(Check.or(classes, List.of()));
    schema = Check.or(schema, Optional.empty());
    unordered = List.copyOf(Check.or(unordered, List.of()));
    tolerance = Map.copyOf(Check.or(tolerance, Map.of()));
    dates = Map.copyOf(Check.or(dates, Map.of()));
    setup = Check.or(setup, Optional.empty());
    timeout = Check.or(timeout, Optional.empty());
    maxRows = Check.or(maxRows, Optional.empty());
    pattern = Check.or(pattern, Optional.empty());
    mode = Check.or(mode, Optional.empty());
    inputPrice = Check.or(inputPrice, Optional.empty());
    outputPrice = Check.or(outputPrice, Optional.empty());
    model = Check.or(model, Optional.empty());
    rubric = Check.or(rubric, Optional.empty());
    human = Check.or(human, Optional.empty());
    tolerance.values().forEach(most -> Check.range(most, 0, 0, Double.MAX_VALUE, "tolerance"));
    inputPrice.ifPresent(price -> Check.range(price, 0, 0, DEAREST, "input_price"));
    outputPrice.ifPresent(price -> Check.range(price, 0, 0, DEAREST, "output_price"));
    maxRows.ifPresent(rows -> Check.range(rows, 0, 1, 1_000_000, "max_rows"));
    switch (type) {
      case REGEX -> Check.required(pattern.orElse(null), "pattern");
      case SQL -> Check.required(setup.orElse(null), "setup");
      case COST -> {
        Check.required(inputPrice.orElse(null), "input_price");
        Check.required(outputPrice.orElse(null), "output_price");
      }
      case JUDGE -> {
        Check.required(model.orElse(null), "model");
        Check.required(rubric.orElse(null), "rubric");
        Check.required(human.orElse(null), "human");
      }
      case EXACT,
          NORMALISED,
          CLASSES,
          JSON,
          SPANS,
          LENGTH,
          CITATIONS,
          INSTRUCTIONS,
          NUMBER,
          LATENCY -> {
        // Nothing is needed beside the type.
      }
    }
  }

  /** A metric that needs nothing but its type. */
  public MetricSection(Type type) {
    this(
        type,
        type.name().toLowerCase(Locale.ROOT),
        List.of(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The short form, the type as a word.
   *
   * @throws IllegalArgumentException if there is no such type
   */
  public static MetricSection valueOf(String type) {
    for (Type known : Type.values()) {
      if (known.name().equalsIgnoreCase(type)) return new MetricSection(known);
    }
    List<String> names =
        java.util.Arrays.stream(Type.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();
    throw new IllegalArgumentException(
        "no metric is called '" + type + "'; " + Check.nearest(type, names));
  }
}
