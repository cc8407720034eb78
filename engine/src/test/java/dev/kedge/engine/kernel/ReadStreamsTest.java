package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadStreamsTest {
  @Test
  void everyByteIsReadOnceInAnyNumberOfStreams() {
    try (Arena arena = Arena.ofConfined()) {
      for (int grains : new int[] {1, 2, 7, 40}) {
        long bytes = grains * ReadStreams.GRAIN;
        MemorySegment memory = arena.allocate(bytes, 64);
        Random random = new Random(grains);
        long sum = 0;
        for (long at = 0; at < bytes; at += 8) {
          long word = random.nextLong();
          memory.set(ValueLayout.JAVA_LONG, at, word);
          sum += word;
        }
        for (int streams : ReadStreams.STREAMS) {
          assertThat(ReadStreams.sum(streams, memory.address(), bytes))
              .as("%d bytes in %d streams", bytes, streams)
              .isEqualTo(sum);
        }
      }
    }
  }
}
