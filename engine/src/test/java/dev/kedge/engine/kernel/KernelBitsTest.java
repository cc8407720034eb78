package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.engine.weights.Dequantizer;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kernel against the scalar specification, bit by bit, and the specification against doubles.
 */
class KernelBitsTest {
  private static final Kernels SCALAR = Kernels.scalar();
  private static final Kernels BEST = Kernels.best();

  /** Values at the edges of what floats hold; NaN and infinity come with hostile files. */
  private static final float[] EXTREMES = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    1e-30f,
    -1f,
    65504f,
    1e20f,
    -1e20f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsHaveTheSpecifiedBitsWhateverTheTiling(TensorType type) {
    Random random = new Random(type.id());
    int[] widths =
        switch (type.blockSize()) {
          case 1 -> new int[] {1, 15, 16, 17, 64, 172};
          case 32 -> new int[] {32, 96, 544};
          default -> new int[] {256, 768};
        };
    for (int width : widths) {
      for (int rows : new int[] {1, 3, 4, 9}) {
        for (boolean extreme : new boolean[] {false, true}) {
          Matrix weights = matrix(random, type, rows, width, extreme);
          Activations x = activations(random, 9, width, extreme);
          float[] expected = new float[9 * (rows + 2)];
          SCALAR.multiply(weights, 0, rows, x, 9, expected, rows + 2);
          for (int tokens : new int[] {1, 2, 5, 9}) {
            float[] found = new float[9 * (rows + 2)];
            BEST.multiply(weights, 0, rows / 2, x, tokens, found, rows + 2);
            BEST.multiply(weights, rows / 2, rows, x, tokens, found, rows + 2);
            same(
                Arrays.copyOf(expected, tokens * (rows + 2)),
                Arrays.copyOf(found, tokens * (rows + 2)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = TensorType.class, mode = EnumSource.Mode.MATCH_ANY, names = "Q.*")
  void integerSumsDoNotOverflow(TensorType type) {
    int width = 2 * type.blockSize();
    Matrix weights = new Matrix(type, 2, width, Arena.ofAuto().allocate(type.bytes(2L * width), 2));
    for (byte fill : new byte[] {-128, 127, 0, -1}) {
      weights.data().fill(fill);
      for (int block = 0; block < 4; block++) {
        setScales(type, weights.data(), (long) block * type.blockBytes(), 1);
      }
      Activations x = new Activations(5, width);
      for (int i = 0; i < x.values.length; i++) x.values[i] = i / width % 2 == 0 ? 3 : -3;
      for (int t = 0; t < 5; t++) BEST.quantize(x, t);
      float[] expected = new float[10];
      float[] found = new float[10];
      SCALAR.multiply(weights, 0, 2, x, 5, expected, 2);
      BEST.multiply(weights, 0, 2, x, 5, found, 2);
      same(expected, found);
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsAreCloseToExactOnes(TensorType type) {
    Random random = new Random(5);
    int width = type.blockSize() == 256 ? 512 : 320;
    Matrix weights = matrix(random, type, 4, width, false);
    Activations x = activations(random, 1, width, false);
    float[] found = new float[4];
    BEST.multiply(weights, 0, 4, x, 1, found, 4);
    for (int row = 0; row < 4; row++) {
      double sum = 0;
      double size = 0;
      for (int k = 0; k < width; k++) {
        double product = weight(weights, row, k) * x.values[k];
        sum += product;
        size += Math.abs(product);
      }
      // An 8-bit activation is off by at most 1/254 of its block's largest value.
      assertThat((double) found[row])
          .isCloseTo(sum, within(size * (weights.quantized() ? 0.02 : 1e-6)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void quantizedActivationsAreTheSpecifiedOnes(boolean extreme) {
    Random random = new Random(7);
    Activations x = activations(random, 40, 96, extreme);
    Activations y = new Activations(40, 96);
    System.arraycopy(x.values, 0, y.values, 0, x.values.length);
    for (int t = 0; t < 40; t++) SCALAR.quantize(y, t);
    assertThat(x.quants).isEqualTo(y.quants);
    assertThat(x.sums).isEqualTo(y.sums);
    same(y.scales, x.scales);
    for (short q : x.quants) assertThat((int) q).isBetween(-127, 127);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 15, 16, 17, 64, 100, 1024})
  void elementwiseKernelsHaveTheSpecifiedBits(int n) {
    Random random = new Random(n);
    for (boolean extreme : new boolean[] {false, true}) {
      float[] x = floats(random, n + 3, extreme);
      float[] y = floats(random, n + 3, extreme);
      float[] weight = floats(random, n, false);
      float[] a = new float[n + 3];
      float[] b = new float[n + 3];
      SCALAR.normalize(x, 3, weight, 1e-5f, a, 1);
      BEST.normalize(x, 3, weight, 1e-5f, b, 1);
      same(a, b);
      a = x.clone();
      b = x.clone();
      SCALAR.add(a, 2, y, 1, n);
      BEST.add(b, 2, y, 1, n);
      same(a, b);
      a = x.clone();
      b = x.clone();
      SCALAR.gate(a, y, 1, n);
      BEST.gate(b, y, 1, n);
      same(a, b);
    }
  }

  @Test
  void theExponentialIsAccurate() {
    for (float x = -87; x < 88; x += 0.00713f) {
      assertThat(Exponential.exp(x) / Math.exp(x)).isCloseTo(1, within(4e-7));
    }
    assertThat(Exponential.exp(0)).isEqualTo(1f);
    assertThat(Exponential.exp(Float.NEGATIVE_INFINITY)).isBetween(0f, 2e-38f);
    assertThat(Exponential.exp(Float.NaN)).isNaN();
  }

  @Test
  void rotationKeepsLengthsAndTurnsByTheAngle() {
    float[] cos = {(float) Math.cos(0.5), (float) Math.cos(2)};
    float[] sin = {(float) Math.sin(0.5), (float) Math.sin(2)};
    float[] adjacent = {9, 1, 0, 0, 2};
    BEST.rotate(adjacent, 1, cos, sin, 0, 2, false);
    assertThat(adjacent)
        .containsExactly(new float[] {9, cos[0], sin[0], -2 * sin[1], 2 * cos[1]}, within(1e-6f));
    float[] halves = {1, 0, 0, 2};
    BEST.rotate(halves, 0, cos, sin, 0, 2, true);
    assertThat(halves)
        .containsExactly(new float[] {cos[0], -2 * sin[1], sin[0], 2 * cos[1]}, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void everyVectorWidthHasTheSpecifiedBits(int bits) throws Exception {
    String output =
        inAnotherJava("--add-modules", "jdk.incubator.vector", "-Dkedge.vector.bits=" + bits);
    assertThat(output).contains("vectors of " + bits + " bits");
  }

  @Test
  void withoutTheVectorModuleTheScalarKernelsServe() throws Exception {
    assertThat(inAnotherJava()).contains("scalar").contains("--add-modules");
  }

  private static String inAnotherJava(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), KernelBitsTest.class.getName()));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).as(output).isZero();
    return output;
  }

  /** The comparisons alone, for a Java of other vector width; fails with an exception. */
  public static void main(String[] arguments) {
    System.out.println(BEST.description());
    KernelBitsTest test = new KernelBitsTest();
    for (TensorType type : TensorType.values())
      test.productsHaveTheSpecifiedBitsWhateverTheTiling(type);
    for (TensorType type : TensorType.values()) {
      if (type.quantized()) test.integerSumsDoNotOverflow(type);
    }
    for (int n : new int[] {1, 15, 33, 100}) test.elementwiseKernelsHaveTheSpecifiedBits(n);
    AttentionBitsTest.run();
    test.quantizedActivationsAreTheSpecifiedOnes(true);
    PackedProductsTest.some();
    OneTokenFloatsTest.some();
    PartSearchTest.run();
  }

  /** Equal bits, all NaNs being one. */
  static void same(float[] expected, float[] found) {
    assertThat(bits(found)).isEqualTo(bits(expected));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToIntBits(values[i]);
    return bits;
  }

  static float[] floats(Random random, int n, boolean extreme) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] =
          extreme && random.nextInt(8) == 0
              ? EXTREMES[random.nextInt(EXTREMES.length)]
              : (float) random.nextGaussian();
    }
    return values;
  }

  private static Activations activations(Random random, int tokens, int width, boolean extreme) {
    Activations x = new Activations(tokens, width);
    float[] values = floats(random, x.values.length, extreme);
    System.arraycopy(values, 0, x.values, 0, values.length);
    if (width % 32 == 0) for (int t = 0; t < tokens; t++) BEST.quantize(x, t);
    return x;
  }

  private static Matrix matrix(
      Random random, TensorType type, int rows, int width, boolean extreme) {
    MemorySegment data = Arena.ofAuto().allocate(type.bytes((long) rows * width), 4);
    byte[] noise = new byte[(int) data.byteSize()];
    random.nextBytes(noise);
    MemorySegment.copy(noise, 0, data, ValueLayout.JAVA_BYTE, 0, noise.length);
    Matrix matrix = new Matrix(type, rows, width, data);
    // Random bytes are extreme enough; otherwise elements or scales are replaced by tame ones.
    if (extreme) return matrix;
    for (long i = 0; i < (long) rows * width / type.blockSize(); i++) {
      float value = (float) random.nextGaussian() * (type == TensorType.F16 ? 1e-5f : 1);
      switch (type) {
        case F32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        case BF16 ->
            data.setAtIndex(
                ValueLayout.JAVA_SHORT, i, (short) (Float.floatToIntBits(value) >>> 16));
        case F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K ->
            setScales(type, data, i * type.blockBytes(), value);
      }
    }
    return matrix;
  }

  /** Scales and scales of minima of the block, or the element, at this byte. */
  private static void setScales(TensorType type, MemorySegment data, long at, float value) {
    short half = Float.floatToFloat16(value);
    data.set(ValueLayout.JAVA_SHORT_UNALIGNED, type == TensorType.Q6_K ? at + 208 : at, half);
    switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 2, half);
      case F32, F16, BF16, Q4_0, Q5_0, Q8_0, Q6_K -> {}
    }
  }

  private static double weight(Matrix matrix, int row, int k) {
    MemorySegment data = matrix.data();
    long start = row * matrix.rowBytes();
    if (!matrix.quantized()) return ScalarKernels.weight(matrix.type(), data, start, k);
    float[] values = new float[matrix.columns()];
    Dequantizer.dequantize(matrix.type(), data, start, values, 0, values.length);
    return values[k];
  }
}
