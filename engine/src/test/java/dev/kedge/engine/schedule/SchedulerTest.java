package dev.kedge.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.model.BatchRow;
import dev.kedge.engine.model.PageLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final PageLayout LAYOUT = new PageLayout(1, 1, 4);

  @Test
  void generatingSequencesComeBeforePiecesOfPrompts() {
    Scheduler scheduler = new Scheduler(new KvCache(LAYOUT, 1024), 8, 10);
    Sequence prompt = admit(scheduler, 25, 100);
    Sequence generating = admit(scheduler, 1, 100);
    Scheduler.Plan plan = scheduler.plan();
    assertThat(plan.sequences()).containsExactly(generating, prompt);
    assertThat(plan.finishing()).containsExactly(generating);
    assertThat(plan.rows()).hasSize(10);
    assertThat(plan.rows())
        .extracting(BatchRow::position)
        .containsExactly(0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    generating.append(5);
    assertThat(scheduler.plan().rows()).hasSize(10);
    assertThat(scheduler.plan().finishing()).containsExactly(prompt);
    assertThat(scheduler.promptTokens()).isEqualTo(26);
  }

  @Test
  void everySequenceAdvancesHoweverSmallTheBudget() {
    for (int budget = 1; budget < 6; budget++) {
      Scheduler scheduler = new Scheduler(new KvCache(LAYOUT, 10_000), 8, budget);
      List<Sequence> sequences = new ArrayList<>();
      for (int i = 0; i < 8; i++) sequences.add(admit(scheduler, 1 + i % 4 * 5, 1000));
      for (int pass = 0; pass < 400; pass++) {
        Scheduler.Plan plan = scheduler.plan();
        assertThat(plan.rows().size()).isBetween(1, budget);
        for (Sequence sequence : plan.finishing()) sequence.append(1);
      }
      for (Sequence sequence : sequences) assertThat(sequence.generated()).isGreaterThan(20);
    }
  }

  @Test
  void aSequenceThatFindsNoMemoryGivesBackWhatItHolds() {
    PageLayout huge = new PageLayout(1, (1 << 25) - 1, 1);
    long pageBytes = 4L * huge.floats();
    Assumptions.assumeTrue(
        Runtime.getRuntime().maxMemory() < pageBytes, "the heap has room for 8 GiB");
    KvCache cache = new KvCache(huge, 128);
    Scheduler scheduler = new Scheduler(cache, 8, 10);
    Sequence sequence = admit(scheduler, 1, 65);
    assertThatThrownBy(scheduler::plan).isInstanceOf(OutOfMemoryError.class);
    scheduler.remove(sequence);
    assertThat(cache.positionsReserved()).isZero();
  }

  @Test
  void memoryIsReservedForTheLongestASequenceMayBecome() {
    KvCache cache = new KvCache(LAYOUT, 128);
    Scheduler scheduler = new Scheduler(cache, 8, 10);
    Sequence first = admit(scheduler, 1, 65);
    assertThat(cache.positionsReserved()).isEqualTo(96);
    Sequence second = new Sequence(new int[1], 33);
    assertThat(scheduler.admit(second)).isFalse();
    assertThat(scheduler.admit(new Sequence(new int[1], 32))).isTrue();
    scheduler.remove(first);
    scheduler.remove(first);
    assertThat(cache.positionsReserved()).isEqualTo(32);
    assertThat(scheduler.admit(second)).isTrue();
  }

  @Test
  void pagesAreUsedAgain() {
    KvCache cache = new KvCache(LAYOUT, 32);
    Scheduler scheduler = new Scheduler(cache, 8, 10);
    Sequence first = admit(scheduler, 3, 32);
    float[] page = scheduler.plan().rows().getFirst().pages()[0];
    scheduler.remove(first);
    admit(scheduler, 3, 32);
    assertThat(scheduler.plan().rows().getFirst().pages()[0]).isSameAs(page);
  }

  private static Sequence admit(Scheduler scheduler, int prompt, int limit) {
    Sequence sequence = new Sequence(new int[prompt], limit);
    assertThat(scheduler.admit(sequence)).isTrue();
    return sequence;
  }
}
