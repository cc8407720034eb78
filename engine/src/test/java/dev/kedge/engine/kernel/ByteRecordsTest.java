package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What machine code rounds to records, against the specification's rounding. */
class ByteRecordsTest {
  private static final int WIDTH = 192;
  private static final int BLOCKS = WIDTH / 32;
  private static final Kernels SCALAR = Kernels.scalar();

  @BeforeEach
  void onlyWhereThereIsMachineCode() {
    assumeTrue(VnniProducts.ON, "the processor has no VNNI, or machine code is off");
  }

  @Test
  void recordsHaveTheSpecifiedBits() {
    Random random = new Random(1);
    for (int trial = 0; trial < 2_000; trial++) {
      float size = Math.scalb(1f, random.nextInt(240) - 120);
      Activations x = new Activations(3, WIDTH);
      for (int i = 0; i < x.values.length; i++) {
        x.values[i] =
            switch (random.nextInt(8)) {
              case 0 -> 0;
              case 1 -> size * (random.nextInt(255) - 127) / 2;
              case 2 -> -0f;
              default -> (float) random.nextGaussian() * size;
            };
      }
      // Halves between two integers: 127 makes the scale 1.
      if (trial % 5 == 0) {
        for (int b = 0; b < 3 * BLOCKS; b++) {
          x.values[b * 32 + random.nextInt(32)] = 127;
          for (int i = 0; i < 8; i++) {
            x.values[b * 32 + random.nextInt(32)] = random.nextInt(253) - 126.5f;
          }
        }
      }
      compare(x);
    }
  }

  @Test
  void whatHasNoNormalScaleIsLeftToOthers() {
    float[] odd = {
      0, Float.MIN_VALUE, 1e-37f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
    };
    for (float value : odd) {
      for (int b = 0; b < BLOCKS; b++) {
        float[] values = new float[WIDTH];
        Arrays.fill(values, 1);
        for (int i = 0; i < 32; i++) values[b * 32 + i] = 0;
        values[b * 32 + 7] = value;
        ByteRecords records = new ByteRecords(BLOCKS, ByteRecords.Order.SIXES);
        assertThat(records.round(values, 0, 0, BLOCKS)).as("%s in block %d", value, b).isFalse();
      }
    }
  }

  @Test
  void thereMustBeRoomForRecordsAndValues() {
    ByteRecords records = new ByteRecords(2, ByteRecords.Order.NIBBLES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> records.round(new float[96], 0, 0, 3))
        .withMessageContaining("room for 2");
    assertThatThrownBy(() -> records.round(new float[63], 0, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void compare(Activations x) {
    for (int token = 0; token < 3; token++) {
      SCALAR.quantize(x, token);
      x.derive(token * BLOCKS, (token + 1) * BLOCKS);
    }
    for (ByteRecords.Order order : ByteRecords.Order.values()) compare(x, order);
  }

  private static void compare(Activations x, ByteRecords.Order order) {
    ByteRecords records = new ByteRecords(3 * BLOCKS, order);
    ByteRecords expected = Objects.requireNonNull(x.records(order));
    for (int token = 0; token < 3; token++) {
      boolean normal = true;
      for (int b = token * BLOCKS; b < (token + 1) * BLOCKS; b++) {
        normal &= x.scales[b] >= Float.MIN_NORMAL;
      }
      assertThat(records.round(x.values, token * WIDTH, token * BLOCKS, BLOCKS)).isEqualTo(normal);
      if (!normal) continue;
      for (int b = token * BLOCKS; b < (token + 1) * BLOCKS; b++) {
        assertThat(records.fields(b)).as("block %d", b).isEqualTo(expected.fields(b));
      }
    }
  }
}
