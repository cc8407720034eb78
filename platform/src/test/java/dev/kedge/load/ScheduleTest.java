package dev.kedge.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.backend.OpenAiClient.Question;
import dev.kedge.config.TaskFile.Arrivals;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  static LoadPlan plan(double rate, Duration duration, Arrivals arrivals, long seed) {
    Duration long1 = Duration.ofHours(1);
    return new LoadPlan(
        rate,
        duration,
        arrivals,
        seed,
        List.of(Question.of("", "hello", 8, 0)),
        new LoadPlan.Goal(long1, long1, long1));
  }

  @Test
  void constantArrivalsAreEvenlySpacedAndEndBeforeTheDuration() {
    long[] times = Schedule.of(plan(4, Duration.ofSeconds(2), Arrivals.CONSTANT, 1));
    assertThat(times)
        .containsExactly(
            0,
            250_000_000,
            500_000_000,
            750_000_000,
            1_000_000_000,
            1_250_000_000,
            1_500_000_000,
            1_750_000_000);
  }

  @Test
  void poissonArrivalsAreAFunctionOfTheSeed() {
    LoadPlan plan = plan(50, Duration.ofSeconds(20), Arrivals.POISSON, 7);
    assertThat(Schedule.of(plan)).isEqualTo(Schedule.of(plan));
    assertThat(Schedule.of(plan))
        .isNotEqualTo(Schedule.of(plan(50, Duration.ofSeconds(20), Arrivals.POISSON, 8)));
  }

  @Test
  void poissonGapsAreExponentialAndCountsVaryAsMuchAsTheirMean() {
    double rate = 100;
    long[] times = Schedule.of(plan(rate, Duration.ofSeconds(1000), Arrivals.POISSON, 3));
    // 100,000 expected, standard deviation 316: five of them to either side.
    assertThat(times.length).isBetween(98_400, 101_600);
    double[] gaps = new double[times.length - 1];
    for (int i = 0; i < gaps.length; i++) gaps[i] = (times[i + 1] - times[i]) / 1e9;
    double mean = Arrays.stream(gaps).average().orElseThrow();
    double square = Arrays.stream(gaps).map(gap -> gap * gap).average().orElseThrow();
    assertThat(mean).isCloseTo(1 / rate, within(0.00016));
    assertThat(Math.sqrt(square - mean * mean) / mean).isCloseTo(1, within(0.03));
    // The share of gaps longer than the mean is 1/e.
    double longer =
        Arrays.stream(gaps).filter(gap -> gap > 1 / rate).count() / (double) gaps.length;
    assertThat(longer).isCloseTo(1 / Math.E, within(0.008));
    int[] perSecond = new int[1000];
    for (long time : times) perSecond[(int) (time / 1_000_000_000)]++;
    double variance =
        Arrays.stream(perSecond).mapToDouble(n -> (n - rate) * (n - rate)).average().orElseThrow();
    assertThat(variance / rate).isCloseTo(1, within(0.25));
  }

  @Test
  void evenAShortPlanSendsSomething() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(Schedule.of(plan(0.01, Duration.ofMillis(1), Arrivals.POISSON, seed)))
          .isNotEmpty();
    }
  }
}
