package dev.kedge.rollout;

import dev.kedge.base.KedgeException;
import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutSection;
import dev.kedge.eval.score.RegexMetric;
import dev.kedge.route.tier.JsonFit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Judges answers: what went wrong with a call, from 0 (nothing) to 1, by measure; NaN where the
 * call says nothing about it. Immutable, for all threads.
 */
public final class Measures {
  private static final long LARGEST_SCHEMA_BYTES = 1 << 20;
  private static final int LONGEST_JSON = 1 << 20;
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final JsonMapper JSON = new JsonMapper();

  private final List<Judge> judges;

  /** One measure. */
  private record Judge(RolloutMetric metric, Looking looking) {}

  /** Whether an answer is wrong. */
  private interface Looking {
    double wrong(Given given);
  }

  private Measures(List<Judge> judges) {
    this.judges = judges;
  }

  /**
   * The measures of a configuration.
   *
   * @param folder to which files are relative
   * @throws KedgeException if a schema or pattern cannot be used
   */
  public static Measures of(RolloutSection section, Path folder) throws IOException {
    List<Judge> judges = new ArrayList<>();
    for (RolloutMetric metric : section.metrics()) {
      judges.add(new Judge(metric, looking(metric, folder)));
    }
    return new Measures(List.copyOf(judges));
  }

  private static Looking looking(RolloutMetric metric, Path folder) throws IOException {
    return switch (metric.measure()) {
      case ERRORS -> given -> given.answered() ? 0 : 1;
      case LATENCY -> {
        Duration within = metric.within().orElseThrow();
        yield given -> late(given, within);
      }
      case FORMAT -> answered(Given::wellFormed);
      case COMPLETE -> answered(Given::complete);
      case REFUSALS -> answered(given -> !given.refused());
      case SCHEMA -> {
        String schema = schema(folder.resolve(metric.schema().orElseThrow()));
        yield answered(given -> JsonFit.fits(given.text(), schema));
      }
      case PATTERN -> {
        RegexMetric pattern =
            new RegexMetric("pattern", metric.pattern().orElseThrow(), RegexMetric.Mode.FIND);
        yield answered(given -> pattern.matches(given.text()));
      }
      case PHRASES -> {
        List<String> phrases = metric.phrases().stream().map(Measures::plain).toList();
        yield answered(given -> phrases.stream().allMatch(plain(given.text())::contains));
      }
      case LENGTH -> {
        int longest = metric.longest().orElseThrow();
        yield answered(given -> given.text().codePointCount(0, given.text().length()) <= longest);
      }
      case COST -> {
        double dear = metric.dollars().orElseThrow().doubleValue();
        yield given -> given.answered() ? Math.min(1, given.dollars() / dear) : Double.NaN;
      }
      case AGREEMENT -> given -> given.read() || given.vectors().isPresent() ? 0 : Double.NaN;
    };
  }

  /** A question about the text, on which a call without one says nothing. */
  private interface Right {
    boolean holds(Given given);
  }

  private static Looking answered(Right right) {
    return given -> given.read() ? (right.holds(given) ? 0 : 1) : Double.NaN;
  }

  /* A call that failed early is no quick answer. */
  private static double late(Given given, Duration within) {
    if (given.time().compareTo(within) > 0) return 1;
    return given.answered() ? 0 : Double.NaN;
  }

  private static String schema(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw KedgeException.invalid("the rollout's schema " + file + " is not there");
    }
    if (Files.size(file) > LARGEST_SCHEMA_BYTES) {
      throw KedgeException.invalid("the rollout's schema " + file + " is larger than 1 MiB");
    }
    String text = Files.readString(file);
    try {
      if (JSON.readTree(text).isObject()) return text;
    } catch (JacksonException e) {
      throw KedgeException.invalid(
          "the rollout's schema " + file + " is no JSON: " + e.getOriginalMessage());
    }
    throw KedgeException.invalid("the rollout's schema " + file + " is no JSON object");
  }

  /** What went wrong with a call of one side. */
  public double[] of(Given given) {
    double[] wrong = new double[judges.size()];
    for (int i = 0; i < wrong.length; i++) {
      Judge judge = judges.get(i);
      boolean paired = judge.metric().measure().paired();
      wrong[i] = paired ? Double.NaN : judge.looking().wrong(given);
    }
    return wrong;
  }

  /** What went wrong with a call that both sides answered. */
  public Seen.Both both(int stage, Given current, Given candidate) {
    double[] one = new double[judges.size()];
    double[] other = new double[judges.size()];
    for (int i = 0; i < one.length; i++) {
      Judge judge = judges.get(i);
      one[i] = judge.looking().wrong(current);
      other[i] = judge.looking().wrong(candidate);
      boolean compare = judge.metric().measure().paired();
      if (compare && !Double.isNaN(one[i]) && !Double.isNaN(other[i])) {
        other[i] = same(judge.metric(), current, candidate) ? 0 : 1;
      }
    }
    return new Seen.Both(stage, one, other);
  }

  /* Vectors by their directions, everything else as JSON or words. */
  private static boolean same(RolloutMetric metric, Given current, Given candidate) {
    if (current.vectors().isEmpty() && candidate.vectors().isEmpty()) {
      return same(current.text(), candidate.text());
    }
    if (current.vectors().isEmpty() || candidate.vectors().isEmpty()) return false;
    double cosine = current.vectors().get().leastCosine(candidate.vectors().get());
    return cosine >= metric.cosine().orElse(RolloutMetric.COSINE);
  }

  /** Equal as JSON values, or as words. */
  static boolean same(String one, String other) {
    if (one.equals(other) || plain(one).equals(plain(other))) return true;
    if (!json(one) || !json(other)) return false;
    try {
      JsonNode first = JSON.readTree(one);
      return first.equals(JSON.readTree(other));
    } catch (JacksonException e) {
      return false;
    }
  }

  private static boolean json(String text) {
    String bare = text.strip();
    return bare.length() <= LONGEST_JSON && (bare.startsWith("{") || bare.startsWith("["));
  }

  private static String plain(String text) {
    return BLANKS.matcher(text.strip()).replaceAll(" ").toLowerCase(Locale.ROOT);
  }

  /** What a measure is, in words. */
  static String definition(RolloutMetric metric) {
    return switch (metric.measure()) {
      case ERRORS -> "calls without a whole answer";
      case LATENCY ->
          "calls that took longer than " + metric.within().orElseThrow().toMillis() + " ms";
      case FORMAT -> "answers that are not the JSON, schema or tool call that was asked for";
      case COMPLETE -> "answers that are empty or cut off";
      case REFUSALS -> "answers that refuse, or say that they are not sure";
      case SCHEMA -> "answers that are not JSON of the schema " + metric.schema().orElseThrow();
      case PATTERN -> "answers in which this is not found: " + metric.pattern().orElseThrow();
      case PHRASES -> "answers that lack one of: " + String.join("; ", metric.phrases());
      case LENGTH -> "answers longer than " + metric.longest().orElseThrow() + " characters";
      case COST ->
          "dollars of a call, as a share of $" + metric.dollars().orElseThrow().toPlainString();
      case AGREEMENT ->
          "answers that differ from the current model's to the same call; embeddings, where the"
              + " cosine of any vector is below "
              + metric.cosine().orElse(RolloutMetric.COSINE);
    };
  }

  @Override
  public String toString() {
    return Arrays.toString(judges.stream().map(judge -> judge.metric().name()).toArray());
  }
}
