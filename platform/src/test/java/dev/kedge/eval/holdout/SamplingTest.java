package dev.kedge.eval.holdout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The sample and its weights. */
class SamplingTest {
  /** Kinds of 6,000, 900, 90, 9 and 1 examples; lengths and times vary. */
  private static Kinds population() {
    Kinds kinds = new Kinds();
    int[] sizes = {6_000, 900, 90, 9, 1};
    for (int kind = 0; kind < sizes.length; kind++) {
      for (int i = 0; i < sizes[kind]; i++) {
        kinds.add(20 + (i * 37) % 400, i * 1_000L, List.of("kind-" + kind));
      }
    }
    return kinds;
  }

  @Test
  void everyKindIsInAndNothingTwice() {
    Kinds kinds = population();
    for (long seed = 0; seed < 50; seed++) {
      List<Sampling.Pick> picks = new Sampling(kinds, 100).draw(seed);
      assertThat(picks).hasSize(100);
      Set<Integer> tags = new HashSet<>();
      Set<Integer> numbers = new HashSet<>();
      for (Sampling.Pick pick : picks) {
        tags.add(kinds.tag(pick.number()));
        assertThat(numbers.add(pick.number())).isTrue();
      }
      assertThat(tags).hasSize(5);
    }
  }

  /** Every third example of the common kind and every rare one is "right": 33.3 % and 100 %. */
  @Test
  void weightedRatesAreThoseOfThePopulationOnAverage() {
    Kinds kinds = population();
    double right = 0;
    for (int i = 0; i < kinds.size(); i++) if (right(kinds, i)) right++;
    double truth = right / kinds.size();
    double weighted = 0;
    double plain = 0;
    int draws = 400;
    for (long seed = 0; seed < draws; seed++) {
      double sum = 0;
      double hit = 0;
      int count = 0;
      List<Sampling.Pick> picks = new Sampling(kinds, 100).draw(seed);
      for (Sampling.Pick pick : picks) {
        sum += pick.weight();
        if (!right(kinds, pick.number())) continue;
        hit += pick.weight();
        count++;
      }
      weighted += hit / sum / draws;
      plain += (double) count / picks.size() / draws;
    }
    // One draw has a standard error of 5 points, their mean of a quarter of a point.
    assertThat(weighted).isCloseTo(truth, within(0.01));
    assertThat(plain).as("rare kinds are in more often").isGreaterThan(truth + 0.05);
  }

  private static boolean right(Kinds kinds, int number) {
    return kinds.tag(number) > 0 || number % 3 == 0;
  }

  @Test
  void aSmallPopulationIsTakenWhole() {
    Kinds kinds = new Kinds();
    for (int i = 0; i < 7; i++) kinds.add(10, Kinds.NO_TIME, List.of());
    List<Sampling.Pick> picks = new Sampling(kinds, 100).draw(1);
    assertThat(picks)
        .extracting(Sampling.Pick::number)
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    assertThat(picks).allSatisfy(pick -> assertThat(pick.weight()).isEqualTo(1));
  }

  @Test
  void whereThereAreMoreKindsThanPlacesTheSizeIsStillKept() {
    Kinds kinds = new Kinds();
    for (int i = 0; i < 300; i++) kinds.add(10, Kinds.NO_TIME, List.of("t" + i));
    for (int i = 0; i < 300; i++) kinds.cluster(i, i % 200);
    assertThat(new Sampling(kinds, 50).draw(3)).hasSize(50);
  }
}
