package dev.kedge.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Agreement of a judge with people; the constants come from scipy 1.17.1 (bootstrap, BCa). */
class KappaTest {
  @Test
  void kappaAndItsIntervalAreThoseOfAnotherImplementation() {
    boolean[] people = new boolean[80];
    boolean[] judge = new boolean[80];
    for (int i = 0; i < 80; i++) {
      people[i] = i * 7 % 10 < 7;
      judge[i] = people[i] ^ i % 9 == 0;
    }
    Kappa kappa = Kappa.of(people, judge);
    assertThat(kappa.value()).isCloseTo(0.747191011235955, within(1e-12));
    assertThat(kappa.agreement()).isCloseTo(0.8875, within(1e-12));
    assertThat(kappa.interval().low()).isCloseTo(0.56204, within(0.012));
    assertThat(kappa.interval().high()).isCloseTo(0.88104, within(0.012));
  }
}
