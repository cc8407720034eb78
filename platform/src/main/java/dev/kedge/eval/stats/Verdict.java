package dev.kedge.eval.stats;

import java.util.OptionalLong;

/** What a comparison allows to say of the second model: exactly one of four things. */
public sealed interface Verdict {
  /** A word for scripts: {@code better}, {@code not_worse}, {@code worse}, {@code undecided}. */
  String word();

  /** A difference in favour of the second model is shown. */
  record Better() implements Verdict {
    @Override
    public String word() {
      return "better";
    }
  }

  /**
   * It is shown that the second model is not worse by the margin or more. It may be equal, a little
   * worse or better.
   *
   * @param margin above 0, in the figure's unit
   */
  record NotWorse(double margin) implements Verdict {
    @Override
    public String word() {
      return "not_worse";
    }
  }

  /** A difference against the second model is shown, and that it stays within the margin is not. */
  record Worse() implements Verdict {
    @Override
    public String word() {
      return "worse";
    }
  }

  /**
   * Nothing is shown.
   *
   * @param moreExamples about so many more would show something with a probability of 80 % if the
   *     difference stays as it is seen; empty where no feasible number would
   */
  record Undecided(OptionalLong moreExamples) implements Verdict {
    @Override
    public String word() {
      return "undecided";
    }
  }
}
