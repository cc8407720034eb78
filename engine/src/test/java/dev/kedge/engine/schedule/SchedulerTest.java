package dev.kedge.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.model.BatchRow;
import dev.kedge.engine.schedule.Scheduler.Piece;
import dev.kedge.engine.schedule.Scheduler.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final KvLayout LAYOUT = new KvLayout(KvType.F16, 1, 1, 1);

  private KvCache cache = new KvCache(LAYOUT, 1024);
  private Scheduler scheduler = new Scheduler(cache, 8, 10);
  private int texts;

  private void positions(int positions, int sequences, int budget) {
    cache = new KvCache(LAYOUT, positions);
    scheduler = new Scheduler(cache, sequences, budget);
  }

  private Sequence submit(int prompt, int limit) {
    return submit(prompt, limit, Service.NORMAL);
  }

  /* Every text is another one. */
  private Sequence submit(int prompt, int limit, Service service) {
    int[] tokens = new int[prompt];
    tokens[0] = ++texts;
    return submit(new Sequence(tokens, limit, service));
  }

  private Sequence submit(Sequence sequence) {
    scheduler.submit(sequence);
    return sequence;
  }

  private Step step() {
    Step step = scheduler.step(0);
    scheduler.commit(step);
    for (Sequence sequence : step.finishing()) {
      sequence.append(1);
      if (sequence.full()) scheduler.remove(sequence);
    }
    return step;
  }

  private static List<Sequence> served(Step step) {
    return step.pieces().stream().map(Piece::sequence).toList();
  }

  @Test
  void textsOfDifferentScopesShareNothing() {
    int[] text = new int[100];
    int[] found = new int[4];
    String[] scopes = {"a", "b", "a", ""};
    for (int i = 0; i < scopes.length; i++) {
      Sequence sequence =
          submit(new Sequence(text, 101, new Service(0, Long.MAX_VALUE, scopes[i])));
      while (scheduler.running() + scheduler.waiting() > 0) step();
      found[i] = sequence.cachedTokens();
    }
    assertThat(found).containsExactly(0, 0, 96, 0);
  }

  @Test
  void generatingSequencesComeBeforePiecesOfPrompts() {
    Sequence prompt = submit(25, 100);
    Sequence generating = submit(1, 100);
    Step step = step();
    assertThat(served(step)).containsExactly(generating, prompt);
    assertThat(step.finishing()).containsExactly(generating);
    assertThat(step.rows())
        .extracting(BatchRow::position)
        .containsExactly(0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(step().rows()).hasSize(10);
    assertThat(step().finishing()).containsExactly(generating, prompt);
    assertThat(scheduler.promptTokens()).isEqualTo(26);
  }

  @Test
  void everySequenceAdvancesHoweverSmallTheBudget() {
    for (int budget = 1; budget < 6; budget++) {
      positions(10_000, 8, budget);
      List<Sequence> sequences = new ArrayList<>();
      for (int i = 0; i < 8; i++) sequences.add(submit(1 + i % 4 * 5, 1000));
      for (int pass = 0; pass < 400; pass++) {
        assertThat(step().rows().size()).isBetween(1, budget);
      }
      for (Sequence sequence : sequences) assertThat(sequence.generated()).isGreaterThan(20);
    }
  }

  @Test
  void aLongPromptNeverKeepsARunningSequenceFromItsNextToken() {
    positions(100_000, 64, 100);
    List<Sequence> running = new ArrayList<>();
    for (int i = 0; i < 63; i++) running.add(submit(1, 1000));
    step();
    Sequence prompt = submit(4000, 5000);
    int steps = 0;
    while (prompt.generated() == 0) {
      assertThat(served(step())).containsAll(running);
      steps++;
    }
    assertThat(steps).isEqualTo(Math.ceilDiv(4000, 100 - 63));
  }

  @Test
  void higherPrioritiesAndEarlierDeadlinesAndFormerArrivalsComeFirst() {
    positions(1024, 1, 10);
    Sequence late = submit(1, 2, new Service(0, 200));
    Sequence first = submit(1, 2, new Service(0, 100));
    Sequence second = submit(1, 2, new Service(0, 100));
    Sequence urgent = submit(1, 2, new Service(5, Long.MAX_VALUE));
    Sequence any = submit(1, 2);
    List<Sequence> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) order.addAll(served(step()));
    assertThat(order).containsExactly(urgent, first, second, late, any);
  }

  @Test
  void aHigherPriorityTakesThePlaceOfALowerOneWhichGoesOnLater() {
    positions(1024, 1, 100);
    Sequence slow = submit(40, 60);
    step();
    step();
    assertThat(slow.generated()).isEqualTo(2);
    Sequence urgent = submit(3, 4, new Service(1, Long.MAX_VALUE));
    assertThat(served(step())).containsExactly(urgent);
    assertThat(scheduler.preemptions()).isEqualTo(1);
    Step again = step();
    assertThat(served(again)).containsExactly(slow);
    // The first 32 of 42 tokens were kept.
    assertThat(again.rows()).extracting(BatchRow::position).startsWith(32).hasSize(10);
    assertThat(scheduler.promptTokens()).isEqualTo(43);
    assertThat(slow.cachedTokens()).isZero();
  }

  @Test
  void anEqualPriorityWaitsForItsTurn() {
    positions(1024, 1, 100);
    Sequence first = submit(40, 43);
    step();
    Sequence second = submit(3, 5, new Service(0, 100));
    assertThat(served(step())).containsExactly(first);
    assertThat(served(step())).containsExactly(first);
    assertThat(served(step())).containsExactly(second);
    assertThat(scheduler.preemptions()).isZero();
  }

  @Test
  void whatIsNotDoneByItsDeadlineIsGivenUp() {
    positions(1024, 1, 10);
    Sequence running = submit(5, 50, new Service(1, 20));
    Sequence waiting = submit(5, 50, new Service(0, 10));
    assertThat(scheduler.step(9).expired()).isEmpty();
    assertThat(scheduler.step(10).expired()).containsExactly(waiting);
    assertThat(scheduler.step(20).expired()).containsExactly(running);
    assertThat(scheduler.running() + scheduler.waiting()).isZero();
    assertThat(cache.positionsUsed()).isZero();
  }

  @Test
  void whoBeginsAsARunningOneSharesItsPagesAtOnce() {
    positions(1024, 8, 100);
    int[] text = new int[80];
    Sequence first = submit(new Sequence(text, 100, Service.NORMAL));
    KvPage[] pages = step().rows().getFirst().pages();
    Sequence second = submit(new Sequence(text, 100, Service.NORMAL));
    Step step = step();
    assertThat(served(step)).containsExactly(first, second);
    assertThat(step.rows()).extracting(BatchRow::position).startsWith(80, 64, 65).hasSize(17);
    KvPage[] shared = step.rows().getLast().pages();
    assertThat(shared[0]).isSameAs(pages[0]);
    assertThat(shared[1]).isSameAs(pages[1]);
    assertThat(shared[2]).isNotSameAs(pages[2]);
    assertThat(second.cachedTokens()).isEqualTo(64);
    assertThat(scheduler.cachedTokens()).isEqualTo(64);
    assertThat(cache.positionsUsed()).isEqualTo(4 * 32);
  }

  @Test
  void ofSequencesThatBeginAlikeAndComeTogetherOneComputesTheBeginning() {
    positions(1024, 8, 64);
    for (int i = 0; i < 4; i++) {
      int[] text = new int[200];
      text[199] = i;
      submit(new Sequence(text, 300, Service.NORMAL));
    }
    int rows = 0;
    for (int i = 0; i < 4; i++) rows += step().rows().size();
    assertThat(rows).isLessThan(4 * 64 + 1);
    while (scheduler.promptTokens() < 800) step();
    assertThat(scheduler.cachedTokens()).isEqualTo(3 * 192);
  }

  @Test
  void aTextThatDiffersInOneTokenSharesOnlyWhatCameBefore() {
    positions(1024, 8, 200);
    int[] text = new int[100];
    submit(new Sequence(text, 101, Service.NORMAL));
    step();
    text[40] = 1;
    Sequence other = submit(new Sequence(text, 101, Service.NORMAL));
    step();
    assertThat(other.cachedTokens()).isEqualTo(32);
  }

  @Test
  void keptPagesGoInTheOrderInWhichTheyWereLastUsed() {
    positions(32 * 6, 1, 100);
    int[][] texts = new int[4][64];
    for (int i = 0; i < 4; i++) {
      texts[i][0] = i;
      if (i == 3) run(texts[0]); // again, so the second is the oldest
      run(texts[i]);
    }
    assertThat(run(texts[0]).cachedTokens()).isEqualTo(32);
    assertThat(run(texts[3]).cachedTokens()).isEqualTo(32);
    assertThat(run(texts[1]).cachedTokens()).isZero();
  }

  private Sequence run(int[] text) {
    Sequence sequence = submit(new Sequence(text, text.length + 1, Service.NORMAL));
    while (!sequence.full()) step();
    return sequence;
  }

  @Test
  void withoutMemoryForAPageASequenceEndsAndGivesBackWhatItHolds() {
    KvLayout huge = new KvLayout(KvType.F16, 1, 1, 1 << 20);
    int layers = (int) Math.min(1 << 14, Runtime.getRuntime().maxMemory() / huge.bytes() + 1);
    huge = new KvLayout(KvType.F16, layers, 1, 1 << 20);
    Assumptions.assumeTrue(Runtime.getRuntime().maxMemory() < huge.bytes(), "the heap is huge");
    cache = new KvCache(huge, 128);
    scheduler = new Scheduler(cache, 8, 10);
    Sequence sequence = submit(1, 65);
    assertThat(scheduler.step(0).hopeless()).containsExactly(sequence);
    assertThat(cache.positions()).isZero();
    assertThat(scheduler.running() + scheduler.waiting()).isZero();
  }

  @Test
  void pagesAreUsedAgain() {
    positions(32, 8, 10);
    Sequence first = submit(3, 32);
    KvPage page = step().rows().getFirst().pages()[0];
    scheduler.remove(first);
    submit(3, 32);
    assertThat(step().rows().getFirst().pages()[0]).isSameAs(page);
  }
}
