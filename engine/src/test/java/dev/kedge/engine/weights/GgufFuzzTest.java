package dev.kedge.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Mutated files give a file whose tensors lie within it, or a FormatException; nothing else. */
class GgufFuzzTest {
  private static final int CASES = 40_000;
  private static final long[] INTERESTING = {
    0,
    1,
    -1,
    2,
    12,
    13,
    31,
    32,
    33,
    255,
    1L << 24,
    1L << 31,
    1L << 32,
    (1L << 42) + 1,
    1L << 60,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  static RawGguf sample() {
    RawGguf file = RawGguf.header(3, 5);
    file.string("general.alignment").int32(RawGguf.UINT32).int32(32);
    file.string("general.name").int32(RawGguf.STRING).string("a näme");
    file.string("tokens").int32(RawGguf.ARRAY).int32(RawGguf.STRING).int64(2);
    file.string("a").string("bc");
    file.string("scores").int32(RawGguf.ARRAY).int32(6).int64(2).int64(0);
    file.string("nested").int32(RawGguf.ARRAY).int32(RawGguf.ARRAY).int64(1).int32(0).int64(2);
    file.int8(1).int8(2);
    file.tensor("a", 0, 0, 8).tensor("b", 2, 32, 32, 2).tensor("c", 30, 96, 2, 2, 2, 2);
    return file.data(96 + 32);
  }

  @Test
  void mutatedFilesGiveAFileOrAFormatException() {
    byte[] valid = sample().bytes();
    SplittableRandom random = new SplittableRandom(7);
    int read = 0;
    for (int i = 0; i < CASES; i++) {
      byte[] mutated = mutate(valid, random);
      try {
        check(GgufFile.of(MemorySegment.ofArray(mutated)));
        read++;
      } catch (FormatException e) {
        assertThat(e.position()).as(e.getMessage()).isBetween(0L, (long) mutated.length);
      }
    }
    assertThat(read).as("some mutations are harmless").isBetween(CASES / 100, CASES * 9 / 10);
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    byte[] bytes = valid.clone();
    int mutations = 1 + random.nextInt(3);
    for (int m = 0; m < mutations; m++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> put(bytes, at, INTERESTING[random.nextInt(INTERESTING.length)], 8);
        case 3 -> put(bytes, at, INTERESTING[random.nextInt(INTERESTING.length)], 4);
        case 4 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }

  private static void put(byte[] bytes, int at, long value, int width) {
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private static void check(GgufFile file) {
    List<TensorInfo> tensors = file.tensors();
    for (TensorInfo tensor : tensors) {
      assertThat(tensor.bytes()).isEqualTo(tensor.type().bytes(tensor.elements())).isPositive();
      assertThat(file.data(tensor).byteSize()).isEqualTo(tensor.bytes());
    }
    for (String key : file.metadata().keys()) {
      if (file.metadata().get(key).orElseThrow() instanceof MetadataValue.Sequence sequence) {
        for (int i = 0; i < sequence.size(); i++) {
          assertThat(sequence.element(i).type()).isEqualTo(sequence.elementType());
        }
      }
    }
  }
}
