package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kedge.engine.weights.Blocks;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedBitsTest {
  private static final int COLUMNS = 512;

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q4_K", "Q5_0", "Q5_1", "Q5_K", "Q8_0", "Q6_K"})
  void wordsAtATimeGiveWhatTheIntegersGiveOneByOne(TensorType type) {
    Random random = new Random(type.id());
    for (int trial = 0; trial < 50; trial++) {
      byte[] blocks = new byte[(int) type.bytes(COLUMNS) + 5];
      random.nextBytes(blocks);
      MemorySegment data = MemorySegment.ofArray(blocks);
      byte[] panel = new byte[64 * COLUMNS];
      int at = 2 * random.nextInt(32);
      PackedBits.copy(type, data, 5, COLUMNS, panel, at);
      assertThat(panel).isEqualTo(expected(type, data.asSlice(5), at));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void otherTypesAreRefused(TensorType type) {
    MemorySegment data = MemorySegment.ofArray(new byte[(int) type.bytes(COLUMNS)]);
    byte[] panel = new byte[64 * COLUMNS];
    panel[7] = 9;
    byte[] before = panel.clone();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PackedBits.copy(type, data, 0, COLUMNS, panel, 0));
    assertThat(panel).isEqualTo(before);
  }

  /* From the description in PackedLayout. */
  private static byte[] expected(TensorType type, MemorySegment data, int first) {
    short[] q = new short[COLUMNS];
    for (int k = 0; k < COLUMNS; k += type.blockSize()) {
      Blocks.quants(type, data, type.bytes(k), q, k);
    }
    byte[] panel = new byte[64 * COLUMNS];
    int at = first;
    for (int k = 0; k < COLUMNS; ) {
      switch (type) {
        case Q8_0 -> {
          put(panel, at, (q[k] + 128) + 256 * (q[k + 1] & 0xFF));
          k += 2;
          at += 64;
        }
        case Q6_K -> {
          for (int i = 0; i < 3; i++) put(panel, at + 64 * i, six(q, k, i));
          k += 8;
          at += 3 * 64;
        }
        case Q5_0, Q5_1, Q5_K -> {
          for (int i = 0; i < 5; i++) put(panel, at + 64 * i, five(q, k, i, type));
          k += 16;
          at += 5 * 64;
        }
        default -> {
          int zero = type == TensorType.Q4_0 ? 8 : 0;
          int lane = 0;
          for (int i = 3; i >= 0; i--) lane = 16 * lane + q[k + i] + zero;
          put(panel, at, lane);
          k += 4;
          at += 64;
        }
      }
    }
    return panel;
  }

  private static int five(short[] q, int k, int vector, TensorType type) {
    int zero = type == TensorType.Q5_0 ? 16 : 0;
    int three = 0;
    for (int i = 2; i >= 0; i--) three = 32 * three + q[k + 3 * vector + i] + zero;
    return three + ((q[k + 15] + zero) >> vector & 1) * 32768;
  }

  private static int six(short[] q, int k, int vector) {
    int[] n = new int[8];
    for (int i = 0; i < 8; i++) n[i] = q[k + i] + 32;
    return switch (vector) {
      case 0 -> n[0] + 64 * n[1] + 4096 * (n[2] % 16);
      case 1 -> n[3] + 64 * n[4] + 4096 * (n[5] % 16);
      default -> n[6] + 64 * n[7] + 4096 * (n[2] / 16) + 16384 * (n[5] / 16);
    };
  }

  private static void put(byte[] panel, int at, int lane) {
    panel[at] = (byte) lane;
    panel[at + 1] = (byte) (lane >> 8);
  }
}
