package dev.kedge.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FalseDiscoveryTest {
  /** The fifteen p-values of section 3.2 of Benjamini and Hochberg 1995. */
  private static final List<Double> PUBLISHED =
      List.of(
          0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
          0.5719, 0.6528, 0.7590, 1.0);

  @Test
  void rejectsTheFourOfThePublishedExample() {
    List<Double> adjusted = FalseDiscovery.adjusted(PUBLISHED);
    assertThat(adjusted.stream().filter(p -> p <= 0.05)).hasSize(4);
    // p * 15 / rank, the least of this and all later ones.
    assertThat(adjusted.get(0)).isEqualTo(0.0015, within(1e-12));
    assertThat(adjusted.get(3)).isEqualTo(0.035625, within(1e-12));
    assertThat(adjusted.get(5)).isEqualTo(0.0298 * 15 / 7, within(1e-12));
    assertThat(adjusted.get(14)).isEqualTo(1.0);
  }

  @Test
  void keepsTheGivenOrder() {
    assertThat(FalseDiscovery.adjusted(List.of(0.04, 0.01))).containsExactly(0.04, 0.02);
    assertThat(FalseDiscovery.adjusted(List.of())).isEmpty();
  }

  @Test
  void testsThatAreNotGivenCountToo() {
    assertThat(FalseDiscovery.adjusted(List.of(0.001, 0.002), 100).get(0))
        .isEqualTo(0.1, within(1e-12));
    assertThatThrownBy(() -> FalseDiscovery.adjusted(List.of(0.1, 0.1), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
