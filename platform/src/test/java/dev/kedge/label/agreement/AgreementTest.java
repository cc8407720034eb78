package dev.kedge.label.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.label.BlindLabels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Coefficients against published tables, and their intervals. */
class AgreementTest {
  /** Rows are people, columns items, a dot is a missing label. */
  private static BlindLabels table(String... rows) {
    List<BlindLabels.Unit> units = new ArrayList<>();
    int items = rows[0].split(" ", -1).length;
    for (int item = 0; item < items; item++) {
      Map<String, String> labels = new HashMap<>();
      for (int person = 0; person < rows.length; person++) {
        String label = rows[person].split(" ", -1)[item];
        if (!label.equals(".")) labels.put("p" + person, label);
      }
      units.add(new BlindLabels.Unit("i" + item, labels));
    }
    return new BlindLabels(units);
  }

  /** Of two people, from how often each pair of labels stands together. */
  private static BlindLabels crossed(int[][] counts) {
    List<BlindLabels.Unit> units = new ArrayList<>();
    for (int a = 0; a < counts.length; a++) {
      for (int b = 0; b < counts.length; b++) {
        for (int i = 0; i < counts[a][b]; i++) {
          units.add(
              new BlindLabels.Unit(
                  "i" + units.size(), Map.of("first", "l" + a, "second", "l" + b)));
        }
      }
    }
    return new BlindLabels(units);
  }

  private static double alpha(BlindLabels labels) {
    return Agreement.of(labels, 1).alpha().orElseThrow().value();
  }

  private static double kappa(BlindLabels labels) {
    return Agreement.of(labels, 1).pairs().getFirst().kappa().orElseThrow().value();
  }

  /* Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", sections A, B and C. */
  @Test
  void alphaIsThatOfKrippendorffsOwnExamples() {
    assertThat(alpha(table("a a b b d c c c e d d a", "b a b b b c c c e d d d")))
        .isCloseTo(0.692, within(5e-4));
    assertThat(alpha(table("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")))
        .isCloseTo(0.095, within(5e-4));
    assertThat(
            alpha(
                table(
                    "1 2 3 3 2 1 4 1 2 . . .",
                    "1 2 3 3 2 2 4 1 2 5 . 3",
                    ". 3 3 3 2 3 4 2 2 5 1 .",
                    "1 2 3 3 2 4 4 1 2 5 1 .")))
        .isCloseTo(0.743, within(5e-4));
  }

  /* Cohen 1960, table 1, with its 200 cases as in Fleiss, Cohen and Everitt 1969. */
  @Test
  void kappaIsThatOfCohensOwnExample() {
    BlindLabels cohen = crossed(new int[][] {{106, 10, 4}, {22, 28, 10}, {2, 12, 6}});
    assertThat(kappa(cohen)).isCloseTo(0.429, within(5e-4));
    assertThat(kappa(crossed(new int[][] {{20, 5}, {10, 15}}))).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void whereNearlyAllIsOfOneKindThePrevalenceTellsWhyKappaIsLow() {
    Agreement agreement = Agreement.of(crossed(new int[][] {{94, 3}, {3, 0}}), 1);
    assertThat(agreement.same().value()).isEqualTo(0.94);
    assertThat(agreement.pairs().getFirst().kappa().orElseThrow().value()).isNegative();
    assertThat(agreement.prevalence().values().iterator().next().value()).isEqualTo(0.97);
    assertThat(agreement.prevalence().keySet()).containsExactly("l0", "l1");
  }

  @Test
  void whereEverythingHasOneLabelNoCoefficientIsClaimed() {
    Agreement agreement = Agreement.of(table("a a a", "a a a"), 1);
    assertThat(agreement.alpha()).isEmpty();
    assertThat(agreement.pairs().getFirst().kappa()).isEmpty();
    assertThat(Agreement.of(new BlindLabels(List.of()), 1).alpha()).isEmpty();
    assertThat(Agreement.of(table("a b", ". ."), 1).units()).isZero();
  }

  /** Two people who copy each other on a share of the items: kappa is that share. */
  @Test
  void intervalsHoldTheTrueValueAboutAsOftenAsTheySay() {
    SplittableRandom random = new SplittableRandom(20261123);
    int held = 0;
    int trials = 100;
    for (int trial = 0; trial < trials; trial++) {
      int[][] counts = new int[2][2];
      for (int i = 0; i < 120; i++) {
        int first = random.nextInt(2);
        int second = random.nextDouble() < 0.6 ? first : random.nextInt(2);
        counts[first][second]++;
      }
      Agreement.Estimate kappa =
          Agreement.of(crossed(counts), trial).pairs().getFirst().kappa().orElseThrow();
      if (kappa.low() <= 0.6 && 0.6 <= kappa.high()) held++;
    }
    // 95 of 100 are meant; fewer than 87 would happen once in a thousand times.
    assertThat(held).isBetween(87, 100);
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    BlindLabels labels = crossed(new int[][] {{20, 5}, {10, 15}});
    assertThat(Agreement.of(labels, 7)).isEqualTo(Agreement.of(labels, 7));
    assertThat(Agreement.of(labels, 7).alpha()).isNotEqualTo(Agreement.of(labels, 8).alpha());
  }
}
