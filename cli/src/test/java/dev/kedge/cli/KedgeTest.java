package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KedgeTest {
  @Test
  void anUnknownCommandIsWrongUse() {
    assertThat(CommandRun.of("no-such-command").code()).isEqualTo(2);
  }

  @Test
  void noCommandIsWrongUse() {
    assertThat(CommandRun.of().code()).isEqualTo(2);
  }
}
