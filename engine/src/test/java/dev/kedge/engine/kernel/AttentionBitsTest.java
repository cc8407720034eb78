package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attention over pages against its specification, bit by bit, and against doubles. */
class AttentionBitsTest {
  private static final Kernels BEST = Kernels.best();
  private static final Attention SPECIFIED = Kernels.scalar()::attend;
  private static final int HEADS = 2;

  private interface Attention {
    void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale);
  }

  /* The best of this machine, and without machine code. */
  private static List<Attention> optimised() {
    if (!(BEST instanceof VectorKernels)) return List.of(BEST::attend);
    return List.of(
        BEST::attend,
        (block, pages, layer, head, scale) ->
            VectorAttention.attend(block, pages, layer, head, scale, false));
  }

  /** Keys and values of some positions and a number of queries. */
  private record Case(
      KvLayout layout, int positions, KvPage[] pages, float[][] keys, float[][] values) {
    static Case of(Random random, KvType type, int size, int positions, boolean extreme) {
      KvLayout layout = new KvLayout(type, 2, HEADS, size);
      KvPage[] pages = layout.pages(positions);
      // What a page held before must not matter.
      for (KvPage page : pages) leaveBehind(random, page);
      float[][] keys = new float[positions][];
      float[][] values = new float[positions][];
      for (int p = 0; p < positions; p++) {
        keys[p] = KernelBitsTest.floats(random, HEADS * size, extreme);
        values[p] = KernelBitsTest.floats(random, HEADS * size, extreme);
        for (int h = 0; h < HEADS; h++) {
          BEST.store(pages[p / PAGE], 1, h, p % PAGE, keys[p], values[p], h * size);
        }
      }
      return new Case(layout, positions, pages, keys, values);
    }

    private static void leaveBehind(Random random, KvPage page) {
      for (int slot = 0; slot < PAGE; slot++) {
        float[] rubbish = KernelBitsTest.floats(random, HEADS * page.layout.size(), true);
        for (int h = 0; h < HEADS; h++) {
          BEST.store(page, 1, h, slot, rubbish, rubbish, h * page.layout.size());
        }
      }
    }

    float[] attend(Attention attention, int head, float[][] queries, int[] first, int[] end) {
      AttentionBlock block = new AttentionBlock(layout);
      // A block is used again and again.
      block.add(new float[layout.size()], 0, 0, 1);
      attention.attend(block, pages, 1, head, 0.3f);
      block.clear();
      for (int i = 0; i < queries.length; i++) block.add(queries[i], 0, first[i], end[i]);
      attention.attend(block, pages, 1, head, 0.3f);
      float[] out = new float[queries.length * layout.size()];
      for (int i = 0; i < queries.length; i++) block.result(i, out, i * layout.size());
      return out;
    }
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void everyQueryHasTheSpecifiedBitsWhoeverSharesItsBlock(KvType type) {
    for (int size : new int[] {1, 8, 20, 64, 80, 128}) {
      Random random = new Random(size);
      for (int positions : new int[] {1, 2, 15, 17, 31, 32, 33, 64, 100, 300}) {
        for (boolean extreme : new boolean[] {false, true}) {
          Case one = Case.of(random, type, size, positions, extreme);
          int count = 1 + random.nextInt(AttentionBlock.QUERIES);
          float[][] queries = new float[count][];
          int[] first = new int[count];
          int[] end = new int[count];
          for (int i = 0; i < count; i++) {
            queries[i] = KernelBitsTest.floats(random, size, extreme && i % 3 == 0);
            end[i] = 1 + random.nextInt(positions);
            first[i] = random.nextInt(4) == 0 ? random.nextInt(end[i]) : 0;
          }
          int head = random.nextInt(HEADS);
          float[] expected = one.attend(SPECIFIED, head, queries, first, end);
          for (Attention attention : optimised()) {
            KernelBitsTest.same(expected, one.attend(attention, head, queries, first, end));
            for (int i = 0; i < count; i++) {
              float[][] alone = {queries[i]};
              int[] from = {first[i]};
              int[] to = {end[i]};
              KernelBitsTest.same(
                  Arrays.copyOfRange(expected, i * size, (i + 1) * size),
                  one.attend(attention, head, alone, from, to));
            }
            // As many as there are kernels for.
            for (int few = 2; few <= Math.min(count, 8); few++) {
              KernelBitsTest.same(
                  Arrays.copyOf(expected, few * size),
                  one.attend(attention, head, Arrays.copyOf(queries, few), first, end));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void resultsAreCloseToThoseOfDoubles(KvType type) {
    Random random = new Random(3);
    int size = 64;
    Case one = Case.of(random, type, size, 150, false);
    float[] query = KernelBitsTest.floats(random, size, false);
    float[] found =
        one.attend(BEST::attend, 1, new float[][] {query}, new int[] {20}, new int[] {140});
    double[] expected = new double[size];
    double sum = 0;
    for (int p = 20; p < 140; p++) {
      double dot = 0;
      for (int d = 0; d < size; d++) dot += (double) query[d] * one.keys[p][size + d];
      double weight = Math.exp(dot * 0.3);
      sum += weight;
      for (int d = 0; d < size; d++) expected[d] += weight * one.values[p][size + d];
    }
    double tolerance = type == KvType.F16 ? 5e-3 : 5e-2;
    for (int d = 0; d < size; d++) {
      assertThat((double) found[d]).isCloseTo(expected[d] / sum, within(tolerance));
    }
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void whatCannotBeKeptIsReported(KvType type) {
    KvLayout layout = new KvLayout(type, 1, 1, 4);
    KvPage page = layout.pages(1)[0];
    float[] good = {1, -2, 65504, 0};
    assertThat(BEST.store(page, 0, 0, 3, good, good, 0)).isTrue();
    float[] bad = {1, Float.NaN, Float.NEGATIVE_INFINITY, 3};
    assertThat(BEST.store(page, 0, 0, 4, good, bad, 0)).isFalse();
    assertThat(BEST.store(page, 0, 0, 5, bad, good, 0)).isFalse();
    for (int slot = 3; slot < 6; slot++) {
      for (int d = 0; d < 4; d++) {
        assertThat(KvStore.key(page, 0, 0, slot, d)).isFinite();
        assertThat(KvStore.value(page, 0, 0, slot, d)).isFinite();
        assertThat(KvStore.keyScale(page, 0, 0, slot)).isFinite();
      }
    }
  }

  @Test
  void storedElementsAreTheNearestOfTheirFormat() {
    Random random = new Random(9);
    for (KvType type : KvType.values()) {
      for (int size : new int[] {1, 7, 32, 80}) {
        Case one = Case.of(random, type, size, 40, false);
        for (int p = 0; p < 40; p++) {
          for (int d = 0; d < size; d++) {
            float key = one.keys[p][size + d];
            KvPage page = one.pages[p / PAGE];
            float kept =
                KvStore.key(page, 1, 1, p % PAGE, d) * KvStore.keyScale(page, 1, 1, p % PAGE);
            float value = one.values[p][size + d];
            float keptValue =
                KvStore.value(page, 1, 1, p % PAGE, d) * KvStore.valueScale(page, 1, 1, p % PAGE);
            // Gaussians stay below 5: half a step is 5 / 127 / 2 at most.
            float error = type == KvType.F16 ? Math.abs(key) / 2048 + 1e-7f : 0.02f;
            float valueError = type == KvType.F16 ? Math.abs(value) / 2048 + 1e-7f : 0.02f;
            assertThat(kept).isCloseTo(key, within(error));
            assertThat(keptValue).isCloseTo(value, within(valueError));
          }
        }
      }
    }
  }

  @Test
  void eightBitsTakeHalfTheMemory() {
    KvLayout halves = new KvLayout(KvType.F16, 32, 8, 128);
    KvLayout bytes = new KvLayout(KvType.Q8, 32, 8, 128);
    assertThat(halves.bytes()).isEqualTo(32L * 8 * 2 * 128 * PAGE * 2);
    assertThat((double) bytes.bytes() / halves.bytes()).isBetween(0.5, 0.52);
  }

  /** The comparisons alone, for a Java of other vector width; fails with an exception. */
  static void run() {
    AttentionBitsTest test = new AttentionBitsTest();
    for (KvType type : KvType.values()) {
      test.everyQueryHasTheSpecifiedBitsWhoeverSharesItsBlock(type);
    }
  }
}
