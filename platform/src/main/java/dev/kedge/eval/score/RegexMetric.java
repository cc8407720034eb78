package dev.kedge.eval.score;

import dev.kedge.base.KedgeException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The answer matches a regular expression, in bounded time. */
public final class RegexMetric implements Metric {
  private static final int LONGEST_PATTERN = 10_000;

  private final Measure measure;
  private final Pattern pattern;
  private final Mode mode;

  /** What is asked of the pattern. */
  public enum Mode {
    /** It occurs. */
    FIND,
    /** It is the whole answer, white space at both ends aside. */
    WHOLE,
    /** It does not occur. */
    ABSENT
  }

  /**
   * @throws KedgeException if it is no regular expression of Java
   */
  public RegexMetric(String name, String pattern, Mode mode) {
    if (pattern.length() > LONGEST_PATTERN) {
      throw KedgeException.invalid("metric '" + name + "': the pattern is too long");
    }
    try {
      this.pattern = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw KedgeException.invalid(
          "metric '" + name + "': not a regular expression: " + e.getDescription());
    }
    this.mode = mode;
    String what =
        switch (mode) {
          case FIND -> "Share of answers in which this regular expression is found: ";
          case WHOLE -> "Share of answers that this regular expression matches as a whole: ";
          case ABSENT -> "Share of answers in which this regular expression is not found: ";
        };
    this.measure =
        Measure.share(name, what + pattern + " (an answer on which it takes too long is wrong)");
  }

  @Override
  public List<Measure> measures() {
    return List.of(measure);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    boolean good = false;
    try {
      good = reply.answered() && good(reply.text());
    } catch (BoundedText.ExceededException | StackOverflowError e) {
      scores.note(measure.name(), "the regular expression takes too long on this answer");
    }
    scores.put(measure.name(), good);
  }

  /** Whether a text is as it should be; false where the regular expression takes too long. */
  public boolean matches(String text) {
    try {
      return good(text);
    } catch (BoundedText.ExceededException | StackOverflowError e) {
      return false;
    }
  }

  private boolean good(String text) {
    return switch (mode) {
      case FIND -> BoundedText.matcher(pattern, text).find();
      case WHOLE -> BoundedText.matcher(pattern, text.strip()).matches();
      case ABSENT -> !BoundedText.matcher(pattern, text).find();
    };
  }
}
