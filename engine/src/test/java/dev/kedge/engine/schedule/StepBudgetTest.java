package dev.kedge.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StepBudgetTest {
  private static final long MILLI = 1_000_000;

  /* A machine on which a pass takes so many milliseconds and so many more per token. */
  private static StepBudget after(double fixed, double perToken, int generating) {
    StepBudget budget = new StepBudget(256, 125 * MILLI);
    Random random = new Random(7);
    for (int pass = 0; pass < 60; pass++) {
      int tokens = Math.max(1, budget.tokens(generating) - random.nextInt(3));
      double noise = 1 + 0.05 * random.nextGaussian();
      budget.measured(tokens, (long) ((fixed + perToken * tokens) * noise * MILLI));
    }
    return budget;
  }

  @Test
  void passesGetAsLongAsTheAimWhereTheMachineIsFastEnough() {
    int tokens = after(10, 2, 4).tokens(4);
    assertThat(10 + 2 * tokens).isBetween(95, 155);
  }

  @Test
  void aSlowMachineStillReadsPromptsBesideAnswersInPiecesThatPay() {
    assertThat(after(140, 55, 16).tokens(16)).isEqualTo(16 + 8);
    assertThat(after(140, 55, 0).tokens(0)).isEqualTo(32);
  }

  @Test
  void whereManyGenerateLongerThanTheAimPromptsGetAQuarterAsManyTokensAsThey() {
    assertThat(after(14, 4.4, 64).tokens(64)).isEqualTo(64 + 16);
  }

  @Test
  void passesOfOneSizeDoNotKeepTheBudgetAtThatSize() {
    StepBudget budget = new StepBudget(256, 125 * MILLI);
    for (int pass = 0; pass < 30; pass++) budget.measured(9, 56 * MILLI);
    int tokens = budget.tokens(1);
    assertThat(14 + 4.6 * tokens).isBetween(100.0, 150.0);
  }

  @Test
  void aBurstOfOtherWorkOnTheMachineIsForgottenSoon() {
    StepBudget budget = new StepBudget(256, 125 * MILLI);
    Random random = new Random(3);
    for (int pass = 0; pass < 60; pass++) {
      int tokens = budget.tokens(4);
      double slower = pass < 20 ? 1 + 2 * random.nextDouble() : 1;
      budget.measured(tokens, (long) ((14 + 4.4 * tokens) * slower * MILLI));
    }
    assertThat(14 + 4.4 * budget.tokens(4)).isBetween(110.0, 140.0);
  }

  @Test
  void aFastMachineIsBoundByTheMost() {
    assertThat(after(1, 0.01, 2).tokens(2)).isEqualTo(256);
  }

  @Test
  void whereNobodyGeneratesPassesMayBeLonger() {
    StepBudget budget = after(10, 2, 4);
    assertThat(budget.tokens(0)).isGreaterThan(2 * budget.tokens(1));
  }

  @Test
  void moreSequencesThanTheMostAreServedInTurns() {
    assertThat(new StepBudget(8, 125 * MILLI).tokens(64)).isEqualTo(8);
  }

  @Test
  void withoutAnAimEveryPassGetsTheMost() {
    StepBudget budget = new StepBudget(77, 0);
    budget.measured(77, 1000 * MILLI);
    assertThat(budget.tokens(3)).isEqualTo(77);
  }

  @Test
  void whateverIsMeasuredTheBudgetStaysWithinItsBounds() {
    Random random = new Random(11);
    StepBudget budget = new StepBudget(100, 125 * MILLI);
    for (int i = 0; i < 2000; i++) {
      long took = random.nextInt(5) == 0 ? 0 : (long) Math.pow(10, 11 * random.nextDouble());
      budget.measured(1 + random.nextInt(100), took);
      int generating = random.nextInt(20);
      assertThat(budget.tokens(generating)).isBetween(generating + 8, 100);
    }
  }
}
