package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What asks for memory does no harm, whatever the address. */
class PrefetchTest {
  @Test
  void anyAddressMayBeAskedFor() {
    Random random = new Random(3);
    long[] places = {0, 1, -1, 4096, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 47, -(1L << 47)};
    for (long place : places) Prefetch.streams(place, place, 3);
    for (int i = 0; i < 10_000; i++) {
      Prefetch.streams(random.nextLong(), random.nextLong(), 1 + random.nextInt(40));
    }
  }

  @Test
  void memoryStaysAsItIs() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1 << 16);
      for (int i = 0; i < 1 << 16; i++) memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
      for (int i = 0; i < 1000; i++) Prefetch.streams(memory.address() + i, 1 << 15, 100);
      for (int i = 0; i < 1 << 16; i++) {
        assertThat(memory.get(ValueLayout.JAVA_BYTE, i)).isEqualTo((byte) (i * 31));
      }
    }
  }
}
