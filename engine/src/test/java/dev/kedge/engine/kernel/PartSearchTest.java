package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search of K types against its specification, bit by bit, and the specification's sense. */
class PartSearchTest {
  private static final PartSearch SCALAR = PartSearch.scalar();
  private static final PartSearch BEST = PartSearch.BEST;

  /** Finite ones only: others are refused before the search. */
  private static final float[] EXTREMES = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -1e-40f,
    Float.MIN_NORMAL,
    1e-30f,
    65504f,
    -1e6f,
    1e20f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };

  /* Kinds of parts that a group of lanes holds: tame, with extremes, of one sign, flat, zero. */
  private static float[] weights(Random random, int size) {
    float[] weights = new float[size * Parts.LANES];
    for (int p = 0; p < Parts.LANES; p++) {
      int kind = random.nextInt(6);
      double spread = Math.exp(random.nextDouble(-12, 12));
      float flat = (float) (random.nextGaussian() * spread);
      for (int i = 0; i < size; i++) {
        float value = (float) (random.nextGaussian() * spread);
        weights[p * size + i] =
            switch (kind) {
              case 0 -> random.nextInt(8) == 0 ? EXTREMES[random.nextInt(EXTREMES.length)] : value;
              case 1 -> Math.abs(value);
              case 2 -> -Math.abs(value);
              case 3 -> flat;
              case 4 -> random.nextBoolean() ? 0f : -0f;
              default -> value;
            };
      }
    }
    return weights;
  }

  private static Parts parts(float[] weights, int size, int count) {
    Parts parts = new Parts(size);
    Arrays.fill(parts.x, Float.NaN);
    parts.load(weights, 0, count);
    return parts;
  }

  private static void share(Random random, Parts parts) {
    for (int p = 0; p < Parts.LANES; p++) {
      float size = random.nextInt(8) == 0 ? 0 : (float) Math.exp(random.nextDouble(-16, 10));
      parts.scaleUnit[p] = Float.float16ToFloat(Float.floatToFloat16(size));
      parts.minimumUnit[p] = Float.float16ToFloat(Float.floatToFloat16(size * random.nextFloat()));
      parts.scales[p] = random.nextInt(64);
      parts.minima[p] = random.nextInt(64);
    }
  }

  private static void copyShared(Parts from, Parts to) {
    System.arraycopy(from.scaleUnit, 0, to.scaleUnit, 0, Parts.LANES);
    System.arraycopy(from.minimumUnit, 0, to.minimumUnit, 0, Parts.LANES);
    System.arraycopy(from.scales, 0, to.scales, 0, Parts.LANES);
    System.arraycopy(from.minima, 0, to.minima, 0, Parts.LANES);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 31})
  void partsWithMinimumGetTheSpecifiedNumbers(int top) {
    Random random = new Random(top);
    for (int trial = 0; trial < 60; trial++) {
      float[] weights = weights(random, 32);
      int count = trial % 8 == 0 ? 1 + random.nextInt(Parts.LANES) : Parts.LANES;
      Parts expected = parts(weights, 32, count);
      Parts found = parts(weights, 32, count);
      SCALAR.fitWithMinimum(expected, top);
      BEST.fitWithMinimum(found, top);
      KernelBitsTest.same(expected.scale, found.scale);
      KernelBitsTest.same(expected.minimum, found.minimum);
      share(random, expected);
      copyShared(expected, found);
      SCALAR.refine(expected, top);
      BEST.refine(found, top);
      assertThat(found.scales).isEqualTo(expected.scales);
      assertThat(found.minima).isEqualTo(expected.minima);
      SCALAR.levels(expected, 0, top);
      BEST.levels(found, 0, top);
      KernelBitsTest.same(expected.levels, found.levels);
    }
  }

  @Test
  void signedPartsGetTheSpecifiedNumbers() {
    compareSigned();
  }

  private static void compareSigned() {
    Random random = new Random(6);
    for (int trial = 0; trial < 60; trial++) {
      float[] weights = weights(random, 16);
      Parts expected = parts(weights, 16, Parts.LANES - trial % 3);
      Parts found = parts(weights, 16, Parts.LANES - trial % 3);
      SCALAR.fitSigned(expected);
      BEST.fitSigned(found);
      KernelBitsTest.same(expected.scale, found.scale);
      for (int p = 0; p < Parts.LANES; p++) {
        expected.scaleUnit[p] = Float.float16ToFloat(Float.floatToFloat16(random.nextFloat()));
        expected.scales[p] = random.nextInt(-128, 128);
      }
      copyShared(expected, found);
      SCALAR.levels(expected, -32, 31);
      BEST.levels(found, -32, 31);
      KernelBitsTest.same(expected.levels, found.levels);
    }
  }

  @Test
  void levelsWithoutASearchAreTheSpecifiedNumbers() {
    compareUnsearched();
  }

  private static void compareUnsearched() {
    Random random = new Random(8);
    for (int trial = 0; trial < 60; trial++) {
      float[] weights = weights(random, 32);
      Parts expected = parts(weights, 32, Parts.LANES - trial % 3);
      Parts found = parts(weights, 32, Parts.LANES - trial % 3);
      SCALAR.extremes(expected);
      BEST.extremes(found);
      KernelBitsTest.same(expected.scale, found.scale);
      for (int p = 0; p < Parts.LANES; p++) {
        float extreme = expected.scale[p];
        // Twice as many halves as whole numbers where the part's values are such.
        expected.inverse[p] = extreme == 0 || p % 4 == 0 ? 0.5f : 127 / extreme;
        if (Math.abs(expected.inverse[p] * extreme) > 1e6f) expected.inverse[p] = 0;
      }
      System.arraycopy(expected.inverse, 0, found.inverse, 0, Parts.LANES);
      SCALAR.scaled(expected, 8.5f, 15);
      BEST.scaled(found, 8.5f, 15);
      KernelBitsTest.same(expected.levels, found.levels);
      SCALAR.roundedAway(expected);
      BEST.roundedAway(found);
      for (int i = 0; i < expected.levels.length; i++) {
        // A zero of either sign is the same level.
        assertThat((int) found.levels[i]).isEqualTo((int) expected.levels[i]);
      }
    }
  }

  @Test
  void halvesAreRoundedAwayFromZero() {
    compareRoundedHalves();
  }

  private static void compareRoundedHalves() {
    float[] values = {0.5f, -0.5f, 1.5f, -1.5f, 2.5f, -2.5f, 0.49999997f, -0.49999997f};
    float[] rounded = {1, -1, 2, -2, 3, -3, 0, 0};
    for (PartSearch search : new PartSearch[] {SCALAR, BEST}) {
      Parts parts = parts(Arrays.copyOf(values, 32 * Parts.LANES), 32, Parts.LANES);
      Arrays.fill(parts.inverse, 1);
      search.roundedAway(parts);
      for (int i = 0; i < values.length; i++) {
        assertThat((int) parts.levels[i * Parts.LANES]).isEqualTo((int) rounded[i]);
      }
    }
  }

  @Test
  void levelsArePackedFourToANumber() {
    Parts parts = new Parts(16);
    for (int i = 0; i < parts.levels.length; i++) parts.levels[i] = i * 7 % 64 - 32;
    parts.pack(-32);
    for (int p = 0; p < Parts.LANES; p++) {
      for (int i = 0; i < 16; i++) {
        int stored = parts.packed[i / 4 * Parts.LANES + p] >>> (8 * (i % 4)) & 255;
        assertThat(stored).isEqualTo((i * Parts.LANES + p) * 7 % 64);
      }
    }
  }

  @Test
  void whatIsNotFiniteIsFoundAtEveryPlace() {
    findWhatIsNotFinite();
  }

  private static void findWhatIsNotFinite() {
    for (PartSearch search : new PartSearch[] {SCALAR, BEST}) {
      for (int count : new int[] {1, 31, 32, 70}) {
        float[] values = new float[count + 3];
        Arrays.fill(values, -Float.MAX_VALUE);
        values[1] = Float.NaN; // outside
        assertThat(search.finite(values, 2, count)).isTrue();
        for (int i = 2; i < 2 + count; i++) {
          for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float before = values[i];
            values[i] = bad;
            assertThat(search.finite(values, 2, count)).isFalse();
            values[i] = before;
          }
        }
      }
    }
  }

  @Test
  void aPartThatFitsExactlyIsFoundExactly() {
    float[] weights = new float[32 * Parts.LANES];
    for (int i = 0; i < weights.length; i++) weights[i] = 0.5f * (i % 16) - 3;
    Parts parts = parts(weights, 32, Parts.LANES);
    BEST.fitWithMinimum(parts, 15);
    assertThat(parts.scale).containsOnly(0.5f);
    assertThat(parts.minimum).containsOnly(3f);
    Arrays.fill(parts.scaleUnit, 0.125f);
    Arrays.fill(parts.minimumUnit, 0.25f);
    Arrays.fill(parts.scales, 5);
    Arrays.fill(parts.minima, 12);
    BEST.refine(parts, 15);
    assertThat(parts.scales).containsOnly(4f);
    assertThat(parts.minima).containsOnly(12f);
    BEST.levels(parts, 0, 15);
    for (int i = 0; i < parts.levels.length; i++) {
      assertThat(parts.levels[i]).isEqualTo((float) (i / Parts.LANES % 16));
    }
  }

  /** All comparisons, for a Java of another vector width. */
  static void run() {
    PartSearchTest test = new PartSearchTest();
    test.partsWithMinimumGetTheSpecifiedNumbers(15);
    test.partsWithMinimumGetTheSpecifiedNumbers(31);
    compareSigned();
    compareUnsearched();
    compareRoundedHalves();
    findWhatIsNotFinite();
  }
}
