package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.kernel.Gemm.View;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GemmTest {
  @ParameterizedTest
  @CsvSource({"1,1,1", "8,32,256", "7,31,257", "9,33,5", "300,530,70", "64,64,600", "3,100,1"})
  void tiledProductsHaveTheBitsOfTheScalarSpecification(int m, int n, int k) {
    Random random = new Random(m * 31L + n);
    float[] a = random(random, m * k);
    float[] b = random(random, k * n);
    for (int form = 0; form < 8; form++) {
      View left = (form & 1) == 0 ? View.rows(a, 0, k) : View.rows(a, 0, m).transposed();
      View right = (form & 2) == 0 ? View.rows(b, 0, n) : View.rows(b, 0, k).transposed();
      boolean add = (form & 4) != 0;
      float[] start = random(random, m * n);
      float[] expected = start.clone();
      Gemm.scalar(m, n, k, left, right, View.rows(expected, 0, n), add);
      for (int threads : new int[] {1, 3}) {
        float[] found = start.clone();
        multiply(threads, m, n, k, left, right, View.rows(found, 0, n), add);
        assertThat(found).as("form %d, %d threads", form, threads).isEqualTo(expected);
      }
    }
  }

  private static void multiply(
      int threads, int m, int n, int k, View a, View b, View c, boolean add) {
    Gemm.Scratch[] scratch = new Gemm.Scratch[threads];
    for (int i = 0; i < threads; i++) scratch[i] = new Gemm.Scratch();
    try (TrainingWorkers workers = new TrainingWorkers(threads)) {
      Gemm.multiply(workers, scratch, m, n, k, a, b, c, add);
    }
  }

  private static float[] random(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) values[i] = (float) random.nextGaussian();
    return values;
  }
}
