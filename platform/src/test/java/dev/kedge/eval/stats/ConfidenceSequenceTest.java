package dev.kedge.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ConfidenceSequenceTest {
  /** One model alone is right with these chances. */
  private static int draw(Draws draws, double gained, double lost) {
    double u = draws.share();
    return u < gained ? 1 : u < gained + lost ? -1 : 0;
  }

  @Test
  void nothingSeenExcludesNothing() {
    ConfidenceSequence sequence = new ConfidenceSequence();
    assertThat(sequence.interval()).isEqualTo(new Interval(-1, 1));
    assertThat(sequence.verdict(0.1)).isInstanceOf(Verdict.Undecided.class);
  }

  /**
   * By hand, on the scale from 0 to 1: the stakes are √(2·ln 40/(0.25·ln 2)) = 6.52499 and, with
   * the variance (0.25 + 0.0625)/2 after a first 1, √(2·ln 40/(0.15625·2·ln 3)) = 4.63570. Two ones
   * multiply the capital against a mean m by (1 + 6.52499·(1 - m))·(1 + 4.63570·(1 - m)), which
   * reaches 40 at m = 0.034104: the grid point 0.034 is excluded, 0.0345 is not.
   */
  @Test
  void whatIsExcludedFollowsFromTheBets() {
    ConfidenceSequence sequence = new ConfidenceSequence();
    sequence.add(1);
    assertThat(sequence.interval()).isEqualTo(new Interval(-1, 1));
    sequence.add(1);
    assertThat(sequence.interval().low()).isCloseTo(2 * 0.034 - 1, within(1e-12));
    assertThat(sequence.interval().high()).isEqualTo(1);
  }

  @Test
  void anIntervalOnlyEverShrinks() {
    ConfidenceSequence sequence = new ConfidenceSequence();
    Draws draws = new Draws(5);
    Interval last = sequence.interval();
    for (int i = 0; i < 2000; i++) {
      sequence.add(draw(draws, 0.08, 0.05));
      Interval next = sequence.interval();
      assertThat(next.low()).isGreaterThanOrEqualTo(last.low());
      assertThat(next.high()).isLessThanOrEqualTo(last.high());
      last = next;
    }
    assertThat(last.contains(0.03)).isTrue();
    assertThat(last.high() - last.low()).isLessThan(0.1);
    assertThat(sequence.seen()).isEqualTo(2000);
  }

  /** Looked at after every single observation; a repeated test of fixed size would often err. */
  @Test
  void theTrueMeanIsRarelyEverExcluded() {
    int ever = 0;
    int trials = 300;
    for (int trial = 0; trial < trials; trial++) {
      Draws draws = new Draws(1000 + trial);
      ConfidenceSequence sequence = new ConfidenceSequence();
      boolean excluded = false;
      for (int i = 0; i < 400 && !excluded; i++) {
        sequence.add(draw(draws, 0.1, 0.1));
        excluded = !sequence.interval().contains(0);
      }
      if (excluded) ever++;
    }
    assertThat(ever).isLessThanOrEqualTo((int) (trials * 0.05));
  }

  @Test
  void aClearDifferenceIsSeenEarly() {
    Draws draws = new Draws(9);
    ConfidenceSequence sequence = new ConfidenceSequence();
    while (!(sequence.verdict(0.02) instanceof Verdict.Worse)) {
      sequence.add(draw(draws, 0.02, 0.2));
      assertThat(sequence.seen()).isLessThan(400);
    }
    assertThat(sequence.mean()).isNegative();
  }

  @Test
  void modelsThatHardlyDifferAreShownNotToBeWorse() {
    Draws draws = new Draws(11);
    ConfidenceSequence sequence = new ConfidenceSequence();
    while (!(sequence.verdict(0.03) instanceof Verdict.NotWorse)) {
      sequence.add(draw(draws, 0.01, 0.01));
      assertThat(sequence.seen()).isLessThan(3000);
    }
  }

  @Test
  void whatIsNoDifferenceOfSharesIsRefused() {
    for (double wrong : new double[] {1.01, -2, Double.NaN}) {
      assertThatThrownBy(() -> new ConfidenceSequence().add(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
