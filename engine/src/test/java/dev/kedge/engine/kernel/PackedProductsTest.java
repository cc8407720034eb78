package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with packed weights against the scalar specification, bit by bit. */
class PackedProductsTest {
  private static final Kernels SCALAR = Kernels.scalar();
  private static final Kernels BEST = Kernels.best();
  private static final String QUANTIZED = "Q.*";

  /** What fills the integers and scales of a matrix. */
  enum Fill {
    RANDOM,
    ZEROS,
    ONES,
    LOW_NIBBLES,
    TOP_BITS,
    ALL_BUT_TOP_BITS;

    byte of(Random random) {
      return switch (this) {
        case RANDOM -> (byte) random.nextInt();
        case ZEROS -> 0;
        case ONES -> -1;
        case LOW_NIBBLES -> 0x0F;
        case TOP_BITS -> (byte) 0x80;
        case ALL_BUT_TOP_BITS -> 0x7F;
      };
    }
  }

  /** Scales at the edges of what an F16 holds: subnormal, largest, negative, zero. */
  private static final short[] HALVES = {
    0x0001, 0x03FF, 0x0400, 0x7BFF, (short) 0xFBFF, (short) 0x8001, 0, (short) 0x8000, 0x3C00
  };

  @ParameterizedTest
  @EnumSource(value = TensorType.class, mode = EnumSource.Mode.MATCH_ALL, names = QUANTIZED)
  void everySizeAndNumberOfTokensHasTheSpecifiedBits(TensorType type) {
    Random random = new Random(type.id());
    int[] widths = type.blockSize() == 32 ? new int[] {32, 96, 256, 544} : new int[] {256, 768};
    for (int width : widths) {
      for (int rows : new int[] {1, 31, 128, 200}) {
        Matrix matrix = matrix(random, type, rows, width, Fill.RANDOM);
        for (int tokens : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 21}) {
          compare(matrix, activations(random, tokens, width, 1), tokens);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = TensorType.class, mode = EnumSource.Mode.MATCH_ALL, names = QUANTIZED)
  void extremeWeightsAndActivationsDoNotOverflow(TensorType type) {
    Random random = new Random(9);
    for (Fill fill : Fill.values()) {
      Matrix matrix = matrix(random, type, 40, 512, fill);
      for (int pattern = 0; pattern < 4; pattern++) {
        Activations x = new Activations(5, 512);
        for (int i = 0; i < x.values.length; i++) {
          int sign =
              switch (pattern) {
                case 0 -> 1;
                case 1 -> -1;
                case 2 -> i / 8 % 2 == 0 ? 1 : -1;
                default -> i % 2 == 0 ? 1 : -1;
              };
          x.values[i] = 3 * sign;
        }
        for (int t = 0; t < 5; t++) BEST.quantize(x, t);
        compare(matrix, x, 5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = TensorType.class, mode = EnumSource.Mode.MATCH_ALL, names = QUANTIZED)
  void extremeScalesHaveTheSpecifiedBits(TensorType type) {
    Random random = new Random(11);
    Matrix matrix = matrix(random, type, 130, 512, Fill.RANDOM);
    for (float size : new float[] {Float.MIN_VALUE, 1e-38f, 1e-20f, 1, 1e20f, 3e38f, Float.NaN}) {
      compare(matrix, activations(random, 5, 512, size), 5);
    }
    Activations infinite = activations(random, 5, 512, 1);
    infinite.values[700] = Float.POSITIVE_INFINITY;
    for (int t = 0; t < 5; t++) BEST.quantize(infinite, t);
    compare(matrix, infinite, 5);
  }

  @Test
  void infiniteScalesAreNotPacked() {
    for (TensorType type : TensorType.values()) {
      if (type.blockSize() == 1) continue;
      Matrix plain = plain(new Random(1), type, 3, 512, Fill.RANDOM);
      scale(plain, 1, 0, (short) 0x7C00);
      assertThat(pack(plain)).as(type.name()).isNull();
    }
  }

  @Test
  void onlyWholePanelsAreComputed() {
    Matrix matrix = matrix(new Random(2), TensorType.Q4_0, 300, 64, Fill.RANDOM);
    Activations x = activations(new Random(3), 1, 64, 1);
    float[] out = new float[300];
    assertThatThrownBy(() -> BEST.multiply(matrix, 16, 300, x, 1, out, 300))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BEST.multiply(matrix, 0, 384, x, 1, out, 300))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> matrix.withPacked(Arena.ofAuto().allocate(100)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100 bytes");
  }

  @Test
  void activationsWithoutRoomAreRefused() {
    for (TensorType type : new TensorType[] {TensorType.Q4_0, TensorType.Q4_K, TensorType.Q6_K}) {
      Matrix matrix = matrix(new Random(2), type, 128, 256, Fill.RANDOM);
      Activations x = activations(new Random(3), 3, 256, 1);
      float[] out = new float[4 * 128];
      assertThatThrownBy(() -> BEST.multiply(matrix, 0, 128, x, 4, out, 128))
          .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
    }
  }

  @Test
  void panelsOfOneTokenAreComputedWhateverTheirNumber() {
    // More than machine code takes at once.
    Matrix matrix = matrix(new Random(6), TensorType.Q4_0, 70 * 128 - 5, 64, Fill.RANDOM);
    compare(matrix, activations(new Random(7), 1, 64, 1), 1);
  }

  /** Some of the comparisons, for a Java of another vector width that compiles little. */
  static void some() {
    Random random = new Random(4);
    for (TensorType type : TensorType.values()) {
      if (type.blockSize() == 1) continue;
      for (Fill fill : Fill.values()) {
        Matrix matrix = matrix(random, type, 140, 256, fill);
        for (float size : new float[] {1e-38f, 1}) {
          compare(matrix, activations(random, 5, 256, size), 5);
        }
      }
    }
  }

  private static void compare(Matrix matrix, Activations x, int tokens) {
    int rows = matrix.rows();
    float[] expected = new float[tokens * (rows + 2)];
    float[] found = new float[tokens * (rows + 2)];
    SCALAR.multiply(matrix, 0, rows, x, tokens, expected, rows + 2);
    int half = rows > 128 ? 128 : 0;
    BEST.multiply(matrix, 0, half, x, tokens, found, rows + 2);
    BEST.multiply(matrix, half, rows, x, tokens, found, rows + 2);
    same(matrix, tokens, expected, found);
    if (!BEST.packed()) return; // there are no vectors
    Arrays.fill(found, 0);
    new PackedProducts(false).multiply(matrix, 0, rows, x, tokens, found, rows + 2);
    same(matrix, tokens, expected, found);
  }

  private static void same(Matrix matrix, int tokens, float[] expected, float[] found) {
    int[] a = new int[expected.length];
    int[] b = new int[expected.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = Float.floatToIntBits(expected[i]);
      b[i] = Float.floatToIntBits(found[i]);
    }
    if (!Arrays.equals(a, b)) {
      int i = Arrays.mismatch(a, b);
      throw new AssertionError(
          "%s, %d × %d, %d tokens: element %d is %s, not %s"
              .formatted(
                  matrix.type(),
                  matrix.rows(),
                  matrix.columns(),
                  tokens,
                  i,
                  found[i],
                  expected[i]));
    }
  }

  private static Matrix matrix(Random random, TensorType type, int rows, int width, Fill fill) {
    Matrix plain = plain(random, type, rows, width, fill);
    return plain.withPacked(Objects.requireNonNull(pack(plain)));
  }

  private static Matrix plain(Random random, TensorType type, int rows, int width, Fill fill) {
    MemorySegment data = Arena.ofAuto().allocate(type.bytes((long) rows * width), 4);
    for (long i = 0; i < data.byteSize(); i++) data.set(ValueLayout.JAVA_BYTE, i, fill.of(random));
    Matrix plain = new Matrix(type, rows, width, data);
    for (int row = 0; row < rows; row++) {
      for (int b = 0; b < width / type.blockSize(); b++) {
        scale(plain, row, b, HALVES[random.nextInt(HALVES.length)]);
      }
    }
    return plain;
  }

  /* Sets the F16 scale, and the minimum where there is one. */
  private static void scale(Matrix matrix, int row, int block, short half) {
    TensorType type = matrix.type();
    long at = row * matrix.rowBytes() + (long) block * type.blockBytes();
    if (type == TensorType.Q6_K) at += 208;
    matrix.data().set(ValueLayout.JAVA_SHORT_UNALIGNED, at, half);
    switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K ->
          matrix.data().set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 2, half);
      case F32, F16, BF16, Q4_0, Q5_0, Q8_0, Q6_K -> {}
    }
  }

  private static @Nullable MemorySegment pack(Matrix plain) {
    Packer packer = new Packer(plain);
    MemorySegment packed = Arena.ofAuto().allocate(Packer.bytes(plain), 64);
    for (int i = 0; i < Packer.panels(plain); i++) {
      if (!packer.pack(i, packed)) return null;
    }
    return packed;
  }

  private static Activations activations(Random random, int tokens, int width, float size) {
    Activations x = new Activations(tokens, width);
    for (int i = 0; i < x.values.length; i++) {
      x.values[i] = (float) random.nextGaussian() * size;
    }
    for (int t = 0; t < tokens; t++) BEST.quantize(x, t);
    return x;
  }
}
