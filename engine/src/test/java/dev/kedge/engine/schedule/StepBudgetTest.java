package dev.kedge.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.model.BatchRow;
import dev.kedge.engine.schedule.StepBudget.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StepBudgetTest {
  private static final long MILLI = 1_000_000;

  /* What passes take, in milliseconds, and a budget that knows of it what it has seen. */
  private static final class Machine {
    private final double fixed;
    private final double perToken;
    private final double perThousandPositions;
    private final Random random = new Random(7);
    private final StepBudget budget = new StepBudget(256, 125 * MILLI, 4000, 0);

    Machine(double fixed, double perToken, double perThousandPositions) {
      this.fixed = fixed;
      this.perToken = perToken;
      this.perThousandPositions = perThousandPositions;
    }

    /* The first tokens of these passages. */
    private static List<BatchRow> rows(List<Passage> wanted, int count) {
      List<BatchRow> rows = new ArrayList<>();
      for (Passage passage : wanted) {
        for (int i = 0; i < passage.tokens() && rows.size() < count; i++) {
          rows.add(new BatchRow(0, passage.from() + i, new KvPage[0], false));
        }
      }
      return rows;
    }

    double takes(List<BatchRow> rows) {
      long positions = rows.stream().mapToLong(row -> row.position() + 1).sum();
      return fixed + perToken * rows.size() + perThousandPositions * positions / 1000;
    }

    /* Milliseconds of the next pass. */
    double next(List<Passage> wanted) {
      return takes(rows(wanted, budget.tokens(wanted)));
    }

    double pass(List<Passage> wanted, double slower) {
      List<BatchRow> rows = rows(wanted, budget.tokens(wanted));
      budget.measured(rows, (long) (takes(rows) * slower * MILLI));
      return takes(rows);
    }

    Machine after(int passes, List<Passage> wanted) {
      for (int i = 0; i < passes; i++) pass(wanted, 1 + 0.03 * random.nextGaussian());
      return this;
    }

    /* The longest pass while a prompt is read to its end beside these, and how many there were. */
    double[] read(int prompt, List<Passage> beside) {
      double longest = 0;
      int passes = 0;
      for (int from = 0; from < prompt; passes++) {
        List<Passage> wanted = new ArrayList<>(beside);
        wanted.add(new Passage(from, Math.max(2, prompt - from)));
        List<BatchRow> rows = rows(wanted, budget.tokens(wanted));
        double took = takes(rows) * (1 + 0.03 * random.nextGaussian());
        budget.measured(rows, (long) (took * MILLI));
        longest = Math.max(longest, took);
        from += rows.size() - beside.size();
      }
      return new double[] {longest, passes};
    }
  }

  private static List<Passage> generating(int sequences) {
    List<Passage> wanted = new ArrayList<>();
    for (int i = 0; i < sequences; i++) wanted.add(new Passage(100 + i, 1));
    return wanted;
  }

  /* So many sequences and a prompt that is long enough for every budget. */
  private static List<Passage> withPrompt(int generating) {
    List<Passage> wanted = generating(generating);
    wanted.add(new Passage(0, 100_000));
    return wanted;
  }

  @Test
  void passesGetAsLongAsTheAimWhereTheMachineIsFastEnough() {
    List<Passage> wanted = withPrompt(4);
    assertThat(new Machine(10, 2, 0.1).after(60, wanted).next(wanted)).isBetween(95.0, 125.0);
  }

  @Test
  void aLongPromptIsReadInPassesNoLongerThanTheAimThoughItsTokensBecomeDearer() {
    Machine machine = new Machine(10, 1, 0.5).after(40, generating(32));
    double[] read = machine.read(4000, generating(32));
    assertThat(read[0]).isLessThan(128);
    assertThat(4000 / read[1]).isGreaterThan(25);
  }

  @Test
  void whereManyGenerateLongerThanTheAimALongPromptTakesAQuarterOfTheirTimeOnTop() {
    Machine machine = new Machine(20, 6, 0.7).after(40, generating(64));
    double alone = machine.next(generating(64));
    double[] read = machine.read(4000, generating(64));
    assertThat(read[0]).isLessThan(1.28 * alone);
    assertThat(4000 / read[1]).isGreaterThan(8);
  }

  @Test
  void aSlowMachineStillReadsPromptsBesideAnswersInPiecesThatPay() {
    List<Passage> beside = withPrompt(1);
    assertThat(new Machine(140, 55, 1).after(60, beside).budget.tokens(beside)).isEqualTo(1 + 8);
    List<Passage> alone = withPrompt(0);
    assertThat(new Machine(140, 55, 1).after(60, alone).budget.tokens(alone)).isEqualTo(32);
  }

  @Test
  void beforeAnythingIsKnownPromptsGetWhatTheyGetAtLeast() {
    StepBudget budget = new StepBudget(256, 125 * MILLI, 4000, 0);
    assertThat(budget.tokens(withPrompt(0))).isEqualTo(32);
    assertThat(budget.tokens(withPrompt(3))).isEqualTo(3 + 8);
  }

  @Test
  void passesOfOneSizeDoNotKeepTheBudgetAtThatSize() {
    Machine machine = new Machine(14, 4.6, 0.1).after(30, generating(9));
    List<Passage> wanted = withPrompt(1);
    assertThat(machine.next(wanted)).isBetween(80.0, 140.0);
  }

  @Test
  void aBurstOfOtherWorkOnTheMachineIsForgottenSoon() {
    Machine machine = new Machine(14, 4.4, 0.1);
    Random random = new Random(3);
    List<Passage> wanted = withPrompt(4);
    for (int pass = 0; pass < 60; pass++) {
      machine.pass(wanted, pass < 20 ? 1 + 2 * random.nextDouble() : 1);
    }
    assertThat(machine.next(wanted)).isBetween(90.0, 125.0);
  }

  @Test
  void onePassThatSomethingElseHeldUpHardlyMakesTheNextOneSmaller() {
    List<Passage> wanted = withPrompt(4);
    Machine machine = new Machine(10, 1, 0.1).after(60, wanted);
    double before = machine.next(wanted);
    machine.pass(wanted, 6);
    assertThat(machine.next(wanted)).isGreaterThan(0.7 * before);
  }

  @Test
  void aMachineThatHasBecomeSlowerIsBelievedAfterAFewPasses() {
    List<Passage> wanted = withPrompt(4);
    Machine machine = new Machine(10, 1, 0.1).after(60, wanted);
    for (int pass = 0; pass < 12; pass++) machine.pass(wanted, 3);
    assertThat(3 * machine.next(wanted)).isLessThan(130);
  }

  @Test
  void whereTextsAreSeenThroughAWindowTheirTokensBecomeNoDearer() {
    StepBudget narrow = new StepBudget(256, 125 * MILLI, 100, 10);
    StepBudget wide = new StepBudget(256, 125 * MILLI, 100, 0);
    for (StepBudget budget : List.of(narrow, wide)) {
      budget.measured(Machine.rows(withPrompt(4), 12), 50 * MILLI);
    }
    List<Passage> far = generating(4);
    far.add(new Passage(5000, 1000));
    assertThat(narrow.tokens(far)).isGreaterThan(wide.tokens(far));
  }

  @Test
  void aFastMachineIsBoundByTheMost() {
    List<Passage> wanted = withPrompt(2);
    assertThat(new Machine(1, 0.01, 0.001).after(60, wanted).budget.tokens(wanted)).isEqualTo(256);
  }

  @Test
  void whereNobodyGeneratesPassesMayBeLonger() {
    Machine machine = new Machine(10, 2, 0.1).after(60, withPrompt(4));
    assertThat(machine.next(withPrompt(0))).isGreaterThan(1.8 * machine.next(withPrompt(1)));
  }

  @Test
  void moreSequencesThanTheMostAreServedInTurns() {
    assertThat(new StepBudget(8, 125 * MILLI, 4000, 0).tokens(generating(64))).isEqualTo(8);
  }

  @Test
  void withoutAnAimEveryPassGetsTheMost() {
    StepBudget budget = new StepBudget(77, 0, 4000, 0);
    budget.measured(Machine.rows(withPrompt(0), 77), 1000 * MILLI);
    assertThat(budget.tokens(withPrompt(3))).isEqualTo(77);
  }

  @Test
  void whateverIsMeasuredTheBudgetStaysWithinItsBounds() {
    Random random = new Random(11);
    StepBudget budget = new StepBudget(100, 125 * MILLI, 4000, 0);
    for (int i = 0; i < 2000; i++) {
      long took = random.nextInt(5) == 0 ? 0 : (long) Math.pow(10, 11 * random.nextDouble());
      int from = random.nextInt(1 << random.nextInt(17));
      budget.measured(Machine.rows(List.of(new Passage(from, 100)), 1 + random.nextInt(100)), took);
      int generating = random.nextInt(20);
      assertThat(budget.tokens(withPrompt(generating))).isBetween(generating + 8, 100);
    }
  }
}
