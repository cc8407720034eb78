package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KedgeTest {
  @Test
  void anUnknownCommandIsWrongUse() {
    assertThat(Kedge.run("no-such-command")).isEqualTo(2);
  }

  @Test
  void noCommandIsWrongUse() {
    assertThat(Kedge.run()).isEqualTo(2);
  }
}
