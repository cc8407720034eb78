package dev.kedge.route.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.route.tier.Aim;
import dev.kedge.route.tier.Classifier;
import dev.kedge.route.tier.Prices;
import dev.kedge.route.tier.RouteFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private static final Invented.Truth CLEAR = new Invented.Truth(0.95, 0.35, 0.95);

  private static Training.Outcome train(ScoredData data, Aim aim) {
    return train(data, new TrainingPlan(Split.RANDOM, 1, aim, Optional.empty()));
  }

  private static Training.Outcome train(ScoredData data, TrainingPlan plan) {
    return new Training(data, plan).run();
  }

  @Test
  void whatWordsTellIsLearnedAndRoutingPays() {
    Training.Outcome outcome = train(Invented.data(1200, CLEAR, 1), new Aim.RelativeFloor(0.95));
    assertThat(outcome.verdict()).isEqualTo(Verdict.PAYS);
    // Knowing the kind is all that can be known: 0.75 of the gap on average, and AUC as below.
    assertThat(outcome.measured().recovered().value()).isBetween(0.70, 0.80);
    assertThat(outcome.measured().recovered().low()).isGreaterThan(0.6);
    assertThat(outcome.chosen().bounds().largeShare()).isBetween(0.35, 0.60);
    assertThat(outcome.chosen().bounds().relativeLow()).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void probabilitiesAreTrueOnNewExamples() {
    Training.Outcome outcome = train(Invented.data(2000, CLEAR, 2), new Aim.RelativeFloor(0.95));
    // The truth is a step here, which a smooth curve only comes near to.
    assertThat(outcome.quality().calibrationError()).isLessThan(0.07);
    Classifier classifier = outcome.model().classifier();
    SplittableRandom random = new SplittableRandom(99);
    for (boolean easy : new boolean[] {true, false}) {
      double sum = 0;
      for (int i = 0; i < 400; i++) sum += classifier.probability(Invented.prompt(easy, random));
      // As good as the large one: right, or the large one wrong.
      double truth = 1 - (1 - CLEAR.mean(easy)) * CLEAR.large();
      assertThat(sum / 400).as("easy %s", easy).isBetween(truth - 0.06, truth + 0.06);
    }
  }

  @Test
  void ofNoiseItSaysThatRoutingDoesNotPayButForOneDrawingInForty() {
    int pays = 0;
    for (long seed = 1; seed <= 20; seed++) {
      ScoredData noise = Invented.data(400, new Invented.Truth(0.6, 0.6, 0.9), seed);
      Training.Outcome outcome = train(noise, new Aim.RelativeFloor(0.9));
      String last = new RouteReport(outcome, Optional.empty()).conclusion().getLast();
      if (outcome.verdict() == Verdict.PAYS) pays++;
      else assertThat(last).startsWith("Routing does not pay");
    }
    // Three or more of twenty would be a chance of one in seventy.
    assertThat(pays).isLessThanOrEqualTo(2);
  }

  @Test
  void whereTheSmallModelIsAsGoodItSaysSo() {
    ScoredData data = Invented.data(800, new Invented.Truth(0.95, 0.95, 0.9), 5);
    assertThat(train(data, new Aim.RelativeFloor(0.95)).verdict())
        .isEqualTo(Verdict.SMALL_IS_ENOUGH);
  }

  @Test
  void aFloorThatIsTooHighLeavesTheLargeModelAlone() {
    ScoredData data = Invented.data(600, new Invented.Truth(0.8, 0.2, 0.95), 6);
    Training.Outcome outcome = train(data, new Aim.RelativeFloor(0.9999));
    assertThat(outcome.verdict()).isEqualTo(Verdict.ONLY_LARGE);
    assertThat(outcome.model().threshold()).isEqualTo(1);
  }

  @Test
  void pricesThatAreTooCloseDoNotPay() {
    TrainingPlan plan =
        new TrainingPlan(
            Split.RANDOM, 1, new Aim.RelativeFloor(0.95), Optional.of(new Prices(9.5, 10)));
    Training.Outcome outcome = train(Invented.data(1200, CLEAR, 1), plan);
    assertThat(outcome.verdict()).isEqualTo(Verdict.PRICES_TOO_CLOSE);
  }

  @Test
  void aPriceCeilingIsKept() {
    TrainingPlan plan =
        new TrainingPlan(Split.RANDOM, 1, new Aim.PriceCeiling(4), Optional.of(new Prices(1, 11)));
    Training.Outcome outcome = train(Invented.data(1200, CLEAR, 1), plan);
    assertThat(outcome.chosen().bounds().largeTokensHigh()).isBetween(0.2, 0.3);
    assertThat(outcome.saving()).isGreaterThan(1 - 4.0 / 11);
  }

  @Test
  void theSameDataGiveTheSameFileOnAnyNumberOfThreads() throws Exception {
    ScoredData data = Invented.data(400, CLEAR, 3);
    Aim aim = new Aim.RelativeFloor(0.9);
    String first = RouteFile.text(train(data, aim).model());
    try (ForkJoinPool one = new ForkJoinPool(1)) {
      String second = one.submit(() -> RouteFile.text(train(data, aim).model())).get();
      assertThat(second).isEqualTo(first);
    }
    TrainingPlan otherSeed = new TrainingPlan(Split.RANDOM, 2, aim, Optional.empty());
    assertThat(RouteFile.text(train(data, otherSeed).model())).isNotEqualTo(first);
  }

  @Test
  void groupsStayTogetherAndATopicThatOnlyItsGroupKnowsIsNotLearned() {
    // In every group one made-up word, and the small model good in every other group: known groups
    // can be told by the word, new ones cannot.
    SplittableRandom random = new SplittableRandom(4);
    List<Scored> examples = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      int group = i % 40;
      double small = random.nextDouble() < (group % 2 == 0 ? 0.95 : 0.3) ? 1 : 0;
      String word = "w" + (char) ('a' + group % 26) + (char) ('a' + group / 26) + "q";
      examples.add(new Scored(word + " item " + i, small, 1, "g" + group, 10));
    }
    ScoredData data = new ScoredData(List.of("x"), "0".repeat(64), "", "", examples);
    Aim aim = new Aim.RelativeFloor(0.9);
    Training.Outcome known = train(data, aim);
    Training.Outcome fresh = train(data, new TrainingPlan(Split.GROUP, 1, aim, Optional.empty()));
    assertThat(known.quality().auc()).isGreaterThan(0.75);
    assertThat(fresh.quality().auc()).isLessThan(0.62);
    assertThat(known.verdict()).isEqualTo(Verdict.PAYS);
    assertThat(fresh.verdict()).isNotEqualTo(Verdict.PAYS);
    assertThat(fresh.model().training().groups()).isEqualTo(40);
  }

  @Test
  void tooFewExamplesOrGroupsAreRefusedWithARemedy() {
    assertThatThrownBy(() -> train(Invented.data(99, CLEAR, 1), new Aim.RelativeFloor(0.9)))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("99 examples are too few");
    List<Scored> two = new ArrayList<>();
    for (int i = 0; i < 200; i++) two.add(new Scored("text " + i, 1, 1, "g" + i % 2, 1));
    ScoredData data = new ScoredData(List.of("x"), "0".repeat(64), "", "", two);
    TrainingPlan plan =
        new TrainingPlan(Split.GROUP, 1, new Aim.RelativeFloor(0.9), Optional.empty());
    assertThatThrownBy(() -> train(data, plan))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("only 2 groups")
        .hasMessageContaining("--split random");
  }

  @Test
  void theReportTellsCurveNeedAndConclusionAsTextJsonAndPage() {
    TrainingPlan plan =
        new TrainingPlan(
            Split.RANDOM, 1, new Aim.RelativeFloor(0.95), Optional.of(new Prices(1, 10)));
    Training.Outcome outcome = train(Invented.data(800, CLEAR, 1), plan);
    RouteReport report = new RouteReport(outcome, Optional.of(outcome));
    assertThat(report.table())
        .contains(
            "small-1", "large-1", "random mixing 0.500", "<- chosen", "$/M tokens", "% saved");
    assertThat(report.toMap())
        .containsEntry("verdict", "pays")
        .containsKeys("curve", "chosen", "recovered", "largeShareForGap", "otherSplit");
    assertThat(report.html()).contains("<svg", "random mixing", "Routing pays");
  }
}
