package dev.kedge.bench.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.bench.balancing.BalancingSimulation.Kind;
import dev.kedge.bench.balancing.BalancingSimulation.Result;
import dev.kedge.bench.balancing.BalancingSimulation.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;

class BalancingSimulationTest {
  private static final long SECONDS = 150;

  @Test
  void theGatewayGivesFirstTokensSoonerThanTurnsAndFewestCalls() {
    for (Scenario scenario : BalancingSimulation.SCENARIOS) {
      Result ours = BalancingSimulation.run(scenario, Kind.KEDGE, 3, SECONDS);
      for (Kind other : List.of(Kind.ROUND_ROBIN, Kind.LEAST_CONNECTIONS)) {
        Result theirs = BalancingSimulation.run(scenario, other, 3, SECONDS);
        String what = scenario.name() + " against " + other;
        assertThat(ours.p50()).as(what).isLessThan(0.7 * theirs.p50());
        assertThat(ours.p90()).as(what).isLessThan(0.9 * theirs.p90());
        assertThat(ours.p99()).as(what).isLessThan(theirs.p99());
        assertThat(ours.hitRate()).as(what).isGreaterThan(theirs.hitRate());
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameResult() {
    Scenario scenario = BalancingSimulation.SCENARIOS.getFirst();
    assertThat(BalancingSimulation.run(scenario, Kind.KEDGE, 5, 100))
        .isEqualTo(BalancingSimulation.run(scenario, Kind.KEDGE, 5, 100));
  }

  @Test
  void oneSequenceAndEightDecodeAsFastAsThePublishedServer() {
    ServiceTimes times = new ServiceTimes(1);
    /* Half of 128 answered tokens on top of 1,024 of the prompt, as in the published sweep. */
    double one = 1e9 / times.stepNanos(1, 1, 1088);
    double eight = 8e9 / times.stepNanos(8, 8, 8 * 1088);
    assertThat(one).isBetween(72.0, 78.0);
    assertThat(eight / one).isBetween(6.2, 7.0);
  }
}
