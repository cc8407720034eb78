package dev.kedge.eval.stats;

import java.util.Locale;

/**
 * Verdicts in words, in the unit of a figure. The words claim what the test shows and no more: a
 * missing proof of a difference is never called equality.
 */
public enum VerdictText {
  /** Shares, as percentage points. */
  POINTS {
    @Override
    public String amount(double difference) {
      return format("%.1f points", 100 * Math.abs(difference));
    }

    @Override
    String change(double difference) {
      return format("%+.1f", 100 * difference);
    }
  },
  /** F1 and other scores from 0 to 1. */
  SCORE {
    @Override
    public String amount(double difference) {
      return format("%.3f", Math.abs(difference));
    }

    @Override
    String change(double difference) {
      return format("%+.3f", difference);
    }
  },
  /** Differences of negated logarithms: how many times more or less time or tokens. */
  RATIO {
    @Override
    public String amount(double difference) {
      return format("%.1f %%", 100 * (Math.exp(Math.abs(difference)) - 1));
    }

    @Override
    String change(double difference) {
      return format("%+.1f %%", 100 * (Math.exp(-difference) - 1));
    }
  };

  /** The size of a difference, without its sign. */
  public abstract String amount(double difference);

  abstract String change(double difference);

  /** The verdict on the second model, as a clause. */
  public String sentence(Verdict verdict, String first, String second) {
    return switch (verdict) {
      case Verdict.Better _ -> second + " is better than " + first;
      case Verdict.NotWorse v ->
          second + " is not worse than " + first + " by " + amount(v.margin()) + " or more";
      case Verdict.Worse _ -> second + " is worse than " + first;
      case Verdict.Undecided v ->
          "Undecided between "
              + first
              + " and "
              + second
              + ": "
              + (v.moreExamples().isPresent()
                  ? "about " + rounded(v.moreExamples().getAsLong()) + " more examples would decide"
                  : "no feasible number of examples would decide");
    };
  }

  /** The verdict alone. */
  public String label(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Better _ -> "better";
      case Verdict.NotWorse v -> "not worse than by " + amount(v.margin());
      case Verdict.Worse _ -> "worse";
      case Verdict.Undecided v ->
          v.moreExamples().isPresent()
              ? "undecided: about "
                  + rounded(v.moreExamples().getAsLong())
                  + " more examples would decide"
              : "undecided: no feasible number of examples would decide";
    };
  }

  /** Difference, interval, p-value and the smallest difference that would have been shown. */
  public String doubt(Contrast contrast) {
    String low = change(this == RATIO ? contrast.interval().high() : contrast.interval().low());
    String high = change(this == RATIO ? contrast.interval().low() : contrast.interval().high());
    String test =
        switch (contrast.method()) {
          case MCNEMAR -> "McNemar's exact p = ";
          case PERMUTATION -> "paired permutation p = ";
        };
    String unit = this == POINTS ? " points" : "";
    String within =
        contrast.verdict() instanceof Verdict.NotWorse && contrast.interval().high() < 0
            ? "; the difference is below zero but within the margin"
            : "";
    return "difference "
        + change(contrast.difference())
        + unit
        + " ["
        + low
        + ", "
        + high
        + "], "
        + test
        + p(contrast.pDifferent())
        + within
        + "; these examples would have shown "
        + amount(contrast.detectable())
        + " or more";
  }

  /** A p-value that never reads 0. */
  public static String p(double value) {
    return value < 0.001 ? "< 0.001" : format("%.3f", value);
  }

  /** To two digits: the number is an estimate. */
  static long rounded(long count) {
    long unit = 1;
    while (count / unit >= 100) unit *= 10;
    return (count + unit - 1) / unit * unit;
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
