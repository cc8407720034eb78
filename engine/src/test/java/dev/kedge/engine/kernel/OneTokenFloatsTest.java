package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One token times halves in the file's own layout, bit by bit. */
class OneTokenFloatsTest {
  private static final int COLUMNS = 256;
  private static final int ROWS = 65536 / COLUMNS;
  private static final float[] SIZES = {Float.MIN_VALUE, 1e-38f, 1e-20f, 1e-3f, 1, 32767};

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void everyHalfHasTheSpecifiedProducts(TensorType type) {
    Random random = new Random(1);
    for (float size : SIZES) {
      Activations x = new Activations(1, COLUMNS);
      for (int i = 0; i < COLUMNS; i++) x.values[i] = (2 * random.nextFloat() - 1) * size;
      for (int rows : new int[] {4, 5, 7, 16, ROWS}) same(everyHalf(type), rows, x);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void whatIsNoFiniteNumberGoesOn(TensorType type) {
    Activations x = new Activations(1, COLUMNS);
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 32768, Float.MAX_VALUE}) {
      for (int i = 0; i < COLUMNS; i++) x.values[i] = i;
      x.values[200] = value;
      same(everyHalf(type), ROWS, x);
    }
  }

  @Test
  void finiteHalvesTakeTheFastWay() {
    Matrix matrix = everyHalf(TensorType.F16);
    Activations x = new Activations(1, COLUMNS);
    float[] out = new float[ROWS];
    // Exponents of 31 begin at row 124 and at row 252.
    assertThat(new OneTokenFloats().multiply(matrix, 0, 124, x, out)).isTrue();
    assertThat(new OneTokenFloats().multiply(matrix, 128, 252, x, out)).isTrue();
    assertThat(new OneTokenFloats().multiply(matrix, 0, 125, x, out)).isFalse();
    assertThat(new OneTokenFloats().multiply(everyHalf(TensorType.BF16), 0, ROWS, x, out)).isTrue();
  }

  private static void same(Matrix matrix, int rows, Activations x) {
    float[] expected = new float[ROWS];
    float[] found = new float[ROWS];
    for (int from = 0; from + rows <= ROWS; from += rows) {
      Kernels.scalar().multiply(matrix, from, from + rows, x, 1, expected, ROWS);
      Kernels.best().multiply(matrix, from, from + rows, x, 1, found, ROWS);
    }
    KernelBitsTest.same(expected, found);
  }

  /* Row after row all 65536 patterns of 16 bits. */
  private static Matrix everyHalf(TensorType type) {
    MemorySegment data = Arena.ofAuto().allocate(65536 * 2, 32);
    for (int i = 0; i < 65536; i++) data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
    return new Matrix(type, ROWS, COLUMNS, data);
  }

  /** For a Java of another vector width. */
  static void some() {
    OneTokenFloatsTest test = new OneTokenFloatsTest();
    for (TensorType type : new TensorType[] {TensorType.F16, TensorType.BF16}) {
      test.everyHalfHasTheSpecifiedProducts(type);
      test.whatIsNoFiniteNumberGoesOn(type);
    }
  }
}
