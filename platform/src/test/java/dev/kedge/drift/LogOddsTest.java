package dev.kedge.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogOddsTest {
  @Test
  void followsMonroeColaresiAndQuinnWithACountPerAnswer() {
    // 30 of 100 before, 60 of 100 after; prior 10 answers at 45 %: 4.5 with, 5.5 without.
    LogOdds odds = LogOdds.of(30, 100, 60, 100);
    double value = Math.log(64.5 / 45.5) - Math.log(34.5 / 75.5);
    double variance = 1 / 64.5 + 1 / 45.5 + 1 / 34.5 + 1 / 75.5;
    assertThat(odds.value()).isEqualTo(value, within(1e-12));
    assertThat(odds.z()).isEqualTo(value / Math.sqrt(variance), within(1e-12));
  }

  @Test
  void stayFiniteAndSmallWhereLittleWasSeen() {
    LogOdds all = LogOdds.of(250, 250, 0, 250);
    assertThat(all.value()).isBetween(-9.0, -7.0);
    assertThat(Math.abs(LogOdds.of(1, 250, 0, 250).z())).isLessThan(1);
    assertThat(LogOdds.of(0, 10, 0, 10).z()).isZero();
    assertThat(LogOdds.of(10, 10, 10, 10).value()).isZero();
  }
}
