package dev.kedge.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** From a comparison to exactly one verdict. */
class ContrastTest {
  private static Verdict verdict(long lost, long gained, double margin) {
    return Contrast.ofShares(200 - lost, lost, gained, 50 - gained, margin).verdict();
  }

  @Test
  void everyComparisonEndsInExactlyOneVerdict() {
    assertThat(verdict(3, 20, 0.02)).isEqualTo(new Verdict.Better());
    assertThat(verdict(4, 4, 0.03)).isEqualTo(new Verdict.NotWorse(0.03));
    assertThat(verdict(20, 3, 0.02)).isEqualTo(new Verdict.Worse());
    assertThat(verdict(10, 8, 0.02)).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void aSmallShownLossWithinTheMarginIsNotWorseAndSaysThatItIsALoss() {
    Contrast contrast = Contrast.ofShares(700, 12, 2, 286, 0.03);
    assertThat(contrast.pDifferent()).isLessThan(0.05);
    assertThat(contrast.verdict()).isEqualTo(new Verdict.NotWorse(0.03));
    assertThat(VerdictText.POINTS.doubt(contrast)).contains("below zero but within the margin");
  }

  @Test
  void withoutAMarginNothingIsCalledNotWorse() {
    assertThat(verdict(0, 0, 0)).isEqualTo(new Verdict.Undecided(OptionalLong.empty()));
    assertThat(VerdictText.POINTS.label(verdict(0, 0, 0)))
        .isEqualTo("undecided: no feasible number of examples would decide");
  }

  @Test
  void fewExamplesShowNoSmallMarginEvenWhereNothingDiffers() {
    assertThat(Contrast.ofShares(80, 0, 0, 20, 0.02).verdict())
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(Contrast.ofShares(240, 0, 0, 60, 0.02).verdict())
        .isEqualTo(new Verdict.NotWorse(0.02));
  }

  @Test
  void oneOfManyMetricsNeedsMoreToBeCalledDifferent() {
    Contrast contrast = Contrast.ofShares(190, 10, 23, 27, 0);
    assertThat(contrast.verdict()).isEqualTo(new Verdict.Better());
    assertThat(contrast.verdict(Holm.adjusted(List.of(contrast.pDifferent(), 0.5, 0.6)).getFirst()))
        .isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void examplesThatShareADocumentAreTestedByDocument() {
    List<Boolean> first = new ArrayList<>();
    List<Boolean> second = new ArrayList<>();
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      first.add(i % 3 == 0);
      second.add(i % 3 == 0 || i < 12);
      documents.add("d" + i / 4);
    }
    Contrast alone = Contrast.ofShares(first, second, Collections.nCopies(240, ""), 0.02, 1);
    Contrast shared = Contrast.ofShares(first, second, documents, 0.02, 1);
    assertThat(alone.method()).isEqualTo(Contrast.Method.MCNEMAR);
    assertThat(alone.verdict()).isEqualTo(new Verdict.Better());
    assertThat(shared.method()).isEqualTo(Contrast.Method.PERMUTATION);
    assertThat(shared.clusters()).isEqualTo(60);
    assertThat(shared.verdict()).isInstanceOf(Verdict.Undecided.class);
    assertThat(shared.detectable()).isGreaterThan(alone.detectable());
  }

  /** With 60 documents a loss of 2 points can sit in documents that were not drawn. */
  @Test
  void aSmallMarginNeedsManyDocuments() {
    assertThat(Contrast.leastClusters(0.02)).isEqualTo(183);
    assertThat(Contrast.leastClusters(0.5)).isEqualTo(20);
    List<double[]> same = Collections.nCopies(120, new double[] {1, 1});
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 120; i++) documents.add("d" + i / 2);
    PairedSample sample = PairedSample.of(same, same, documents);
    assertThat(Contrast.ofFigure(sample, Figure.MEAN, 0.02, true, 1).notWorse()).isFalse();
    assertThat(Contrast.ofFigure(sample, Figure.MEAN, 0.1, true, 1).notWorse()).isTrue();
  }

  @Test
  void aMarginBelowZeroIsRefused() {
    assertThatThrownBy(() -> Contrast.ofShares(1, 1, 1, 1, -0.1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theNumberOfFurtherExamplesIsAnEstimateAndLooksLikeOne() {
    assertThat(VerdictText.rounded(7)).isEqualTo(7);
    assertThat(VerdictText.rounded(1234)).isEqualTo(1300);
    assertThat(VerdictText.POINTS.label(new Verdict.Undecided(OptionalLong.of(311))))
        .isEqualTo("undecided: about 320 more examples would decide");
  }

  @Test
  void timesAndTokensAreComparedAsRatios() {
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      first.add(new double[] {100 + i, 1});
      second.add(new double[] {1.2 * (100 + i), 1});
    }
    PairedSample sample = PairedSample.of(first, second, Collections.nCopies(100, ""));
    Contrast contrast = Contrast.ofFigure(sample, Figure.FRUGALITY, Math.log(1.1), false, 1);
    assertThat(contrast.verdict()).isEqualTo(new Verdict.Worse());
    assertThat(VerdictText.RATIO.doubt(contrast)).contains("difference +20.0 %");
  }
}
