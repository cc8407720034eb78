package dev.kedge.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.config.Priority;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueSharesTest {
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void tenantsThatWaitAreServedTokensByTheirWeightsHoweverTheyEstimate(long seed) {
    QueueSimulation simulation = new QueueSimulation(new QueueSize(8, 1000), seed);
    var small = simulation.new Caller("small", 1, Priority.NORMAL, 300, 1).keepOpen(40, 0);
    var middle = simulation.new Caller("middle", 2, Priority.NORMAL, 900, 8).keepOpen(60, 0);
    var large = simulation.new Caller("large", 4, Priority.NORMAL, 100, 2).keepOpen(150, 0);
    simulation.run(400);
    double perWeight = (small.served + middle.served + large.served) / 7.0;
    assertThat(perWeight * 7).as("no place idle").isCloseTo(8 * 400 * 1000.0, within(1e5));
    assertThat(small.served / perWeight).isCloseTo(1, Percentage.withPercentage(4));
    assertThat(middle.served / perWeight).isCloseTo(2, Percentage.withPercentage(4));
    assertThat(large.served / perWeight).isCloseTo(4, Percentage.withPercentage(4));
  }

  @ParameterizedTest
  @ValueSource(longs = 4)
  void prioritiesShareSixteenToFourToOneAndNoneStarves(long seed) {
    QueueSimulation simulation = new QueueSimulation(new QueueSize(4, 1000), seed);
    var urgent = simulation.new Caller("a", 1, Priority.INTERACTIVE, 200, 3).keepOpen(30, 0);
    var normal = simulation.new Caller("b", 9, Priority.NORMAL, 200, 3).keepOpen(30, 0);
    var night = simulation.new Caller("c", 2, Priority.BATCH, 200, 3).keepOpen(6, 0);
    var night2 = simulation.new Caller("d", 2, Priority.BATCH, 200, 3).keepOpen(6, 0);
    simulation.run(1500);
    double unit = (urgent.served + normal.served + night.served + night2.served) / 21.0;
    assertThat(urgent.served / unit).isCloseTo(16, Percentage.withPercentage(4));
    assertThat(normal.served / unit).isCloseTo(4, Percentage.withPercentage(4));
    assertThat((night.served + night2.served) / unit).isCloseTo(1, Percentage.withPercentage(6));
    assertThat(night.served).isCloseTo(night2.served, Percentage.withPercentage(12));
    // Twelve calls of 0.2 s at a twenty-first of four places take 13 s; the longest wait is
    // bounded.
    assertThat(night.longestWait).isLessThan(60);
  }

  @ParameterizedTest
  @ValueSource(longs = 6)
  void whoDidNotAskSavedNothingUpAndWhoAskedAloneOwesNothing(long seed) {
    QueueSimulation simulation = new QueueSimulation(new QueueSize(4, 1000), seed);
    var early = simulation.new Caller("early", 1, Priority.NORMAL, 200, 2).keepOpen(50, 0);
    var late = simulation.new Caller("late", 1, Priority.NORMAL, 200, 2).keepOpen(50, 100);
    simulation.run(100);
    long alone = early.served;
    simulation.run(200);
    assertThat(early.served - alone).isCloseTo(late.served, Percentage.withPercentage(6));
  }

  @ParameterizedTest
  @ValueSource(longs = 8)
  void aTenantThatFillsTheQueueKeepsNobodyOut(long seed) {
    QueueSimulation simulation = new QueueSimulation(new QueueSize(4, 20), seed);
    var flood = simulation.new Caller("flood", 1, Priority.NORMAL, 200, 1).keepOpen(60, 0);
    var polite = simulation.new Caller("polite", 1, Priority.NORMAL, 200, 1).keepOpen(8, 0);
    simulation.run(300);
    assertThat(polite.refused).isZero();
    assertThat(polite.served).isCloseTo(flood.served, Percentage.withPercentage(6));
    assertThat(flood.refused).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(longs = 10)
  void callsThatCannotMakeTheirDeadlineAreRefusedAndTheOthersMakeIt(long seed) {
    QueueSimulation simulation = new QueueSimulation(new QueueSize(4, 10_000), seed);
    // 200 callers would wait 10 s for a service of 0.2 s; half of them give up after 5 s.
    var hasty = simulation.new Caller("hasty", 1, Priority.NORMAL, 200, 1).keepOpen(100, 0);
    var patient = simulation.new Caller("patient", 1, Priority.NORMAL, 200, 1).keepOpen(100, 0);
    hasty.deadlineSeconds = 5;
    simulation.run(400);
    assertThat(hasty.refused).isGreaterThan(400);
    assertThat(patient.refused).isZero();
    assertThat(hasty.late).as("of %d", hasty.calls).isLessThan(hasty.calls / 10);
    assertThat(hasty.longestWait).isLessThanOrEqualTo(5);
    assertThat(hasty.served).isCloseTo(patient.served, Percentage.withPercentage(5));
  }

  @ParameterizedTest
  @ValueSource(longs = {12, 13})
  void clientsThatLeaveAtAnyMomentLeaveNoPlaceBehind(long seed) {
    QueueSimulation simulation = new QueueSimulation(new QueueSize(4, 30), seed);
    for (int i = 0; i < 5; i++) {
      var caller =
          simulation.new Caller("t" + i, 1 + i, PRIORITIES.get(i % 3), 300, 2).keepOpen(12, i);
      caller.cancelled = 0.5;
      caller.deadlineSeconds = 20;
    }
    simulation.run(200);
    // The simulation has checked at every step that no place stood free while a call waited.
    assertThat(simulation.callers).allSatisfy(caller -> assertThat(caller.calls).isPositive());
    simulation.callers.forEach(caller -> caller.stopped = true);
    simulation.run(100);
    assertThat(simulation.queue.state().running()).isZero();
    assertThat(simulation.queue.state().waiting()).isZero();
  }
}
