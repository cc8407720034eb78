package dev.kedge.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random schedules: requests with shared beginnings, of all priorities and deadlines,
 * come and go while memory is short. {@link CheckedSchedule} looks at every step.
 */
class RandomSchedulesTest {
  private static final int SCHEDULES = 4_000;

  @Test
  void noScheduleLeaksOrWritesASharedPageAndEveryoneFinishesInTheOrderOfService() {
    long preemptions = 0;
    long cached = 0;
    int expired = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
      CheckedSchedule schedule = new CheckedSchedule(seed);
      try {
        schedule.run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("schedule " + seed + ": " + e.getMessage(), e);
      }
      preemptions += schedule.preemptions();
      cached += schedule.cachedTokens();
      expired += schedule.expired();
    }
    // The schedules do reach what they are meant to test.
    assertThat(preemptions).isGreaterThan(SCHEDULES / 4);
    assertThat(cached).isGreaterThan(SCHEDULES * 10L);
    assertThat(expired).isGreaterThan(SCHEDULES / 10);
  }

  @Test
  void theSameEventsGiveTheSameSteps() {
    for (int seed = 0; seed < 200; seed++) {
      CheckedSchedule first = new CheckedSchedule(seed);
      first.run();
      CheckedSchedule second = new CheckedSchedule(seed);
      second.run();
      assertThat(second.trace()).isEqualTo(first.trace());
    }
  }

  @Test
  void oneSequenceIsNeverInterruptedHoweverLittleMemoryThereIs() {
    Random random = new Random(4);
    for (int i = 0; i < 100; i++) {
      int limit = 1 + random.nextInt(200);
      KvCache cache = new KvCache(CheckedSchedule.LAYOUT, limit);
      Scheduler scheduler = new Scheduler(cache, 4, 1 + random.nextInt(50));
      Sequence sequence = new Sequence(new int[1 + random.nextInt(limit)], limit, Service.NORMAL);
      scheduler.submit(sequence);
      while (!sequence.full()) {
        Scheduler.Step step = scheduler.step(0);
        assertThat(step.rows()).isNotEmpty();
        scheduler.commit(step);
        for (Sequence one : step.finishing()) one.append(0);
      }
      assertThat(scheduler.preemptions()).isZero();
    }
  }
}
