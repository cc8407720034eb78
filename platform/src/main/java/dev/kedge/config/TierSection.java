package dev.kedge.config;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The {@code tiers} of a virtual model: who answers, the small model or the large one. Rules decide
 * first, in order; then the classifier; without one, the large model. At most one of {@code
 * qualityFloor}, {@code absoluteFloor}, {@code costCeiling} and {@code threshold} may stand;
 * without any, the threshold that was chosen in training holds.
 *
 * @param small name of the small model
 * @param large name of the large model
 * @param rules the first that matches decides
 * @param classifier a file that {@code kedge route train} wrote, relative to the configuration
 * @param qualityFloor least quality of the answers as a share of the large model's, above 0, below
 *     1
 * @param absoluteFloor least quality of the answers on the scale of the scores, above 0, below 1
 * @param costCeiling largest share of calls that may go to the large model, from 0 to 1; or, with a
 *     dollar sign, the largest mean price of a million tokens: {@code $5}
 * @param threshold the small model answers from this probability on, 0 to 1
 * @param cascade the small model's answer is held back whole and checked; the large model answers
 *     where it fails; default false
 * @param checks what a cascade checks
 */
public record TierSection(
    String small,
    String large,
    List<Rule> rules,
    Optional<String> classifier,
    Optional<Double> qualityFloor,
    Optional<Double> absoluteFloor,
    Optional<String> costCeiling,
    Optional<Double> threshold,
    Boolean cascade,
    Checks checks) {
  private static final int MOST_RULES = 1000;

  public TierSection {
    small = Check.required(small, "tiers.small");
    large = Check.required(large, "tiers.large");
    if (small.equals(large)) {
      throw new IllegalArgumentException("small and large are the same model, '" + small + "'");
    }
    rules = List.copyOf(Check.or(rules, List.of()));
    classifier = Check.or(classifier, Optional.empty());
    qualityFloor = Check.or(qualityFloor, Optional.empty());
    absoluteFloor = Check.or(absoluteFloor, Optional.empty());
    costCeiling = Check.or(costCeiling, Optional.empty());
    threshold = Check.or(threshold, Optional.empty());
    cascade = Check.or(cascade, false);
    checks = Check.or(checks, Checks.DEFAULT);
    checkRules(rules);
    checkAim(
        classifier.isPresent(),
        Stream.of(qualityFloor, absoluteFloor, costCeiling, threshold)
            .filter(Optional::isPresent)
            .count());
    qualityFloor.ifPresent(value -> Check.range(value, 0, 0.01, 0.9999, "quality_floor"));
    absoluteFloor.ifPresent(value -> Check.range(value, 0, 0.01, 0.9999, "absolute_floor"));
    threshold.ifPresent(value -> Check.range(value, 0, 0, 1, "threshold"));
    costCeiling.ifPresent(Ceiling::parse);
  }

  private static void checkRules(List<Rule> rules) {
    if (rules.size() > MOST_RULES) {
      throw new IllegalArgumentException("more than " + MOST_RULES + " rules");
    }
    Set<String> names = new HashSet<>();
    for (Rule rule : rules) {
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException("two rules are named '" + rule.name() + "'");
      }
    }
  }

  private static void checkAim(boolean classified, long aims) {
    if (aims > 1) {
      throw new IllegalArgumentException(
          "only one of quality_floor, absolute_floor, cost_ceiling and threshold may stand");
    }
    if (aims == 1 && !classified) {
      throw new IllegalArgumentException(
          "quality_floor, absolute_floor, cost_ceiling and threshold need a classifier; kedge route"
              + " train makes one");
    }
  }

  /** Two models, no rules, everything else at its default. */
  public static TierSection of(String small, String large) {
    return new TierSection(
        small,
        large,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Checks.DEFAULT);
  }

  /** The ceiling as a number, where there is one. */
  public Optional<Ceiling> ceiling() {
    return costCeiling.map(Ceiling::parse);
  }

  /**
   * What may be spent.
   *
   * @param dollars whether {@code value} is dollars per million tokens; otherwise it is the share
   *     of calls that go to the large model
   */
  public record Ceiling(double value, boolean dollars) {
    /**
     * Reads {@code 0.3}, {@code 30%} or {@code $5}.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    public static Ceiling parse(String text) {
      String bare = text.strip();
      boolean dollars = bare.startsWith("$");
      boolean percent = bare.endsWith("%");
      String digits = bare.substring(dollars ? 1 : 0, bare.length() - (percent ? 1 : 0)).strip();
      if (digits.length() <= 20 && digits.matches("[0-9]*\\.?[0-9]+") && !(dollars && percent)) {
        double value = new BigDecimal(digits).doubleValue() / (percent ? 100 : 1);
        if (dollars || value <= 1) return new Ceiling(value, dollars);
      }
      throw new IllegalArgumentException(
          "cost_ceiling must be a share of calls such as 0.3 or 30%, or dollars per million tokens"
              + " such as $5, not '"
              + text
              + "'");
    }
  }

  /** Who answers. */
  public enum Tier {
    SMALL,
    LARGE;

    /** As configuration and headers spell it. */
    public String text() {
      return this == SMALL ? "small" : "large";
    }
  }

  /** The forms of answers that a rule can ask for. */
  public enum Format {
    TEXT,
    JSON_OBJECT,
    JSON_SCHEMA
  }

  /**
   * One rule. It matches where everything that it states holds; of a list, one entry must. A rule
   * that states nothing matches always.
   *
   * @param name told as the reason: letters, digits, '.', '_' and '-'
   * @param tier who answers
   * @param keys ids of keys; {@code kdg_a*} matches what begins so
   * @param tenants names of tenants, as {@code keys}
   * @param tags the call carries one of them
   * @param minCharacters all messages together have at least so many
   * @param maxCharacters at most so many
   * @param minTokens as estimated: a quarter of the bytes in UTF-8
   * @param maxTokens as {@code minTokens}
   * @param languages ISO 639-1 codes; the guess must be one of them
   * @param languagesExcept the guess must be none of them; an unknown language is none of them
   * @param tools whether the call brings tools
   * @param images whether a message holds a picture
   * @param formats response formats
   */
  public record Rule(
      String name,
      Tier tier,
      List<String> keys,
      List<String> tenants,
      List<String> tags,
      Optional<Integer> minCharacters,
      Optional<Integer> maxCharacters,
      Optional<Integer> minTokens,
      Optional<Integer> maxTokens,
      List<String> languages,
      List<String> languagesExcept,
      Optional<Boolean> tools,
      Optional<Boolean> images,
      List<Format> formats) {
    public Rule {
      name = Check.required(name, "rules.name");
      if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
        throw new IllegalArgumentException(
            "a rule's name may have letters, digits, '.', '_' and '-' only, not '" + name + "'");
      }
      tier = Check.required(tier, "rules.tier");
      keys = List.copyOf(Check.or(keys, List.of()));
      tenants = List.copyOf(Check.or(tenants, List.of()));
      tags = List.copyOf(Check.or(tags, List.of()));
      minCharacters = Check.or(minCharacters, Optional.empty());
      maxCharacters = Check.or(maxCharacters, Optional.empty());
      minTokens = Check.or(minTokens, Optional.empty());
      maxTokens = Check.or(maxTokens, Optional.empty());
      languages = List.copyOf(Check.or(languages, List.of()));
      languagesExcept = List.copyOf(Check.or(languagesExcept, List.of()));
      tools = Check.or(tools, Optional.empty());
      images = Check.or(images, Optional.empty());
      formats = List.copyOf(Check.or(formats, List.of()));
      inOrder(minCharacters, maxCharacters, "characters");
      inOrder(minTokens, maxTokens, "tokens");
    }

    private static void inOrder(Optional<Integer> least, Optional<Integer> most, String of) {
      if (least.orElse(0) < 0 || most.orElse(Integer.MAX_VALUE) < least.orElse(0)) {
        throw new IllegalArgumentException(
            "min_" + of + " must be 0 or more and at most max_" + of);
      }
    }
  }

  /**
   * What a cascade looks at before it takes the small model's answer.
   *
   * @param format JSON where JSON was asked for, fitting the schema where one was given; default
   *     true
   * @param refusal not a refusal, nor a phrase such as "I am not sure"; default true
   * @param complete not empty and not cut off by the token limit; default true
   * @param minMeanLogprob least mean natural log-probability of the answer's tokens, where the
   *     server tells it; not looked at by default
   */
  public record Checks(
      Boolean format, Boolean refusal, Boolean complete, Optional<Double> minMeanLogprob) {
    static final Checks DEFAULT = new Checks(true, true, true, Optional.empty());

    public Checks {
      format = Check.or(format, true);
      refusal = Check.or(refusal, true);
      complete = Check.or(complete, true);
      minMeanLogprob = Check.or(minMeanLogprob, Optional.empty());
      minMeanLogprob.ifPresent(value -> Check.range(value, 0, -100, 0, "min_mean_logprob"));
    }
  }
}
