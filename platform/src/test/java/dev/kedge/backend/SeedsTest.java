package dev.kedge.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void theFirstChoiceHasTheSeedOfTheCall() {
    assertThat(Seeds.ofChoice(42, 0)).isEqualTo(42);
  }

  @Test
  void choicesOfNeighbouringSeedsShareNothing() {
    Set<Long> seen = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      for (int choice = 0; choice < 16; choice++) {
        assertThat(seen.add(Seeds.ofChoice(seed, choice))).isTrue();
      }
    }
  }
}
